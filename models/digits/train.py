"""Trains the digits classifier on scikit-learn's copy of the UCI handwritten digits (1,797 pictures of 8 x 8, values 0 to 16).

    pip install numpy==2.4.3 scikit-learn==1.9.1 onnx==1.22.0
    python models/digits/train.py models/digits

Writes float.onnx (two convolutions, a maximum over 2 x 2, one matrix product), calibrate/pictures.npy (the pictures that it
was trained on), and held-out/pictures.npy with labels.npy: every third picture, which no step of training has seen.
"""
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits

out = Path(sys.argv[1])
digits = load_digits()
pictures, labels = digits.images.astype(np.float32)[:, None], digits.target
held = np.arange(len(labels)) % 3 == 2
rng = np.random.default_rng(7)


def patches(x):
    """N x C x 8 x 8 to N x 64 x (C * 9): the windows of a 3 x 3 convolution with padding 1."""
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(len(x), 64, -1)


def spread(gradient, channels):
    """The transpose of `patches`."""
    windows = gradient.reshape(len(gradient), 8, 8, channels, 3, 3)
    padded = np.zeros((len(gradient), channels, 10, 10), dtype=np.float32)
    for row in range(3):
        for column in range(3):
            padded[:, :, row : row + 8, column : column + 8] += windows[..., row, column].transpose(0, 3, 1, 2)
    return padded[:, :, 1:9, 1:9]


def start(*shape):
    return (rng.standard_normal(shape) * np.sqrt(2 / shape[1])).astype(np.float32)


weights = [start(8, 9), np.zeros(8, np.float32), start(16, 72), np.zeros(16, np.float32), start(10, 256), np.zeros(10, np.float32)]


def forward(x):
    w1, b1, w2, b2, w3, b3 = weights
    p1 = patches(x / 16)
    h1 = np.maximum(p1 @ w1.T + b1, 0)
    p2 = patches(h1.transpose(0, 2, 1).reshape(-1, 8, 8, 8))
    h2 = np.maximum(p2 @ w2.T + b2, 0).transpose(0, 2, 1).reshape(-1, 16, 4, 2, 4, 2)
    pooled = h2.max(axis=(3, 5))
    flat = pooled.reshape(len(x), 256)
    return p1, h1, p2, h2, pooled, flat, flat @ w3.T + b3


def gradients(x, target):
    w1, _, w2, _, w3, _ = weights
    p1, h1, p2, h2, pooled, flat, logits = forward(x)
    chance = np.exp(logits - logits.max(axis=1, keepdims=True))
    chance /= chance.sum(axis=1, keepdims=True)
    chance[np.arange(len(x)), target] -= 1
    chance /= len(x)
    back = (chance @ w3).reshape(pooled.shape)
    back = (h2 == pooled[:, :, :, None, :, None]) * (h2 > 0) * back[:, :, :, None, :, None]
    back = back.reshape(len(x), 16, 64).transpose(0, 2, 1)
    first = spread(back @ w2, 8).reshape(len(x), 8, 64).transpose(0, 2, 1) * (h1 > 0)
    sums = lambda delta, fed: np.einsum("npc,npk->ck", delta, fed, optimize=True)
    return [sums(first, p1), first.sum((0, 1)), sums(back, p2), back.sum((0, 1)), chance.T @ flat, chance.sum(0)]


moments = [(np.zeros_like(one), np.zeros_like(one)) for one in weights]
train, step = np.flatnonzero(~held), 0
for epoch in range(120):
    for batch in np.array_split(rng.permutation(train), 19):
        step += 1
        rate = 3e-3 * (1 - epoch / 120)
        # A digit moved by a pixel is the same digit.
        moved = np.roll(pictures[batch], rng.integers(-1, 2, 2), axis=(2, 3))
        for one, gradient, (first, second) in zip(weights, gradients(moved, labels[batch]), moments):
            gradient = gradient + 1e-4 * one
            first += 0.1 * (gradient - first)
            second += 0.001 * (gradient**2 - second)
            one -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)

right = forward(pictures[held])[-1].argmax(1) == labels[held]
print(f"float model: {right.sum()} of {held.sum()} held-out pictures ({100 * right.mean():.2f} %)")

w1, b1, w2, b2, w3, b3 = weights
named = {"w1": (w1 / 16).reshape(8, 1, 3, 3), "b1": b1, "w2": w2.reshape(16, 8, 3, 3), "b2": b2, "w3": w3, "b3": b3}
nodes = [
    helper.make_node("Conv", ["picture", "w1", "b1"], ["c1"], "first", kernel_shape=[3, 3], pads=[1] * 4),
    helper.make_node("Relu", ["c1"], ["r1"]),
    helper.make_node("Conv", ["r1", "w2", "b2"], ["c2"], "second", kernel_shape=[3, 3], pads=[1] * 4),
    helper.make_node("Relu", ["c2"], ["r2"]),
    helper.make_node("MaxPool", ["r2"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
    helper.make_node("Flatten", ["p"], ["f"]),
    helper.make_node("Gemm", ["f", "w3", "b3"], ["digit"], "last", transB=1),
]
graph = helper.make_graph(
    nodes,
    "digits",
    [helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["n", 1, 8, 8])],
    [helper.make_tensor_value_info("digit", TensorProto.FLOAT, ["n", 10])],
    [numpy_helper.from_array(np.ascontiguousarray(value), name) for name, value in named.items()],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model)
onnx.save(model, out / "float.onnx")
for folder, chosen in (("calibrate", ~held), ("held-out", held)):
    (out / folder).mkdir(exist_ok=True)
    np.save(out / folder / "pictures.npy", pictures[chosen].astype(np.uint8))
np.save(out / "labels.npy", labels[held].astype(np.uint8))
