"""Generators of nodes with windows, weights, states, quantised numbers and subgraphs."""

import numpy as np
from onnx import TensorProto, helper

from build import FLOATS, Drop, allowed, element
from operators import MAKERS, maker, some


def float_kind(g):
    return g.one(["f4", "f4", "f4", "f2", "f8"])


@maker("MatMul")
def mat_mul(g, op):
    kind = g.one(["f4", "f4", "f4", "f8", "f2", "i4", "i8", "u4", "u8"])
    m, k, n = g.int(1, 9), g.one([0, 1, 2, 3, 5, 8, 17]), g.one([1, 2, 3, 8, 9, 20])
    a, b = [m, k], [k, n]
    if g.chance(0.15):
        a = [k]
    elif g.chance(0.15):
        b = [k]
    batch = g.dims(0, 2)
    a = [d if g.chance(0.7) else 1 for d in batch] + a if len(a) > 1 else a
    b = [d if g.chance(0.7) else 1 for d in batch[g.int(0, len(batch)):]] + b if len(b) > 1 else b
    style = "small" if kind[0] in "iu" else None
    g.node(op, [g.pick([kind], dims=a, style=style), g.fresh(kind, b, style)], slack=32)


@maker("Gemm")
def gemm(g, op):
    kind = float_kind(g)
    m, k, n = g.int(1, 6), g.one([1, 2, 3, 5, 17]), g.one([1, 2, 3, 8, 9])
    attributes = some(g, transA=g.int(0, 1), transB=g.int(0, 1), alpha=g.one([0.5, 2.0, 0.0]), beta=g.one([0.5, -1.0, 0.0]))
    a = [k, m] if attributes.get("transA") else [m, k]
    b = [n, k] if attributes.get("transB") else [k, n]
    c = g.fresh(kind, g.one([[m, n], [n], [1, n], [m, 1], [], [1]])) if g.chance(0.8) or g.opset < 11 else None
    g.node(op, [g.pick([kind], dims=a), g.fresh(kind, b), c], slack=32, **attributes)


def window(g, rank, x, kernel, transposed=False):
    attributes = some(g, strides=[g.int(1, 3) for _ in range(rank)], dilations=[g.int(1, 2) for _ in range(rank)])
    if g.chance(0.25):
        attributes["auto_pad"] = g.one(["SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET"])
        if attributes["auto_pad"].startswith("SAME"):
            attributes.pop("dilations", None)
    elif g.chance(0.6):
        attributes["pads"] = [g.int(0, max(0, kernel[i % rank] - 1)) for i in range(2 * rank)]
    return attributes


