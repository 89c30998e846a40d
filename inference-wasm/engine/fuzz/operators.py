"""A generator of random nodes for every operator that is tested: `MAKERS[name](graph)` adds one node."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from build import FLOATS, Drop, allowed, element

MAKERS = {}


def maker(*names):
    def add(function):
        for name in names:
            MAKERS[name] = (lambda g, f=function, n=name: f(g, n))
        return function
    return add


def some(g, **choices):
    """Attributes, each left out half of the time."""
    return {k: (v() if callable(v) else v) for k, v in choices.items() if g.chance(0.5)}


def axis_of(g, rank):
    return g.int(-rank, rank - 1)


# Element by element.
@maker("Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Cos", "Cosh", "Erf", "Exp", "HardSwish", "Log", "Mish", "Sigmoid",
       "Sin", "Sinh", "Softplus", "Softsign", "Tan", "Tanh", "Reciprocal")
def smooth(g, op):
    x = g.pick(allowed(op, g.opset), exact=op in ("Reciprocal", "Log", "Acos", "Acosh", "Asin", "Atanh", "Sin", "Cos", "Tan"))
    if op in ("Softplus", "Mish") and np.any(np.abs(x.array.astype("f8")) > 10):
        raise Drop("onnxruntime overflows")
    g.node(op, [x], slack=32, floor=64 if op in ("Mish", "HardSwish", "Sigmoid", "Softplus") else 0)


@maker("Celu", "Elu", "HardSigmoid", "LeakyRelu", "Selu", "Swish", "Gelu", "ThresholdedRelu")
def tuned(g, op):
    names = {"Celu": ["alpha"], "Elu": ["alpha"], "HardSigmoid": ["alpha", "beta"], "LeakyRelu": ["alpha"],
             "Selu": ["alpha", "gamma"], "Swish": ["alpha"], "ThresholdedRelu": ["alpha"], "Gelu": []}[op]
    attributes = some(g, **{n: float(g.one([0.5, 1.0, 0.1, 2.0, -0.5])) for n in names})
    if op == "Celu" and attributes.get("alpha", 1) < 0:
        attributes["alpha"] = 0.3
    if op == "Gelu":
        attributes = some(g, approximate=g.one(["none", "tanh"]))
    g.node(op, [g.pick(allowed(op, g.opset), exact=op == "ThresholdedRelu")], slack=32, floor=64, **attributes)


@maker("Abs", "Neg", "Relu", "Sign", "Sqrt", "Ceil", "Floor", "Round", "Not", "BitwiseNot", "IsNaN", "Identity")
def plain(g, op):
    moved = op in ("Abs", "Neg", "Identity", "Relu")
    x = g.pick(allowed(op, g.opset), exact=not moved)
    if op == "Sign" and x.kind == "f2" and np.any(np.isnan(x.array)):
        raise Drop("onnxruntime says 0, ONNX's reference implementation NaN")
    g.node(op, [x], judged="moved" if moved else "exact")


@maker("IsInf")
def is_inf(g, op):
    g.node(op, [g.pick(["f4", "f8", "f2"], exact=True)], judged="exact", **some(g, detect_negative=g.int(0, 1), detect_positive=g.int(0, 1)))


@maker("Shrink")
def shrink(g, op):
    x = g.pick(allowed(op, g.opset), exact=True)
    if x.kind[0] in "iu" and np.any(np.abs(x.array.astype("f8")) > 1000):
        raise Drop("onnxruntime computes whole numbers in single precision")
    # onnxruntime adds the bias in single precision.
    g.node(op, [x], floor=1e-6 if x.kind == "f8" else 0, slack=2.0**30 if x.kind == "f8" else 16, **some(g, bias=float(g.one([0.0, 1.0, 2.0])), lambd=float(g.one([0.0, 0.5, 1.0]))))


@maker("Clip")
def clip(g, op):
    x = g.pick(allowed(op, g.opset) if g.opset >= 12 else FLOATS)
    if not np.all(np.isfinite(x.array)):
        raise Drop("onnxruntime brings infinity to the largest number where there is no bound")
    if g.opset < 11:
        return g.node(op, [x], judged="moved", **some(g, min=g.one([-1.0, 0.0]), max=g.one([0.5, 2.0])))
    low = g.fresh(x.kind, []) if g.chance(0.6) else None
    high = g.fresh(x.kind, []) if g.chance(0.6) else None
    if any(v and v.kind[0] == "f" and np.any(np.isnan(v.array)) for v in (low, high)):
        raise Drop("a bound that is not a number")
    return g.node(op, [x, low, high], judged="moved")


@maker("Dropout")
def dropout(g, op):
    x = g.pick(allowed(op, g.opset))
    # Before version 12 onnxruntime's mask is false without training, ONNX's reference implementation says true.
    outputs = g.int(1, 2) if g.opset >= 12 else 1
    if g.opset < 12:
        return g.node(op, [x], outputs, judged="moved", **some(g, ratio=0.3))
    ratio = g.given(np.array(0.4, "f4")) if g.chance(0.5) else None
    training = g.given(np.array(False)) if g.chance(0.3) else None
    return g.node(op, [x, ratio, training], outputs, judged="moved")


@maker("Cast")
def cast(g, op):
    kinds = ["f4", "f2", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?"]
    to = g.one(kinds)
    whole = to[0] in "iu?"
    x = g.pick(kinds, exact=True, style=g.one(["whole", "unit", "normal", None]) if False else None, reuse=0.5)
    if to[0] in "iu" and x.kind[0] == "f":
        # Out of range is undefined in ONNX, and different from machine to machine.
        info = np.iinfo(to)
        with np.errstate(all="ignore"):
            wide = x.array.astype("f8")
            if not np.all(np.isfinite(wide) & (np.trunc(wide) >= info.min) & (np.trunc(wide) <= info.max) & (np.abs(wide) < 2.0**62)):
                raise Drop("out of range")
    attributes = some(g, saturate=1) if g.opset >= 19 else {}
    return g.node(op, [x], judged="exact", to=element(to), **attributes)


@maker("CastLike")
def cast_like(g, op):
    kinds = ["f4", "f2", "f8", "i4", "i8", "u1", "?"]
    x, like = g.pick(["i1", "u1", "i4", "?", "i8"], exact=True), g.pick(kinds)
    g.node(op, [x, like], judged="exact", fixed=[1])


# With broadcasting.
@maker("Add", "Sub", "Mul", "Div", "And", "Or", "Xor", "Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual",
       "BitwiseAnd", "BitwiseOr", "BitwiseXor")
def pairs(g, op):
    moved = op in ("Add", "Sub", "Mul", "Div")
    kinds = allowed(op, g.opset)
    x = g.pick(kinds, exact=not moved)
    style = "nonzero" if op == "Div" and x.kind[0] in "iu" else None
    y = g.partner(x, style, exact=not moved or op == "Div")
    if g.chance(0.3) and style is None and op != "Div":
        x, y = y, x
    exact = x.tolerance is None and y.tolerance is None
    g.node(op, [x, y], judged="exact" if exact else "close")


@maker("BitShift")
def bit_shift(g, op):
    x = g.pick(allowed(op, g.opset))
    y = g.partner(x, "small")
    bits = np.dtype(x.kind).itemsize * 8
    if np.any(y.array >= bits):
        raise Drop("a shift by the width is undefined in C")
    g.node(op, [x, y], judged="exact", direction=g.one(["LEFT", "RIGHT"]))


@maker("Mod")
def modulo(g, op):
    kinds = allowed(op, g.opset)
    x = g.pick(kinds, exact=True)
    y = g.partner(x, "nonzero")
    fmod = 1 if x.kind[0] == "f" else g.int(0, 1)
    g.node(op, [x, y], judged="exact", **({"fmod": fmod} if fmod or g.chance(0.5) else {}))


@maker("Pow")
def power(g, op):
    x = g.pick(allowed(op, g.opset), style=g.one([None, "positive", "whole"]) if g.chance(0.5) else None, exact=True)
    kinds = [x.kind] if g.opset < 12 else ["f4", "f8", "i4", "i8", x.kind]
    y = g.partner(x, g.one(["small", "positive"]) if x.kind[0] in "iu" else None, kinds)
    if x.kind[0] in "iu" and y.kind[0] != "f" and np.any(y.array < 0):
        raise Drop("a whole number to a negative power")
    if x.kind[0] in "iu":
        with np.errstate(all="ignore"):
            size = np.power(np.abs(x.array.astype("f8")), y.array.astype("f8"))
        if not np.all(np.isfinite(size) & (size < (2.0**31 if x.kind[1] == "4" else 2.0**52))):
            raise Drop("out of range")
    if x.kind[0] in "iu" and np.any((x.array <= 0) & (y.array != np.trunc(y.array))):
        raise Drop("not a number in whole numbers")
    g.node(op, [x, y], slack=64)


@maker("Max", "Min", "Sum", "Mean")
def variadic(g, op):
    x = g.pick(allowed(op, g.opset) if g.opset >= 8 else FLOATS)
    rest = [g.partner(x) for _ in range(g.int(0, 3))]
    if g.opset < 8:
        rest = [g.fresh(x.kind, x.shape) for _ in rest]
    g.node(op, [x, *rest], judged="moved" if op in ("Max", "Min") else "close")


@maker("Where")
def where(g, op):
    x = g.pick(allowed(op, g.opset, 1))
    g.node(op, [g.partner(x, kinds=["?"]), x, g.partner(x)], judged="moved")


@maker("PRelu")
def prelu(g, op):
    x = g.pick(allowed(op, g.opset))
    dims = [d if g.chance(0.5) else 1 for d in x.shape][g.int(0, x.array.ndim) if g.chance(0.3) else 0:]
    g.node(op, [x, g.fresh(x.kind, dims)])


# Reductions.
@maker("ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd",
       "ReduceSum", "ReduceSumSquare")
def reduces(g, op):
    x = g.pick(allowed(op, g.opset), empty=0.01)
    if x.kind[0] in "iu" and op not in ("ReduceMax", "ReduceMin"):
        if op == "ReduceProd":
            raise Drop("onnxruntime does not wrap")
        x = g.fresh(x.kind, x.shape, "small") if np.any(np.abs(x.array.astype("f8")) > 100) else x
    rank = x.array.ndim
    count = g.int(0, rank)
    axes = [int(a) - (rank if g.chance(0.4) else 0) for a in g.rng.permutation(rank)[:count]]
    if op == "ReduceMean" and x.array.size == 0:
        raise Drop("onnxruntime says 0 is the mean of nothing")
    attributes = some(g, keepdims=g.int(0, 1))
    judged = "moved" if op in ("ReduceMax", "ReduceMin") else "close"
    as_input = g.opset >= 18 or (op == "ReduceSum" and g.opset >= 13)
    if as_input:
        attributes |= some(g, noop_with_empty_axes=g.int(0, 1))
        g.node(op, [x, g.ints(axes) if axes or g.chance(0.5) else None], judged=judged, slack=32, **attributes)
    else:
        if g.opset < 11:
            axes = [a % rank for a in axes]
        if axes:
            attributes["axes"] = axes
        g.node(op, [x], judged=judged, slack=32, **attributes)


@maker("ArgMax", "ArgMin")
def arg(g, op):
    x = g.pick(allowed(op, g.opset), low=1, exact=True, empty=0)
    attributes = some(g, keepdims=g.int(0, 1))
    if g.opset >= 12:
        attributes |= some(g, select_last_index=g.int(0, 1))
    if g.chance(0.7):
        attributes["axis"] = axis_of(g, x.array.ndim) if g.opset >= 11 else g.int(0, x.array.ndim - 1)
    if x.kind[0] == "f" and np.any(np.isnan(x.array)):
        raise Drop("the largest of NaN is not defined")
    g.node(op, [x], judged="exact", **attributes)


@maker("CumSum", "CumProd")
def cumulative(g, op):
    x = g.pick(allowed(op, g.opset), low=1)
    g.node(op, [x, g.given(np.array(axis_of(g, x.array.ndim), g.one(["i4", "i8"])))], fixed=[1],
           **some(g, exclusive=g.int(0, 1), reverse=g.int(0, 1)))


@maker("Softmax", "LogSoftmax", "Hardmax")
def softmax(g, op):
    x = g.pick(allowed(op, g.opset), low=1, exact=op == "Hardmax")
    low = 0 if g.opset < 11 else -x.array.ndim
    big = np.max(np.abs(np.where(np.isfinite(x.array), x.array, 0)), initial=1.0)
    g.node(op, [x], judged="exact" if op == "Hardmax" else "close", slack=64, floor=8.0 * float(big), **some(g, axis=g.int(low, x.array.ndim - 1)))


# Shapes.
@maker("ConstantOfShape")
def constant_of_shape(g, op):
    attributes = {}
    if g.chance(0.8):
        kind = g.one(["f4", "f2", "f8", "i4", "i8", "u1", "?", "i1", "i2", "u2", "u4", "u8"])
        attributes["value"] = numpy_helper.from_array(g.array(kind, [1]))
    g.node(op, [g.ints(g.dims())], judged="exact", **attributes)


@maker("EyeLike")
def eye_like(g, op):
    x = g.pick(allowed(op, g.opset), low=2, high=2)
    g.node(op, [x], judged="close" if x.tolerance is not None else "exact", **some(g, dtype=element(g.one(["f4", "f8", "i4", "i8", "?", "u1"])), k=g.int(-4, 4)))


@maker("Flatten")
def flatten(g, op):
    x = g.pick(allowed(op, g.opset))
    rank = x.array.ndim
    g.node(op, [x], judged="moved", **some(g, axis=g.int(-rank if g.opset >= 11 else 0, rank)))


@maker("OneHot")
def one_hot(g, op):
    indices = g.pick(["i8", "i4", "f4"], style=g.one(["small", "whole"]), high=3)
    if indices.kind == "f4":
        indices = g.given(np.round(indices.array * 2).astype("f4"))
    kind = g.one(["f4", "i4", "i8"])
    depth = g.given(g.one([np.array(5), np.array([3]), np.array(7)]).astype(g.one(["i8", "i4", "f4"])))
    g.node(op, [indices, depth, g.fresh(kind, [2])], judged="exact", **some(g, axis=g.int(-indices.array.ndim - 1, indices.array.ndim)))


@maker("Range")
def range_(g, op):
    kind = g.one(["f4", "f8", "i2", "i4", "i8"])
    a, b, c = g.int(-9, 9), g.int(-9, 9), g.one([1, 2, 3, -1, -2, 5])
    if kind[0] == "f" and g.chance(0.6):
        a, b, c = a / 4, b / 3, c / 4
    g.node(op, [g.given(np.array(v, kind)) for v in (a, b, c)], fixed=[0, 1, 2])


@maker("Reshape")
def reshape(g, op):
    x = g.pick(allowed(op, g.opset))
    dims, size = [], x.array.size
    shape = list(x.shape)
    allowzero = g.opset >= 14 and g.chance(0.3)
    if size == 0:
        target = [g.int(0, 3) for _ in shape] if g.chance(0.5) else [0] * len(shape)
    else:
        rest = size
        for _ in range(g.int(0, 3)):
            divisor = g.one([d for d in range(1, rest + 1) if rest % d == 0])
            dims.append(divisor)
            rest //= divisor
        dims.append(rest)
        target = list(np.array(dims)[g.rng.permutation(len(dims))])
        for i, d in enumerate(target):
            if not allowzero and i < len(shape) and shape[i] == d and g.chance(0.3):
                target[i] = 0
        if g.chance(0.5):
            target[g.int(0, len(target) - 1)] = -1
    g.node(op, [x, g.ints([int(t) for t in target])], judged="moved", **({"allowzero": 1} if allowzero else {}))


@maker("Shape")
def shape(g, op):
    x = g.pick(allowed(op, g.opset))
    g.node(op, [x], judged="moved", **(some(g, start=g.int(-5, 5), end=g.int(-5, 5)) if g.opset >= 15 else {}))


@maker("Size")
def size(g, op):
    g.node(op, [g.pick(allowed(op, g.opset))], judged="moved")


@maker("Squeeze")
def squeeze(g, op):
    x = g.pick(allowed(op, g.opset))
    ones = [i for i, d in enumerate(x.shape) if d == 1]
    axes = [int(a) - (x.array.ndim if g.opset >= 11 and g.chance(0.4) else 0) for a in g.rng.permutation(ones)[:g.int(0, len(ones))]]
    if g.opset >= 13:
        return g.node(op, [x, g.ints(axes) if axes else None], judged="moved")
    return g.node(op, [x], judged="moved", **({"axes": axes} if axes else {}))


@maker("Unsqueeze")
def unsqueeze(g, op):
    x = g.pick(allowed(op, g.opset), high=3)
    count = g.int(1, 2)
    rank = x.array.ndim + count
    axes = [int(a) - (rank if g.opset >= 11 and g.chance(0.4) else 0) for a in g.rng.permutation(rank)[:count]]
    if g.opset >= 13:
        return g.node(op, [x, g.ints(axes)], judged="moved")
    return g.node(op, [x], judged="moved", axes=axes)


@maker("Trilu")
def trilu(g, op):
    x = g.pick(allowed(op, g.opset), low=2)
    g.node(op, [x, g.given(np.array(g.int(-5, 5), "i8")) if g.chance(0.6) else None], judged="moved", **some(g, upper=g.int(0, 1)))


# Moving.
@maker("CenterCropPad")
def center_crop_pad(g, op):
    x = g.pick(allowed(op, g.opset), low=1)
    rank = x.array.ndim
    axes = [int(a) - (rank if g.chance(0.4) else 0) for a in g.rng.permutation(rank)[:g.int(1, rank)]]
    if g.chance(0.3):
        return g.node(op, [x, g.ints([g.int(1, 8) for _ in range(rank)])], judged="moved")
    return g.node(op, [x, g.ints([g.int(1, 8) for _ in axes])], judged="moved", axes=axes)


@maker("Concat")
def concat(g, op):
    x = g.pick(allowed(op, g.opset), low=1)
    axis = g.int(0, x.array.ndim - 1)
    parts = [x]
    for _ in range(g.int(0, 3)):
        dims = list(x.shape)
        dims[axis] = g.int(0, 4)
        parts.append(g.fresh(x.kind, dims) if g.chance(0.7) else x)
    g.node(op, parts, judged="moved", axis=axis - (x.array.ndim if g.opset >= 11 and g.chance(0.4) else 0))


@maker("DepthToSpace")
def depth_to_space(g, op):
    block = g.int(1, 3)
    x = g.fresh(g.one(["f4", "f8", "u1", "f4"]), [g.int(0, 2), block * block * g.int(1, 3), g.int(1, 4), g.int(1, 4)])
    g.node(op, [x], judged="moved", blocksize=block, **(some(g, mode=g.one(["DCR", "CRD"])) if g.opset >= 11 else {}))


@maker("SpaceToDepth")
def space_to_depth(g, op):
    block = g.int(1, 3)
    x = g.fresh(g.one(["f4", "f8", "u1", "f4"]), [g.int(1, 2), g.int(1, 3), block * g.int(1, 3), block * g.int(1, 3)])
    g.node(op, [x], judged="moved", blocksize=block)


@maker("Expand")
def expand(g, op):
    x = g.pick(allowed(op, g.opset))
    dims = [(g.int(1, 4) if d == 1 and g.chance(0.6) else (1 if g.chance(0.3) else d)) for d in x.shape]
    if g.chance(0.3) and len(dims) < 4:
        dims = [g.int(1, 3)] + dims
    elif g.chance(0.2):
        dims = dims[1:]
    g.node(op, [x, g.ints(dims)], judged="moved")


@maker("Pad")
def pad(g, op):
    x = g.pick(allowed(op, g.opset) if g.opset >= 11 else FLOATS, low=1)
    rank = x.array.ndim
    mode = g.one(["constant", "constant", "edge", "reflect"] + (["wrap"] if g.opset >= 19 else []))
    axes = list(range(rank))
    if g.opset >= 18 and g.chance(0.4):
        axes = [int(a) for a in g.rng.permutation(rank)[:g.int(1, rank)]]
    low = -2 if g.chance(0.3) else 0
    pads = [g.int(low, 3) for _ in range(2 * len(axes))]
    if mode == "wrap":
        pads = [max(p, 0) for p in pads]
    if mode == "reflect":
        pads = [max(p, 0) for p in pads]
        pads = [min(p, x.shape[axes[i % len(axes)]] - 1) for i, p in enumerate(pads)]
    attributes = {"mode": mode} if mode != "constant" or g.chance(0.5) else {}
    if g.opset < 11:
        return g.node(op, [x], judged="moved", pads=pads, **attributes, **some(g, value=1.5))
    value = g.fresh(x.kind, []) if g.chance(0.5) and mode == "constant" else None
    given = None
    if len(axes) < rank or (g.opset >= 18 and g.chance(0.3)):
        given = g.ints([a - (rank if g.chance(0.3) else 0) for a in axes])
    return g.node(op, [x, g.ints(pads), value, given], judged="moved", **attributes)


@maker("ReverseSequence")
def reverse_sequence(g, op):
    x = g.pick(["f4", "i4", "f8", "u1", "?"], low=2, empty=0)
    if x.array.size == 0:
        raise Drop("empty")
    time = g.int(0, 1)
    lengths = [g.int(1, x.shape[time]) for _ in range(x.shape[1 - time])]
    attributes = {"time_axis": time, "batch_axis": 1 - time} if time or g.chance(0.5) else {}
    g.node(op, [x, g.ints(lengths)], judged="moved", **attributes)


@maker("Slice")
def slice_(g, op):
    x = g.pick(allowed(op, g.opset), low=1)
    rank = x.array.ndim
    axes = [int(a) for a in g.rng.permutation(rank)[:g.int(1, rank)]]
    far = [2**31 - 1, -(2**31), 2**63 - 1, -(2**63), 1000, -1000]
    bound = lambda a: g.one(far) if g.chance(0.15) else g.int(-x.shape[a] - 2, x.shape[a] + 2)
    starts, ends = [bound(a) for a in axes], [bound(a) for a in axes]
    steps = [g.one([1, 1, 2, 3, -1, -1, -2, -3, 2**31 - 1, 2**63 - 1]) for _ in axes]
    if g.opset < 10:
        attributes = {"axes": axes} if axes != list(range(len(axes))) or g.chance(0.5) else {}
        return g.node(op, [x], judged="moved", starts=starts, ends=ends, **attributes)
    kind = g.one(["i4", "i8", "i8"])
    # onnxruntime takes 2^31 - 1 with a negative step for the beginning.
    ends = [min(e, 2**30) if s < 0 else e for e, s in zip(ends, steps)]
    fit = lambda v: g.ints(np.clip(np.array(v, "i8"), np.iinfo(kind).min, np.iinfo(kind).max), kind)
    signed = [a - (rank if g.chance(0.4) else 0) for a in axes]
    plain = axes == list(range(len(axes))) and g.chance(0.5)
    stepped = fit(steps) if g.chance(0.7) else None
    return g.node(op, [x, fit(starts), fit(ends), None if plain and stepped is None else fit(signed), stepped], judged="moved")


@maker("Split")
def split(g, op):
    x = g.pick(allowed(op, g.opset), low=1)
    axis = g.int(0, x.array.ndim - 1)
    n = g.int(1, 3)
    named = axis - (x.array.ndim if g.opset >= 11 and g.chance(0.4) else 0)
    attributes = {"axis": named} if axis or g.chance(0.5) else {}
    length = x.shape[axis]
    if g.chance(0.6):
        cuts = sorted(g.int(0, length) for _ in range(n - 1))
        lengths = [b - a for a, b in zip([0, *cuts], [*cuts, length])]
        if g.opset >= 13:
            return g.node(op, [x, g.ints(lengths)], n, judged="moved", **attributes)
        return g.node(op, [x], n, judged="moved", split=lengths, **attributes)
    if g.opset >= 18:
        attributes["num_outputs"] = n
    return g.node(op, [x], n, judged="moved", **attributes)


@maker("Tile")
def tile(g, op):
    x = g.pick(allowed(op, g.opset), high=3)
    g.node(op, [x, g.ints([g.one([0, 1, 1, 2, 3]) for _ in x.shape])], judged="moved")


@maker("Transpose")
def transpose(g, op):
    x = g.pick(allowed(op, g.opset), high=5)
    g.node(op, [x], judged="moved", **(some(g, perm=[int(p) for p in g.rng.permutation(x.array.ndim)]) if x.array.ndim else {}))


@maker("Compress")
def compress(g, op):
    x = g.pick(allowed(op, g.opset), low=1)
    attributes = some(g, axis=g.int(-x.array.ndim if g.opset >= 11 else 0, x.array.ndim - 1))
    length = x.shape[attributes["axis"]] if "axis" in attributes else x.array.size
    g.node(op, [x, g.fresh("?", [max(0, length - g.int(0, 2))])], judged="moved", **attributes)


def indices(g, dims, length, kind=None):
    low = -length if g.opset >= 11 else 0
    if length == 0:
        dims = [0] + list(dims[1:])
    kind = kind or g.one(["i8", "i4"])
    count = int(np.prod(dims, dtype="i8"))
    return g.given(np.array([g.int(low, length - 1) for _ in range(count)], kind).reshape(dims))


@maker("Gather")
def gather(g, op):
    x = g.pick(allowed(op, g.opset), low=1)
    axis = g.int(0, x.array.ndim - 1)
    g.node(op, [x, indices(g, g.dims(0, 2), x.shape[axis])], judged="moved",
           **({"axis": axis - (x.array.ndim if g.opset >= 11 and g.chance(0.4) else 0)} if axis or g.chance(0.5) else {}))


@maker("GatherElements")
def gather_elements(g, op):
    x = g.pick(allowed(op, g.opset), low=1, empty=0.0)
    axis = g.int(0, x.array.ndim - 1)
    dims = [g.int(1, 5) if i == axis else g.int(0 if g.chance(0.1) else 1, max(1, d)) for i, d in enumerate(x.shape)]
    if x.array.size == 0:
        raise Drop("empty")
    g.node(op, [x, indices(g, dims, x.shape[axis])], judged="moved", axis=axis - (x.array.ndim if g.chance(0.4) else 0))


@maker("GatherND")
def gather_nd(g, op):
    x = g.pick(allowed(op, g.opset), low=1, empty=0)
    batch = g.int(0, min(1, x.array.ndim - 1)) if g.opset >= 12 and g.chance(0.4) else 0
    depth = g.int(1, x.array.ndim - batch)
    lead = list(x.shape[:batch]) + g.dims(0 if batch else 1, 2, 0)
    count = int(np.prod(lead, dtype="i8"))
    if x.array.size == 0:
        raise Drop("empty")
    rows = [[g.int(-x.shape[batch + i], x.shape[batch + i] - 1) for i in range(depth)] for _ in range(count)]
    g.node(op, [x, g.given(np.array(rows, "i8").reshape([*lead, depth]))], judged="moved", **({"batch_dims": batch} if batch else {}))


@maker("Scatter", "ScatterElements")
def scatter_elements(g, op):
    x = g.pick(allowed(op, g.opset), low=1, empty=0)
    if x.array.size == 0:
        raise Drop("empty")
    axis = g.int(0, x.array.ndim - 1)
    dims = [g.int(1, d) for d in x.shape]
    attributes = {"axis": axis - (x.array.ndim if g.opset >= 11 and g.chance(0.4) else 0)}
    if g.opset >= 16 and g.chance(0.5):
        attributes["reduction"] = g.one(["none", "add", "mul"] + (["max", "min"] if g.opset >= 18 else []))
    which = np.array([g.int(0, x.shape[axis] - 1) for _ in range(int(np.prod(dims)))]).reshape(dims)
    if attributes.get("reduction", "none") == "none":
        which = np.argsort(g.rng.random([*dims[:axis], x.shape[axis], *dims[axis + 1:]]), axis=axis).take(range(dims[axis]), axis)
    if g.opset >= 11:
        which = np.where(g.rng.random(dims) < 0.3, which - x.shape[axis], which)
    g.node(op, [x, g.given(which.astype(g.one(["i8", "i4"]))), g.fresh(x.kind, dims)], judged="close" if "reduction" in attributes else "moved", **attributes)


@maker("ScatterND")
def scatter_nd(g, op):
    x = g.pick(allowed(op, g.opset), low=1, empty=0)
    if x.array.size == 0:
        raise Drop("empty")
    depth = g.int(1, x.array.ndim)
    total = int(np.prod(x.shape[:depth]))
    count = g.int(1, min(total, 5))
    attributes = {}
    if g.opset >= 16 and g.chance(0.5):
        attributes["reduction"] = g.one(["none", "add", "mul"] + (["max", "min"] if g.opset >= 18 else []))
    free = attributes.get("reduction", "none") != "none"
    flat = [g.int(0, total - 1) for _ in range(count)] if free else g.rng.permutation(total)[:count]
    rows = np.stack(np.unravel_index(np.array(flat), x.shape[:depth]), -1).astype("i8")
    g.node(op, [x, g.given(rows), g.fresh(x.kind, [count, *x.shape[depth:]])], judged="close" if free else "moved", **attributes)


@maker("NonZero")
def non_zero(g, op):
    g.node(op, [g.pick(allowed(op, g.opset), low=1, exact=True)], judged="exact")


@maker("TopK")
def top_k(g, op):
    x = g.pick(allowed(op, g.opset), low=1, exact=True)
    if x.kind[0] == "f" and np.any(np.isnan(x.array)):
        raise Drop("the largest of NaN is not defined")
    axis = g.int(0, x.array.ndim - 1)
    k = g.int(0, x.shape[axis])
    attributes = {"axis": axis - (x.array.ndim if g.opset >= 11 and g.chance(0.4) else 0)}
    if g.opset >= 11:
        attributes |= some(g, largest=g.int(0, 1), sorted=1)
    if g.opset < 10:
        return g.node(op, [x], 2, judged="exact", k=max(k, 1), **attributes)
    return g.node(op, [x, g.ints([k])], 2, judged="exact", **attributes)


@maker("Unique")
def unique(g, op):
    x = g.pick(["f4", "i8", "f8", "i1"], style=g.one(["small", "whole"]), low=1)
    g.node(op, [x], g.int(1, 4), judged="exact", **some(g, axis=axis_of(g, x.array.ndim), sorted=g.int(0, 1)))
