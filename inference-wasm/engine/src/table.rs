//! What the engine computes, as data: operator × versions × element types of the first input.
//!
//! A node whose operator, version or type is not here is refused. Attributes and arity are checked before, against
//! ONNX's own definitions (`countersign_onnx::schema`).

use std::ops::RangeInclusive;
use std::sync::Arc;

use countersign_abi::EngineError;
use countersign_onnx::schema::Schema;
use countersign_onnx::{DataType, Tensor};

use crate::budget::Budget;
use crate::call::{Call, Outputs};
use crate::exec::Step;
use crate::op::{
    attention, binary, cast, control, conv, einsum, gather, layout, linear, loss, norm, pool,
    quant, recurrent, reduce, resize, sample, select, shaping, signal, unary,
};

/// An operator on its inputs.
type Plain = fn(&mut Call<'_>) -> Outputs;
/// An operator that runs subgraphs, which see the values around them.
type Control = fn(
    &Step,
    Vec<Option<Arc<Tensor>>>,
    &[Option<Arc<Tensor>>],
    &Budget,
) -> Result<Vec<Arc<Tensor>>, EngineError>;

/// An operator's implementation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kernel {
    /// On the types that are given.
    Plain(Plain),
    /// On widened types.
    Numeric(Plain),
    Control(Control),
}

/// A set of element types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Types(u16);

impl Types {
    const fn of(list: &[DataType]) -> Self {
        let mut bits = 0;
        let mut index = 0;
        while index < list.len() {
            bits |= 1 << list[index] as u16;
            index += 1;
        }
        Self(bits)
    }

    /// Whether the type is in the set.
    pub const fn contains(self, dtype: DataType) -> bool {
        self.0 & (1 << dtype as u16) != 0
    }
}

/// A line of the table.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub name: &'static str,
    /// The versions of the definition (the opset in which it came into force) that the implementation serves.
    pub versions: RangeInclusive<u32>,
    /// The element types of the first input.
    pub types: Types,
    pub kernel: Kernel,
}

/// What the engine supports of one operator, for documentation.
#[derive(Clone, Debug)]
pub struct Supported {
    /// The operator of `ai.onnx`.
    pub name: &'static str,
    /// The versions of its definition that are computed.
    pub versions: RangeInclusive<u32>,
    /// The element types of the first input.
    pub types: Vec<DataType>,
}

/// Everything that the engine computes.
pub fn supported() -> Vec<Supported> {
    TABLE
        .iter()
        .map(|entry| Supported {
            name: entry.name,
            versions: entry.versions.clone(),
            types: DataType::ALL
                .into_iter()
                .filter(|kind| entry.types.contains(*kind))
                .collect(),
        })
        .collect()
}

/// The line for a definition.
pub(crate) fn find(schema: &Schema) -> Option<&'static Entry> {
    TABLE
        .iter()
        .find(|entry| entry.name == schema.name && entry.versions.contains(&schema.since))
}

use DataType::{Bool, F16, F32, F64, I16, I32, I64, I8, U16, U32, U64, U8};
const FLOATS: Types = Types::of(&[F16, F32, F64]);
const INTEGERS: Types = Types::of(&[I8, I16, I32, I64, U8, U16, U32, U64]);
const NUMBERS: Types = Types::of(&[F16, F32, F64, I8, I16, I32, I64, U8, U16, U32, U64]);
const ALL: Types = Types::of(&[F16, F32, F64, I8, I16, I32, I64, U8, U16, U32, U64, Bool]);
const BOOL: Types = Types::of(&[Bool]);
const INDICES: Types = Types::of(&[I32, I64]);
const BYTES: Types = Types::of(&[I8, U8]);

const fn op(
    name: &'static str,
    versions: RangeInclusive<u32>,
    types: Types,
    kernel: Plain,
) -> Entry {
    Entry {
        name,
        versions,
        types,
        kernel: Kernel::Numeric(kernel),
    }
}

const fn exact(
    name: &'static str,
    versions: RangeInclusive<u32>,
    types: Types,
    kernel: Plain,
) -> Entry {
    Entry {
        name,
        versions,
        types,
        kernel: Kernel::Plain(kernel),
    }
}

const fn control_op(
    name: &'static str,
    versions: RangeInclusive<u32>,
    types: Types,
    kernel: Control,
) -> Entry {
    Entry {
        name,
        versions,
        types,
        kernel: Kernel::Control(kernel),
    }
}

