//! `text-detection/1` and `text-recognition/1` answer as RapidOCR's own program does (`fixtures/pictures/make.py` made
//! the answers).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;

use countersign_abi::{ErrorCode, Input, NamedFile, RunRequest, Task};
use countersign_engine::Engine;
use serde_json::Value;
use support::{fixtures, model, on_file};

fn reader(file: &[u8], from: &[u8]) -> RunRequest {
    let named = |name: &str, data: &[u8]| NamedFile {
        name: name.to_owned(),
        data: data.to_vec(),
    };
    RunRequest {
        input: Input::Files(vec![named("file", file), named("from", from)]),
        seed: [7; 32],
    }
}

type Quad = [[f64; 2]; 4];

fn quad(points: &Value) -> Quad {
    let number = |i: usize, j: usize| points[i][j].as_f64().unwrap();
    std::array::from_fn(|i| [number(i, 0), number(i, 1)])
}

/// Area shared by two convex quadrilaterals over the area that either covers, counted on a grid of quarter pixels.
fn overlap(a: &Quad, b: &Quad) -> f64 {
    let inside = |quad: &Quad, x: f64, y: f64| {
        (0..4).all(|i| {
            let ([x0, y0], [x1, y1]) = (quad[i], quad[(i + 1) % 4]);
            (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) >= 0.0
        })
    };
    let (mut both, mut either) = (0u32, 0u32);
    for y in 0..4 * 400 {
        for x in 0..4 * 450 {
            let (x, y) = (f64::from(x) / 4.0 + 0.125, f64::from(y) / 4.0 + 0.125);
            let (a, b) = (inside(a, x, y), inside(b, x, y));
            both += u32::from(a && b);
            either += u32::from(a || b);
        }
    }
    f64::from(both) / f64::from(either)
}

