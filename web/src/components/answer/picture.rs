//! Places in a picture: numbered outlines over it, and the same as a table.

use crate::browser::clipboard;
use crate::state::answer::{Place, Places};
use crate::state::media::Media;
use crate::text::{answer as text, en};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// More outlines than this are not drawn; the table goes on.
const DRAWN: usize = 500;

/// The picture with its places, and the list of them.
#[component]
pub fn PictureView(places: Places, media: Option<Media>, read: bool) -> impl IntoView {
    let Places {
        places,
        width,
        height,
    } = places;
    let whole = StoredValue::new(
        places
            .iter()
            .filter_map(|place| place.text.as_deref())
            .collect::<Vec<_>>()
            .join("\n"),
    );
    let outlines = places
        .iter()
        .take(DRAWN)
        .enumerate()
        .map(|(at, place)| outline(at, place, width.max(height) as f64))
        .collect_view();
    let url = media.as_ref().and_then(Media::url);
    let alt = if read {
        text::PICTURE_READ
    } else {
        text::PICTURE_FOUND
    };
    // The address lives as long as this view.
    StoredValue::new(media);
    let empty = places.is_empty();
    view! {
        <figure class="overlay">
            {url.map(|url| view! { <img src=url alt=alt width=width.to_string() height=height.to_string()/> })}
            // Screen readers read the table instead.
            <svg
                class="overlay-marks"
                viewBox=format!("0 0 {width} {height}")
                preserveAspectRatio="none"
                aria-hidden="true"
                focusable="false"
            >
                {outlines}
            </svg>
        </figure>
        {(!empty)
            .then(|| {
                view! {
                    <div class="scroll" tabindex="0" role="group" aria-label=text::list_name(read)>
                        <table class="data places">
                            <caption>{text::list_name(read)}</caption>
                            <thead>
                                <tr>
                                    <th scope="col">{text::NUMBER}</th>
                                    {read.then(|| view! { <th scope="col">{text::TEXT}</th> })}
                                    {(!read).then(|| view! { <th scope="col">{text::CORNERS}</th> })}
                                    <th scope="col" class="number">{text::SCORE}</th>
                                </tr>
                            </thead>
                            <tbody>
                                {places.into_iter().enumerate().map(|(at, place)| row(at, place)).collect_view()}
                            </tbody>
                        </table>
                    </div>
                }
            })}
        {(read && !empty).then(|| view! { <CopyText whole/> })}
    }
}

fn row(at: usize, place: Place) -> impl IntoView {
    // A committed decimal; what is no number is shown as it stands.
    let part = place
        .score
        .parse::<f64>()
        .map_or(place.score.clone(), en::percent);
    let middle = match place.text {
        Some(line) => view! { <td class="read-line" dir="auto">{line}</td> }.into_any(),
        None => {
            let corners: Vec<String> = place
                .points
                .iter()
                .map(|(x, y)| format!("{x}, {y}"))
                .collect();
            view! { <td class="mono">{corners.join(" · ")}</td> }.into_any()
        }
    };
    view! {
        <tr>
            <th scope="row">{at + 1}</th>
            {middle}
            <td class="number" title=place.score>{part}</td>
        </tr>
    }
}

/// One outline with its number at the first corner. `longest` is the picture's longer side in pixels.
fn outline(at: usize, place: &Place, longest: f64) -> impl IntoView {
    let points: Vec<String> = place
        .points
        .iter()
        .map(|(x, y)| format!("{x},{y}"))
        .collect();
    let points = points.join(" ");
    let (x, y) = place.points[0];
    let size = longest / 32.0;
    let label = (at + 1).to_string();
    // Wide enough for its digits, above the corner, or inside the picture where there is no room above.
    let wide = size * (0.62 * label.len() as f64 + 0.5);
    let (left, top) = (x as f64, (y as f64 - size * 1.1).max(0.0));
    view! {
        <polygon class="outline-under" points=points.clone()/>
        <polygon class="outline" points=points/>
        <rect
            class="outline-plate"
            x=format!("{left:.1}")
            y=format!("{top:.1}")
            width=format!("{wide:.1}")
            height=format!("{:.1}", size * 1.1)
        />
        <text
            class="outline-number"
            x=format!("{:.1}", left + wide / 2.0)
            y=format!("{:.1}", top + size * 0.9)
            font-size=format!("{size:.1}")
            text-anchor="middle"
        >
            {label}
        </text>
    }
}

/// Puts all lines on the clipboard.
#[component]
fn CopyText(whole: StoredValue<String>) -> impl IntoView {
    let said = RwSignal::new(String::new());
    let copy = move |_| {
        said.set(String::new());
        spawn_local(async move {
            let outcome = clipboard::write(&whole.get_value()).await;
            let _ = said.try_set(match outcome {
                Ok(()) => en::COPIED.to_string(),
                Err(error) => error.to_string(),
            });
        });
    };
    view! {
        <div class="actions">
            <button type="button" class="button" on:click=copy>{text::COPY_TEXT}</button>
            <p role="status" class="quiet">{move || said.get()}</p>
        </div>
    }
}
