//! JPEG, WebP and GIF, by the crates `zune-jpeg`, `image-webp` and `gif`.

use std::io::Cursor;

use countersign_abi::EngineError;
use gif::{ColorOutput, DecodeOptions, MemoryLimit};
use image_webp::WebPDecoder;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::{pixels, refuse, Picture, MAX_PIXELS};

/// The picture, and its EXIF data. Grey stays grey, everything else becomes red, green and blue; CMYK is refused.
pub(super) fn jpeg(bytes: &[u8]) -> Result<(Picture, Option<Vec<u8>>), EngineError> {
    let damaged =
        |error: &dyn std::fmt::Debug| refuse(format!("the JPEG cannot be read: {error:?}"));
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_use_unsafe(false)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX));
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|error| damaged(&error))?;
    let (width, height) = decoder
        .dimensions()
        .ok_or_else(|| damaged(&"it has no size"))?;
    pixels(width, height)?;
    let (space, channels) = match decoder.input_colorspace() {
        Some(ColorSpace::Luma) => (ColorSpace::Luma, 1),
        Some(ColorSpace::YCbCr | ColorSpace::RGB) => (ColorSpace::RGB, 3),
        other => {
            return Err(refuse(format!(
            "the JPEG has the colours {other:?}, which programs read differently: save it as RGB"
        )))
        }
    };
    decoder.set_options(options.jpeg_set_out_colorspace(space));
    let data = decoder.decode().map_err(|error| damaged(&error))?;
    let exif = decoder.exif().cloned();
    Ok((Picture::decoded(width, height, channels, data)?, exif))
}

/// The picture (the first frame, if it moves), and its EXIF data.
pub(super) fn webp(bytes: &[u8]) -> Result<(Picture, Option<Vec<u8>>), EngineError> {
    let damaged =
        |error: image_webp::DecodingError| refuse(format!("the WebP cannot be read: {error}"));
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    let (width, height) = (width as usize, height as usize);
    let count = pixels(width, height)?;
    decoder.set_memory_limit(MAX_PIXELS * 4);
    let channels = if decoder.has_alpha() { 4 } else { 3 };
    let mut data = vec![0; count * channels];
    decoder.read_image(&mut data).map_err(damaged)?;
    let exif = decoder.exif_metadata().map_err(damaged)?;
    Ok((Picture::decoded(width, height, channels, data)?, exif))
}

/// The first frame, which must fill the picture: what stands around it, programs disagree about.
pub(super) fn gif(bytes: &[u8]) -> Result<Picture, EngineError> {
    let damaged =
        |error: &dyn std::fmt::Display| refuse(format!("the GIF cannot be read: {error}"));
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.set_memory_limit(MemoryLimit::Bytes(
        std::num::NonZeroU64::new(MAX_PIXELS as u64).unwrap_or(std::num::NonZeroU64::MIN),
    ));
    options.check_frame_consistency(true);
    let mut decoder = options
        .read_info(Cursor::new(bytes))
        .map_err(|error| damaged(&error))?;
    let (width, height) = (usize::from(decoder.width()), usize::from(decoder.height()));
    let count = pixels(width, height)?;
    let global = decoder.global_palette().map(<[u8]>::to_vec);
    let frame = decoder
        .read_next_frame()
        .map_err(|error| damaged(&error))?
        .ok_or_else(|| damaged(&"it has no frame"))?;
    if (usize::from(frame.width), usize::from(frame.height)) != (width, height)
        || (frame.left, frame.top) != (0, 0)
    {
        return Err(refuse(
            "the GIF's first frame does not fill the picture: save it as PNG",
        ));
    }
    let palette = frame
        .palette
        .clone()
        .or(global)
        .ok_or_else(|| damaged(&"it has no palette"))?;
    let mut data = Vec::with_capacity(count * 3);
    for index in frame.buffer.iter() {
        let at = usize::from(*index) * 3;
        let colour = palette.get(at..at + 3);
        data.extend_from_slice(colour.ok_or_else(|| damaged(&"a colour is not in its palette"))?);
    }
    Picture::decoded(width, height, 3, data)
}
