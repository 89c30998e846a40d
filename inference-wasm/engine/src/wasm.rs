//! The module's exports; their meaning stands in `countersign_abi`.
//!
//! The only place with `unsafe`: pointers come from the host as numbers. The host is trusted to pass what it got from
//! `cs_alloc`; nothing that a model or an input says reaches these numbers.
#![allow(unsafe_code)]

use std::alloc::{alloc, dealloc, Layout};
use std::fmt::Write;
use std::sync::Mutex;

use countersign_abi::MAX_REQUEST;

use crate::{answer, Engine};

static ENGINE: Mutex<Option<Engine>> = Mutex::new(None);
static PANIC: Mutex<Message> = Mutex::new(Message {
    bytes: [0; 1024],
    length: 0,
});

/// The message of a panic, kept without allocating: the allocator may be what failed.
struct Message {
    bytes: [u8; 1024],
    length: usize,
}

impl Write for Message {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for byte in text.bytes() {
            if let Some(slot) = self.bytes.get_mut(self.length) {
                *slot = byte;
                self.length += 1;
            }
        }
        Ok(())
    }
}

impl Message {
    fn text(&self) -> Option<String> {
        (self.length > 0).then(|| String::from_utf8_lossy(&self.bytes[..self.length]).into_owned())
    }
}

/// Prepares the instance: panics leave their message behind.
#[no_mangle]
pub extern "C" fn cs_init() {
    std::panic::set_hook(Box::new(|info| {
        if let Ok(mut message) = PANIC.try_lock() {
            message.length = 0;
            let _ = write!(message, "{info}");
        }
    }));
}

fn layout(length: u32) -> Option<Layout> {
    Layout::array::<u8>(length.max(1) as usize).ok()
}

/// A buffer for a request; 0 if there is no memory for it or the request would be too long.
#[no_mangle]
pub extern "C" fn cs_alloc(length: u32) -> *mut u8 {
    match layout(length) {
        // SAFETY: the layout's size is not zero.
        Some(layout) if length <= MAX_REQUEST => unsafe { alloc(layout) },
        _ => std::ptr::null_mut(),
    }
}

/// Gives a buffer back.
///
/// # Safety
/// `pointer` and `length` are those of a buffer from [`cs_alloc`] or [`cs_call`] that was not given back yet.
#[no_mangle]
pub unsafe extern "C" fn cs_free(pointer: *mut u8, length: u32) {
    if let (false, Some(layout)) = (pointer.is_null(), layout(length)) {
        // SAFETY: by the caller's promise the buffer was allocated with this layout.
        unsafe { dealloc(pointer, layout) }
    }
}

/// Answers a request: `pointer << 32 | length` of the response.
///
/// # Safety
/// `pointer` and `length` are those of a readable buffer.
#[no_mangle]
pub unsafe extern "C" fn cs_call(op: u32, pointer: *const u8, length: u32) -> u64 {
    let request = if pointer.is_null() || length == 0 {
        &[]
    } else {
        // SAFETY: by the caller's promise.
        unsafe { std::slice::from_raw_parts(pointer, length as usize) }
    };
    let panic = PANIC.try_lock().ok().and_then(|message| message.text());
    // After a trap the engine's lock stays taken: then only the message of the panic is to be had.
    let response = match ENGINE.try_lock() {
        Ok(mut engine) => answer(
            engine.get_or_insert_with(Engine::new),
            op,
            request,
            panic.as_deref(),
        ),
        Err(_) => answer(&mut Engine::new(), op, request, panic.as_deref()),
    };
    let mut response = response.into_boxed_slice();
    let (pointer, length) = (response.as_mut_ptr(), response.len());
    std::mem::forget(response);
    ((pointer as usize as u64) << 32) | length as u64
}
