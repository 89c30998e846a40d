//! Where an element lies, as WGSL.

use super::super::movement::strides;

/// The index `i` of an element in `dims`, taken apart: for each axis the step of another buffer, 0 where that one does not
/// move. What belongs together is merged; an expression of `u32`.
pub(super) fn mapped(i: &str, dims: &[usize], steps: &[usize]) -> String {
    // From the last axis to the first: (length, own stride, step), axes that continue each other as one.
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    let own = strides(dims);
    for ((dim, own), step) in dims.iter().zip(&own).zip(steps).rev() {
        if *dim == 1 {
            continue;
        }
        match runs.last_mut() {
            Some((length, _, before)) if *step == *before * *length => *length *= dim,
            _ => runs.push((*dim, *own, *step)),
        }
    }
    let whole: usize = dims.iter().product();
    let terms: Vec<String> = runs
        .iter()
        .filter(|(_, _, step)| *step != 0)
        .map(|(length, own, step)| {
            let mut term = i.to_owned();
            if *own != 1 {
                term = format!("{term} / {own}u");
            }
            if length * own != whole {
                term = format!("{term} % {length}u");
            }
            if *step != 1 {
                term = format!("({term}) * {step}u");
            }
            format!("({term})")
        })
        .collect();
    if terms.is_empty() {
        "0u".to_owned()
    } else {
        terms.join(" + ")
    }
}

/// The steps of a buffer of `from` that is broadcast to `dims`.
pub(super) fn broadcast_steps(from: &[usize], dims: &[usize]) -> Vec<usize> {
    let own = strides(from);
    let missing = dims.len() - from.len().min(dims.len());
    (0..dims.len())
        .map(|axis| match axis.checked_sub(missing) {
            Some(at) if from[at] > 1 => own[at],
            _ => 0,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Evaluates what [`mapped`] writes: sums of products, quotients and remainders in parentheses.
    fn value(expression: &str, i: usize) -> usize {
        let term = |term: &str| {
            let term = term.replace(['(', ')', 'u'], "");
            let mut words = term.split_whitespace();
            let number = |word: &str| word.parse().unwrap_or(i);
            let mut value = number(words.next().unwrap_or("0"));
            while let (Some(operator), Some(word)) = (words.next(), words.next()) {
                match operator {
                    "/" => value /= number(word),
                    "%" => value %= number(word),
                    _ => value *= number(word),
                }
            }
            value
        };
        expression.split(" + ").map(term).sum()
    }

    #[test]
    fn a_broadcast_element_is_found() {
        let (from, dims) = ([3, 1, 2], [2, 3, 4, 2]);
        let expression = mapped("i", &dims, &broadcast_steps(&from, &dims));
        for i in 0..48 {
            assert_eq!(value(&expression, i), i / 8 % 3 * 2 + i % 2, "{expression}");
        }
        assert_eq!(mapped("i", &dims, &broadcast_steps(&[1], &dims)), "0u");
        assert_eq!(mapped("i", &dims, &broadcast_steps(&dims, &dims)), "(i)");
    }

    #[test]
    fn a_transposed_element_is_found() {
        // From [4, 2, 3] by the permutation (1, 2, 0).
        let dims = [2, 3, 4];
        let expression = mapped("i", &dims, &[3, 1, 6]);
        for i in 0..24 {
            let (a, b, c) = (i / 12, i / 4 % 3, i % 4);
            assert_eq!(value(&expression, i), c * 6 + a * 3 + b, "{expression}");
        }
    }
}
