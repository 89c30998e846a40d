//! Ids: shortened in the middle, a picture made of all their bits, one press to copy.

use crate::browser::clipboard;
use crate::text::en;
use leptos::prelude::*;

/// An id that can be told apart and copied.
#[component]
pub fn Id(
    /// What it identifies, for the button's name: "model id".
    #[prop(into)]
    what: &'static str,
    /// The id in full, as it is copied.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let full = StoredValue::new(value.clone());
    let copy = move |_| {
        let text = full.get_value();
        leptos::task::spawn_local(async move {
            copied.set(clipboard::write(&text).await.is_ok());
        });
    };
    let (title, data, short, name) = (
        value.clone(),
        value.clone(),
        shorten(&value),
        en::copy_id(what, &value),
    );
    view! {
        <span class="id" data-id=data>
            <Picture of=value.clone()/>
            <button
                type="button"
                class="id-copy"
                title=title
                aria-label=name
                on:click=copy
                on:blur=move |_| copied.set(false)
            >
                <span class="id-text id-short">{short}</span>
                <span class="id-text id-full">{value}</span>
                <svg class="id-icon" viewBox="0 0 16 16" aria-hidden="true">
                    <path d=move || if copied.get() { "M3 8.5l3.2 3.2L13 4.6" } else { "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3" }/>
                </svg>
            </button>
            <span class="sr-only" role="status">{move || if copied.get() { en::COPIED.get() } else { "" }}</span>
        </span>
    }
}

/// `0x9bed…ff4f`: the first six and the last four characters of what follows a `0x`.
pub fn shorten(id: &str) -> String {
    let (prefix, rest) = id.strip_prefix("0x").map_or(("", id), |rest| ("0x", rest));
    let chars: Vec<char> = rest.chars().collect();
    if chars.len() <= 12 {
        return id.to_owned();
    }
    let head: String = chars.iter().take(6).collect();
    let tail: String = chars.iter().skip(chars.len() - 4).collect();
    format!("{prefix}{head}…{tail}")
}

/// A mirrored 5 by 5 pattern in one of 24 hues, drawn from a checksum over every character.
#[component]
fn Picture(of: String) -> impl IntoView {
    let sum = checksum(&of);
    let hue = (sum >> 40) % 24 * 15;
    let fill = format!("hsl({hue} 45% 48%)");
    let cells: String = (0..15u64)
        .filter(|bit| sum >> bit & 1 == 1)
        .map(|bit| {
            let (column, row) = (bit / 5, bit % 5);
            let mirror = 4 - column;
            if mirror == column {
                format!("M{column} {row}h1v1h-1z")
            } else {
                format!("M{column} {row}h1v1h-1zM{mirror} {row}h1v1h-1z")
            }
        })
        .collect();
    view! {
        <svg class="id-picture" viewBox="0 0 5 5" aria-hidden="true" shape-rendering="crispEdges">
            <path d="M0 0h5v5h-5z" fill=fill.clone() fill-opacity="0.16"/>
            <path d=cells fill=fill/>
        </svg>
    }
}

/// FNV-1a over the text, folded once more so that neighbouring ids differ in every bit. Decoration: no rule rests on it.
fn checksum(text: &str) -> u64 {
    let sum = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mixed = (sum ^ sum >> 31).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ mixed >> 29
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_id_keeps_both_ends() {
        assert_eq!(
            shorten("0x9beddc8339063f06b5dabd1e79b533730c0590552e5e61f5742a304692daff4f"),
            "0x9beddc…ff4f"
        );
        assert_eq!(
            shorten("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"),
            "5Grwva…utQY"
        );
    }

    #[test]
    fn a_short_id_is_left_alone() {
        assert_eq!(shorten("0x1234"), "0x1234");
    }

    #[test]
    fn one_character_changes_the_picture() {
        assert_ne!(checksum("0x00") & 0x7fff, checksum("0x01") & 0x7fff);
    }
}
