//! PNG, by the crate `png`; samples are expanded here, as Pillow reads them: transparency outside of an alpha channel
//! is ignored, of 16 bits the upper 8 are kept, 16-bit grey is refused (Pillow's programs clip it).

use std::io::Cursor;

use countersign_abi::EngineError;
use png::{BitDepth, ColorType, Decoder, Limits, Transformations};

use super::{pixels, refuse, Picture};

fn damaged(error: impl std::fmt::Display) -> EngineError {
    refuse(format!("the PNG cannot be read: {error}"))
}

/// The picture, and its EXIF data.
pub(super) fn decode(bytes: &[u8]) -> Result<(Picture, Option<Vec<u8>>), EngineError> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: 64 << 20 });
    decoder.set_transformations(Transformations::IDENTITY);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let (width, height) = {
        let info = decoder.read_header_info().map_err(damaged)?;
        (info.width as usize, info.height as usize)
    };
    let count = pixels(width, height)?;
    let mut reader = decoder.read_info().map_err(damaged)?;
    let size = reader
        .output_buffer_size()
        .filter(|size| *size <= count.saturating_mul(8).saturating_add(height))
        .ok_or_else(|| damaged("its rows have a wrong length"))?;
    let mut raw = vec![0; size];
    let shown = reader.next_frame(&mut raw).map_err(damaged)?;
    if (shown.width as usize, shown.height as usize) != (width, height) {
        return Err(damaged("its first frame is not the whole picture"));
    }
    let info = reader.info();
    let exif = info.exif_metadata.as_deref().map(<[u8]>::to_vec);
    let palette = info.palette.as_deref().unwrap_or_default().to_vec();
    let samples = info.color_type.samples();
    let row = (width * samples * info.bit_depth as usize).div_ceil(8);
    if row != shown.line_size {
        return Err(damaged("its rows have a wrong length"));
    }
    let (kind, depth) = (info.color_type, info.bit_depth);
    let channels = if kind == ColorType::Indexed {
        3
    } else {
        samples
    };
    let mut data = Vec::with_capacity(count * channels);
    for line in raw.chunks_exact(row).take(height) {
        match (kind, depth) {
            (_, BitDepth::Eight) if kind != ColorType::Indexed => data.extend_from_slice(line),
            (ColorType::Grayscale, BitDepth::Sixteen) => {
                return Err(refuse(
                    "the PNG is grey with 16 bits, which programs read differently: save it with 8 bits",
                ))
            }
            (_, BitDepth::Sixteen) => data.extend(line.chunks_exact(2).map(|pair| pair[0])),
            _ => {
                let bits = depth as usize;
                let top = (1usize << bits) - 1;
                for x in 0..width {
                    let place = x * bits;
                    let byte = usize::from(line[place / 8]);
                    let value = byte >> (8 - bits - place % 8) & top;
                    if kind == ColorType::Indexed {
                        let colour = palette.get(3 * value..3 * value + 3);
                        data.extend_from_slice(
                            colour.ok_or_else(|| damaged("a colour is not in its palette"))?,
                        );
                    } else {
                        data.push((value * (255 / top)) as u8);
                    }
                }
            }
        }
    }
    Ok((Picture::decoded(width, height, channels, data)?, exif))
}
