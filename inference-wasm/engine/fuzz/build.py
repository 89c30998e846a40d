"""Graphs under construction: every node is computed by onnxruntime as soon as it is added."""

import os
import warnings

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

warnings.filterwarnings("ignore")
ort.set_default_logger_severity(4)

CODES = {
    "tensor(float)": "f4", "tensor(uint8)": "u1", "tensor(int8)": "i1", "tensor(uint16)": "u2",
    "tensor(int16)": "i2", "tensor(int32)": "i4", "tensor(int64)": "i8", "tensor(bool)": "?",
    "tensor(float16)": "f2", "tensor(double)": "f8", "tensor(uint32)": "u4", "tensor(uint64)": "u8",
}
FLOATS = ["f4", "f2", "f8"]
UNIT = {"f2": 2.0**-11, "f4": 2.0**-24, "f8": 2.0**-53}
TINY = {"f2": 2.0**-24, "f4": 2.0**-126, "f8": 2.0**-1022}
IR = 8


SUMS = set("""Attention BatchNormalization Conv ConvTranspose CumProd CumSum DFT Det Einsum GRU Gemm GlobalAveragePool AveragePool
GlobalLpPool GroupNormalization InstanceNormalization LRN LSTM LayerNormalization LpNormalization LpPool MatMul Mean
MeanVarianceNormalization NegativeLogLikelihoodLoss RMSNormalization RNN ReduceL1 ReduceL2 ReduceLogSum ReduceMean ReduceProd
ReduceSum ReduceSumSquare STFT SoftmaxCrossEntropyLoss Sum ReduceLogSumExp Shrink""".split())
EXTREMES = {"MaxPool", "GlobalMaxPool", "ReduceMax", "ReduceMin", "ScatterElements", "ScatterND", "Hardmax", "Max", "Min", "RoiAlign"}
NORMS = {"BatchNormalization", "InstanceNormalization", "LRN", "GroupNormalization", "MeanVarianceNormalization", "LpNormalization",
         "LayerNormalization", "RMSNormalization", "ReduceLogSumExp", "GRU", "RNN", "LSTM", "Attention", "SoftmaxCrossEntropyLoss",
         "ReduceMean", "GlobalLpPool", "LpPool", "Shrink", "NegativeLogLikelihoodLoss", "LogSoftmax", "Softmax", "DFT", "STFT", "Det"}


class Drop(Exception):
    """The node cannot be judged: onnxruntime does not take it."""


def code(array):
    """The short name of an array's type."""
    return "?" if array.dtype == np.bool_ else array.dtype.str[1:]


def element(kind):
    """ONNX's number of a type."""
    return helper.np_dtype_to_tensor_dtype(np.dtype(kind))


class Value:
    """A tensor with the error that every element may have (`None`: none), and where it comes from."""

    def __init__(self, name, array, role, tolerance=None):
        self.name, self.array, self.role, self.tolerance = name, array, role, tolerance
        self.used = False

    @property
    def kind(self):
        return code(self.array)

    @property
    def shape(self):
        return self.array.shape


def schema(op, opset):
    return onnx.defs.get_schema(op, max_inclusive_version=opset, domain="")


def allowed(op, opset, index=0):
    """The types that the definition allows for an input."""
    try:
        inputs = schema(op, opset).inputs
    except onnx.defs.SchemaError:
        raise Drop(f"{op} does not exist in opset {opset}") from None
    formal = inputs[min(index, len(inputs) - 1)]
    return [CODES[t] for t in sorted(formal.types) if t in CODES]


def session(nodes, inputs, outputs, initializers, opset):
    graph = helper.make_graph(nodes, "g", inputs, outputs, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=IR)
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.enable_cpu_mem_arena = False
    try:
        return ort.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001 - onnxruntime raises many types
        raise Drop(str(error)) from None