#[rustfmt::skip]
static TABLE: &[Entry] = &[
    // One input, element by element.
    op("Abs", 6..=13, NUMBERS, unary::abs),
    op("Acos", 7..=22, FLOATS, unary::acos),
    op("Acosh", 9..=22, FLOATS, unary::acosh),
    op("Asin", 7..=22, FLOATS, unary::asin),
    op("Asinh", 9..=22, FLOATS, unary::asinh),
    op("Atan", 7..=22, FLOATS, unary::atan),
    op("Atanh", 9..=22, FLOATS, unary::atanh),
    op("BitwiseNot", 18..=18, INTEGERS, unary::bitwise_not),
    op("Ceil", 6..=13, FLOATS, unary::ceil),
    op("Celu", 12..=12, FLOATS, unary::celu),
    op("Clip", 6..=13, NUMBERS, unary::clip),
    op("Cos", 7..=22, FLOATS, unary::cos),
    op("Cosh", 9..=22, FLOATS, unary::cosh),
    exact("Dropout", 7..=22, FLOATS, unary::dropout),
    op("Elu", 6..=22, FLOATS, unary::elu),
    op("Erf", 9..=13, FLOATS, unary::erf),
    op("Exp", 6..=13, FLOATS, unary::exp),
    op("Floor", 6..=13, FLOATS, unary::floor),
    op("Gelu", 20..=20, FLOATS, unary::gelu),
    op("HardSigmoid", 6..=22, FLOATS, unary::hard_sigmoid),
    op("HardSwish", 14..=22, FLOATS, unary::hard_swish),
    exact("Identity", 1..=25, ALL, unary::identity),
    op("IsInf", 10..=20, FLOATS, unary::is_inf),
    op("IsNaN", 9..=20, FLOATS, unary::is_nan),
    op("LeakyRelu", 6..=16, FLOATS, unary::leaky_relu),
    op("Log", 6..=13, FLOATS, unary::log),
    op("Mish", 18..=22, FLOATS, unary::mish),
    op("Neg", 6..=13, NUMBERS, unary::neg),
    op("Not", 1..=1, BOOL, unary::not),
    op("Reciprocal", 6..=13, FLOATS, unary::reciprocal),
    op("Relu", 6..=14, NUMBERS, unary::relu),
    op("Round", 11..=22, FLOATS, unary::round),
    op("Selu", 6..=22, FLOATS, unary::selu),
    op("Shrink", 9..=9, NUMBERS, unary::shrink),
    op("Sigmoid", 6..=13, FLOATS, unary::sigmoid),
    op("Sign", 9..=13, NUMBERS, unary::sign),
    op("Sin", 7..=22, FLOATS, unary::sin),
    op("Sinh", 9..=22, FLOATS, unary::sinh),
    op("Softplus", 1..=22, FLOATS, unary::softplus),
    op("Softsign", 1..=22, FLOATS, unary::softsign),
    op("Sqrt", 6..=13, FLOATS, unary::sqrt),
    op("Swish", 24..=24, FLOATS, unary::swish),
    op("Tan", 7..=22, FLOATS, unary::tan),
    op("Tanh", 6..=13, FLOATS, unary::tanh),
    op("ThresholdedRelu", 10..=22, FLOATS, unary::thresholded_relu),
    exact("BitCast", 26..=26, ALL, cast::bit_cast),
    exact("Cast", 6..=25, ALL, cast::cast),
    exact("CastLike", 15..=25, ALL, cast::cast_like),
    // Several inputs, element by element, broadcast.
    op("Add", 7..=14, NUMBERS, binary::add),
    op("And", 7..=7, BOOL, binary::and),
    op("BitShift", 11..=11, Types::of(&[U8, U16, U32, U64]), binary::bit_shift),
    op("BitwiseAnd", 18..=18, INTEGERS, binary::bitwise_and),
    op("BitwiseOr", 18..=18, INTEGERS, binary::bitwise_or),
    op("BitwiseXor", 18..=18, INTEGERS, binary::bitwise_xor),
    op("Div", 7..=14, NUMBERS, binary::div),
    op("Equal", 7..=19, ALL, binary::equal),
    op("Greater", 7..=13, NUMBERS, binary::greater),
    op("GreaterOrEqual", 12..=16, NUMBERS, binary::greater_or_equal),
    op("Less", 7..=13, NUMBERS, binary::less),
    op("LessOrEqual", 12..=16, NUMBERS, binary::less_or_equal),
    op("Max", 6..=13, NUMBERS, binary::max),
    op("Mean", 6..=13, FLOATS, binary::mean),
    op("Min", 6..=13, NUMBERS, binary::min),
    op("Mod", 10..=13, NUMBERS, binary::modulo),
    op("Mul", 7..=14, NUMBERS, binary::mul),
    op("Or", 7..=7, BOOL, binary::or),
    op("Pow", 7..=15, Types::of(&[F16, F32, F64, I32, I64]), binary::pow),
    op("PRelu", 7..=16, NUMBERS, binary::prelu),
    op("Sub", 7..=14, NUMBERS, binary::sub),
    op("Sum", 6..=13, FLOATS, binary::sum),
    exact("Where", 9..=16, BOOL, binary::choose),
    op("Xor", 7..=7, BOOL, binary::xor),
    // Reductions.
    op("ArgMax", 1..=13, NUMBERS, reduce::arg_max),
    op("ArgMin", 1..=13, NUMBERS, reduce::arg_min),
    op("CumProd", 26..=26, NUMBERS, reduce::cum_prod),
    op("CumSum", 11..=14, NUMBERS, reduce::cum_sum),
    op("Hardmax", 1..=13, FLOATS, reduce::hardmax),
    op("LogSoftmax", 1..=13, FLOATS, reduce::log_softmax),
    op("ReduceL1", 1..=18, NUMBERS, reduce::l1),
    op("ReduceL2", 1..=18, FLOATS, reduce::l2),
    op("ReduceLogSum", 1..=18, FLOATS, reduce::log_sum),
    op("ReduceLogSumExp", 1..=18, FLOATS, reduce::log_sum_exp),
    op("ReduceMax", 1..=20, ALL, reduce::max),
    op("ReduceMean", 1..=18, FLOATS, reduce::mean),
    op("ReduceMin", 1..=20, ALL, reduce::min),
    op("ReduceProd", 1..=18, NUMBERS, reduce::prod),
    op("ReduceSum", 1..=13, NUMBERS, reduce::sum),
    op("ReduceSumSquare", 1..=18, NUMBERS, reduce::sum_square),
    op("Softmax", 1..=13, FLOATS, reduce::softmax),
    // Shapes and constants.
    exact("Constant", 1..=25, ALL, shaping::constant),
    exact("ConstantOfShape", 9..=25, Types::of(&[I64]), shaping::constant_of_shape),
    exact("EyeLike", 9..=22, ALL, shaping::eye_like),
    exact("Flatten", 1..=25, ALL, shaping::flatten),
    exact("OneHot", 9..=11, NUMBERS, shaping::one_hot),
    op("Range", 11..=27, Types::of(&[F16, F32, F64, I16, I32, I64]), shaping::range),
    exact("Reshape", 5..=25, ALL, shaping::reshape),
    exact("Shape", 1..=25, ALL, shaping::shape_of),
    exact("Size", 1..=25, ALL, shaping::size_of),
    exact("Squeeze", 1..=25, ALL, shaping::squeeze),
    exact("Trilu", 14..=14, ALL, shaping::trilu),
    exact("Unsqueeze", 1..=25, ALL, shaping::unsqueeze),
    // Moving elements.
    exact("CenterCropPad", 18..=18, ALL, layout::center_crop_pad),
    exact("Concat", 4..=13, ALL, layout::concat),
    exact("DepthToSpace", 1..=13, ALL, layout::depth_to_space),
    exact("Expand", 8..=13, ALL, layout::expand),
    exact("Pad", 2..=25, ALL, layout::pad),
    exact("ReverseSequence", 10..=10, ALL, layout::reverse_sequence),
    exact("Slice", 1..=13, ALL, layout::slice),
    exact("SpaceToDepth", 1..=13, ALL, layout::space_to_depth),
    exact("Split", 2..=18, ALL, layout::split),
    exact("Tile", 6..=13, ALL, layout::tile),
    exact("Transpose", 1..=25, ALL, layout::transpose),
    exact("Compress", 9..=11, ALL, select::compress),
    exact("Gather", 1..=13, ALL, gather::gather),
    exact("GatherElements", 11..=13, ALL, gather::gather_elements),
    exact("GatherND", 11..=13, ALL, gather::gather_nd),
    op("NonZero", 9..=13, ALL, select::non_zero),
    op("Scatter", 9..=9, ALL, gather::scatter_elements),
    op("ScatterElements", 11..=18, ALL, gather::scatter_elements),
    op("ScatterND", 11..=18, ALL, gather::scatter_nd),
    exact("TensorScatter", 24..=24, ALL, gather::tensor_scatter),
    op("TopK", 1..=24, NUMBERS, select::top_k),
    op("Unique", 11..=11, NUMBERS, select::unique),
    // Matrices, windows.
    op("AveragePool", 7..=22, FLOATS, pool::average),
    op("Conv", 1..=22, FLOATS, conv::conv),
    op("ConvTranspose", 1..=22, FLOATS, conv::conv_transpose),
    op("Gemm", 7..=13, FLOATS, linear::gemm),
    op("GlobalAveragePool", 1..=22, FLOATS, pool::global_average),
    op("GlobalLpPool", 2..=22, FLOATS, pool::global_lp),
    op("GlobalMaxPool", 1..=22, FLOATS, pool::global_max),
    op("LpPool", 2..=22, FLOATS, pool::lp),
    op("MatMul", 1..=13, Types::of(&[F16, F32, F64, I32, I64, U32, U64]), linear::mat_mul),
    op("MaxPool", 1..=22, Types::of(&[F16, F32, F64, I8, U8]), pool::max),
    op("MaxUnpool", 9..=22, FLOATS, sample::max_unpool),
    op("Col2Im", 18..=18, FLOATS, sample::col2im),
    // Normalisations, losses.
    op("BatchNormalization", 7..=15, FLOATS, norm::batch),
    op("GroupNormalization", 21..=21, FLOATS, norm::group),
    op("InstanceNormalization", 6..=22, FLOATS, norm::instance),
    op("LayerNormalization", 17..=17, FLOATS, norm::layer),
    op("LpNormalization", 1..=22, FLOATS, norm::lp),
    op("LRN", 1..=13, FLOATS, norm::local_response),
    op("MeanVarianceNormalization", 9..=13, FLOATS, norm::mean_variance),
    op("RMSNormalization", 23..=23, FLOATS, norm::rms),
    op("NegativeLogLikelihoodLoss", 12..=22, FLOATS, loss::negative_log_likelihood),
    op("SoftmaxCrossEntropyLoss", 12..=13, FLOATS, loss::softmax_cross_entropy),
    // Sequences.
    op("Attention", 23..=24, FLOATS, attention::attention),
    op("CausalConvWithState", 27..=27, FLOATS, attention::causal_conv),
    op("GRU", 7..=22, FLOATS, recurrent::gru),
    op("LinearAttention", 27..=27, Types::of(&[F16, F32]), attention::linear),
    op("LSTM", 7..=22, FLOATS, recurrent::lstm),
    op("RNN", 7..=22, FLOATS, recurrent::rnn),
    op("RotaryEmbedding", 23..=23, FLOATS, attention::rotary),
    // Images.
    op("AffineGrid", 20..=20, FLOATS, sample::affine_grid),
    op("GridSample", 16..=22, FLOATS, sample::grid_sample),
    op("NonMaxSuppression", 10..=11, Types::of(&[F32]), sample::non_max_suppression),
    op("Resize", 10..=19, ALL, resize::resize),
    op("RoiAlign", 10..=22, FLOATS, sample::roi_align),
    op("Upsample", 7..=9, ALL, resize::upsample),
    // Quantised numbers.
    exact("ConvInteger", 10..=10, BYTES, quant::conv_integer),
    exact("DequantizeLinear", 10..=25, Types::of(&[I8, I16, I32, U8, U16]), quant::dequantize),
    exact("DynamicQuantizeLinear", 11..=11, Types::of(&[F32]), quant::dynamic_quantize),
    exact("MatMulInteger", 10..=10, BYTES, quant::mat_mul_integer),
    exact("QLinearConv", 10..=10, BYTES, quant::qlinear_conv),
    exact("QLinearMatMul", 10..=21, BYTES, quant::qlinear_mat_mul),
    exact("QuantizeLinear", 10..=25, Types::of(&[F16, F32, F64, I32]), quant::quantize),
    // Signals, and what fits nowhere else.
    op("DFT", 17..=20, FLOATS, signal::dft),
    op("STFT", 17..=17, FLOATS, signal::stft),
    exact("BlackmanWindow", 17..=17, INDICES, signal::blackman),
    exact("HammingWindow", 17..=17, INDICES, signal::hamming),
    exact("HannWindow", 17..=17, INDICES, signal::hann),
    exact("TfIdfVectorizer", 9..=9, INDICES, signal::tf_idf),
    op("DeformConv", 19..=22, FLOATS, einsum::deform_conv),
    op("Det", 11..=22, FLOATS, einsum::det),
    op("Einsum", 12..=12, NUMBERS, einsum::einsum),
    exact("OptionalGetElement", 18..=18, ALL, shaping::get_element),
    exact("OptionalHasElement", 18..=18, ALL, shaping::has_element),
    // Control flow.
    control_op("If", 1..=25, BOOL, control::branch),
    control_op("Loop", 1..=25, Types::of(&[I64]), control::repeat),
    control_op("Scan", 9..=25, ALL, control::scan),
];

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_onnx::schema;

    #[test]
    fn every_line_names_definitions_that_exist_and_no_two_overlap() {
        for entry in TABLE {
            let versions: Vec<u32> = schema::all()
                .iter()
                .filter(|s| s.name == entry.name)
                .map(|s| s.since)
                .collect();
            assert!(
                versions.contains(entry.versions.end()),
                "{} {:?}",
                entry.name,
                entry.versions
            );
            assert!(
                versions.iter().any(|v| entry.versions.contains(v)),
                "{}",
                entry.name
            );
            let served = TABLE.iter().filter(|other| other.name == entry.name);
            assert_eq!(
                served
                    .filter(|other| other.versions.contains(entry.versions.end()))
                    .count(),
                1,
                "{}",
                entry.name
            );
        }
    }
}
