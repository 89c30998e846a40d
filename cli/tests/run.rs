//! `countersign run` and `model check` on the released engine: outputs, and every kind of bad input.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use std::path::Path;

fn add(input_a: &str, input_b: &str, model: &Path) -> Said {
    let (a, b) = (format!("a={input_a}"), format!("b={input_b}"));
    run(&[
        "run",
        model.to_str().unwrap(),
        "--input",
        &a,
        "--input",
        &b,
        "--json",
    ])
}

fn path(name: &str) -> String {
    data(name).display().to_string()
}

#[test]
fn an_onnx_file_is_run_from_and_to_npy_files() {
    let folder = Folder::new();
    let out = folder.file("out");
    let said = run(&[
        "run",
        &path("add.onnx"),
        "--input",
        &format!("a={}", path("a.npy")),
        "--input",
        &format!("b={}", path("b.npy")),
        "--output",
        out.to_str().unwrap(),
        "--known-answer",
        folder.file("known.bin").to_str().unwrap(),
    ]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("sum  float32[2]"), "{said:?}");
    let written = std::fs::read(out.join("sum.npy")).unwrap();
    let header = String::from_utf8_lossy(&written[10..128]).into_owned();
    assert!(
        header.starts_with("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"),
        "{header}"
    );
    let expected = [1.5_f32, 0.0].map(f32::to_le_bytes).concat();
    assert_eq!(&written[128..], expected);
    // The known answer holds the same, under the model's names.
    let known = std::fs::read(folder.file("known.bin")).unwrap();
    let known = countersign_shared::kat::KnownAnswer::parse(&known).unwrap();
    let names: Vec<&str> = known.inputs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    let [(name, sum)] = &known.outputs[..] else {
        panic!("{:?}", known.outputs);
    };
    assert_eq!((name.as_str(), sum.data()), ("sum", &expected[..]));
}

#[test]
fn inputs_that_do_not_fit_are_named() {
    let (a, b) = (path("a.npy"), path("b.npy"));
    let folder = Folder::new();
    let cases = [
        (
            add(&a, &path("doubles.npy"), &data("add.onnx")),
            5,
            "float64",
        ),
        (
            add(&a, &path("fortran.npy"), &data("add.onnx")),
            5,
            "Fortran order",
        ),
        (
            add(&a, &path("big-endian.npy"), &data("add.onnx")),
            5,
            "big-endian",
        ),
        (
            add(&a, "missing.npy", &data("add.onnx")),
            5,
            "missing.npy cannot be read",
        ),
        (
            run(&["run", &path("add.onnx"), "--json", "--input", &a]),
            2,
            "NAME=FILE.npy",
        ),
        (
            run(&[
                "run",
                &path("add.onnx"),
                "--json",
                "--input",
                &format!("a={a}"),
            ]),
            5,
            "b",
        ),
        (run(&["run", "--json"]), 2, "an ONNX file"),
        (
            add(&a, &b, &folder.write("empty.onnx", [])),
            5,
            "no ONNX file",
        ),
        (
            add(&a, &b, &folder.file("missing.onnx")),
            5,
            "missing.onnx cannot be read",
        ),
    ];
    for (said, code, word) in cases {
        assert_eq!(said.code, code, "{said:?}");
        let error = json(&said)["error"].as_str().unwrap().to_owned();
        assert!(error.contains(word), "{word:?} is not in: {error}");
        assert_eq!(json(&said)["code"], code);
    }
}

#[test]
fn truncated_and_damaged_models_are_refused_without_a_crash() {
    let folder = Folder::new();
    let whole = std::fs::read(data("add.onnx")).unwrap();
    let flipped: Vec<u8> = whole.iter().map(|byte| byte ^ 0x55).collect();
    for damaged in [
        &whole[..whole.len() / 2],
        &whole[..whole.len() - 1],
        &flipped,
    ] {
        let said = add(
            &path("a.npy"),
            &path("b.npy"),
            &folder.write("m.onnx", damaged),
        );
        assert_eq!(said.code, 5, "{said:?}");
        assert!(
            !json(&said)["error"].as_str().unwrap().contains("stopped"),
            "{said:?}"
        );
    }
}

#[test]
fn a_file_of_two_gigabytes_is_refused_unread() {
    let folder = Folder::new();
    let path = folder.write("huge.onnx", []);
    let huge = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    huge.set_len(2 << 30).unwrap();
    let said = run(&["run", path.to_str().unwrap()]);
    assert_eq!(said.code, 5);
    assert!(
        said.err
            .contains("huge.onnx has 2147483648 bytes; the engine takes at most"),
        "{said:?}"
    );
}

/// R2: an engine whose SHA-256 is in no list is never executed.
#[test]
fn r2_an_unlisted_engine_is_not_executed() {
    let folder = Folder::new();
    let engine = folder.write("engine.wasm", b"\0asm\x01\0\0\0");
    let said = run(&[
        "run",
        &path("add.onnx"),
        "--engine",
        engine.to_str().unwrap(),
    ]);
    assert_eq!(said.code, 5);
    assert!(
        said.err
            .contains("in no list of engines, so it is not executed"),
        "{said:?}"
    );
}

/// R2: a model file whose bytes are not the manifest's is never executed.
#[test]
fn r2_a_model_file_with_other_bytes_is_not_executed() {
    let folder = Folder::new();
    let manifest = folder.write("adder.json", std::fs::read(data("adder.json")).unwrap());
    let mut altered = std::fs::read(data("add.onnx")).unwrap();
    let last = altered.len() - 1;
    altered[last] ^= 1;
    folder.write("add.onnx", altered);
    let said = run(&["model", "check", manifest.to_str().unwrap(), "--json"]);
    assert_eq!(said.code, 1, "{said:?}");
    let problem = json(&said)["problems"][0].as_str().unwrap().to_owned();
    assert!(
        problem.contains("add.onnx has another size or SHA-256 than the manifest names"),
        "{problem}"
    );
    let inputs = [
        "--input",
        &format!("a={}", path("a.npy")),
        "--input",
        &format!("b={}", path("b.npy")),
    ];
    let mut arguments = vec!["run", "--model", manifest.to_str().unwrap()];
    arguments.extend(inputs);
    let said = run(&arguments);
    assert_eq!(said.code, 5, "{said:?}");
    assert!(said.err.contains("so it was not executed"), "{said:?}");
}

#[test]
fn a_good_manifest_is_checked_down_to_the_engine() {
    let said = run(&["model", "check", &path("adder.json"), "--json"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(json(&said)["ok"], true);
}

#[test]
fn a_manifest_with_a_doubled_key_is_refused() {
    let folder = Folder::new();
    let good = std::fs::read_to_string(data("adder.json")).unwrap();
    let doubled = good.replacen(r#""licence""#, r#""licence":"MIT","licence""#, 1);
    let manifest = folder.write("m.json", doubled);
    let said = run(&["model", "check", manifest.to_str().unwrap()]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("a key stands twice"), "{said:?}");
    let newer = good.replacen("countersign/manifest/1", "countersign/manifest/2", 1);
    let manifest = folder.write("n.json", newer);
    assert_eq!(run(&["model", "check", manifest.to_str().unwrap()]).code, 4);
}
