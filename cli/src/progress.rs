//! How far a long command is: on standard error, only where a person sees it.

use crate::args::Global;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// A line that says what is done, how much of it, and how long it still takes. Silent with `--json` and in a pipe.
pub fn bar(global: &Global, what: &'static str, total: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(u64::try_from(total).ok(), target(global));
    styled(bar, "{msg} {wide_bar} {human_pos}/{human_len}, {eta} left").with_message(what)
}

/// A line that says what is done while nobody knows how long it takes.
pub fn waiting(global: &Global, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, target(global));
    let bar = styled(bar, "{spinner} {msg}, {elapsed}").with_message(what);
    bar.enable_steady_tick(core::time::Duration::from_millis(200));
    bar
}

fn target(global: &Global) -> ProgressDrawTarget {
    if global.json || !std::io::stderr().is_terminal() {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    }
}

fn styled(bar: ProgressBar, template: &str) -> ProgressBar {
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
