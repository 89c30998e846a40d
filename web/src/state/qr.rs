//! The text of the QR code in a picture.

use crate::browser::error::BrowserError;
use crate::browser::picture::Decoded;
use crate::text::verify as text;
use core::fmt;
use std::collections::BTreeSet;
use web_sys::Blob;

/// The longest sides that a picture is tried at, in pixels: first enough for a photograph of a code, then enough for a fine one
/// on a large screen. A picture of the last size takes 64 MiB while it is read.
const SIDES: [u32; 2] = [1_600, 4_000];
/// Pictures smaller than this are also tried at twice their size, each pixel four times: screens show fine codes with about
/// two pixels a module, which are too few to be found.
const SMALL: u32 = 2_000;

/// Why there is no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QrError {
    /// No code was found.
    None,
    /// A code was found and could not be read.
    Unread,
    /// There are several, with different texts.
    Several(usize),
    /// It holds bytes that are no text.
    NotText,
    /// The browser could not read the picture.
    Browser(BrowserError),
}

impl fmt::Display for QrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str(&text::QR_NONE),
            Self::Unread => f.write_str(&text::QR_UNREAD),
            Self::Several(count) => f.write_str(&text::qr_several(*count)),
            Self::NotText => f.write_str(&text::QR_NOT_TEXT),
            Self::Browser(error) => error.fmt(f),
        }
    }
}

/// Reads the one code in a picture.
///
/// # Errors
/// [`QrError`].
pub async fn read(file: &Blob) -> Result<String, QrError> {
    let picture = Decoded::of(file).await.map_err(QrError::Browser)?;
    let mut worst = QrError::None;
    for (width, height) in sizes(picture.size()) {
        let smooth = width <= picture.size().0;
        let rgba = picture.rgba(width, height, smooth);
        let rgba = rgba.map_err(QrError::Browser)?;
        match find(width as usize, height as usize, &grey(&rgba)) {
            Err(QrError::None) => {}
            Err(QrError::Unread) => worst = QrError::Unread,
            settled => return settled,
        }
    }
    Err(worst)
}

/// The sizes that a picture of this size is tried at.
fn sizes((width, height): (u32, u32)) -> Vec<(u32, u32)> {
    let longest = width.max(height);
    if width == 0 || height == 0 {
        return Vec::new();
    }
    // At most `side` where it is scaled down: below 2^32 in any case.
    let scaled = |length: u32, side: u32| {
        let length = u64::from(length) * u64::from(side) / u64::from(longest);
        u32::try_from(length).unwrap_or(side).max(1)
    };
    let to = |side: u32| (scaled(width, side), scaled(height, side));
    let mut sides: Vec<u32> = SIDES.iter().map(|most| longest.min(*most)).collect();
    sides.dedup();
    if longest < SMALL {
        sides.push(2 * longest);
    }
    sides.into_iter().map(to).collect()
}

/// Rec. 601 luma on white, so that what is transparent is light.
fn grey(rgba: &[u8]) -> Vec<u8> {
    let luma = |pixel: &[u8]| {
        let [r, g, b, opacity] = *pixel else {
            return 255;
        };
        let [r, g, b, opacity] = [r, g, b, opacity].map(u32::from);
        let light = (299 * r + 587 * g + 114 * b) / 1_000;
        let seen = (light * opacity + 255 * (255 - opacity)) / 255;
        u8::try_from(seen).unwrap_or(255)
    };
    rgba.chunks_exact(4).map(luma).collect()
}

/// The text of the one code among grey pixels, row by row.
fn find(width: usize, height: usize, grey: &[u8]) -> Result<String, QrError> {
    if width == 0 || height == 0 {
        return Err(QrError::None);
    }
    let at = |x: usize, y: usize| grey.get(y * width + x).copied().unwrap_or(255);
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, at);
    let codes = prepared.detect_grids();
    let mut texts = BTreeSet::new();
    for code in &codes {
        let mut bytes = Vec::new();
        if code.decode_to(&mut bytes).is_ok() {
            texts.insert(bytes);
        }
    }
    match texts.len() {
        0 if codes.is_empty() => Err(QrError::None),
        0 => Err(QrError::Unread),
        1 => {
            let bytes = texts.pop_first().unwrap_or_default();
            String::from_utf8(bytes).map_err(|_| QrError::NotText)
        }
        count => Err(QrError::Several(count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qrcodegen::{QrCode, QrCodeEcc};

    /// Codes side by side, `scale` pixels a module.
    fn picture(texts: &[&[u8]], scale: usize) -> (usize, usize, Vec<u8>) {
        let codes: Vec<QrCode> = texts
            .iter()
            .map(|text| QrCode::encode_binary(text, QrCodeEcc::Low).unwrap())
            .collect();
        let side = codes.iter().map(|code| code.size() as usize + 8).max();
        let side = side.unwrap() * scale;
        let (width, height) = (side * codes.len(), side);
        let mut grey = vec![255; width * height];
        for (place, code) in codes.iter().enumerate() {
            for y in 0..height {
                for x in 0..side {
                    let module = |at: usize| (at / scale) as i32 - 4;
                    if code.get_module(module(x), module(y)) {
                        grey[y * width + place * side + x] = 20;
                    }
                }
            }
        }
        (width, height, grey)
    }

    fn text(texts: &[&[u8]], scale: usize) -> Result<String, QrError> {
        let (width, height, grey) = picture(texts, scale);
        find(width, height, &grey)
    }

    #[test]
    fn a_code_gives_its_text_up_to_the_largest() {
        let link = format!("https://example.org/verify#{}", "aB3-_".repeat(585));
        assert!(link.len() > 2_900);
        for text_of in ["#a", "https://example.org/verify#eyJ", &link] {
            assert_eq!(text(&[text_of.as_bytes()], 3), Ok(text_of.to_owned()));
        }
    }

    #[test]
    fn several_codes_are_never_chosen_among() {
        assert_eq!(text(&[b"one", b"two"], 4), Err(QrError::Several(2)));
        assert_eq!(text(&[b"one", b"one"], 4), Ok("one".to_owned()));
    }

    #[test]
    fn bad_input_has_no_text() {
        assert_eq!(find(0, 0, &[]), Err(QrError::None));
        assert_eq!(find(40, 40, &[]), Err(QrError::None));
        assert_eq!(find(40, 40, &[0; 1_600]), Err(QrError::None));
        assert_eq!(text(&[b"\xff\xfe"], 4), Err(QrError::NotText));
    }

    #[test]
    fn sizes_keep_the_shape_and_have_a_bound() {
        assert_eq!(sizes((300, 200)), [(300, 200), (600, 400)]);
        assert_eq!(sizes((2_400, 900)), [(1_600, 600), (2_400, 900)]);
        assert_eq!(sizes((8_000, 4_000)), [(1_600, 800), (4_000, 2_000)]);
        assert_eq!(sizes((u32::MAX, 1)), [(1_600, 1), (4_000, 1)]);
        assert_eq!(sizes((0, 5)), []);
    }

    #[test]
    fn what_is_transparent_is_light() {
        assert_eq!(
            grey(&[0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255]),
            [255, 0, 255]
        );
    }
}
