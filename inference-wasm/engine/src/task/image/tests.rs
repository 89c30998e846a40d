//! Against Pillow and OpenCV themselves (`tests/fixtures/pictures/make.py` made the digests), and against damage.

use std::path::{Path, PathBuf};

use countersign_shared::{Crypto, Software};
use serde_json::Value;

use super::*;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pictures")
}

fn expected() -> Value {
    serde_json::from_slice(&std::fs::read(folder().join("expected.json")).unwrap()).unwrap()
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(folder().join("files").join(name)).unwrap()
}

fn digest(bytes: &[u8]) -> String {
    let digest = Software.sha256(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The pictures, in a fixed order.
fn names() -> Vec<String> {
    let expected = expected();
    let names: Vec<String> = expected["pictures"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert!(names.len() >= 12);
    names
}

#[test]
fn pictures_that_lose_nothing_are_decoded_as_pillow_does() {
    let expected = expected();
    let mut compared = 0;
    for name in names() {
        let picture = decode(&file(&name), false).unwrap();
        let answer = &expected["pictures"][&name];
        assert_eq!(answer["size"][0], picture.width, "{name}");
        assert_eq!(answer["size"][1], picture.height, "{name}");
        let upright = decode(&file(&name), true).unwrap();
        assert_eq!(answer["upright"][0], upright.width, "{name}");
        if !name.ends_with("jpg") && name != "bill.webp" {
            assert_eq!(
                answer["decoded"],
                digest(&picture.into_rgb().data),
                "{name}"
            );
            compared += 1;
        }
    }
    assert!(compared >= 7);
}

#[test]
fn sizes_and_the_jpeg_trip_are_bit_for_bit_those_of_pillow_and_opencv() {
    let source = decode(&file("shapes.png"), false).unwrap();
    let expected = expected();
    let arithmetic = &expected["arithmetic"];
    for (name, way) in [
        ("pillow", pillow_bilinear as fn(&_, _, _) -> _),
        ("cv", cv_linear),
    ] {
        for case in arithmetic[name].as_array().unwrap() {
            let size = |index: usize| case["size"][index].as_u64().unwrap() as usize;
            let resized: Picture = way(&source, size(0), size(1)).unwrap();
            assert_eq!(case["sha256"], digest(&resized.data), "{name} {case}");
        }
    }
    for case in arithmetic["jpeg"].as_array().unwrap() {
        let part = source.part(38, 38, 224, 224).unwrap();
        let quality = case["quality"].as_u64().unwrap() as u8;
        let trip = jpeg_round_trip(&part, quality).unwrap();
        assert_eq!(case["sha256"], digest(&trip.data), "quality {quality}");
    }
}

#[test]
fn damaged_pictures_are_errors_or_pictures_never_a_panic() {
    // A fixed sequence (xorshift), so that a failure can be found again.
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for name in names() {
        let whole = file(&name);
        for cut in 0..60 {
            // Every length at the start, where the headers are, then at random.
            let length = if cut < 30 { cut } else { random(whole.len()) };
            let _ = decode(&whole[..length], true);
        }
        for round in 0..60 {
            let mut bytes = whole.clone();
            let reach = if round % 2 == 0 {
                bytes.len().min(200)
            } else {
                bytes.len()
            };
            for _ in 0..1 + random(4) {
                let at = random(reach);
                bytes[at] = random(256) as u8;
            }
            if let Ok(picture) = decode(&bytes, true) {
                let size = picture.width * picture.height;
                assert!(size <= MAX_PIXELS && picture.data.len() == size * picture.channels);
            }
        }
    }
}

#[test]
fn truncated_pictures_are_refused() {
    for name in names() {
        let whole = file(&name);
        for part in [2, 3] {
            let cut = &whole[..whole.len() / part];
            assert!(decode(cut, false).is_err(), "{name} cut to 1/{part}");
        }
    }
}

#[test]
fn enormous_sizes_are_refused_by_the_header() {
    let refused = |bytes: &[u8], what: &str| {
        let error = decode(bytes, false).unwrap_err();
        assert_eq!(error.code, ErrorCode::Limit, "{what}: {error:?}");
        assert!(error.message.contains("million"), "{what}: {error:?}");
    };
    let mut gif = file("colours.gif");
    gif[6..10].fill(0xFF);
    refused(&gif, "GIF");
    let mut bmp = file("line.bmp");
    bmp[18..26].copy_from_slice(&[0xFF, 0xFF, 0, 0, 0xFF, 0xFF, 0, 0]);
    refused(&bmp, "BMP");
    let mut jpeg = file("sign.jpg");
    let frame = jpeg
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC0])
        .unwrap();
    jpeg[frame + 5..frame + 9].fill(0xFF);
    refused(&jpeg, "JPEG");
    // A PNG's header has a checksum.
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\xff\xff\0\0\xff\xff\x08\x02\0\0\0".to_vec();
    let mut sum = u32::MAX;
    for byte in &png[12..] {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 {
                sum >> 1 ^ 0xEDB8_8320
            } else {
                sum >> 1
            };
        }
    }
    png.extend((!sum).to_be_bytes());
    png.extend_from_slice(&file("letter.png")[33..]);
    refused(&png, "PNG");
    // Lossless WebP: 14 bits for each side.
    let mut webp = file("landscape.webp");
    assert_eq!(&webp[12..16], b"VP8L");
    let sizes = u32::from_le_bytes(webp[21..25].try_into().unwrap()) & 0xF000_0000;
    webp[21..25].copy_from_slice(&(sizes | 0x3FFE << 14 | 0x3FFE).to_le_bytes());
    refused(&webp, "WebP");
}

#[test]
fn other_files_are_refused_in_a_sentence() {
    for bytes in [
        &b""[..],
        b"hello",
        b"RIFF....WAVE",
        b"%PDF-1.7",
        &[0xFF, 0xD8],
    ] {
        let error = decode(bytes, true).unwrap_err();
        assert!(error.message.contains("use PNG, JPEG"), "{error:?}");
    }
}

#[test]
fn orientations_turn_as_exif_says() {
    // 1 2 3 over 4 5 6.
    let stored = Picture::new(3, 2, 1, vec![1, 2, 3, 4, 5, 6]).unwrap();
    let turned: [(u16, [u8; 6]); 8] = [
        (1, [1, 2, 3, 4, 5, 6]),
        (2, [3, 2, 1, 6, 5, 4]),
        (3, [6, 5, 4, 3, 2, 1]),
        (4, [4, 5, 6, 1, 2, 3]),
        (5, [1, 4, 2, 5, 3, 6]),
        (6, [4, 1, 5, 2, 6, 3]),
        (7, [6, 3, 5, 2, 4, 1]),
        (8, [3, 6, 2, 5, 1, 4]),
    ];
    for (orientation, data) in turned {
        let picture = stored.clone().turned(orientation);
        assert_eq!(picture.data, data, "{orientation}");
        assert_eq!(picture.width, if orientation >= 5 { 2 } else { 3 });
    }
}
