//! What the plan makes of several nodes: equal to what the kernel states, near what the nodes give one by one.

use super::*;

/// A graph of nodes `(operator, inputs, output)`; axis 1 where a node dequantises.
fn graph(nodes: &[(&str, &[&str], &str)], fed: &[&str], constants: Vec<(&str, Tensor)>) -> Graph {
    let info = |name: &str| ValueInfo {
        name: name.to_owned(),
        dtype: None,
        dims: None,
    };
    let node = |(op, inputs, output): &(&str, &[&str], &str)| Node {
        name: String::new(),
        index: 0,
        op_type: (*op).to_owned(),
        domain: String::new(),
        inputs: inputs.iter().map(|name| (*name).to_owned()).collect(),
        outputs: vec![(*output).to_owned()],
        attributes: BTreeMap::new(),
    };
    Graph {
        name: String::new(),
        nodes: nodes.iter().map(node).collect(),
        inputs: fed.iter().map(|name| info(name)).collect(),
        outputs: vec![info("y")],
        initializers: constants
            .into_iter()
            .map(|(name, tensor)| Initializer {
                name: name.to_owned(),
                tensor: Arc::new(tensor),
            })
            .collect(),
        value_info: Vec::new(),
    }
}

/// One scale for the left side; for the right one side's, or one per column where it is a constant. Equal to the exact sum
/// times both scales in double precision, and within 1e-4 of the float product.
#[test]
fn products_of_dequantised_matrices() {
    let mut noise = Noise(61);
    let dequantised: [(&str, &[&str], &str); 3] = [
        ("DequantizeLinear", &["a", "sa", "za"], "af"),
        ("DequantizeLinear", &["b", "sb", "zb"], "bf"),
        ("MatMul", &["af", "bf"], "y"),
    ];
    for round in 0..120 {
        let (batch, fixed, columns) = (1 + noise.below(3), round % 2 == 0, round % 4 == 0);
        let (m, n, k) = (1 + noise.below(9), 1 + noise.below(20), 1 + noise.below(60));
        let (da, db) = match fixed {
            true => (vec![batch, m, k], vec![k, n]),
            false => (vec![batch, m, k], vec![batch, k, n]),
        };
        let a: Vec<u8> = (0..count(&da)).map(|_| noise.next() as u8).collect();
        let b: Vec<i8> = (0..count(&db)).map(|_| noise.next() as i8).collect();
        let own = if columns { n } else { 1 };
        let (za, zb) = (noise.next() as u8, noise.integers(own, -128, 127));
        let sa = noise.float().abs() + 0.01;
        let sb: Vec<f32> = noise.floats(own).iter().map(|x| x.abs() + 0.01).collect();
        let shape: &[usize] = if columns { &[n] } else { &[] };
        let mut constants = vec![
            ("sa", Tensor::scalar(sa)),
            ("za", Tensor::scalar(za)),
            ("sb", tensor(shape, sb.clone())),
            ("zb", tensor(shape, zb.iter().map(|x| *x as i8).collect())),
        ];
        let (left, right) = (tensor(&da, a.clone()), tensor(&db, b.clone()));
        let mut fed = vec![Arc::new(left.clone())];
        let mut names = vec!["a"];
        if fixed {
            constants.push(("b", right.clone()));
        } else {
            names.push("b");
            fed.push(Arc::new(right.clone()));
        }
        let plan = Plan::new(&graph(&dequantised, &names, constants), 21).unwrap();
        assert_eq!(plan.len(), 1, "one step is left");
        let mut seen = 0;
        plan.visit(&mut |_| seen += 1);
        assert_eq!(seen, 3, "the description names every node");
        let budget = Budget::new(&Limits::default(), 0);
        let found = plan.run(fed, &[], &budget).unwrap().remove(0);
        let (mut expected, mut floats) = (Vec::new(), Vec::new());
        for (i, j) in (0..batch * m * n).map(|at| (at / n, at % n)) {
            let other = if fixed { 0 } else { i / m * k * n };
            let column = j % own;
            let term = |p: usize| {
                let a = i64::from(a[i * k + p]) - i64::from(za);
                a * (i64::from(b[other + p * n + j]) - zb[column])
            };
            let sum = (0..k).map(term).sum::<i64>() as f64;
            let value = sum * (f64::from(sa) * f64::from(sb[column]));
            expected.push(value as f32);
            floats.push(value);
        }
        let dims = [batch, m, n];
        same(
            &found,
            &dims,
            &expected,
            &format!("{batch} {m} {n} {k} {fixed}"),
        );
        near(&found, &dims, &floats, 1e-4, "in double precision");
    }
}
