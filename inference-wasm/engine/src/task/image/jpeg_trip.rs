//! What saving a picture as JPEG and reading it again does to it: part of what some models expect. Sample for sample as
//! libjpeg-turbo 3 with its defaults (whole-number DCT, chroma at half the size, smooth upsampling), without the
//! entropy coding, which loses nothing. The names are those of jccolor.c, jcsample.c, jfdctint.c, jidctint.c, jdsample.c
//! and jdcolor.c; `tests/fixtures/pictures/make.py` makes the answers that it is compared with.

use super::Picture;

/// Annex K of ITU-T T.81, rows from low to high vertical frequencies.
const LUMINANCE: [i32; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMINANCE: [i32; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

const CONST_BITS: u32 = 13;
const PASS1_BITS: u32 = 2;
const F_0_298: i32 = 2446;
const F_0_390: i32 = 3196;
const F_0_541: i32 = 4433;
const F_0_765: i32 = 6270;
const F_0_899: i32 = 7373;
const F_1_175: i32 = 9633;
const F_1_501: i32 = 12299;
const F_1_847: i32 = 15137;
const F_1_961: i32 = 16069;
const F_2_053: i32 = 16819;
const F_2_562: i32 = 20995;
const F_3_072: i32 = 25172;

fn descale(value: i32, bits: u32) -> i32 {
    (value + (1 << (bits - 1))) >> bits
}

fn sample(value: i32) -> u8 {
    value.clamp(0, 255) as u8
}

/// One plane of samples.
struct Plane {
    width: usize,
    height: usize,
    data: Vec<u8>,
}

/// The picture after a trip through a JPEG of a quality from 1 to 100. `None` unless it has three samples per pixel and
/// sides that are multiples of 16 (others would need the rules for incomplete blocks).
pub(crate) fn jpeg_round_trip(picture: &Picture, quality: u8) -> Option<Picture> {
    let (width, height) = (picture.width, picture.height);
    let whole = width % 16 == 0 && height % 16 == 0;
    if picture.channels != 3 || !whole || !(1..=100).contains(&quality) {
        return None;
    }
    let [mut y, cb, cr] = to_ycc(picture);
    let (mut cb, mut cr) = (halved(&cb), halved(&cr));
    let quality = i32::from(quality);
    // jpeg_quality_scaling
    let scale = if quality < 50 {
        5000 / quality
    } else {
        200 - quality * 2
    };
    let table = |base: [i32; 64]| base.map(|value| ((value * scale + 50) / 100).clamp(1, 255));
    lose(&mut y, &table(LUMINANCE));
    lose(&mut cb, &table(CHROMINANCE));
    lose(&mut cr, &table(CHROMINANCE));
    let data = to_rgb(&y, &doubled(&cb), &doubled(&cr));
    Picture::new(width, height, 3, data)
}

fn to_ycc(picture: &Picture) -> [Plane; 3] {
    const HALF: i32 = 1 << 15;
    const OFFSET: i32 = 128 << 16;
    let plane = |weights: [i32; 3], add: i32| Plane {
        width: picture.width,
        height: picture.height,
        data: picture
            .data
            .chunks_exact(3)
            .map(|pixel| {
                let sum: i32 = pixel
                    .iter()
                    .zip(weights)
                    .map(|(value, weight)| i32::from(*value) * weight)
                    .sum();
                sample((sum + add) >> 16)
            })
            .collect(),
    };
    [
        plane([19595, 38470, 7471], HALF),
        plane([-11059, -21709, 32768], OFFSET + HALF - 1),
        plane([32768, -27439, -5329], OFFSET + HALF - 1),
    ]
}

/// h2v2_downsample: the mean of four, rounded down and up in turn.
fn halved(plane: &Plane) -> Plane {
    let (width, height) = (plane.width / 2, plane.height / 2);
    let mut data = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            let at = 2 * y * plane.width + 2 * x;
            let sum: i32 = [at, at + 1, at + plane.width, at + plane.width + 1]
                .map(|index| i32::from(plane.data[index]))
                .iter()
                .sum();
            let bias = if x % 2 == 0 { 1 } else { 2 };
            data.push(sample((sum + bias) >> 2));
        }
    }
    Plane {
        width,
        height,
        data,
    }
}

/// Every block of 8 × 8 transformed, quantised, and transformed back.
fn lose(plane: &mut Plane, table: &[i32; 64]) {
    for top in (0..plane.height).step_by(8) {
        for left in (0..plane.width).step_by(8) {
            let mut block = [0i32; 64];
            let place = |index: usize| (top + index / 8) * plane.width + left + index % 8;
            for (index, value) in block.iter_mut().enumerate() {
                *value = i32::from(plane.data[place(index)]) - 128;
            }
            forward(&mut block);
            for (value, step) in block.iter_mut().zip(table) {
                // The forward transform gives eight times the coefficient.
                let divisor = step * 8;
                let size = (value.abs() + divisor / 2) / divisor;
                *value = value.signum() * size * step;
            }
            backward(&mut block);
            for (index, value) in block.iter().enumerate() {
                plane.data[place(index)] = sample(value + 128);
            }
        }
    }
}

