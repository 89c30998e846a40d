//! Plane geometry of text boxes: hull, smallest rectangle, growing a polygon. Answers are those of OpenCV
//! (`minAreaRect`, `boxPoints`, `fillPoly`) and Clipper 6 (`ClipperOffset` with round joins).

/// A whole pixel position: x to the right, y downwards.
pub(super) type Pixel = [i32; 2];

/// Four corners, and the length of the shorter side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rectangle {
    pub corners: [[f32; 2]; 4],
    pub short: f64,
}

/// The convex hull without points on its edges (Andrew's monotone chain), in one turning direction.
fn hull(mut points: Vec<Pixel>) -> Vec<Pixel> {
    points.sort_unstable();
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let turn = |a: Pixel, b: Pixel, c: Pixel| {
        let [ax, ay, bx, by, cx, cy] = [a[0], a[1], b[0], b[1], c[0], c[1]].map(i64::from);
        (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    };
    let chain = |points: &mut dyn Iterator<Item = Pixel>| {
        let mut chain: Vec<Pixel> = Vec::new();
        for point in points {
            while let [.., a, b] = chain[..] {
                if turn(a, b, point) > 0 {
                    break;
                }
                chain.pop();
            }
            chain.push(point);
        }
        chain.pop();
        chain
    };
    let mut lower = chain(&mut points.iter().copied());
    lower.extend(chain(&mut points.iter().rev().copied()));
    lower
}

/// The rectangle of the smallest area around points: one of its sides lies on an edge of their hull. `None` if the
/// points lie on one line.
pub(super) fn smallest_rectangle(points: Vec<Pixel>) -> Option<Rectangle> {
    let hull: Vec<[f64; 2]> = hull(points)
        .into_iter()
        .map(|point| point.map(f64::from))
        .collect();
    if hull.len() < 3 {
        return None;
    }
    let mut best: Option<(f64, Rectangle)> = None;
    for (index, from) in hull.iter().enumerate() {
        let to = hull[(index + 1) % hull.len()];
        let edge = [to[0] - from[0], to[1] - from[1]];
        let length = libm::sqrt(edge[0] * edge[0] + edge[1] * edge[1]);
        let along = edge.map(|value| value / length);
        // Extents along the edge and across it.
        let mut low = [f64::INFINITY; 2];
        let mut high = [f64::NEG_INFINITY; 2];
        for point in &hull {
            let place = [
                point[0] * along[0] + point[1] * along[1],
                point[1] * along[0] - point[0] * along[1],
            ];
            for axis in 0..2 {
                low[axis] = low[axis].min(place[axis]);
                high[axis] = high[axis].max(place[axis]);
            }
        }
        let sides = [high[0] - low[0], high[1] - low[1]];
        let area = sides[0] * sides[1];
        // Of rectangles that are equal but for rounding, the one along the picture's axes stays.
        let slack = if edge[0] == 0.0 || edge[1] == 0.0 {
            1e-9
        } else {
            -1e-9
        };
        if best
            .as_ref()
            .is_none_or(|(least, _)| area < least * (1.0 + slack))
        {
            let corner = |a: f64, b: f64| {
                [
                    (a * along[0] - b * along[1]) as f32,
                    (a * along[1] + b * along[0]) as f32,
                ]
            };
            let rectangle = Rectangle {
                corners: [
                    corner(low[0], low[1]),
                    corner(high[0], low[1]),
                    corner(high[0], high[1]),
                    corner(low[0], high[1]),
                ],
                short: sides[0].min(sides[1]),
            };
            best = Some((area, rectangle));
        }
    }
    best.map(|(_, rectangle)| rectangle)
}

impl Rectangle {
    /// `get_mini_boxes`: corners from the upper left on, clockwise.
    pub fn ordered(&self) -> [[f32; 2]; 4] {
        let mut by_x = self.corners;
        by_x.sort_by(|a, b| a[0].total_cmp(&b[0]));
        let [a, b, c, d] = by_x;
        let (upper_left, lower_left) = if b[1] > a[1] { (a, b) } else { (b, a) };
        let (upper_right, lower_right) = if d[1] > c[1] { (c, d) } else { (d, c) };
        [upper_left, upper_right, lower_right, lower_left]
    }
}

/// `unclip`: the points of the polygon pushed outwards by its area times `ratio` divided by its length, corners rounded
/// (`ClipperOffset::DoOffset`, arc tolerance 0.25). Positions are cut to whole pixels before, rounded after. Empty if
/// there is nothing to push.
pub(super) fn grown(polygon: &[[f32; 2]; 4], ratio: f64) -> Vec<Pixel> {
    let (mut area, mut length) = (0.0f64, 0.0f64);
    for (index, from) in polygon.iter().enumerate() {
        let [x0, y0] = from.map(f64::from);
        let [x1, y1] = polygon[(index + 1) % 4].map(f64::from);
        area += x0 * y1 - x1 * y0;
        length += libm::sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0));
    }
    let distance = area.abs() / 2.0 * ratio / length;
    let mut path: Vec<[f64; 2]> = polygon
        .iter()
        .map(|point| point.map(f32::trunc))
        .map(|point| point.map(f64::from))
        .collect();
    path.dedup();
    while path.len() > 1 && path.first() == path.last() {
        path.pop();
    }
    if path.len() < 3 || !distance.is_finite() || distance < 1e-6 {
        return Vec::new();
    }
    let signed: f64 = (0..path.len())
        .map(|index| {
            let ([x0, y0], [x1, y1]) = (path[index], path[(index + 1) % path.len()]);
            x0 * y1 - x1 * y0
        })
        .sum();
    if signed < 0.0 {
        path.reverse();
    }
    use std::f64::consts::PI;
    let tolerance = 0.25f64.min(distance * 0.25);
    let steps = (PI / libm::acos(1.0 - tolerance / distance)).min(distance * PI);
    let (sin, cos) = (libm::sin(2.0 * PI / steps), libm::cos(2.0 * PI / steps));
    let steps_per_radian = steps / (2.0 * PI);
    let normals: Vec<[f64; 2]> = (0..path.len())
        .map(|index| {
            let (from, to) = (path[index], path[(index + 1) % path.len()]);
            let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
            let scale = 1.0 / libm::sqrt(dx * dx + dy * dy);
            [dy * scale, -dx * scale]
        })
        .collect();
    let rounded = |value: f64| {
        if value < 0.0 {
            (value - 0.5) as i32
        } else {
            (value + 0.5) as i32
        }
    };
    let mut out = Vec::new();
    for (index, point) in path.iter().enumerate() {
        let before = normals[(index + path.len() - 1) % path.len()];
        let after = normals[index];
        let mut push = |normal: [f64; 2]| {
            out.push([
                rounded(point[0] + normal[0] * distance),
                rounded(point[1] + normal[1] * distance),
            ]);
        };
        let sine = before[0] * after[1] - after[0] * before[1];
        let cosine = before[0] * after[0] + before[1] * after[1];
        if (sine * distance).abs() < 1.0 && cosine > 0.0 {
            push(before);
            continue;
        }
        let angle = libm::atan2(sine.clamp(-1.0, 1.0), cosine);
        let count = (rounded(steps_per_radian * angle.abs())).max(1);
        let mut normal = before;
        for _ in 0..count {
            push(normal);
            normal = [
                normal[0] * cos - sin * normal[1],
                normal[0] * sin + normal[1] * cos,
            ];
        }
        push(after);
    }
    out
}

