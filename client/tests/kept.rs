//! Receipts in their owner's keeping: records, joining, sharing, batches, standing, what the chain confirms, backups.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

// This file needs a part of what is common.
#[allow(dead_code)]
mod common;

use common::{deployments, moment, FakeNode, Making, FINALISED, NOW};
use countersign_client::kept::backup::{self, BackupError, Header};
use countersign_client::kept::{self, Effect, Kept, KeptError, Notes, Seen, Standing};
use countersign_client::Chain;
use countersign_shared::chain::Disownment;
use countersign_shared::commit::Side;
use countersign_shared::{Lane, Software};

fn keep(maker: &Making) -> Kept {
    Kept {
        bundle: maker.bundle(true, true),
        tried: Vec::new(),
        sent_until: None,
        seen: None,
        kept: NOW,
        notes: Notes {
            model: "Adder 1".to_owned(),
            publisher: "somebody".to_owned(),
            input: "Grüße.txt".to_owned(),
            result: r#"{"label":"json"}"#.to_owned(),
        },
    }
}

fn several() -> [Kept; 3] {
    [0, 1, 2].map(|later| {
        let mut making = Making::new(Lane::Replay);
        making.statement.time += later;
        keep(&making)
    })
}

fn seen(block: u32) -> Seen {
    Seen {
        block,
        anchored: None,
        batch: false,
        revoked: None,
        disowned: None,
    }
}

#[test]
fn a_record_is_read_as_it_was_written() {
    let mut kept = keep(&Making::new(Lane::Replay));
    let (_, proofs) = kept::batch(&[&kept]).unwrap();
    kept.tried.push(proofs[0].1.clone());
    kept.sent_until = Some(7);
    kept.seen = Some(Seen {
        anchored: Some(moment(3)),
        revoked: Some(moment(5)),
        ..seen(9)
    });
    let file = kept.to_file();
    assert_eq!(Kept::from_file(file.as_bytes()), Ok(kept));
    for cut in 0..file.len() {
        assert!(Kept::from_file(&file.as_bytes()[..cut]).is_err());
    }
    let newer = file.replace("countersign/kept/1", "countersign/kept/2");
    assert_eq!(
        Kept::from_file(newer.as_bytes()),
        Err(KeptError::Unsupported("countersign/kept/2".to_owned()))
    );
    let more = file.replacen("\"kept\":", "\"keeper\":1,\"kept\":", 1);
    assert!(Kept::from_file(more.as_bytes()).is_err());
}

#[test]
fn a_shared_bundle_opens_what_was_chosen_and_no_salt_of_anything_else() {
    let kept = keep(&Making::new(Lane::Replay));
    let none = kept.share(|_, _| false);
    assert!(none.openings.is_empty());
    let input = kept.share(|side, _| side == Side::Input);
    assert!(input
        .openings
        .iter()
        .all(|opening| opening.side == Side::Input));
    let text = input.to_file(&Software);
    for opening in kept
        .bundle
        .openings
        .iter()
        .filter(|opening| opening.side == Side::Output)
    {
        for item in &opening.items {
            assert!(!text.contains(&item.salt.to_string()));
        }
    }
    assert!(input.verify(&Software).is_ok());
}

#[test]
fn every_proof_of_a_batch_leads_to_its_root_and_twice_is_once() {
    let all = several();
    let (key, proofs) = kept::batch(&[&all[0], &all[1], &all[2], &all[1]]).unwrap();
    assert_eq!(key.size, 3);
    assert_eq!(proofs.len(), 3);
    for kept in &all {
        let (_, proof) = proofs
            .iter()
            .find(|(sealed, _)| *sealed == kept.sealed())
            .unwrap();
        let anchored = proof.verify(&kept.verified().unwrap(), &Software).unwrap();
        assert_eq!((anchored.root(), anchored.size()), (key.root, key.size));
    }
    assert!(kept::batch(&[]).is_none());
}

#[test]
fn joining_keeps_what_either_has() {
    let maker = Making::new(Lane::Replay);
    let (mut left, mut right) = (keep(&maker), keep(&maker));
    left.bundle = maker.bundle(true, false);
    right.bundle = maker.bundle(false, true);
    right.notes.model = String::new();
    right.kept = NOW - 5;
    left.sent_until = Some(200);
    right.seen = Some(Seen {
        anchored: Some(moment(50)),
        ..seen(60)
    });
    for (one, other) in [(&left, &right), (&right, &left)] {
        let merged = one.merge(other).unwrap();
        assert_eq!(merged.bundle.openings.len(), 2);
        assert_eq!(merged.notes.model, "Adder 1");
        assert_eq!((merged.kept, merged.sent_until), (NOW - 5, None));
        assert_eq!(
            merged.standing(NOW),
            Standing::Anchored {
                at: moment(50),
                batch: false
            }
        );
    }
    assert!(left.merge(&several()[1]).is_none());
}

#[test]
fn the_standing_is_no_better_than_what_was_read() {
    let mut kept = keep(&Making::new(Lane::Replay));
    assert_eq!(kept.standing(NOW), Standing::Unknown);
    kept.sent_until = Some(80);
    assert_eq!(kept.standing(NOW), Standing::Sent { until: 80 });
    kept.seen = Some(seen(80));
    assert_eq!(kept.standing(NOW), Standing::Sent { until: 80 });
    kept.seen = Some(seen(81));
    assert_eq!(kept.standing(NOW), Standing::Waiting);
    kept.seen = Some(Seen {
        anchored: Some(moment(70)),
        revoked: Some(moment(75)),
        ..seen(81)
    });
    assert_eq!(kept.standing(NOW), Standing::Revoked(moment(75)));
}

