//! A QR code as one SVG path: no image, no inline style.

use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};

/// White around the code, in modules, as ISO/IEC 18004 asks for.
const QUIET: i32 = 4;

/// The code of a text; `None` where it does not fit (2,953 bytes at the lowest correction).
pub fn code(text: &str) -> Option<QrCode> {
    QrCode::encode_binary(text.as_bytes(), QrCodeEcc::Low).ok()
}

/// The picture.
#[component]
pub fn QrPicture(code: QrCode, #[prop(into)] name: &'static str) -> impl IntoView {
    let size = code.size();
    let mut dark = String::new();
    for y in 0..size {
        for x in (0..size).filter(|x| code.get_module(*x, y)) {
            dark.push_str(&format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET));
        }
    }
    let side = size + 2 * QUIET;
    view! {
        <svg class="qr" viewBox=format!("0 0 {side} {side}") role="img" aria-label=name shape-rendering="crispEdges">
            <path class="qr-light" d=format!("M0 0h{side}v{side}h-{side}z")/>
            <path class="qr-dark" d=dark/>
        </svg>
    }
}
