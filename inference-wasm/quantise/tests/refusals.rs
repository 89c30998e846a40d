//! What cannot be brought into the profile is named, with the node and the number.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{samples, Native, Net};
use countersign_engine::Engine;
use countersign_onnx::{Attribute, Data, Tensor};
use countersign_quantise::{quantise, InputScale, Options, QuantiseError, Sample};

const INPUT: [usize; 4] = [1, 2, 4, 4];

fn refusal(onnx: &[u8], samples: &[Sample], options: &Options) -> QuantiseError {
    let made = quantise(onnx, samples, options, &mut Native(Engine::new()));
    let Err(error) = made else {
        panic!("it was taken")
    };
    error
}

fn plain() -> Vec<u8> {
    let mut net = Net::new(&INPUT);
    let x = net.conv("x", [3, 2], 3, 1);
    net.output(&x)
}

#[test]
fn no_model_no_samples_and_samples_of_another_shape() {
    let options = Options::default();
    let good = samples(&INPUT, 2, 1);
    assert!(matches!(
        refusal(b"no model", &good, &options),
        QuantiseError::Model(_)
    ));
    assert!(matches!(
        refusal(&plain(), &[], &options),
        QuantiseError::Samples(_)
    ));
    let mut mixed = good.clone();
    mixed.extend(samples(&[1, 2, 5, 4], 1, 1));
    let error = refusal(&plain(), &mixed, &options);
    assert!(error.to_string().contains("sample 2"), "{error}");
    let other = samples(&[1, 7, 4, 4], 2, 1);
    assert!(matches!(
        refusal(&plain(), &other, &options),
        QuantiseError::Engine(_)
    ));
}

#[test]
fn samples_that_are_not_finite() {
    let wild = vec![vec![Tensor::new(
        INPUT.to_vec(),
        Data::F32(vec![f32::NAN; 32]),
    )
    .unwrap()]];
    let error = refusal(&plain(), &wild, &Options::default());
    assert!(error.to_string().contains("not finite"), "{error}");
}

#[test]
fn an_operator_without_an_integer_form_is_named() {
    let mut net = Net::new(&INPUT);
    let x = net.conv("x", [3, 2], 3, 1);
    let x = net.node("ReduceMax", &[&x], &[]);
    let error = refusal(&net.output(&x), &samples(&INPUT, 2, 1), &Options::default());
    assert!(
        matches!(&error, QuantiseError::Node { node, .. } if node.contains("ReduceMax")),
        "{error}"
    );
    let mut net = Net::new(&INPUT);
    let weight = net.floats(&[3, 2, 3, 3], 1.0);
    let same = [("auto_pad", Attribute::String(b"SAME_UPPER".to_vec()))];
    let x = net.node("Conv", &["x", &weight], &same);
    let error = refusal(&net.output(&x), &samples(&INPUT, 2, 1), &Options::default());
    assert!(error.to_string().contains("auto_pad"), "{error}");
}

#[test]
fn weights_that_vanish_below_the_bound_are_refused_not_rounded_away() {
    let wide = [1, 64, 24, 24];
    let mut net = Net::new(&wide);
    let x = net.conv("x", [1, 64], 23, 1);
    let options = Options {
        // 33,856 terms of the greatest input that the profile has fit only with weights of 0.
        inputs: vec![InputScale {
            name: "x".to_owned(),
            scale: 1e-5,
            lo: -16_777_215,
            hi: 16_777_215,
        }],
        levels: 65_535,
    };
    let error = refusal(&net.output(&x), &samples(&wide, 1, 1), &options);
    assert!(error.to_string().contains("vanish"), "{error}");
}

#[test]
fn a_sum_that_no_scale_keeps_below_the_bound() {
    let mut net = Net::new(&INPUT);
    let weight = net.floats(&[1, 2, 1, 1], 1.0);
    let bias = net.constant(Tensor::vector(vec![1e9_f32]));
    let x = net.node("Conv", &["x", &weight, &bias], &[]);
    let (zero, small) = (net.scalar(0.0), net.scalar(0.001));
    let x = net.node("Clip", &[&x, &zero, &small], &[]);
    let error = refusal(&net.output(&x), &samples(&INPUT, 1, 1), &Options::default());
    assert!(matches!(error, QuantiseError::Bound { .. }), "{error}");
    assert!(error.to_string().contains("16777215"), "{error}");
}

#[test]
fn an_interval_outside_the_profile_is_the_importers_to_refuse() {
    let options = Options {
        inputs: vec![InputScale {
            name: "x".to_owned(),
            scale: 1.0,
            lo: -5,
            hi: 16_777_216,
        }],
        levels: 255,
    };
    let error = refusal(&plain(), &samples(&INPUT, 1, 1), &options);
    assert!(
        matches!(
            error,
            QuantiseError::Outside(_) | QuantiseError::Bound { .. }
        ),
        "{error}"
    );
}
