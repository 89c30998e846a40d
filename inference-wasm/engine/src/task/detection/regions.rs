//! The regions of a mask and the holes in them, as `findContours` (`RETR_LIST`) tells them apart: pixels of a region
//! touch by a side or a corner, pixels of a hole by a side.

use super::shape::Pixel;

/// A mask: `width` × `height` pixels that are in or out.
pub(super) struct Mask {
    pub width: usize,
    pub height: usize,
    pub inside: Vec<bool>,
}

impl Mask {
    /// The pixels above a threshold, each spread to the right and downwards by one (`cv2.dilate` with 2 × 2 ones).
    pub fn spread(map: &[f32], width: usize, height: usize, threshold: f32) -> Self {
        let mut inside = vec![false; width * height];
        for y in 0..height {
            for x in 0..width {
                if map[y * width + x] > threshold {
                    for (x, y) in [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)] {
                        if x < width && y < height {
                            inside[y * width + x] = true;
                        }
                    }
                }
            }
        }
        Self {
            width,
            height,
            inside,
        }
    }

    /// The outermost pixels of every row of each region's outline: of a region its own, of a hole those of the region
    /// around it. At most `most`, the last ones first, as OpenCV lists them.
    pub fn outlines(&self, most: usize) -> Vec<Vec<Pixel>> {
        let mut seen = vec![false; self.inside.len()];
        let mut found = Vec::new();
        let mut stack = Vec::new();
        for start in 0..self.inside.len() {
            if seen[start] {
                continue;
            }
            let kind = self.inside[start];
            let mut rows = Rows::default();
            let mut at_edge = false;
            seen[start] = true;
            stack.push(start);
            while let Some(at) = stack.pop() {
                let (x, y) = (at % self.width, at / self.width);
                at_edge |= x == 0 || y == 0 || x + 1 == self.width || y + 1 == self.height;
                if kind {
                    rows.add(x, y);
                }
                for (near, beside) in self.around(x, y) {
                    if self.inside[near] != kind {
                        // The pixels around a hole, by sides, are its outline.
                        if !kind && beside {
                            rows.add(near % self.width, near / self.width);
                        }
                    } else if (kind || beside) && !seen[near] {
                        seen[near] = true;
                        stack.push(near);
                    }
                }
            }
            if kind || !at_edge {
                found.push(rows.points());
            }
        }
        found.reverse();
        found.truncate(most);
        found
    }

    /// The up to eight pixels around one, and whether they share a side with it.
    fn around(&self, x: usize, y: usize) -> impl Iterator<Item = (usize, bool)> + '_ {
        let rows = y.saturating_sub(1)..(y + 2).min(self.height);
        rows.flat_map(move |row| {
            let columns = x.saturating_sub(1)..(x + 2).min(self.width);
            columns
                .filter(move |column| (*column, row) != (x, y))
                .map(move |column| (row * self.width + column, column == x || row == y))
        })
    }
}

/// The first and last pixel of each row.
#[derive(Default)]
struct Rows(std::collections::BTreeMap<usize, [usize; 2]>);

impl Rows {
    fn add(&mut self, x: usize, y: usize) {
        let row = self.0.entry(y).or_insert([x, x]);
        *row = [row[0].min(x), row[1].max(x)];
    }

    fn points(self) -> Vec<Pixel> {
        self.0
            .into_iter()
            .flat_map(|(y, [first, last])| [[first as i32, y as i32], [last as i32, y as i32]])
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(rows: &[&str]) -> Mask {
        Mask {
            width: rows[0].len(),
            height: rows.len(),
            inside: rows
                .iter()
                .flat_map(|row| row.bytes())
                .map(|byte| byte == b'#')
                .collect(),
        }
    }

    #[test]
    fn regions_touch_by_corners_and_holes_do_not() {
        let found = mask(&["##....", "..###.", "..#.#.", "..##..", "......"]).outlines(10);
        assert_eq!(found.len(), 2);
        // The hole at (3, 2): the four pixels beside it.
        assert_eq!(found[0], [[3, 1], [3, 1], [2, 2], [4, 2], [3, 3], [3, 3]]);
        assert_eq!(found[1].len(), 8);
        assert_eq!(mask(&["#.#", "...", "#.#"]).outlines(3).len(), 3);
    }

    #[test]
    fn the_mask_is_spread_to_the_right_and_downwards() {
        let spread = Mask::spread(&[0., 0., 0., 0., 0.9, 0., 0., 0., 0.3], 3, 3, 0.3);
        let found: Vec<usize> = (0..9).filter(|at| spread.inside[*at]).collect();
        assert_eq!(found, [4, 5, 7, 8]);
    }
}
