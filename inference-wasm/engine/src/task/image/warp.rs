//! A quadrilateral of a picture made upright: `get_rotate_crop_image` of RapidOCR, that is `cv2.getPerspectiveTransform`
//! and `cv2.warpPerspective` with `INTER_CUBIC` and `BORDER_REPLICATE`.

use countersign_abi::EngineError;

use super::{pixels, refuse, Picture};

/// x to the right and y downwards, in pixels.
type Point = [f32; 2];

fn distance(a: Point, b: Point) -> f32 {
    let (x, y) = (a[0] - b[0], a[1] - b[1]);
    libm::sqrtf(x * x + y * y)
}

/// The part of the picture between four corners (clockwise from the top left), as large as its longer sides, turned by
/// a quarter to the left if it is at least half as high again as it is wide.
pub(crate) fn crop_quadrilateral(
    picture: &Picture,
    corners: [Point; 4],
) -> Result<Picture, EngineError> {
    let [a, b, c, d] = corners;
    let width = distance(a, b).max(distance(c, d)) as usize;
    let height = distance(a, d).max(distance(b, c)) as usize;
    if width == 0 || height == 0 {
        return Err(refuse(
            "a place of text is less than one pixel wide or high",
        ));
    }
    pixels(width, height)?;
    let target = [
        [0.0, 0.0],
        [width as f64, 0.0],
        [width as f64, height as f64],
        [0.0, height as f64],
    ];
    let source = corners.map(|point| point.map(f64::from));
    // From the result's positions to the picture's: no inverse is needed.
    let map = perspective(target, source)
        .ok_or_else(|| refuse("the corners of a place of text lie on one line"))?;
    let mut data = Vec::with_capacity(width * height * picture.channels);
    for y in 0..height {
        for x in 0..width {
            let (x, y) = (x as f64, y as f64);
            let scale = map[6] * x + map[7] * y + 1.0;
            let place = [
                (map[0] * x + map[1] * y + map[2]) / scale,
                (map[3] * x + map[4] * y + map[5]) / scale,
            ];
            if !place.iter().all(|value| value.is_finite()) {
                return Err(refuse(
                    "the corners of a place of text form no quadrilateral",
                ));
            }
            sample(picture, place, &mut data);
        }
    }
    let upright = Picture::new(width, height, picture.channels, data)
        .ok_or_else(|| refuse("a place of text is not inside the picture"))?;
    Ok(if height as f64 / width as f64 >= 1.5 {
        quarter_left(upright)
    } else {
        upright
    })
}

/// `numpy.rot90`.
fn quarter_left(picture: Picture) -> Picture {
    let (width, height) = (picture.height, picture.width);
    let mut data = Vec::with_capacity(picture.data.len());
    for y in 0..height {
        for x in 0..width {
            let at = (x * picture.width + (picture.width - 1 - y)) * picture.channels;
            data.extend_from_slice(&picture.data[at..at + picture.channels]);
        }
    }
    Picture {
        width,
        height,
        data,
        ..picture
    }
}

/// Keys' cubic with a = −0.75 at distance 0 to 1 after the second of four samples.
fn cubic(part: f64) -> [f64; 4] {
    const A: f64 = -0.75;
    let (before, rest) = (part + 1.0, 1.0 - part);
    let first = ((A * before - 5.0 * A) * before + 8.0 * A) * before - 4.0 * A;
    let second = ((A + 2.0) * part - (A + 3.0)) * part * part + 1.0;
    let third = ((A + 2.0) * rest - (A + 3.0)) * rest * rest + 1.0;
    [first, second, third, 1.0 - first - second - third]
}

/// Adds the pixel at a place between the samples; beyond the edge, the edge goes on.
fn sample(picture: &Picture, place: [f64; 2], data: &mut Vec<u8>) {
    let corner = place.map(libm::floor);
    let (across, down) = (cubic(place[0] - corner[0]), cubic(place[1] - corner[1]));
    let position = |corner: f64, offset: usize, size: usize| {
        (corner - 1.0 + offset as f64).clamp(0.0, (size - 1) as f64) as usize
    };
    let columns = [0, 1, 2, 3].map(|offset| position(corner[0], offset, picture.width));
    let rows = [0, 1, 2, 3].map(|offset| position(corner[1], offset, picture.height));
    for channel in 0..picture.channels {
        let mut sum = 0.0;
        for (row, down) in rows.iter().zip(down) {
            for (column, across) in columns.iter().zip(across) {
                let at = (row * picture.width + column) * picture.channels + channel;
                sum += down * across * f64::from(picture.data[at]);
            }
        }
        data.push(libm::rint(sum).clamp(0.0, 255.0) as u8);
    }
}

/// The first eight numbers of the matrix that maps four points to four others (the ninth is 1): eight equations, solved
/// by elimination with the largest pivot. `None` if they have no single solution.
fn perspective(from: [[f64; 2]; 4], to: [[f64; 2]; 4]) -> Option<[f64; 8]> {
    let mut rows = [[0.0f64; 9]; 8];
    for (index, ([x, y], [u, v])) in from.into_iter().zip(to).enumerate() {
        rows[2 * index] = [x, y, 1.0, 0.0, 0.0, 0.0, -x * u, -y * u, u];
        rows[2 * index + 1] = [0.0, 0.0, 0.0, x, y, 1.0, -x * v, -y * v, v];
    }
    for column in 0..8 {
        let mut pivot = column;
        for row in column + 1..8 {
            if rows[row][column].abs() > rows[pivot][column].abs() {
                pivot = row;
            }
        }
        rows.swap(column, pivot);
        let lead = rows[column];
        if lead[column].abs() < 1e-12 {
            return None;
        }
        for (index, row) in rows.iter_mut().enumerate() {
            if index != column {
                let factor = row[column] / lead[column];
                for (value, above) in row.iter_mut().zip(lead) {
                    *value -= factor * above;
                }
            }
        }
    }
    let mut solution = [0.0; 8];
    for (index, value) in solution.iter_mut().enumerate() {
        *value = rows[index][8] / rows[index][index];
    }
    solution
        .iter()
        .all(|value| value.is_finite())
        .then_some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counting(width: usize, height: usize) -> Picture {
        let data = (0..width * height).map(|index| index as u8).collect();
        Picture::new(width, height, 1, data).unwrap()
    }

    #[test]
    fn an_upright_rectangle_is_copied() {
        let crop =
            crop_quadrilateral(&counting(10, 8), [[2., 1.], [6., 1.], [6., 4.], [2., 4.]]).unwrap();
        assert_eq!((crop.width, crop.height), (4, 3));
        assert_eq!(crop.data, [12, 13, 14, 15, 22, 23, 24, 25, 32, 33, 34, 35]);
    }

    #[test]
    fn a_tall_rectangle_is_turned_to_the_left() {
        let crop =
            crop_quadrilateral(&counting(10, 8), [[2., 1.], [4., 1.], [4., 4.], [2., 4.]]).unwrap();
        assert_eq!((crop.width, crop.height), (3, 2));
        assert_eq!(crop.data, [13, 23, 33, 12, 22, 32]);
    }

    #[test]
    fn flat_quadrilaterals_are_refused() {
        for corners in [
            [[1., 1.], [1., 1.], [1., 1.], [1., 1.]],
            [[1., 1.], [5., 1.], [5., 1.], [1., 1.]],
            [[1., 1.], [3., 3.], [5., 5.], [7., 7.]],
        ] {
            assert!(crop_quadrilateral(&counting(10, 8), corners).is_err());
        }
    }
}