@maker("Conv")
def conv(g, op):
    kind = float_kind(g)
    rank = g.one([1, 2, 2, 2, 3])
    groups = g.one([1, 1, 1, 2, 3])
    channels, filters = groups * g.int(1, 3), groups * g.int(1, 3)
    kernel = [g.int(1, 3) for _ in range(rank)]
    x = [g.one([0, 1, 1, 2]), channels] + [g.int(2, 9) for _ in range(rank)]
    attributes = window(g, rank, x, kernel)
    if g.chance(0.6):
        attributes["kernel_shape"] = kernel
    if groups > 1:
        attributes["group"] = groups
    bias = g.fresh(kind, [filters]) if g.chance(0.5) else None
    g.node(op, [g.pick([kind], dims=x), g.fresh(kind, [filters, channels // groups, *kernel]), bias], slack=32, **attributes)


@maker("ConvTranspose")
def conv_transpose(g, op):
    rank = g.one([1, 2, 2, 3])
    groups = g.one([1, 1, 2])
    channels, per = groups * g.int(1, 3), g.int(1, 3)
    kernel = [g.int(1, 3) for _ in range(rank)]
    x = [g.one([1, 1, 2]), channels] + [g.int(1, 6) for _ in range(rank)]
    attributes = window(g, rank, x, kernel, True)
    if g.chance(0.6):
        attributes["kernel_shape"] = kernel
    if groups > 1:
        attributes["group"] = groups
    strides = attributes.get("strides", [1] * rank)
    if g.chance(0.3):
        attributes["output_padding"] = [g.int(0, s - 1) for s in strides]
    elif g.chance(0.2) and "auto_pad" not in attributes and "pads" not in attributes:
        attributes["output_shape"] = [s * d + g.int(0, 1) for s, d in zip(strides, x[2:])]
    bias = g.fresh("f4", [groups * per]) if g.chance(0.5) else None
    if "SAME" in attributes.get("auto_pad", "") and any(
            (d - 1) * s + (k - 1) * e + 1 < d * s
            for d, s, k, e in zip(x[2:], strides, kernel, attributes.get("dilations", [1] * rank))):
        raise Drop("onnxruntime gives it another shape")
    g.node(op, [g.pick(["f4"], dims=x), g.fresh("f4", [channels, per, *kernel]), bias], slack=32, **attributes)


@maker("MaxPool", "AveragePool", "LpPool")
def pools(g, op):
    rank = g.one([1, 2, 2, 3])
    kind = g.one(["f4", "f4", "f4", "f2", "f8"] + (["u1", "i1"] if op == "MaxPool" and g.opset >= 12 else []))
    kernel = [g.int(1, 4) for _ in range(rank)]
    x = [g.one([0, 1, 2]), g.int(1, 3)] + [g.int(2, 9) for _ in range(rank)]
    attributes = window(g, rank, x, kernel)
    dilated = {"MaxPool": 10, "AveragePool": 19, "LpPool": 18}[op]
    if g.opset < dilated:
        attributes.pop("dilations", None)
    if g.opset >= {"MaxPool": 10, "AveragePool": 10, "LpPool": 18}[op]:
        attributes |= some(g, ceil_mode=g.int(0, 1))
    if op == "AveragePool":
        attributes |= some(g, count_include_pad=g.int(0, 1))
    if op != "MaxPool" or True:
        if "SAME" in attributes.get("auto_pad", "") and any(a > b for a, b in zip(attributes.get("strides", []), kernel)):
            raise Drop("onnxruntime shifts where strides are longer than the kernel")
        attributes |= some(g, p=g.one([1, 2, 3]))
    outputs = 1
    if op == "MaxPool" and g.opset >= 8:
        outputs = g.int(1, 2)
        attributes |= some(g, storage_order=g.int(0, 1))
    x = g.pick([kind], dims=x, exact=op == "MaxPool")
    g.node(op, [x], outputs, judged="exact" if op == "MaxPool" else "close", slack=32, kernel_shape=kernel, **attributes)


@maker("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool")
def global_pools(g, op):
    x = g.pick([float_kind(g)], low=3, high=4, empty=0)
    g.node(op, [x], slack=32, **(some(g, p=g.one([1, 2, 3])) if op == "GlobalLpPool" else {}))


@maker("BatchNormalization")
def batch_norm(g, op):
    x = g.pick(["f4", "f4", "f8"], low=2, empty=0)
    c = [x.shape[1]]
    inputs = [x, g.fresh(x.kind, c), g.fresh(x.kind, c), g.fresh(x.kind, c, "normal"), g.fresh(x.kind, c, "positive")]
    g.node(op, inputs, slack=64, **some(g, epsilon=g.one([1e-5, 0.1])))


@maker("InstanceNormalization")
def instance_norm(g, op):
    x = g.fresh("f4", g.dims(3, 4, 0), "normal")
    c = [x.shape[1]]
    g.node(op, [x, g.fresh(x.kind, c), g.fresh(x.kind, c)], slack=2.0**18, floor=2.0**18, **some(g, epsilon=g.one([1e-5, 0.1])))


@maker("LayerNormalization", "RMSNormalization")
def layer_norm(g, op):
    x = g.pick(["f4", "f4", "f8", "f2"], low=1, empty=0)
    axis = axis = g.int(-x.array.ndim, x.array.ndim - 1)
    dims = list(x.shape[axis if axis >= 0 else x.array.ndim + axis:])
    attributes = {"axis": axis} | some(g, epsilon=g.one([1e-5, 0.1]))
    inputs = [x, g.fresh(x.kind, dims)]
    if op == "LayerNormalization" and g.chance(0.6):
        inputs.append(g.fresh(x.kind, dims))
    g.node(op, inputs, slack=64, **attributes)


@maker("GroupNormalization")
def group_norm(g, op):
    groups, per = g.int(1, 3), g.int(1, 3)
    x = g.fresh("f4", [g.int(1, 2), groups * per] + g.dims(1, 2, 0), "normal")
    c = [groups * per]
    g.node(op, [x, g.fresh("f4", c), g.fresh("f4", c)], slack=64, num_groups=groups, **some(g, epsilon=g.one([1e-5, 0.1])))


@maker("LpNormalization")
def lp_norm(g, op):
    x = g.pick(["f4", "f8"], low=1, empty=0)
    g.node(op, [x], slack=32, **some(g, axis=g.int(-x.array.ndim, x.array.ndim - 1), p=g.int(1, 2)))


@maker("LRN")
def lrn(g, op):
    x = g.pick(["f4"], low=4, high=4, empty=0)
    g.node(op, [x], slack=2.0**17, size=g.one([1, 3, 5]), **some(g, alpha=g.one([0.1, 1e-3]), beta=g.one([0.5, 1.0]), bias=g.one([1.0, 2.0])))


@maker("MeanVarianceNormalization")
def mvn(g, op):
    x = g.pick(["f4"], low=4, high=4, empty=0)
    g.node(op, [x], slack=2.0**12, floor=2.0**12, **some(g, axes=g.one([[0, 2, 3], [0, 1, 2, 3], [2, 3], [0, 2]])))


@maker("NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss")
def losses(g, op):
    n, c, rest = g.int(1, 4), g.int(1, 5), g.dims(0, 2, 0)
    kind = g.one(["f4", "f4", "f8"])
    attributes = some(g, reduction=g.one(["none", "sum", "mean"]), ignore_index=g.int(-1, c - 1))
    low = attributes["ignore_index"] if attributes.get("ignore_index", 0) < 0 else 0
    target = np.array([g.int(low, c - 1) for _ in range(n * int(np.prod(rest, dtype="i8")))], g.one(["i8", "i4"])).reshape([n, *rest])
    weights = g.fresh(kind, [c], "positive") if g.chance(0.4) else None
    outputs = g.int(1, 2) if op[0] == "S" else 1
    g.node(op, [g.fresh(kind, [n, c, *rest], "normal"), g.given(target), weights], outputs, slack=64, floor=64, **attributes)


@maker("RNN", "GRU", "LSTM")
def recurrent(g, op):
    gates = {"RNN": 1, "GRU": 3, "LSTM": 4}[op]
    steps, batch, inputs, hidden = g.int(1, 4), g.int(1, 3), g.int(1, 4), g.int(1, 5)
    direction = g.one(["forward", "reverse", "bidirectional"])
    d = 2 if direction == "bidirectional" else 1
    layout = 0
    kind = "f4"
    x = g.pick([kind], dims=[steps, batch, inputs], style="normal")
    optional = lambda dims, style="normal": g.fresh(kind, dims, style) if g.chance(0.5) else None
    lengths = g.given(np.array([g.int(1, steps) for _ in range(batch)], "i4")) if g.chance(0.4) else None
    args = [x, g.fresh(kind, [d, gates * hidden, inputs], "normal"), g.fresh(kind, [d, gates * hidden, hidden], "normal"),
            optional([d, 2 * gates * hidden]), lengths, optional([d, batch, hidden])]
    if op == "LSTM":
        args += [optional([d, batch, hidden]), optional([d, 3 * hidden])]
    attributes = some(g, clip=g.one([0.5, 2.0]))
    if direction != "forward" or g.chance(0.5):
        attributes["direction"] = direction
    if g.chance(0.3):
        count = {"RNN": 1, "GRU": 2, "LSTM": 3}[op] * d
        attributes["activations"] = [g.one(["Sigmoid", "Tanh", "Relu"] + (["Softsign"] if op == "RNN" else [])) for _ in range(count)]
    if op == "GRU":
        attributes |= some(g, linear_before_reset=g.int(0, 1))
    outputs = 3 if op == "LSTM" else 2
    g.node(op, args, g.one([outputs, 1, [False] + [True] * (outputs - 1)]), slack=2.0**16 if b"Relu" in str(attributes.get("activations", "")).encode() else 256, floor=256, hidden_size=hidden, **attributes)


@maker("Attention")
def attention(g, op):
    kind = "f4"
    batch, heads, kv = g.int(1, 2), g.one([1, 2, 4]), g.one([1, 2])
    if heads % kv:
        kv = 1
    q, k, h, v = g.int(1, 5), g.int(1, 5), g.one([1, 2, 4]), g.one([1, 2, 4])
    flat = g.chance(0.4)
    dims = lambda n, s, w: [batch, s, n * w] if flat else [batch, n, s, w]
    args = [g.fresh(kind, dims(heads, q, h), "normal"), g.fresh(kind, dims(kv, k, h), "normal"), g.fresh(kind, dims(kv, k, v), "normal")]
    attributes = {"q_num_heads": heads, "kv_num_heads": kv} if flat else {}
    attributes |= some(g, is_causal=g.int(0, 1), scale=g.one([0.5, 1.0]), softcap=g.one([0.0, 2.0]))
    past = g.int(1, 3) if g.chance(0.3) else 0
    mask = None
    if g.chance(0.4):
        dims = g.one([[q, k + past], [1, 1, q, k + past], [batch, heads, q, k + past], [batch, 1, q, k + past]])
        mask = g.fresh("?", dims) if g.chance(0.4) else g.fresh(kind, dims, "normal")
        mask.array[..., 0] = mask.array[..., 0] | True if mask.kind == "?" else mask.array[..., 0]
    args.append(mask)
    if past and attributes.get("is_causal"):
        raise Drop("onnxruntime hides what came before")
    if past:
        args += [g.fresh(kind, [batch, kv, past, h], "normal"), g.fresh(kind, [batch, kv, past, v], "normal")]
    g.node(op, args, 3 if past else 1, slack=128, **attributes)


@maker("RotaryEmbedding")
def rotary(g, op):
    batch, heads, s, h = g.int(1, 2), g.int(1, 3), g.int(1, 4), g.one([2, 4, 8])
    flat = g.chance(0.4)
    part = g.one([0, 0, 2, 4]) if h == 8 else 0
    half = (part or h) // 2
    attributes = some(g, interleaved=g.int(0, 1))
    if part:
        attributes["rotary_embedding_dim"] = part
    if flat or part:
        attributes["num_heads"] = heads
    x = g.fresh("f4", [batch, s, heads * h] if flat else [batch, heads, s, h], "normal")
    if g.chance(0.5):
        args = [x, g.fresh("f4", [9, half], "normal"), g.fresh("f4", [9, half], "normal"),
                g.given(np.array([[g.int(0, 8) for _ in range(s)] for _ in range(batch)], "i8"))]
    else:
        args = [x, g.fresh("f4", [batch, s, half], "normal"), g.fresh("f4", [batch, s, half], "normal")]
    g.node(op, args, slack=32, **attributes)


@maker("Resize")
def resize(g, op):
    kind = g.one(["f4", "f4", "f4", "u1", "i4"])
    mode = g.one(["nearest", "nearest", "linear", "cubic"])
    if kind != "f4":
        mode = "nearest"
    x = g.pick([kind], dims=[g.int(1, 2), g.int(1, 2), g.int(1, 6), g.int(1, 6)], style=None if kind != "f4" else "normal")
    # With nearest, places between two pixels depend on the precision: onnxruntime computes them in single precision.
    odd = [] if mode == "nearest" else [0.6, 1.3]
    scales = np.array([1, 1, g.one([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, *odd]), g.one([0.5, 0.75, 1.0, 2.0, *odd])], "f4")
    far = 32.0 * float(np.max(np.abs(x.array.astype("f8")))) if mode != "nearest" else 0.0
    attributes = {"mode": mode} if mode != "nearest" or g.chance(0.5) else {}
    # onnxruntime copies where the sizes stay the same although the scales are not 1.
    target = [int(np.floor(np.float32(d) * s)) for d, s in zip(x.shape, scales)]
    whole = all(d * s == t for d, s, t in zip(x.shape, scales, target))
    if target == list(x.shape) and np.any(scales != 1):
        raise Drop("copied")
    same_axis = any(t == d and s != 1 for t, d, s in zip(target, x.shape, scales))
    if g.opset == 10:
        if mode == "cubic":
            raise Drop("later")
        return g.node(op, [x, g.given(scales)], fixed=[1], slack=64, **attributes)
    modes = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"]
    if g.opset >= 19:
        modes.append("half_pixel_symmetric")
    attributes |= some(g, coordinate_transformation_mode=g.one(modes))
    if mode == "nearest":
        attributes |= some(g, nearest_mode=g.one(["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]))
    if mode == "cubic":
        attributes |= some(g, cubic_coeff_a=g.one([-0.5, -0.75]), exclude_outside=g.int(0, 1))
    if g.opset >= 18:
        attributes |= some(g, antialias=g.int(0, 1)) if mode != "nearest" else {}
    roi = g.given(np.zeros(0, "f4")) if g.opset < 13 else None
    if same_axis and attributes.get("antialias"):
        raise Drop("copied")
    if not whole and "align" in attributes.get("coordinate_transformation_mode", ""):
        raise Drop("onnxruntime fails ONNX's tests of scales with align_corners")
    if g.chance(0.4):
        sizes = [int(d) for d in x.shape[:2]] + [g.int(1, 9), g.int(1, 9)]
        empty = g.given(np.zeros(0, "f4")) if g.opset < 13 else None
        return g.node(op, [x, roi, empty, g.ints(sizes)], slack=256, floor=far, **attributes)
    return g.node(op, [x, roi, g.given(scales)], fixed=[1, 2], slack=256, floor=far, **attributes)


@maker("Upsample")
def upsample(g, op):
    x = g.pick(["f4"], dims=[g.int(1, 2), g.int(1, 2), g.int(1, 5), g.int(1, 5)], style="normal")
    scales = [1.0, 1.0, g.one([1.0, 1.5, 2.0, 3.0]), g.one([1.0, 2.0, 2.5])]
    attributes = some(g, mode=g.one(["nearest", "linear"]))
    if g.opset >= 9:
        return g.node(op, [x, g.given(np.array(scales, "f4"))], fixed=[1], slack=64, **attributes)
    return g.node(op, [x], slack=64, scales=scales, **attributes)


@maker("GridSample")
def grid_sample(g, op):
    n, c, rank = g.int(1, 2), g.int(1, 2), 2 if g.opset < 20 or g.chance(0.7) else 3
    x = g.fresh("f4", [n, c] + [g.int(2, 5) for _ in range(rank)], "normal")
    grid = g.array("f4", [n] + [g.int(1, 4) for _ in range(rank)] + [rank], "unit") * 2.6 - 1.3
    modes = ["bilinear", "nearest", "bicubic"] if g.opset < 20 else ["linear", "nearest", "cubic"]
    mode = g.one(modes[:2] if rank == 3 else modes)
    g.node(op, [x, g.given(grid.astype("f4"))], slack=1024, floor=256, mode=mode,
           **some(g, padding_mode=g.one(["zeros", "border", "reflection"] if "cubic" not in mode else ["zeros"]), align_corners=g.int(0, 1)))


@maker("AffineGrid")
def affine_grid(g, op):
    rank = g.int(2, 3)
    n = g.int(1, 2)
    g.node(op, [g.fresh("f4", [n, rank, rank + 1], "normal"), g.ints([n, 1] + [g.int(2, 4) for _ in range(rank)])], slack=128, **some(g, align_corners=g.int(0, 1)))


@maker("RoiAlign")
def roi_align(g, op):
    n, count = g.int(1, 2), g.int(1, 3)
    corner = g.rng.random((count, 2)) * 6
    rois = np.concatenate([corner, corner + g.rng.random((count, 2)) * 6 + 0.1], 1).astype("f4")
    owner = g.given(np.array([g.int(0, n - 1) for _ in range(count)], "i8"))
    attributes = some(g, output_height=g.int(1, 3), output_width=g.int(1, 3), sampling_ratio=g.int(0, 3), spatial_scale=g.one([0.5, 1.0]), mode=g.one(["avg", "max"]))
    if g.opset >= 16:
        attributes |= some(g, coordinate_transformation_mode=g.one(["half_pixel", "output_half_pixel"]))
    g.node(op, [g.fresh("f4", [n, g.int(1, 2), g.int(2, 8), g.int(2, 8)], "normal"), g.given(rois), owner], slack=1024, **attributes)


@maker("NonMaxSuppression")
def nms(g, op):
    n, count, classes = g.int(1, 2), g.int(1, 8), g.int(1, 3)
    corner = g.rng.random((n, count, 2)) * 5
    boxes = np.concatenate([corner, corner + g.rng.random((n, count, 2)) * 5], 2).astype("f4")
    scores = g.rng.random((n, classes, count)).astype("f4")
    args = [g.given(boxes), g.given(scores), g.given(np.array([g.int(0, 5)], "i8")) if g.chance(0.8) else None,
            g.given(np.array([g.rng.random()], "f4")) if g.chance(0.8) else None, g.given(np.array([g.rng.random()], "f4")) if g.chance(0.5) else None]
    g.node(op, args, judged="exact", **some(g, center_point_box=g.int(0, 1)))


@maker("MaxUnpool")
def max_unpool(g, op):
    x = g.fresh("f4", [1, g.int(1, 2), g.int(2, 6), g.int(2, 6)], "normal")
    kernel, strides = [2, 2], [2, 2]
    if min(x.shape[2:]) < 2:
        raise Drop("small")
    a, b = g.node("MaxPool", [x], 2, judged="exact", kernel_shape=kernel, strides=strides)
    g.node(op, [a, b], judged="moved", kernel_shape=kernel, strides=strides)


@maker("Col2Im")
def col2im(g, op):
    block = [g.int(1, 2), g.int(1, 3)]
    image = [g.int(3, 5), g.int(3, 5)]
    attributes = some(g, strides=[g.int(1, 2), g.int(1, 2)], pads=[g.int(0, 1) for _ in range(4)], dilations=[g.int(1, 2), 1])
    s, p, d = attributes.get("strides", [1, 1]), attributes.get("pads", [0] * 4), attributes.get("dilations", [1, 1])
    count = 1
    for i in range(2):
        count *= (image[i] + p[i] + p[i + 2] - d[i] * (block[i] - 1) - 1) // s[i] + 1
    g.node(op, [g.fresh("f4", [g.int(1, 2), block[0] * block[1] * g.int(1, 2), count], "normal"), g.ints(image), g.ints(block)], slack=64, **attributes)


# Quantised numbers.
def point(g, kind, dims):
    return g.fresh(kind, dims, g.one(["small", "wide"]))


@maker("QuantizeLinear")
def quantize(g, op):
    x = g.pick(["f4"] if g.opset < 19 else ["f4", "f4", "f2"], low=1, exact=True)
    kinds = ["u1", "i1"] + (["u2", "i2"] if g.opset >= 21 else [])
    axis = g.int(-x.array.ndim, x.array.ndim - 1)
    per = g.chance(0.4) and g.opset >= 13
    dims = [x.shape[axis]] if per else []
    scale = g.given(np.abs(g.array(x.kind, dims, "positive")))
    attributes = {"axis": axis} if per else {}
    if np.any(~np.isfinite(x.array)):
        raise Drop("not a number")
    g.node(op, [x, scale, point(g, g.one(kinds), dims) if g.chance(0.8) else None], judged="exact", **attributes)


@maker("DequantizeLinear")
def dequantize(g, op):
    kinds = ["u1", "i1", "i4"] + (["u2", "i2"] if g.opset >= 21 else [])
    x = g.pick(kinds, low=1)
    axis = g.int(-x.array.ndim, x.array.ndim - 1)
    per = g.chance(0.4) and g.opset >= 13
    dims = [x.shape[axis]] if per else []
    zero = point(g, x.kind, dims) if g.chance(0.7) else None
    if x.kind == "i4" and zero is not None:
        zero = g.given(np.zeros(dims, "i4"))
    kind = "f4" if g.opset < 19 or g.chance(0.8) else "f2"
    g.node(op, [x, g.fresh(kind, dims, "positive"), zero], slack=4, **({"axis": axis} if per else {}))


@maker("DynamicQuantizeLinear")
def dynamic_quantize(g, op):
    x = g.pick(["f4"], low=1, exact=True, empty=0)
    if np.any(~np.isfinite(x.array)) or np.any(np.abs(x.array) > 1e30):
        raise Drop("not a number")
    g.node(op, [x], 3, judged="exact")


@maker("MatMulInteger")
def mat_mul_integer(g, op):
    a, b = g.one(["u1", "i1"]), g.one(["u1", "i1"])
    m, k, n = g.int(1, 5), g.one([1, 2, 3, 9]), g.int(1, 9)
    batch = g.dims(0, 2, 0)
    x, y = g.pick([a], dims=[*batch, m, k]), g.fresh(b, [k, n] if g.chance(0.6) else [*batch, k, n], "wide")
    g.node(op, [x, y, point(g, a, []) if g.chance(0.6) else None, point(g, b, [] if g.chance(0.7) else [n]) if g.chance(0.5) else None], judged="exact")


@maker("QLinearMatMul")
def qlinear_mat_mul(g, op):
    a, b = g.one(["u1", "i1"]), g.one(["u1", "i1"])
    m, k, n = g.int(1, 5), g.one([1, 2, 3, 9]), g.int(1, 9)
    scale = lambda dims=(): g.given(g.array("f4", list(dims), "positive") / g.one([1, 10]))
    b_dims = [] if g.chance(0.7) else [n]
    args = [g.pick([a], dims=[m, k]), scale(), point(g, a, []), g.fresh(b, [k, n], "wide"), scale(b_dims), point(g, b, b_dims), scale(), point(g, a, [])]
    g.node(op, args, judged="exact")


def quantized_conv(g, op):
    groups = g.one([1, 1, 2])
    channels, filters = groups * g.int(1, 2), groups * g.int(1, 2)
    kernel = [g.int(1, 3), g.int(1, 3)]
    x = [1, channels, g.int(3, 6), g.int(3, 6)]
    attributes = window(g, 2, x, kernel)
    if groups > 1:
        attributes["group"] = groups
    return x, [filters, channels // groups, *kernel], attributes


@maker("ConvInteger")
def conv_integer(g, op):
    x, w, attributes = quantized_conv(g, op)
    a, b = "u1", g.one(["u1", "i1"])
    g.node(op, [g.pick([a], dims=x), g.fresh(b, w, "wide"), point(g, a, []) if g.chance(0.6) else None, point(g, b, []) if g.chance(0.5) else None], judged="exact", **attributes)


@maker("QLinearConv")
def qlinear_conv(g, op):
    x, w, attributes = quantized_conv(g, op)
    a = g.one(["u1", "i1"])
    b = g.one(["u1", "i1"]) if a == "u1" else "i1"
    scale = lambda dims=(): g.given(g.array("f4", list(dims), "positive") / g.one([1, 10]))
    per = [w[0]] if g.chance(0.3) else []
    zero = g.given(np.full(per, g.int(0, 100), b)) if b == "u1" or not per else g.given(np.zeros(per, b))
    bias = g.fresh("i4", [w[0]], "small") if g.chance(0.5) else None
    g.node(op, [g.pick([a], dims=x), scale(), point(g, a, []), g.fresh(b, w, "wide"), scale(per), zero, scale(), point(g, a, []), bias], judged="exact", **attributes)


# The rest.
@maker("DFT")
def dft(g, op):
    parts = g.int(1, 2)
    x = g.fresh(g.one(["f4", "f8"]), [g.int(1, 2), g.int(1, 9), parts], "normal")
    onesided = parts == 1 and g.chance(0.5)
    length = g.given(np.array(g.int(1, 12), "i8")) if g.chance(0.4) else None
    attributes = {"onesided": 1} if onesided else {}
    g.node(op, [x, length], slack=512, floor=2e-5, **attributes)


@maker("STFT")
def stft(g, op):
    frame = g.int(2, 8)
    x = g.fresh("f4", [g.int(1, 2), frame + g.int(0, 12), 1], "normal")
    window = g.fresh("f4", [frame], "unit") if g.chance(0.6) else None
    g.node(op, [x, g.given(np.array(g.int(1, 4), "i8")), window, g.given(np.array(frame, "i8"))], slack=512, floor=2e-5, **some(g, onesided=g.int(0, 1)))


@maker("BlackmanWindow", "HammingWindow", "HannWindow")
def windows(g, op):
    g.node(op, [g.given(np.array(g.int(2, 20), "i8"))], slack=64, floor=3e-7, **some(g, periodic=g.int(0, 1), output_datatype=g.one([1, 11])))


@maker("TfIdfVectorizer")
def tf_idf(g, op):
    pool = [2, 3, 5, 4, 5, 6, 7, 8, 6, 7]
    x = g.given(np.array([g.int(1, 8) for _ in range(12)], g.one(["i4", "i8"])).reshape(g.one([[12], [2, 6], [3, 4]])))
    g.node(op, [x], judged="exact", mode=g.one(["TF", "IDF", "TFIDF"]), pool_int64s=pool, ngram_counts=[0, 4],
           ngram_indexes=[0, 1, 2, 3, 4, 5, 6], min_gram_length=g.int(1, 2), max_gram_length=2, max_skip_count=g.int(0, 5))


@maker("Det")
def det(g, op):
    n = g.int(1, 4)
    g.node(op, [g.fresh(g.one(["f4", "f4", "f8"]), g.dims(0, 2, 0) + [n, n], "normal")], slack=256)


@maker("Einsum")
def einsum(g, op):
    form = g.one(["ij,jk->ik", "ij->ji", "ii->i", "ij,ij->", "bij,bjk->bik", "i,j->ij", "ij->i", "...ij,...jk->...ik", "ij,jk", "ii", "bhid,bhjd->bhij", "ij,kj->ik"])
    sizes = {c: g.int(1, 4) for c in "ijkbhd"}
    lead = g.dims(0, 1, 0)
    kind = g.one(["f4", "f4", "f8", "i4", "i8"])
    args = [g.fresh(kind, (lead if "..." in term else []) + [sizes[c] for c in term if c.isalpha()], "small" if kind[0] == "i" else "normal")
            for term in form.split("->")[0].split(",")]
    g.node(op, args, slack=32, equation=form)


@maker("If")
def branch(g, op):
    condition = g.given(np.array(g.chance(0.5)), g.one(["input", "init"]))
    x = g.pick(["f4", "i8"], empty=0)
    a, b = g.one(["Neg", "Abs", "Identity"]), g.one(["Neg", "Abs", "Identity"])
    make = lambda op, name: helper.make_graph([helper.make_node(op, [x.name], [name])], name, [], [helper.make_tensor_value_info(name, element(x.array.dtype), [None] * x.array.ndim)])
    label = f"b{len(g.values)}"
    g.node(op, [condition], judged="moved", around=[x], then_branch=make(a, label + "t"), else_branch=make(b, label + "e"))


@maker("Loop")
def loop(g, op):
    x = g.pick(["f4", "i4", "f8"], high=2, exact=True)
    step = g.fresh(x.kind, list(x.shape), "small" if x.kind[0] == "i" else "whole")
    count, label = g.int(1, 4), f"l{len(g.values)}"
    n = lambda s: label + s
    scalar = lambda name, kind: helper.make_tensor_value_info(name, kind, [])
    typed = lambda name: helper.make_tensor_value_info(name, element(x.array.dtype), list(x.shape))
    stop = g.chance(0.4)
    nodes = [helper.make_node("Add", [n("c"), step.name], [n("d")]), helper.make_node("Mul", [n("c"), n("d")], [n("s")])]
    if stop:
        nodes += [helper.make_node("Constant", [], [n("k")], value=helper.make_tensor("k", TensorProto.INT64, [], [g.int(0, 2)])),
                  helper.make_node("Less", [n("i"), n("k")], [n("o")])]
    else:
        nodes.append(helper.make_node("Identity", [n("g")], [n("o")]))
    if g.opset < 9 and stop:
        raise Drop("comparison of integers")
    body = helper.make_graph(nodes, "body", [scalar(n("i"), TensorProto.INT64), scalar(n("g"), TensorProto.BOOL), typed(n("c"))],
                             [scalar(n("o"), TensorProto.BOOL), typed(n("d")), typed(n("s"))])
    g.node(op, [g.given(np.array(count, "i8")), g.given(np.array(True)), x], 2, judged="exact", around=[step], body=body)


@maker("Scan")
def scan(g, op):
    if g.opset < 9:
        raise Drop("another Scan")
    dims = g.dims(1, 2, 0)
    state, length, label = g.fresh("f4", dims, "whole"), g.int(1, 4), f"s{len(g.values)}"
    axis = g.int(0, len(dims))
    x = g.fresh("f4", dims[:axis] + [length] + dims[axis:], "whole")
    n = lambda s: label + s
    typed = lambda name: helper.make_tensor_value_info(name, 1, dims)
    body = helper.make_graph([helper.make_node("Sub", [n("x"), n("c")], [n("d")]), helper.make_node("Identity", [n("d")], [n("y")])], "body",
                             [typed(n("c")), typed(n("x"))], [typed(n("d")), typed(n("y"))])
    attributes = some(g, scan_input_directions=[g.int(0, 1)], scan_output_directions=[g.int(0, 1)])
    if g.opset >= 11:
        attributes |= some(g, scan_output_axes=[g.int(-len(dims) - 1, len(dims))])
    g.node(op, [state, x], 2, judged="exact", num_scan_inputs=1, body=body, scan_input_axes=[axis], **attributes)
