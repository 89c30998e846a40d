//! Whether the page on show is the first one.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::Arc;

/// Counts the pages shown, so that focus moves to the heading after a navigation and not when the app opens.
#[derive(Clone, Default)]
pub struct Navigation {
    shown: Arc<AtomicU32>,
}

impl Navigation {
    /// Notes that a page is shown; `true` for all but the first.
    pub fn is_later_page(&self) -> bool {
        self.shown.fetch_add(1, Ordering::Relaxed) > 0
    }
}
