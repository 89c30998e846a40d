"""Random graphs with the outputs that onnxruntime computes, for the engine's conformance example.

    python graphs.py --seed 1 --graphs 1000 --out cases.bin [--only Op,Op]
    cargo run --release -p countersign-engine --example conformance -- cases.bin

The same seed gives the same graphs, whatever the number of processes. A graph that stops onnxruntime's process is named
and left out.
"""

import argparse
import collections
import multiprocessing
import struct
import sys

import numpy as np
import onnx
from onnx import numpy_helper

import layers  # noqa: F401 - adds its makers
from build import Drop, Graph, schema
from operators import MAKERS

MAGIC = b"countersign/cases/1\n"
OPSETS = [7, 8, 9, 10, 11, 12, 13, 13, 14, 15, 16, 17, 17, 18, 18, 19, 20, 21, 21, 22, 23, 23, 24, 25, 26, 27]


def blob(data):
    return struct.pack("<I", len(data)) + data


def tensor(array):
    return blob(numpy_helper.from_array(array).SerializeToString())


def exists(name, opset):
    """Whether an opset has an operator."""
    try:
        return not schema(name, opset).deprecated
    except onnx.defs.SchemaError:
        return False


NAMES = {opset: [name for name in sorted(MAKERS) if exists(name, opset)] for opset in sorted(set(OPSETS))}


def make(seed, number, only):
    """One graph, and how many nodes were dropped on the way."""
    rng = np.random.default_rng([seed, number])
    g = Graph(rng, OPSETS[int(rng.integers(len(OPSETS)))])
    dropped = collections.Counter()
    names = [name for name in NAMES[g.opset] if not only or name in only]
    if not names:
        return g, dropped
    wanted = int(rng.integers(1, 7))
    for _ in range(wanted * 4):
        if len(g.ops) >= wanted:
            break
        name = names[int(rng.integers(len(names)))]
        kept = len(g.values)
        try:
            with np.errstate(all="ignore"):
                MAKERS[name](g)
        except Drop as drop:
            dropped[name] += 1
            reason = str(drop)
            if "--reasons" in sys.argv:
                print(number, g.opset, name, reason[:300].replace("\n", " "), file=sys.stderr)
        except (ValueError, IndexError, TypeError) as fault:
            dropped[name] += 1
            if "--reasons" in sys.argv:
                print(number, name, "GENERATOR", type(fault), fault, file=sys.stderr)
        if len(g.nodes) == 0:
            del g.values[kept:]
    return g, dropped


def graph(seed, number, only):
    """One graph as a packed case, what was dropped on the way, and its operators."""
    g, dropped = make(seed, number, only)
    if not g.nodes:
        return None, dropped, []
    model, inputs, outputs = g.model()
    label = f"{seed}-{number} opset {g.opset} {' '.join(g.ops)}"
    out = blob(label.encode()) + blob(model.SerializeToString())
    out += struct.pack("<II", len(inputs), len(outputs))
    for v in inputs:
        out += tensor(v.array)
    for v in outputs:
        out += tensor(v.array)
        if v.tolerance is None:
            out += blob(b"")
        else:
            out += blob(np.ascontiguousarray(v.tolerance, "<f8").tobytes())
    return out, dropped, g.ops


def share(seed, numbers, only, path, most, queue):
    """Runs in its own process: some of onnxruntime's faults end it."""
    with open(path, "ab") as file:
        for number in numbers:
            queue.put(("at", number, None, None))
            case, dropped, ops = graph(seed, number, only)
            if case and len(case) <= most:
                file.write(case)
                file.flush()
            queue.put(("done", number, dropped, ops))
    queue.put(("end", None, None, None))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--graphs", type=int, default=1000)
    parser.add_argument("--out", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--most", type=int, default=1 << 30, help="leave out cases of more bytes")
    parser.add_argument("--reasons", action="store_true")
    given = parser.parse_args()
    only = [name for name in given.only.split(",") if name]
    with open(given.out, "wb") as file:
        file.write(MAGIC)
    used, dropped, crashed, graphs = collections.Counter(), collections.Counter(), [], 0
    left = list(range(given.start, given.start + given.graphs))
    while left:
        queue = multiprocessing.SimpleQueue()
        process = multiprocessing.get_context("fork").Process(target=share, args=(given.seed, left, only, given.out, given.most, queue))
        process.start()
        at, ended = None, False
        while not ended:
            if queue.empty():
                process.join(0.05)
                if process.exitcode is not None and queue.empty():
                    break
                continue
            what, number, drops, ops = queue.get()
            if what == "end":
                ended = True
            elif what == "at":
                at = number
            else:
                dropped.update(drops)
                used.update(ops)
                graphs += bool(ops)
                at = None
        process.join()
        if ended:
            break
        if at is None:
            raise SystemExit("the process ended between two graphs")
        crashed.append(at)
        left = [number for number in left if number > at]
    print(f"seed {given.seed}: {graphs} graphs with {sum(used.values())} nodes of {len(used)} operators; "
          f"{sum(dropped.values())} nodes dropped; {len(crashed)} graphs stopped onnxruntime: {crashed}")
    never = sorted(set(only or MAKERS) - set(used))
    if never:
        print("never made:", " ".join(never))
    if given.reasons:
        print({name: (used[name], dropped[name]) for name in sorted(MAKERS)})


if __name__ == "__main__":
    main()
