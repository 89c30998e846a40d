//! The messages survive encoding, and their texts say what they must.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use countersign_abi::decode_all;
use parity_scale_codec::Encode;

#[test]
fn messages_survive_the_way() {
    let request = Request::Run {
        input: InputHead::File,
        device: DeviceChoice::Gpu,
        fallback: Some(Fallback::NoAdapter),
        seed: [3; 32],
        exact: Some(ExactRun {
            root: [4; 32],
            judge: true,
        }),
    };
    assert_eq!(decode_all::<Request>(&request.encode()).unwrap(), request);
    assert_eq!(request.blobs(), 1);
    let event = Event::Failed(RunError::Gpu(Fallback::Unsupported {
        node: "conv1".into(),
        operator: "Conv with group 3".into(),
    }));
    assert_eq!(decode_all::<Event>(&event.encode()).unwrap(), event);
}

#[test]
fn a_model_brings_one_blob_per_path() {
    let request = Request::Model {
        manifest: vec![],
        paths: vec!["a".into(), "b".into()],
    };
    assert_eq!(request.blobs(), 2);
    let bare = Request::Bare {
        paths: vec!["a.onnx".into(), "a.data".into()],
    };
    assert_eq!(bare.blobs(), 2);
    assert_eq!(decode_all::<Request>(&bare.encode()).unwrap(), bare);
    assert_eq!(Request::Probe.blobs(), 0);
}

#[test]
fn a_staged_game_survives_the_way_and_brings_no_files() {
    let staging = Box::new(Staging {
        root: [1; 32],
        publisher: [2; 32],
        seed: [3; 32],
        input: Vec::new(),
    });
    let lie = Lie {
        leaf: 3,
        element: 9,
        added: -4,
    };
    for request in [
        Request::Stage {
            staging: staging.clone(),
            lie: Some(lie),
        },
        Request::Turn {
            staging,
            lie,
            game: vec![1, 2],
        },
    ] {
        assert_eq!(decode_all::<Request>(&request.encode()).unwrap(), request);
        assert_eq!(request.blobs(), 0);
    }
    let answer = Answer::Turn(Box::new(Turn {
        scenes: vec![
            Scene::Tensors(vec![Part {
                first: 0,
                count: 1,
                differs: true,
            }]),
            Scene::Pick { part: 0 },
            Scene::Proof(Proof {
                element: 9,
                position: 1,
                begin: None,
                from: 8,
                terms: vec![Term {
                    read: vec![2, -3],
                    value: -6,
                }],
                computed: -6,
                claimed: -10,
            }),
        ],
        next: None,
    }));
    let event = Event::Done(answer);
    assert_eq!(decode_all::<Event>(&event.encode()).unwrap(), event);
    let refused = RunError::Game {
        reason: "there is nothing to pick".into(),
    };
    assert_eq!(refused.code().name(), "game");
    assert!(refused.to_string().contains("nothing to pick"));
}

#[test]
fn a_question_for_the_registered_program_survives_the_way_and_brings_no_files() {
    let request = Request::Recompile { root: [5; 32] };
    assert_eq!(decode_all::<Request>(&request.encode()).unwrap(), request);
    assert_eq!(request.blobs(), 0);
    let other = RunError::OtherProgram { found: [6; 32] };
    assert!(other.to_string().contains(&"06".repeat(32)), "{other}");
    let event = Event::Failed(other);
    assert_eq!(decode_all::<Event>(&event.encode()).unwrap(), event);
}

#[test]
fn a_wrong_digest_is_told_with_both_digests() {
    let error = RunError::Digest {
        what: "model.onnx".into(),
        expected: [0x11; 32],
        actual: [0xab; 32],
    };
    let text = error.to_string();
    assert!(text.contains(&"11".repeat(32)) && text.contains(&"ab".repeat(32)));
    assert!(text.contains("not executed"));
    assert_eq!(error.code().name(), "digest");
}

#[test]
fn lanes_follow_devices() {
    assert_eq!(Device::Engine.lane().number(), 1);
    assert_eq!(Device::Gpu.lane().number(), 0);
}

#[test]
fn a_fallback_names_node_and_operator() {
    let why = Fallback::Unsupported {
        node: "n7".into(),
        operator: "LSTM".into(),
    };
    let text = Reason::Fallback(why).to_string();
    assert!(text.contains("n7") && text.contains("LSTM") && text.contains("engine"));
}

#[test]
fn progress_is_a_fraction_only_of_something() {
    assert_eq!(
        Progress::bytes(Stage::Download, 1, 4).fraction(),
        Some(0.25)
    );
    assert_eq!(Progress::bytes(Stage::Download, 0, 0).fraction(), None);
    assert_eq!(Progress::stage(Stage::Run).fraction(), None);
}
