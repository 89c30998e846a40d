"""onnxruntime on what `exact prepare` wrote: NAME.model and NAME.0.inputs of a folder, answers to NAME.0.onnxruntime.

    python by_onnxruntime.py FOLDER

Tensors are read and written in SCALE, as the other runtimes give them. Sessions have their defaults but for one thread.
"""
import struct
import sys
from pathlib import Path

import numpy as np
import onnxruntime

FLOAT32 = 1


def compact(data, at):
    mode = data[at] & 3
    if mode == 0:
        return data[at] >> 2, at + 1
    size = {1: 2, 2: 4}[mode]
    return int.from_bytes(data[at : at + size], "little") >> 2, at + size


def tensors(data):
    count, at = compact(data, 0)
    found = {}
    for _ in range(count):
        length, at = compact(data, at)
        name, at = data[at : at + length].decode(), at + length
        assert data[at] == FLOAT32, "only float32 is fed"
        rank, at = compact(data, at + 1)
        dims, at = struct.unpack_from(f"<{rank}Q", data, at), at + 8 * rank
        length, at = compact(data, at)
        found[name], at = np.frombuffer(data[at : at + length], "<f4").reshape(dims), at + length
    assert at == len(data), "bytes follow"
    return found


def length(value):
    if value < 1 << 6:
        return bytes([value << 2])
    if value < 1 << 14:
        return (value << 2 | 1).to_bytes(2, "little")
    return (value << 2 | 2).to_bytes(4, "little")


def text(value):
    return length(len(value.encode())) + value.encode()


def right(names, arrays):
    out = bytes([0]) + length(len(names))
    for name, array in zip(names, arrays):
        data = np.ascontiguousarray(array, dtype="<f4").tobytes()
        out += text(name) + bytes([FLOAT32]) + length(array.ndim)
        out += struct.pack(f"<{array.ndim}Q", *array.shape) + length(len(data)) + data
    return out


def refused(reason):
    """An error of the kind "the GPU refused the model", the fifth: here onnxruntime did."""
    return bytes([1, 4]) + text(reason)


options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.log_severity_level = 4
folder = Path(sys.argv[1])
for model in sorted(folder.glob("*.model")):
    given = tensors(model.with_suffix(".0.inputs").read_bytes())
    try:
        session = onnxruntime.InferenceSession(model.read_bytes(), options, providers=["CPUExecutionProvider"])
        fed = {port.name: given[port.name] for port in session.get_inputs()}
        names = [port.name for port in session.get_outputs()]
        answer = right(names, session.run(names, fed))
    except Exception as error:  # What it says is counted.
        answer = refused(str(error).splitlines()[0])
    model.with_suffix(".0.onnxruntime").write_bytes(answer)