/// The pixels of a convex polygon and its edges (`fillPoly`): for every row from `top` on, the first and the last.
pub(super) fn rows_of(polygon: &[Pixel; 4]) -> (i32, Vec<[i32; 2]>) {
    let top = polygon.iter().map(|point| point[1]).min().unwrap_or(0);
    let bottom = polygon.iter().map(|point| point[1]).max().unwrap_or(0);
    let mut rows = vec![[i32::MAX, i32::MIN]; (bottom - top + 1).max(0) as usize];
    for (index, from) in polygon.iter().enumerate() {
        let to = polygon[(index + 1) % 4];
        let (dx, dy) = (i64::from(to[0] - from[0]), i64::from(to[1] - from[1]));
        let steps = dx.abs().max(dy.abs());
        for step in 0..=steps {
            // Halves away from the start, in whole numbers.
            let part = |delta: i64| {
                if steps == 0 {
                    return 0;
                }
                let size = (2 * delta.abs() * step + steps) / (2 * steps);
                (size * delta.signum()) as i32
            };
            let (x, y) = (from[0] + part(dx), from[1] + part(dy));
            if let Some(row) = rows.get_mut((y - top) as usize) {
                *row = [row[0].min(x), row[1].max(x)];
            }
        }
    }
    (top, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_rectangle_may_stand_askew() {
        let octagon = vec![
            [3, 0],
            [7, 0],
            [10, 3],
            [10, 7],
            [7, 10],
            [3, 10],
            [0, 7],
            [0, 3],
        ];
        let found = smallest_rectangle(octagon).unwrap();
        // OpenCV: (5, 12), (-2, 5), (5, -2), (12, 5).
        assert!((found.short - 98f64.sqrt()).abs() < 1e-6);
        let corners = found.ordered().map(|point| point.map(f32::round));
        assert!(corners.contains(&[5., 12.]) && corners.contains(&[-2., 5.]));
        let square = smallest_rectangle(vec![[0, 0], [10, 0], [10, 10], [0, 10], [5, 5]]).unwrap();
        assert_eq!(
            square.ordered(),
            [[0., 0.], [10., 0.], [10., 10.], [0., 10.]]
        );
        assert_eq!(smallest_rectangle(vec![[0, 0], [1, 1], [5, 5]]), None);
    }

    #[test]
    fn growing_is_clippers() {
        // pyclipper 1.4: AddPath(box, JT_ROUND, ET_CLOSEDPOLYGON), Execute(6.0).
        let clipper = [
            [53, 5],
            [55, 8],
            [56, 10],
            [56, 20],
            [55, 23],
            [52, 25],
            [50, 26],
            [10, 26],
            [7, 25],
            [5, 22],
            [4, 20],
            [4, 10],
            [5, 7],
            [8, 5],
            [10, 4],
            [50, 4],
        ];
        let polygon = [[10.2, 10.7], [50.9, 10.7], [50.9, 20.6], [10.2, 20.6]];
        let (area, length) = (40.7 * 9.9, 2.0 * (40.7 + 9.9));
        let found = grown(&polygon, 6.0 * length / area);
        let (mut found, mut expected) = (hull(found), hull(clipper.to_vec()));
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn polygons_are_filled_with_their_edges() {
        let (top, rows) = rows_of(&[[1, 1], [6, 2], [5, 6], [1, 5]]);
        assert_eq!(top, 1);
        assert_eq!(rows, [[1, 3], [1, 6], [1, 6], [1, 5], [1, 5], [4, 5]]);
    }
}
