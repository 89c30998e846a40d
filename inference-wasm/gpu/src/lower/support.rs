//! What there are rules for, as data: the documentation's table is made of it.

/// An operator that is lowered, and what of it is refused beyond what holds for all (see `docs/support.md`); empty if nothing.
pub type Supported = (&'static str, &'static str);

/// Every operator of `ai.onnx` with a rule, by name. Whether a node is lowered depends on its attributes and shapes, too:
/// [`lower`](super::lower) says so for each.
pub const OPERATORS: &[Supported] = &[
    ("Abs", ""),
    ("Acos", ""),
    ("Acosh", ""),
    ("Add", ""),
    ("And", ""),
    ("Asin", ""),
    ("Asinh", ""),
    ("Atan", ""),
    ("Atanh", ""),
    (
        "AveragePool",
        "one or two dimensions, no dilations, no `ceil_mode` that adds a window",
    ),
    ("BatchNormalization", "parameters known, no training"),
    (
        "Cast",
        "to wider types; float32 whose limits follow from the graph to int32 and int64; constants to these and float32",
    ),
    ("CastLike", "as Cast"),
    ("Ceil", ""),
    ("Celu", "`alpha` above 0"),
    ("CenterCropPad", ""),
    ("Clip", ""),
    ("Compress", "condition known"),
    ("Concat", ""),
    ("Constant", ""),
    ("ConstantOfShape", ""),
    ("Conv", "one or two dimensions, weights known"),
    (
        "ConvTranspose",
        "one or two dimensions, weights known, pads within the kernel",
    ),
    ("Cos", ""),
    ("Cosh", ""),
    ("CumSum", "axis known"),
    ("DepthToSpace", ""),
    ("Div", ""),
    ("Dropout", "no training, one output"),
    ("Elu", ""),
    ("Equal", "whole numbers"),
    ("Erf", ""),
    ("Exp", ""),
    ("Expand", "shape known"),
    ("Flatten", ""),
    ("Floor", ""),
    (
        "Gather",
        "indices known, or computed and by the graph within a known table of one axis",
    ),
    ("GatherElements", "indices known"),
    ("GatherND", "indices known"),
    ("Gelu", ""),
    ("Gemm", ""),
    ("GlobalAveragePool", ""),
    ("GlobalMaxPool", ""),
    ("Greater", "whole numbers, or one side known"),
    ("GreaterOrEqual", "as Greater"),
    ("GroupNormalization", "opset 21 and later"),
    ("HardSigmoid", ""),
    ("HardSwish", ""),
    ("Identity", ""),
    ("InstanceNormalization", ""),
    ("LRN", "`bias` above 0, at most 64 channels at once"),
    ("LayerNormalization", ""),
    ("LeakyRelu", ""),
    ("Less", "as Greater"),
    ("LessOrEqual", "as Greater"),
    ("Log", ""),
    ("LogSoftmax", ""),
    ("LpNormalization", ""),
    ("LpPool", "as AveragePool; `p` 1 or 2"),
    ("MatMul", ""),
    ("Max", ""),
    ("MaxPool", "one or two dimensions, one output"),
    ("Mean", ""),
    ("MeanVarianceNormalization", ""),
    ("Min", ""),
    ("Mish", ""),
    ("Mod", "known whole numbers"),
    ("Mul", ""),
    ("Neg", ""),
    ("NegativeLogLikelihoodLoss", "classes and weights known"),
    ("Not", ""),
    ("OneHot", "new last axis, depth and values known"),
    ("Or", ""),
    ("PRelu", ""),
    ("Pad", "amounts known"),
    ("Pow", "exponent known: −1, −1/2, 1/2, 1, 2 or 3"),
    ("RMSNormalization", ""),
    ("Range", "known int64"),
    ("Reciprocal", ""),
    ("ReduceL1", ""),
    ("ReduceL2", ""),
    ("ReduceLogSum", ""),
    ("ReduceLogSumExp", ""),
    ("ReduceMax", ""),
    ("ReduceMean", ""),
    ("ReduceMin", ""),
    ("ReduceProd", ""),
    ("ReduceSum", ""),
    ("ReduceSumSquare", ""),
    ("Relu", ""),
    ("Reshape", "shape known"),
    ("Resize", "scales or sizes known, not `tf_crop_and_resize`"),
    ("ReverseSequence", "lengths known"),
    ("Round", ""),
    ("Scatter", "as ScatterElements"),
    (
        "ScatterElements",
        "indices known and different, no reduction",
    ),
    ("ScatterND", "as ScatterElements"),
    ("Selu", ""),
    ("Shape", ""),
    ("Shrink", "`lambd` not below 0"),
    ("Sigmoid", ""),
    ("Sign", ""),
    ("Sin", ""),
    ("Sinh", ""),
    ("Size", ""),
    ("Slice", "bounds known"),
    ("Softmax", ""),
    ("SoftmaxCrossEntropyLoss", "as NegativeLogLikelihoodLoss"),
    ("Softplus", ""),
    ("Softsign", ""),
    ("SpaceToDepth", "mode DCR"),
    ("Split", "lengths known, none 0"),
    ("Sqrt", ""),
    ("Squeeze", ""),
    ("Sub", ""),
    ("Sum", ""),
    ("Swish", ""),
    ("Tan", ""),
    ("Tanh", ""),
    ("ThresholdedRelu", "`alpha` not below 0"),
    ("Tile", "repeats known"),
    ("Transpose", ""),
    ("Trilu", "diagonal known"),
    ("Unsqueeze", ""),
    ("Upsample", "scales known and not below 1"),
    ("Where", ""),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::builder::Builder;
    use crate::lower::node::Op;
    use crate::lower::{rules, Why};
    use countersign_onnx::schema;

    /// The list and the rules say the same: a node without inputs is missing something where there is a rule.
    #[test]
    fn the_list_names_what_there_is_a_rule_for() {
        assert!(OPERATORS.is_sorted());
        let mut model = crate::lower::tests::parse(
            &crate::lower::tests::one("Relu", &[1], vec![], vec![]).bytes(),
        );
        let mut node = model.graph.nodes.remove(0);
        for definition in schema::all() {
            node.op_type = definition.name.to_owned();
            let op = Op {
                node: &node,
                opset: 27,
                inputs: vec![],
            };
            let ruled = rules::lower(&mut Builder::default(), &op) != Err(Why::Operator);
            let listed = OPERATORS.iter().any(|(name, _)| *name == definition.name);
            assert_eq!(ruled, listed, "{}", definition.name);
        }
    }
}
