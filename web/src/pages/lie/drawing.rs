//! The drawings of the levels: 320 units wide, so that they can be read on a phone without being made smaller. Screen readers
//! read the table beside each.

use leptos::prelude::*;

const WIDTH: f64 = 320.0;
/// Height of the widening below what was picked: the next level is what stands there.
const WIDENING: f64 = 20.0;

/// A box of a grid.
pub struct Cell {
    /// What stands in it.
    pub label: String,
    /// Whether both sides differ about it.
    pub differs: bool,
    /// Whether it was picked.
    pub picked: bool,
}

fn drawing(height: f64, inner: AnyView) -> AnyView {
    view! {
        <svg class="lie-drawing" viewBox=format!("0 0 {WIDTH} {height:.1}") aria-hidden="true" focusable="false">
            {inner}
        </svg>
    }
    .into_any()
}

/// From what was picked, between `left` and `right` at `top`, to the whole width below.
fn widening(left: f64, right: f64, top: f64, foot: f64) -> AnyView {
    let points = format!("{left:.1},{top:.1} {right:.1},{top:.1} {WIDTH:.1},{foot:.1} 0,{foot:.1}");
    view! { <polygon class="lie-widening" points=points/> }.into_any()
}

/// Boxes in rows.
pub fn grid(cells: Vec<Cell>, columns: usize) -> AnyView {
    let columns = columns.min(cells.len()).max(1);
    // At most 64 boxes: exact as floating-point numbers.
    let wide = WIDTH / columns as f64;
    let tall = (wide * 0.8).min(34.0);
    let rows = cells.len().div_ceil(columns) as f64;
    let longest = cells.iter().map(|cell| cell.label.chars().count()).max();
    let size = ((wide - 5.0) / (0.56 * longest.unwrap_or(1).max(1) as f64)).min(14.0);
    let place = |at: usize| ((at % columns) as f64 * wide, (at / columns) as f64 * tall);
    let foot = rows * tall + WIDENING;
    let picked = cells.iter().position(|cell| cell.picked).map(|at| {
        let (x, y) = place(at);
        view! {
            {widening(x + 1.0, x + wide - 1.0, y + tall - 1.0, foot)}
            <rect class="lie-picked" x=format!("{:.1}", x + 1.5) y=format!("{:.1}", y + 1.5)
                width=format!("{:.1}", wide - 3.0) height=format!("{:.1}", tall - 3.0) rx="2"/>
        }
        .into_any()
    });
    let boxes = cells.into_iter().enumerate().map(|(at, cell)| {
        let (x, y) = place(at);
        let class = if cell.differs {
            "lie-box lie-differs"
        } else {
            "lie-box"
        };
        // A corner turned over, so that the difference does not hang on a colour.
        let corner = cell.differs.then(|| {
            let (right, top) = (x + wide - 1.5, y + 1.5);
            let points = format!(
                "{:.1},{top:.1} {right:.1},{top:.1} {right:.1},{:.1}",
                right - 8.0,
                top + 8.0
            );
            view! { <polygon class="lie-corner" points=points/> }
        });
        view! {
            <rect class=class x=format!("{:.1}", x + 1.5) y=format!("{:.1}", y + 1.5)
                width=format!("{:.1}", wide - 3.0) height=format!("{:.1}", tall - 3.0) rx="2"/>
            {corner}
            <text class=if cell.differs { "lie-label lie-label-differs" } else { "lie-label" }
                x=format!("{:.1}", x + wide / 2.0) y=format!("{:.1}", y + tall / 2.0 + size * 0.36)
                font-size=format!("{size:.1}") text-anchor="middle">
                {cell.label}
            </text>
        }
    });
    let boxes = boxes.collect_view().into_any();
    drawing(foot, view! { {boxes} {picked} }.into_any())
}

/// Heights of values between the least and the greatest.
#[derive(Clone, Copy)]
struct Scale {
    least: f64,
    span: f64,
    tall: f64,
}

impl Scale {
    fn new(values: impl Iterator<Item = i32> + Clone, tall: f64) -> Self {
        let least = f64::from(values.clone().min().unwrap_or(0));
        let span = f64::from(values.max().unwrap_or(0)) - least;
        Self {
            least,
            span: if span > 0.0 { span } else { 1.0 },
            tall,
        }
    }

    fn y(&self, value: i32) -> f64 {
        let part = (f64::from(value) - self.least) / self.span;
        8.0 + (1.0 - part) * (self.tall - 16.0)
    }
}

