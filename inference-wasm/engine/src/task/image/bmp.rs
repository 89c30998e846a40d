//! BMP without compression: 1, 4 or 8 bits with a palette, 24 bits. Everything else is refused.
//!
//! Source: Microsoft's BITMAPFILEHEADER and BITMAPINFOHEADER (V4 and V5 begin alike).

use countersign_abi::EngineError;

use super::{pixels, refuse, Picture};

fn damaged(what: &str) -> EngineError {
    refuse(format!("the BMP cannot be read: {what}"))
}

pub(super) fn decode(bytes: &[u8]) -> Result<Picture, EngineError> {
    read(bytes)?.ok_or_else(|| damaged("it ends early"))
}

/// `None` if the file ends early.
fn read(bytes: &[u8]) -> Result<Option<Picture>, EngineError> {
    let two = |at: usize| -> Option<u16> {
        Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
    };
    let four = |at: usize| -> Option<i32> {
        Some(i32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
    };
    let head = (
        four(10),
        four(14),
        four(18),
        four(22),
        two(28),
        four(30),
        four(46),
    );
    let (Some(start), Some(header), Some(w), Some(h), Some(bits), Some(packed), Some(used)) = head
    else {
        return Ok(None);
    };
    if header < 40 || packed != 0 || !matches!(bits, 1 | 4 | 8 | 24) {
        return Err(refuse(
            "the BMP is of a kind that is not read (only plain ones of 1, 4, 8 or 24 bits are): save it as PNG",
        ));
    }
    let (Ok(width), Ok(start), Ok(header)) = (
        usize::try_from(w),
        usize::try_from(start),
        usize::try_from(header),
    ) else {
        return Err(damaged("a size is negative"));
    };
    let height = h.unsigned_abs() as usize;
    let count = pixels(width, height)?;
    let bits = usize::from(bits);
    let row = (width * bits).div_ceil(32) * 4;
    let Some(stored) = row
        .checked_mul(height)
        .and_then(|size| size.checked_add(start))
        .and_then(|end| bytes.get(start..end))
    else {
        return Ok(None);
    };
    let colours = match usize::try_from(used) {
        _ if bits == 24 => 0,
        Ok(0) => 1 << bits,
        Ok(used) if used <= 1 << bits => used,
        _ => return Err(damaged("its palette is too large")),
    };
    let Some(palette) = header
        .checked_add(14)
        .and_then(|at| bytes.get(at..at.checked_add(colours * 4)?))
    else {
        return Ok(None);
    };
    let mut data = Vec::with_capacity(count * 3);
    for y in 0..height {
        // Rows stand from the bottom up, unless the height is negative.
        let line = if h > 0 { height - 1 - y } else { y };
        let line = &stored[line * row..(line + 1) * row];
        for x in 0..width {
            let colour = if bits == 24 {
                &line[3 * x..3 * x + 3]
            } else {
                let place = x * bits;
                let index =
                    usize::from(line[place / 8]) >> (8 - bits - place % 8) & ((1 << bits) - 1);
                palette
                    .get(4 * index..4 * index + 3)
                    .ok_or_else(|| damaged("a colour is not in its palette"))?
            };
            data.extend([colour[2], colour[1], colour[0]]);
        }
    }
    Picture::decoded(width, height, 3, data).map(Some)
}