/// jpeg_fdct_islow: rows, then columns.
fn forward(block: &mut [i32; 64]) {
    for pass in 0..2 {
        let (stride, step) = if pass == 0 { (8, 1) } else { (1, 8) };
        let odd_bits = if pass == 0 {
            CONST_BITS - PASS1_BITS
        } else {
            CONST_BITS + PASS1_BITS
        };
        for line in 0..8 {
            let at = |index: usize| line * stride + index * step;
            let d: [i32; 8] = std::array::from_fn(|index| block[at(index)]);
            let (t0, t7, t1, t6) = (d[0] + d[7], d[0] - d[7], d[1] + d[6], d[1] - d[6]);
            let (t2, t5, t3, t4) = (d[2] + d[5], d[2] - d[5], d[3] + d[4], d[3] - d[4]);
            let (t10, t13, t11, t12) = (t0 + t3, t0 - t3, t1 + t2, t1 - t2);
            let even = |value: i32| {
                if pass == 0 {
                    value << PASS1_BITS
                } else {
                    descale(value, PASS1_BITS)
                }
            };
            block[at(0)] = even(t10 + t11);
            block[at(4)] = even(t10 - t11);
            let z1 = (t12 + t13) * F_0_541;
            block[at(2)] = descale(z1 + t13 * F_0_765, odd_bits);
            block[at(6)] = descale(z1 - t12 * F_1_847, odd_bits);
            let z5 = (t4 + t6 + t5 + t7) * F_1_175;
            let z1 = -(t4 + t7) * F_0_899;
            let z2 = -(t5 + t6) * F_2_562;
            let z3 = -(t4 + t6) * F_1_961 + z5;
            let z4 = -(t5 + t7) * F_0_390 + z5;
            block[at(7)] = descale(t4 * F_0_298 + z1 + z3, odd_bits);
            block[at(5)] = descale(t5 * F_2_053 + z2 + z4, odd_bits);
            block[at(3)] = descale(t6 * F_3_072 + z2 + z3, odd_bits);
            block[at(1)] = descale(t7 * F_1_501 + z1 + z4, odd_bits);
        }
    }
}

/// jpeg_idct_islow: columns, then rows.
fn backward(block: &mut [i32; 64]) {
    for pass in 0..2 {
        let (stride, step) = if pass == 0 { (1, 8) } else { (8, 1) };
        let bits = if pass == 0 {
            CONST_BITS - PASS1_BITS
        } else {
            CONST_BITS + PASS1_BITS + 3
        };
        for line in 0..8 {
            let at = |index: usize| line * stride + index * step;
            let d: [i32; 8] = std::array::from_fn(|index| block[at(index)]);
            let z1 = (d[2] + d[6]) * F_0_541;
            let (t2, t3) = (z1 - d[6] * F_1_847, z1 + d[2] * F_0_765);
            let (t0, t1) = ((d[0] + d[4]) << CONST_BITS, (d[0] - d[4]) << CONST_BITS);
            let even = [t0 + t3, t1 + t2, t1 - t2, t0 - t3];
            let z5 = (d[7] + d[3] + d[5] + d[1]) * F_1_175;
            let z1 = -(d[7] + d[1]) * F_0_899;
            let z2 = -(d[5] + d[3]) * F_2_562;
            let z3 = -(d[7] + d[3]) * F_1_961 + z5;
            let z4 = -(d[5] + d[1]) * F_0_390 + z5;
            let odd = [
                d[1] * F_1_501 + z1 + z4,
                d[3] * F_3_072 + z2 + z3,
                d[5] * F_2_053 + z2 + z4,
                d[7] * F_0_298 + z1 + z3,
            ];
            for index in 0..4 {
                block[at(index)] = descale(even[index] + odd[index], bits);
                block[at(7 - index)] = descale(even[index] - odd[index], bits);
            }
        }
    }
}

/// h2v2_fancy_upsample: three parts of the nearer sample and one of the farther, down and across.
fn doubled(plane: &Plane) -> Plane {
    let (width, height) = (plane.width, plane.height);
    let mut data = Vec::with_capacity(4 * width * height);
    for y in 0..2 * height {
        let near = y / 2;
        let far = if y % 2 == 0 {
            near.saturating_sub(1)
        } else {
            (near + 1).min(height - 1)
        };
        let sum = |x: usize| {
            3 * i32::from(plane.data[near * width + x]) + i32::from(plane.data[far * width + x])
        };
        for x in 0..width {
            let left = sum(x.saturating_sub(1));
            let right = sum((x + 1).min(width - 1));
            data.push(sample((3 * sum(x) + left + 8) >> 4));
            data.push(sample((3 * sum(x) + right + 7) >> 4));
        }
    }
    Plane {
        width: 2 * width,
        height: 2 * height,
        data,
    }
}

/// ycc_rgb_convert.
fn to_rgb(y: &Plane, cb: &Plane, cr: &Plane) -> Vec<u8> {
    const HALF: i32 = 1 << 15;
    let mut data = Vec::with_capacity(y.data.len() * 3);
    for ((y, cb), cr) in y.data.iter().zip(&cb.data).zip(&cr.data) {
        let (y, cb, cr) = (i32::from(*y), i32::from(*cb) - 128, i32::from(*cr) - 128);
        data.push(sample(y + ((91881 * cr + HALF) >> 16)));
        data.push(sample(y + ((-22554 * cb + HALF - 46802 * cr) >> 16)));
        data.push(sample(y + ((116130 * cb + HALF) >> 16)));
    }
    data
}