/// Two ways of a sum: as it is computed, and as it is claimed to be, with the stretch where they part. Both begin at `begin`.
pub fn ways(begin: i32, own: &[i32], claimed: &[i32], picked: Option<u32>) -> AnyView {
    let tall = 150.0;
    let every = own.iter().chain(claimed).copied().chain([begin]);
    let scale = Scale::new(every, tall);
    let steps = own.len().max(1) as f64;
    let x = |at: f64| 8.0 + at * (WIDTH - 16.0) / steps;
    let line = |values: &[i32]| {
        let points = [begin]
            .into_iter()
            .chain(values.iter().copied())
            .enumerate();
        let points = points.map(|(at, value)| format!("{:.1},{:.1}", x(at as f64), scale.y(value)));
        points.collect::<Vec<_>>().join(" ")
    };
    let few = own.len() <= 64;
    let dots = move |values: &[i32], class: &'static str| {
        let shown = if few { values } else { &[] };
        let dots = shown.iter().enumerate().map(|(at, value)| {
            let (x, y) = (x((at + 1) as f64), scale.y(*value));
            view! { <circle class=class cx=format!("{x:.1}") cy=format!("{y:.1}") r="3.2"/> }
        });
        dots.collect_view().into_any()
    };
    let (own_line, claimed_line) = (line(own), line(claimed));
    let band = picked.map(|at| {
        let (left, right) = (x(f64::from(at)), x(f64::from(at) + 1.0));
        view! {
            <rect class="lie-band" x=format!("{left:.1}") y="0" width=format!("{:.1}", right - left) height=format!("{tall:.1}")/>
            {widening(left, right, tall, tall + WIDENING)}
        }
        .into_any()
    });
    let inner = view! {
        {band}
        <polyline class="lie-way-claimed" points=claimed_line/>
        <polyline class="lie-way" points=own_line/>
        {dots(claimed, "lie-dot-claimed")}
        {dots(own, "lie-dot")}
    };
    drawing(tall + WIDENING, inner.into_any())
}

/// A sum that grows and falls term by term, and the value that was claimed instead.
pub fn stairs(begin: i32, values: &[i32], claimed: i32) -> AnyView {
    let tall = 150.0;
    let every = values.iter().copied().chain([begin, claimed]);
    let scale = Scale::new(every, tall);
    // A place for the beginning, one for each term, one for what was claimed.
    let wide = WIDTH / (values.len() as f64 + 2.0);
    let befores = [begin].into_iter().chain(values.iter().copied());
    let bars = befores.zip(values).enumerate().map(|(at, (before, after))| {
        let (from, to) = (scale.y(before), scale.y(*after));
        let x = (at as f64 + 1.0) * wide;
        view! {
            <rect class="lie-bar" x=format!("{:.1}", x + 2.0) y=format!("{:.1}", from.min(to))
                width=format!("{:.1}", wide - 4.0) height=format!("{:.1}", (from - to).abs().max(2.0))/>
        }
    });
    let bars = bars.collect_view().into_any();
    let level = |value: i32, from: f64, to: f64, class: &'static str| {
        let y = format!("{:.1}", scale.y(value));
        view! { <line class=class x1=format!("{from:.1}") x2=format!("{to:.1}") y1=y.clone() y2=y/> }.into_any()
    };
    let computed = values.last().copied().unwrap_or(begin);
    let last = WIDTH - wide;
    let gap = (scale.y(claimed), scale.y(computed));
    let middle = format!("{:.1}", last + wide / 2.0);
    let inner = view! {
        {level(begin, 2.0, wide - 2.0, "lie-level-line")}
        {bars}
        {level(computed, last + 2.0, WIDTH - 2.0, "lie-level-line")}
        {level(claimed, last + 2.0, WIDTH - 2.0, "lie-level-claimed")}
        <line class="lie-gap" x1=middle.clone() x2=middle y1=format!("{:.1}", gap.0) y2=format!("{:.1}", gap.1)/>
    };
    drawing(tall, inner.into_any())
}

/// A picture of 8 × 8 pixels with values from 0 to 16, dark where they are great.
pub fn picture(pixels: &[u8], name: String) -> AnyView {
    let dots = pixels.iter().enumerate().map(|(at, value)| {
        let (x, y) = (at % 8, at / 8);
        let strength = format!("{:.3}", f64::from(*value) / 16.0);
        view! { <rect class="lie-pixel" x=x.to_string() y=y.to_string() width="1.02" height="1.02" fill-opacity=strength/> }
    });
    view! {
        <svg class="lie-picture" viewBox="0 0 8 8" role="img" aria-label=name>
            {dots.collect_view()}
        </svg>
    }
    .into_any()
}
