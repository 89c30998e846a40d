//! Element by element with broadcasting, and matrix products: equal, because both add in ascending order.

use super::*;

/// The shape with some dimensions 1, leading ones perhaps left out.
fn shrunk(noise: &mut Noise, dims: &[usize]) -> Vec<usize> {
    let skip = noise.below(dims.len() + 1);
    let keep = |dim: &usize, noise: &mut Noise| if noise.below(3) == 0 { 1 } else { *dim };
    dims[skip..].iter().map(|dim| keep(dim, noise)).collect()
}

fn joined(a: &[usize], b: &[usize]) -> Vec<usize> {
    let rank = a.len().max(b.len());
    let at = |dims: &[usize], i: usize| match (i + dims.len()).checked_sub(rank) {
        Some(own) => dims[own],
        None => 1,
    };
    (0..rank).map(|i| at(a, i).max(at(b, i))).collect()
}

fn each<A: Copy, B: Copy, C>(
    [da, db]: [&[usize]; 2],
    (a, b): (&[A], &[B]),
    out: &[usize],
    f: impl Fn(A, B) -> C,
) -> Vec<C> {
    let pair = |i: &Vec<usize>| f(a[broadcast_place(da, i)], b[broadcast_place(db, i)]);
    indices(out).iter().map(pair).collect()
}

type Single = (&'static str, fn(f32, f32) -> f32);
type Whole = (&'static str, fn(i64, i64) -> i64);
const FLOATS: [Single; 6] = [
    ("Add", |a, b| a + b),
    ("Sub", |a, b| a - b),
    ("Mul", |a, b| a * b),
    ("Div", |a, b| a / b),
    ("Max", f32::max),
    ("Min", f32::min),
];
const INTEGERS: [Whole; 6] = [
    ("Add", |a, b| a + b),
    ("Sub", |a, b| a - b),
    ("Mul", |a, b| a * b),
    ("Div", |a, b| a / b),
    ("Max", i64::max),
    ("Min", i64::min),
];

#[test]
fn broadcasting() {
    let mut noise = Noise(31);
    for _ in 0..250 {
        let rank = noise.below(5);
        let whole = noise.dims(rank, 6);
        let (da, db) = (shrunk(&mut noise, &whole), shrunk(&mut noise, &whole));
        let out = joined(&da, &db);
        let what = format!("{da:?} {db:?}");
        let (a, b) = (noise.floats(count(&da)), noise.floats(count(&db)));
        let pair = [tensor(&da, a.clone()), tensor(&db, b.clone())];
        for (name, f) in FLOATS {
            let expected = each([&da, &db], (&a, &b), &out, f);
            same(&run(14, name, &[], &pair), &out, &expected, &what);
        }
        let less = each([&da, &db], (&a, &b), &out, |a, b| a < b);
        same(&run(13, "Less", &[], &pair), &out, &less, &what);
        let a = noise.integers(count(&da), -50, 50);
        let b: Vec<i64> = noise.integers(count(&db), 1, 9);
        let low = |list: &[i64]| list.iter().map(|x| *x as i32).collect::<Vec<_>>();
        for (name, f) in INTEGERS {
            let expected = each([&da, &db], (&a, &b), &out, f);
            let pair = [tensor(&da, a.clone()), tensor(&db, b.clone())];
            same(&run(14, name, &[], &pair), &out, &expected, &what);
            let pair = [tensor(&da, low(&a)), tensor(&db, low(&b))];
            same(&run(14, name, &[], &pair), &out, &low(&expected), &what);
        }
        let dc = shrunk(&mut noise, &whole);
        let condition: Vec<bool> = (0..count(&dc)).map(|_| noise.below(2) == 0).collect();
        let out = joined(&dc, &out);
        let value = |i: &Vec<usize>| {
            if condition[broadcast_place(&dc, i)] {
                a[broadcast_place(&da, i)]
            } else {
                b[broadcast_place(&db, i)]
            }
        };
        let expected: Vec<i64> = indices(&out).iter().map(value).collect();
        let inputs = [
            tensor(&dc, condition.clone()),
            tensor(&da, a.clone()),
            tensor(&db, b.clone()),
        ];
        same(&run(16, "Where", &[], &inputs), &out, &expected, &what);
    }
}

#[test]
fn stacks_of_matrices() {
    let mut noise = Noise(32);
    for _ in 0..150 {
        let rank = noise.below(3);
        let batch = noise.dims(rank, 3);
        let (m, n, k) = (1 + noise.below(9), 1 + noise.below(20), 1 + noise.below(40));
        let (ba, bb) = (shrunk(&mut noise, &batch), shrunk(&mut noise, &batch));
        let (da, db) = ([&*ba, &[m, k]].concat(), [&*bb, &[k, n]].concat());
        let batch = joined(&ba, &bb);
        let (a, b) = (noise.floats(count(&da)), noise.floats(count(&db)));
        let mut expected = Vec::new();
        for index in indices(&batch) {
            let a = &a[broadcast_place(&ba, &index) * m * k..];
            let b = &b[broadcast_place(&bb, &index) * k * n..];
            for (i, j) in (0..m * n).map(|at| (at / n, at % n)) {
                expected.push((0..k).fold(0f32, |sum, p| sum + a[i * k + p] * b[p * n + j]));
            }
        }
        let out = [&*batch, &[m, n]].concat();
        let found = run(13, "MatMul", &[], &[tensor(&da, a), tensor(&db, b)]);
        same(&found, &out, &expected, &format!("{da:?} {db:?}"));
    }
}

#[test]
fn products_of_turned_matrices() {
    let mut noise = Noise(33);
    for round in 0..120 {
        let (m, n, k) = (
            1 + noise.below(9),
            1 + noise.below(20),
            1 + noise.below(300),
        );
        let (turn_a, turn_b) = (round % 2 == 1, round % 4 > 1);
        let (a, b) = (noise.floats(m * k), noise.floats(k * n));
        let dc = shrunk(&mut noise, &[m, n]);
        let c = noise.floats(count(&dc));
        let (alpha, beta) = [(1.0, 1.0), (0.5, 1.0), (1.0, -2.0)][round % 3];
        let left = |i: usize, p: usize| a[if turn_a { p * m + i } else { i * k + p }];
        let right = |p: usize, j: usize| b[if turn_b { j * k + p } else { p * n + j }];
        let value = |index: &Vec<usize>| {
            let (i, j) = (index[0], index[1]);
            let sum = (0..k).fold(0f32, |sum, p| sum + left(i, p) * right(p, j));
            sum * alpha + c[broadcast_place(&dc, index)] * beta
        };
        let expected: Vec<f32> = indices(&[m, n]).iter().map(value).collect();
        let shape = |turned: bool, rows, columns| {
            if turned {
                [columns, rows]
            } else {
                [rows, columns]
            }
        };
        let attributes = [
            int("transA", i64::from(turn_a)),
            int("transB", i64::from(turn_b)),
            ("alpha", Attribute::Float(alpha)),
            ("beta", Attribute::Float(beta)),
        ];
        let inputs = [
            tensor(&shape(turn_a, m, k), a.clone()),
            tensor(&shape(turn_b, k, n), b.clone()),
            tensor(&dc, c.clone()),
        ];
        let found = run(13, "Gemm", &attributes, &inputs);
        same(
            &found,
            &[m, n],
            &expected,
            &format!("{m} {n} {k} {attributes:?}"),
        );
    }
}