#[test]
fn a_proof_counts_once_the_chain_knows_its_batch() {
    let deployments = deployments();
    let entry = &deployments.entries()[0];
    let mut kept = keep(&Making::new(Lane::Replay));
    let (_, proofs) = kept::batch(&[&kept]).unwrap();
    kept.tried.push(proofs[0].1.clone());
    let receipt = kept.verified().unwrap();
    let look = |batched| {
        let node = FakeNode::default();
        node.batched.set(batched);
        pollster::block_on(async {
            let chain = Chain::connect(&node).await.unwrap();
            let deployed = chain.deployed(entry).await.unwrap();
            let at = chain.finalised().await.unwrap();
            kept::look(&deployed, &kept, &receipt, at).await.unwrap()
        })
    };
    let mut after = kept.clone();
    after.take(&look(None));
    assert_eq!(after.standing(NOW), Standing::Waiting);
    assert_eq!((after.tried.len(), after.bundle.anchors.len()), (1, 0));
    after.take(&look(Some(moment(90))));
    assert_eq!(
        after.standing(NOW),
        Standing::Anchored {
            at: moment(90),
            batch: true
        }
    );
    assert_eq!((after.tried.len(), after.bundle.anchors.len()), (0, 1));
    assert_eq!(after.seen.unwrap().block, FINALISED);
}

#[test]
fn what_is_handed_over_carries_the_proof_of_a_batch_on_its_way() {
    let mut kept = keep(&Making::new(Lane::Replay));
    let (_, proofs) = kept::batch(&[&kept]).unwrap();
    let proof = proofs[0].1.clone();
    assert_eq!(kept.share(|_, _| true).anchors, []);
    kept.tried.push(proof.clone());
    kept.sent_until = Some(80);
    assert_eq!(
        kept.share(|_, _| true).anchors,
        std::slice::from_ref(&proof)
    );
    kept.seen = Some(seen(80));
    assert_eq!(
        kept.share(|_, _| true).anchors,
        std::slice::from_ref(&proof)
    );
    // Nothing is on its way any more, and the chain knows no such batch: it would only be in the way.
    kept.seen = Some(seen(81));
    assert_eq!(kept.share(|_, _| true).anchors, []);
    kept.seen = None;
    kept.sent_until = None;
    assert_eq!(kept.share(|_, _| true).anchors, []);
    kept.tried.clear();
    kept.bundle.anchors.push(proof.clone());
    assert_eq!(kept.share(|_, _| true).anchors, [proof]);
}

#[test]
fn search_takes_every_word_in_any_case() {
    let kept = keep(&Making::new(Lane::Replay));
    assert!(kept.matches(""));
    assert!(kept.matches("ADDER grüße"));
    assert!(kept.matches(&kept.id().to_string()));
    assert!(!kept.matches("adder nowhere"));
}

#[test]
fn a_backup_says_what_is_wrong_with_it() {
    let all = several();
    let contents = backup::contents(&all);
    assert_eq!(
        backup::read_contents(&contents).as_deref(),
        Ok(all.as_slice())
    );
    assert_eq!(backup::read_contents(b"{}"), Err(BackupError::Contents));
    let header = Header {
        rounds: backup::ROUNDS,
        salt: [1; 16],
        nonce: [2; 12],
    };
    let mut file = header.to_bytes();
    assert_eq!(Header::read(&file), Err(BackupError::Short));
    file.extend_from_slice(&[0; 16]);
    assert_eq!(Header::read(&file), Ok((header, [0; 16].as_slice())));
    assert_eq!(
        Header::read(b"countersign/receipt"),
        Err(BackupError::NotOurs)
    );
    file[18] = 2;
    assert_eq!(Header::read(&file), Err(BackupError::Unsupported(2)));
    file[18] = 1;
    file[19..23].copy_from_slice(&1000_u32.to_be_bytes());
    assert_eq!(Header::read(&file), Err(BackupError::Rounds(1000)));
}

/// A kept receipt of which the chain said this at block 50.
fn told(anchored: Option<u32>, revoked: Option<u32>, disowned: Option<u32>) -> Kept {
    let mut kept = keep(&Making::new(Lane::Replay));
    kept.seen = Some(Seen {
        anchored: anchored.map(moment),
        revoked: revoked.map(moment),
        disowned: disowned.map(|since| Disownment {
            since,
            declared: moment(45),
        }),
        ..seen(50)
    });
    kept
}

#[test]
fn of_a_disowned_key_what_was_anchored_before_stays_and_the_rest_falls() {
    let effect = |anchored| told(anchored, None, None).if_disowned(10, moment(51));
    assert_eq!(effect(Some(9)), Effect::Stays);
    assert_eq!(effect(Some(10)), Effect::Falls);
    assert_eq!(effect(None), Effect::Falls);
}

#[test]
fn what_counts_no_more_cannot_fall_again() {
    let revoked = told(Some(9), Some(20), None);
    assert_eq!(revoked.if_disowned(5, moment(51)), Effect::Fallen);
    let disowned = told(Some(9), None, Some(9));
    assert_eq!(disowned.if_disowned(5, moment(51)), Effect::Fallen);
}

#[test]
fn a_later_block_changes_nothing_and_an_earlier_one_does() {
    let kept = told(Some(9), None, Some(10));
    assert_eq!(kept.if_disowned(40, moment(51)), Effect::Stays);
    assert_eq!(kept.if_disowned(9, moment(51)), Effect::Falls);
}

#[test]
fn what_the_chain_was_not_asked_about_is_unknown() {
    let mut never = told(None, None, None);
    never.seen = None;
    assert_eq!(never.if_disowned(10, moment(51)), Effect::Unknown);
    let kept = told(None, None, None);
    assert_eq!(kept.if_disowned(52, moment(60)), Effect::Unknown);
    assert_eq!(kept.if_disowned(51, moment(60)), Effect::Falls);
}
