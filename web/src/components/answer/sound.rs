//! Speech in a sound: waveform or probabilities with the stretches of speech marked, and the same as a table.

use crate::state::answer::Speech;
use crate::state::media::{Media, BINS};
use crate::text::answer as text;
use leptos::prelude::*;

/// Height of the drawing in its own units.
const HIGH: f64 = 100.0;

/// The drawing and the list.
#[component]
pub fn SpeechView(speech: Speech, media: Option<Media>) -> impl IntoView {
    let Speech {
        duration,
        frames,
        segments,
    } = speech;
    let wide = BINS as f64;
    // An empty sound has no length to draw along.
    let at = move |seconds: f64| {
        if duration > 0.0 {
            (seconds / duration * wide).clamp(0.0, wide)
        } else {
            0.0
        }
    };
    let marks = segments
        .iter()
        .map(|(start, end)| {
            let (from, to) = (number(start), number(end));
            view! {
                <rect
                    class="speech-mark"
                    x=format!("{:.2}", at(from))
                    width=format!("{:.2}", (at(to) - at(from)).max(1.0))
                    y="0"
                    height=HIGH.to_string()
                />
            }
        })
        .collect_view();
    let wave = media.as_ref().and_then(Media::wave).map(|wave| {
        let mut path = String::new();
        for (bin, (low, high)) in wave.iter().enumerate() {
            let x = bin as f64 + 0.5;
            let half = HIGH / 2.0;
            let (top, bottom) = (
                half - half * f64::from(*high),
                half - half * f64::from(*low),
            );
            path.push_str(&format!("M{x} {top:.1}V{:.1}", bottom.max(top + 0.6)));
        }
        path
    });
    let has_wave = wave.is_some();
    let curve = curve(&frames, wide);
    view! {
        <figure class="wave">
            <svg
                class="wave-drawing"
                viewBox=format!("0 0 {wide} {HIGH}")
                preserveAspectRatio="none"
                aria-hidden="true"
                focusable="false"
            >
                {marks}
                {wave.map(|path| view! { <path class="wave-line" d=path/> })}
                {(!has_wave).then(|| view! { <path class="speech-curve" d=curve.clone()/> })}
            </svg>
            {has_wave
                .then(|| {
                    view! {
                        <svg
                            class="speech-drawing"
                            viewBox=format!("0 0 {wide} {HIGH}")
                            preserveAspectRatio="none"
                            aria-hidden="true"
                            focusable="false"
                        >
                            <path class="speech-curve" d=curve.clone()/>
                        </svg>
                    }
                })}
            <figcaption class="wave-scale quiet small">
                <span>"0 s"</span>
                <span>{text::legend(has_wave)}</span>
                <span>{text::seconds(&format!("{duration:.2}"))}</span>
            </figcaption>
        </figure>
        {if segments.is_empty() {
            ().into_any()
        } else {
            view! {
                <table class="data">
                    <caption>{text::SEGMENTS}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{text::NUMBER}</th>
                            <th scope="col" class="number">{text::START}</th>
                            <th scope="col" class="number">{text::END}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {segments
                            .into_iter()
                            .enumerate()
                            .map(|(at, (start, end))| {
                                view! {
                                    <tr>
                                        <th scope="row">{at + 1}</th>
                                        <td class="number">{text::seconds(&start)}</td>
                                        <td class="number">{text::seconds(&end)}</td>
                                    </tr>
                                }
                            })
                            .collect_view()}
                    </tbody>
                </table>
            }
            .into_any()
        }}
    }
}

/// A committed decimal that was read as a number before.
fn number(text: &str) -> f64 {
    text.parse().unwrap_or(0.0)
}

/// The probabilities as an area, at most one point a unit: the highest of the frames that fall there.
fn curve(frames: &[f64], wide: f64) -> String {
    if frames.is_empty() {
        return String::new();
    }
    let points = frames.len().min(BINS);
    let mut path = format!("M0 {HIGH}");
    for point in 0..points {
        let from = point * frames.len() / points;
        let to = ((point + 1) * frames.len() / points).max(from + 1);
        let highest = frames
            .get(from..to)
            .unwrap_or_default()
            .iter()
            .fold(0.0_f64, |most, frame| most.max(*frame));
        let x = (point as f64 + 0.5) / points as f64 * wide;
        path.push_str(&format!(
            "L{x:.2} {:.1}",
            HIGH - highest.clamp(0.0, 1.0) * HIGH
        ));
    }
    path.push_str(&format!("L{wide} {HIGH}Z"));
    path
}
