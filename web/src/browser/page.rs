//! The page's own address.

/// Scheme, host and port: what a link begins with. Empty where the browser does not tell.
pub fn origin() -> String {
    web_sys::window()
        .and_then(|window| window.location().origin().ok())
        .unwrap_or_default()
}

/// Takes the part from `#` on out of the address, without loading anything.
pub fn clear_fragment() {
    let Some(window) = web_sys::window() else {
        return;
    };
    let location = window.location();
    if let (Ok(history), Ok(path)) = (window.history(), location.pathname()) {
        // An address that cannot be changed only looks untidy.
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path));
    }
}