/// Detects and reads the pictures of one half (the slowest tests of the engine: two run side by side).
fn compare(half: usize) {
    let folder = fixtures().join("pictures");
    let expected: Value =
        serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap();
    let mut detector = Engine::new();
    detector
        .load(&model("rapidocr-detection", Task::TextDetection1))
        .unwrap();
    let mut recogniser = Engine::new();
    recogniser
        .load(&model("rapidocr-recognition", Task::TextRecognition1))
        .unwrap();
    let (mut least, mut boxes, mut lines) = (1.0f64, 0, 0);
    let mut names = BTreeSet::new();
    let pictures = expected["pictures"].as_object().unwrap().iter();
    let with_boxes = pictures.filter(|(_, answer)| answer["boxes"].is_array());
    for (name, answer) in with_boxes.skip(half).step_by(2) {
        let file = std::fs::read(folder.join("files").join(name)).unwrap();
        let response = detector.run(on_file(&file)).unwrap();
        let found = response.result.unwrap();
        countersign_shared::json::parse_canonical(&found).unwrap();
        let result: Value = serde_json::from_slice(&found).unwrap();
        assert_eq!(result["width"], answer["upright"][0], "{name}");
        assert_eq!(result["height"], answer["upright"][1], "{name}");
        let (ours, theirs) = (
            result["boxes"].as_array().unwrap(),
            answer["boxes"].as_array().unwrap(),
        );
        assert_eq!(
            ours.len(),
            theirs.len(),
            "{name}: {ours:?} instead of {theirs:?}"
        );
        let mut scores = Vec::new();
        for (ours, theirs) in ours.iter().zip(theirs) {
            let shared = overlap(&quad(&ours["points"]), &quad(theirs));
            assert!(shared > 0.9, "{name}: {ours} instead of {theirs}: {shared}");
            scores.push(ours["score"].as_str().unwrap().parse::<f64>().unwrap());
            least = least.min(shared);
            boxes += 1;
        }
        // The program sorts the boxes, but not their scores with them.
        let mut wanted: Vec<f64> = (answer["box_scores"].as_array().unwrap().iter())
            .map(|score| score.as_f64().unwrap())
            .collect();
        scores.sort_by(f64::total_cmp);
        wanted.sort_by(f64::total_cmp);
        for (score, wanted) in scores.iter().zip(&wanted) {
            assert!(
                (score - wanted).abs() < 0.05,
                "{name}: {scores:?}, {wanted:?}"
            );
        }
        let response = recogniser.run(reader(&file, &found)).unwrap();
        let kinds: Vec<&str> = response
            .output_items
            .iter()
            .map(|item| item.name.as_str())
            .collect();
        assert_eq!(kinds, ["result"], "PROTOCOL 2.1: several executions");
        let inputs: Vec<&str> = response
            .input_items
            .iter()
            .map(|item| item.name.as_str())
            .collect();
        assert_eq!(inputs, ["file", "from"]);
        let result: Value = serde_json::from_slice(&response.result.unwrap()).unwrap();
        let texts: Vec<&Value> = result["lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| &line["text"])
            .collect();
        let wanted: Vec<&Value> = answer["texts"].as_array().unwrap().iter().collect();
        assert_eq!(texts, wanted, "{name}");
        for (line, expected) in result["lines"]
            .as_array()
            .unwrap()
            .iter()
            .zip(answer["scores"].as_array().unwrap())
        {
            let score: f64 = line["score"].as_str().unwrap().parse().unwrap();
            assert!(
                (score - expected.as_f64().unwrap()).abs() < 0.05,
                "{name}: {line}, {expected}"
            );
        }
        println!("{name}: {} boxes, {texts:?}", ours.len());
        lines += texts.len();
        names.insert(name);
    }
    assert!(names.len() >= 6 && lines >= 10);
    println!(
        "{} pictures, {boxes} boxes (least overlap {least:.3}), {lines} lines with equal text",
        names.len()
    );
}

#[test]
fn boxes_and_texts_are_those_of_the_program() {
    compare(0);
}

#[test]
fn boxes_and_texts_are_those_of_the_program_too() {
    compare(1);
}

#[test]
fn earlier_results_are_read_strictly() {
    let mut engine = Engine::new();
    engine
        .load(&model("rapidocr-recognition", Task::TextRecognition1))
        .unwrap();
    let file = std::fs::read(fixtures().join("pictures/files/grey.png")).unwrap();
    let line = r#"{"points":[[30,30],[330,30],[330,70],[30,70]],"score":"0.9"}"#;
    let around = |boxes: &str| format!(r#"{{"boxes":[{boxes}],"height":180,"width":360}}"#);
    let nothing = engine.run(reader(&file, around("").as_bytes())).unwrap();
    assert!(!nothing.executed);
    assert_eq!(
        nothing.result.unwrap(),
        br#"{"height":180,"lines":[],"width":360}"#
    );
    let refused = [
        String::new(),
        "{}".to_owned(),
        "[]".to_owned(),
        around(line).replace("360", "361"),
        around(line).replace("[30,70]", "[30,181]"),
        around(line).replace("[30,70]", "[-1,70]"),
        around(line).replace(",[30,70]", ""),
        around(line).replace("[330,70],[30,70]", "[330,30],[30,30]"),
        around(line).replace(r#""score":"0.9""#, r#""score":9"#),
        around(line).replace(r#""0.9""#, r#""0.9","z":1"#),
        around(line).replace(':', ": "),
        around(line).replace(r#""width":360"#, r#""width":360,"x":0"#),
    ];
    for from in refused {
        let error = engine.run(reader(&file, from.as_bytes())).unwrap_err();
        assert_eq!(error.code, ErrorCode::Input, "{from}: {error:?}");
    }
    let many = vec![line; 1001].join(",");
    let error = engine
        .run(reader(&file, around(&many).as_bytes()))
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::Limit);
    let error = engine.run(on_file(&file)).unwrap_err();
    assert_eq!(error.code, ErrorCode::Input);
}