class Graph:
    def __init__(self, rng, opset):
        self.rng, self.opset = rng, opset
        self.values, self.nodes, self.ops = [], [], []

    # Random choices.
    def one(self, items):
        return items[int(self.rng.integers(len(items)))]

    def chance(self, p):
        return self.rng.random() < p

    def int(self, low, high):
        """low..=high."""
        return int(self.rng.integers(low, high + 1))

    def dims(self, low=0, high=4, empty=0.03):
        out = []
        for _ in range(self.int(low, high)):
            if self.chance(empty):
                out.append(0)
            else:
                out.append(self.one([1, 1, 2, 2, 3, 3, 4, 5, 7, 9] if high < 5 else [1, 2, 3]))
        return out

    def array(self, kind, dims, style=None):
        """Elements of a type: small numbers, numbers around 0, all numbers, or special ones."""
        rng, count = self.rng, int(np.prod(dims, dtype=np.int64))
        if kind == "?":
            return (rng.random(count) < 0.5).reshape(dims)
        if kind[0] in "iu":
            info = np.iinfo(kind)
            style = style or self.one(["small", "small", "wide"])
            if style == "positive":
                out = rng.integers(1, 6, count)
            elif style == "nonzero":
                out = rng.integers(1, 6, count) * (1 if kind[0] == "u" else rng.choice([-1, 1], count))
                out = np.where(out == -1, 3, out)
            elif style == "wide":
                out = rng.integers(info.min, info.max, count, dtype=kind, endpoint=True)
            else:
                out = rng.integers(0 if kind[0] == "u" else -6, 7, count)
            return out.astype(kind).reshape(dims)
        style = style or self.one(["whole", "unit", "normal", "normal", "wide", "special"])
        if style == "whole":
            out = rng.integers(-6, 7, count) / self.one([1, 1, 2])
        elif style == "unit":
            out = rng.random(count)
        elif style == "positive":
            out = rng.random(count) * 3 + 0.1
        elif style == "nonzero":
            out = (rng.random(count) * 3 + 0.1) * rng.choice([-1, 1], count)
        elif style in ("wide", "special"):
            out = rng.normal(size=count) * 10.0 ** rng.integers(-4, 4, count)
            if style == "special":
                info = np.finfo(kind)
                odd = [0.0, -0.0, np.inf, -np.inf, np.nan, info.max, info.min, info.tiny, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5]
                out = np.where(rng.random(count) < 0.3, rng.choice(odd, count), out)
        else:
            out = rng.normal(size=count) * self.one([1, 1, 3])
        return out.astype(kind).reshape(dims)

    # Values.
    def fresh(self, kind, dims, style=None, role=None):
        role = role or self.one(["input", "input", "input", "init", "const"])
        return self.given(self.array(kind, list(dims), style), role)

    def given(self, array, role=None):
        """A value that is chosen: mostly part of the model, sometimes an input."""
        role = role or self.one(["init", "init", "init", "const", "input"])
        if role == "input" and np.asarray(array).dtype.kind == "f":
            # What is committed to has no negative zero.
            array = np.asarray(array) + np.asarray(array).dtype.type(0)
        value = Value(f"p{len(self.values)}", np.ascontiguousarray(array).reshape(np.shape(array)), role)
        self.values.append(value)
        return value

    def ints(self, numbers, kind="i8"):
        return self.given(np.array(numbers, dtype=kind))

    def pick(self, kinds, low=0, high=4, style=None, exact=False, dims=None, reuse=0.6, empty=0.03):
        """A value of one of the types: an earlier one that fits, or a new one."""
        fits = [
            v for v in self.values
            if v.kind in kinds and low <= v.array.ndim <= high and v.array.size <= 3000
            and (not exact or v.tolerance is None) and style is None
            and (dims is None or list(v.shape) == list(dims)) and v.role in ("input", "node")
        ]
        if fits and self.chance(reuse):
            return self.one(fits)
        if not kinds:
            raise Drop("no type")
        kind = self.one(kinds)
        if "f4" in kinds and self.chance(0.4):
            kind = "f4"
        return self.fresh(kind, self.dims(low, high, empty) if dims is None else dims, style)

    def partner(self, value, style=None, kinds=None, exact=False):
        """A value that broadcasts with another one."""
        dims = list(value.shape)
        fits = [
            v for v in self.values
            if v.kind == value.kind and v.role in ("input", "node") and style is None and kinds is None
            and (not exact or v.tolerance is None)
            and all(a == b or 1 in (a, b) for a, b in zip(reversed(v.shape), reversed(dims)))
        ]
        if fits and self.chance(0.3):
            return self.one(fits)
        dims = [1 if self.chance(0.25) else d for d in dims][self.int(0, len(dims)) if self.chance(0.4) else 0:]
        if self.chance(0.15) and len(dims) < 4:
            dims = [self.int(1, 3)] + ([1] * (value.array.ndim - len(dims))) + dims
            dims = dims[:1] + dims[1:]
        return self.fresh(self.one(kinds) if kinds else value.kind, dims, style)

    # Nodes.
    def node(self, op, inputs, outputs=1, judged="close", fixed=(), around=(), slack=16.0, floor=0.0, **attributes):
        """Adds a node. `judged`: exact (the same bits), or close (within the error that the inputs' last places make).

        `fixed` names inputs that are not moved to find that error, `around` values that subgraphs use.
        `slack` is the error allowed in units of the last place, `floor` in units of 1's last place (below 1e-3: as it is)."""
        inputs = list(inputs)
        while inputs and inputs[-1] is None:
            inputs.pop()
        big = {"f4": 1e15, "f2": 100.0, "f8": 1e150}
        for v in inputs if op in SUMS else []:
            # Which sums overflow on the way depends on their order.
            if v and v.kind in big and np.any(np.isfinite(v.array) & (np.abs(v.array) > big[v.kind])):
                raise Drop("too large for sums in any order")
        for v in inputs if op in EXTREMES else []:
            if v and v.array.dtype.kind == "f" and np.any(np.isnan(v.array)):
                raise Drop("whether onnxruntime keeps NaN depends on the machine")
        for v in inputs if op in NORMS else []:
            if v and v.array.dtype.kind == "f" and not np.all(np.isfinite(v.array)):
                raise Drop("what becomes of infinity depends on the formula")
        distinct = []
        for v in [*inputs, *around]:
            if v is not None and v not in distinct:
                distinct.append(v)
        if judged == "exact" and any(v.tolerance is not None for v in distinct):
            raise Drop("needs exact inputs")
        names = [f"v{len(self.values) + i}_{op}" if keep else "" for i, keep in enumerate(
            outputs if isinstance(outputs, list) else [True] * outputs)]
        proto = helper.make_node(op, [v.name if v else "" for v in inputs], names, **attributes)
        static = [v for v in distinct if v.role in ("init", "const")]
        dynamic = [v for v in distinct if v not in static]
        built = session(
            [proto],
            [helper.make_tensor_value_info(v.name, element(v.array.dtype), v.shape) for v in dynamic + static],
            [helper.make_empty_tensor_value_info(n) for n in names if n],
            [numpy_helper.from_array(v.array, v.name) for v in static],
            self.opset,
        )
        feed = {v.name: v.array for v in dynamic + static}

        def run(feed):
            try:
                return [np.asarray(a) for a in built.run(None, feed)]
            except Exception as error:  # noqa: BLE001
                raise Drop(str(error)) from None

        results = run(feed)
        if any(code(r) not in CODES.values() or r.size > 20000 for r in results):
            raise Drop("an output of another type")
        if op == "MeanVarianceNormalization" and np.any(np.isnan(results[0])):
            raise Drop("onnxruntime divides by a variance of 0")
        tolerances = [None] * len(results)
        loose = judged != "exact" and any(r.dtype.kind == "f" for r in results)
        moved = judged == "moved"
        if moved and all(v.tolerance is None for v in distinct):
            loose = False
        if loose:
            still = {inputs[i] for i in fixed if i < len(inputs)}
            own = [np.zeros(r.shape) for r in results]
            with np.errstate(all="ignore"):
                for index, base in enumerate(results):
                    if base.dtype.kind == "f" and not moved:
                        size = np.abs(np.where(np.isfinite(base), base, 0).astype("f8"))
                        own[index] = UNIT[code(base)] * (slack * size + (0 if floor < 1e-3 else floor)) + slack * TINY[code(base)] + (floor if floor < 1e-3 else 0)
                tolerances = [t.copy() for t in own]
                for attempt in range(4):
                    changed = {
                        v.name: self.moved(v, attempt == 0, 0.0 if moved else 4.0) if v not in still else v.array
                        for v in dynamic + static
                    }
                    for index, (base, other) in enumerate(zip(results, run(changed))):
                        if base.dtype.kind != "f":
                            # Whole numbers out of inexact ones: judged only if they stand firm.
                            if not np.array_equal(base, other):
                                raise Drop("an inexact value decides")
                            continue
                        if base.shape != other.shape:
                            raise Drop("an inexact value decides")
                        gap = np.abs(base.astype("f8") - other.astype("f8"))
                        same = (base == other) | (np.isnan(base) & np.isnan(other))
                        gap = np.where(same, 0.0, np.where(np.isfinite(gap), gap, np.inf))
                        tolerances[index] = np.maximum(tolerances[index], 4.0 * gap + own[index])
                tolerances = [t if r.dtype.kind == "f" else None for t, r in zip(tolerances, results)]
        made = []
        for name, array, tolerance in zip([n for n in names if n], results, tolerances):
            value = Value(name, array, "node", tolerance)
            made.append(value)
        self.values.extend(made)
        for v in distinct:
            v.used = True
        self.nodes.append(proto)
        self.ops.append(op)
        return made[0] if len(made) == 1 else made

    def moved(self, value, upwards, units):
        """A value with every float pushed by its error and by some units in the last place."""
        array = value.array
        if array.dtype.kind != "f":
            return array
        signs = np.ones(array.shape) if upwards else self.rng.choice([-1.0, 1.0], array.shape)
        wide = array.astype("f8")
        push = units * UNIT[code(array)] * np.abs(wide)
        if value.tolerance is not None:
            push = push + np.where(np.isfinite(value.tolerance), value.tolerance, np.abs(wide))
        out = np.where(np.isfinite(wide), wide + signs * push, wide)
        return out.astype(array.dtype)

    def model(self):
        """The model, what it is fed, and what is expected with the error of every element."""
        rng = self.rng
        used = {name for node in self.nodes for name in names_in(node)}
        made = [v for v in self.values if v.role == "node"]
        leaves = [v for v in made if v.name not in used]
        outputs = made if rng.random() < 0.5 or os.environ.get("ALL") else leaves
        # The engine has nothing to commit to in a tensor without elements.
        outputs = [v for v in outputs if v.array.size] or outputs
        given = [v for v in self.values if v.role != "node" and v.name in used]
        inputs = [v for v in given if v.role == "input"]
        nodes = [
            helper.make_node("Constant", [], [v.name], value=numpy_helper.from_array(v.array))
            for v in given if v.role == "const"
        ] + self.nodes
        symbolic = rng.random() < 0.3

        def info(v):
            shape = [None if symbolic and rng.random() < 0.5 else d for d in v.shape]
            return helper.make_tensor_value_info(v.name, element(v.array.dtype), shape)

        graph = helper.make_graph(
            nodes, "g", [info(v) for v in inputs],
            [helper.make_tensor_value_info(v.name, element(v.array.dtype), [None] * v.array.ndim) for v in outputs],
            [numpy_helper.from_array(v.array, v.name) for v in given if v.role == "init"],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=IR)
        return model, inputs, outputs


def names_in(node):
    names = set(node.input)
    for attribute in node.attribute:
        if attribute.type == onnx.AttributeProto.GRAPH:
            for inner in attribute.g.node:
                names |= names_in(inner)
            names |= {o.name for o in attribute.g.output}
    return names
