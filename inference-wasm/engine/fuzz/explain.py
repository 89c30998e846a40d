"""What ONNX's own reference implementation says where engine and onnxruntime differ.

    python explain.py REPORT [--all] [--only Op,Op]

`REPORT` is what the conformance example printed. A line per difference: whose side the reference takes; `--all` prints
nodes and values too.
"""

import re
import sys

import numpy as np
from onnx import helper
from onnx.reference import ReferenceEvaluator

import graphs
from build import IR, element

np.set_printoptions(linewidth=200, threshold=60)
LINE = re.compile(r"WRONG (\d+)-(\d+) .*: (v\d+_\w+): (.*)")


def reference(g, node, inputs):
    graph = helper.make_graph(
        [node], "g", [helper.make_tensor_value_info(v.name, element(v.array.dtype), v.shape) for v in inputs],
        [helper.make_empty_tensor_value_info(o) for o in node.output if o])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", g.opset)], ir_version=IR)
    return ReferenceEvaluator(model).run(None, {v.name: v.array for v in inputs})


def side(said, result, expected):
    """Whose side a result takes."""
    found = re.match(r"element (\d+) is (\S+) instead of (\S+) ±", said)
    if not found:
        shape = re.match(r"shape \[(.*)\] instead of \[(.*)\]", said)
        if shape:
            own = [int(d) for d in shape[1].split(",") if d.strip()]
            return "engine" if list(np.shape(result)) == own else "onnxruntime" if np.shape(result) == expected.shape else "neither"
        return "onnxruntime" if np.array_equal(result, expected) else "engine?"
    if np.shape(result) != expected.shape:
        return "neither: another shape"
    exact, engine, other = np.ravel(result)[int(found[1])], float(found[2]), float(found[3])
    if np.isnan(exact):
        return "engine" if np.isnan(engine) else "onnxruntime" if np.isnan(other) else "neither"
    if np.isinf(exact) or not (np.isfinite(engine) and np.isfinite(other)):
        return "engine" if exact == engine else "onnxruntime" if exact == other else "neither"
    return f"{'engine' if abs(exact - engine) <= abs(exact - other) else 'onnxruntime'} ({abs(exact - engine):.2g} against {abs(exact - other):.2g})"


def main():
    only = sys.argv[sys.argv.index("--only") + 1].split(",") if "--only" in sys.argv else []
    for line in open(sys.argv[1], encoding="utf-8"):
        match = LINE.match(line)
        if not match:
            continue
        seed, number, name, said = int(match[1]), int(match[2]), match[3], match[4]
        g = graphs.make(seed, number, only)[0]
        known = {v.name: v for v in g.values}
        node = next(n for n in g.nodes if name in n.output)
        inputs = [known[i] for i in dict.fromkeys(node.input) if i]
        try:
            with np.errstate(all="ignore"):
                results = reference(g, node, inputs)
            result = results[[o for o in node.output if o].index(name)]
            verdict = side(said, result, known[name].array)
        except Exception as error:  # noqa: BLE001
            result, verdict = None, f"fails: {str(error)[:80]}"
        print(f"{seed}-{number} {name} {inputs[0].kind if inputs else ''} {said[:110]}: reference: {verdict}")
        if "--all" in sys.argv:
            print("   opset", g.opset, helper.printable_node(node))
            for v in inputs:
                print("   ", v.name, v.role, v.kind, list(v.shape), v.array.ravel()[:60])
            print("    onnxruntime", list(known[name].shape), known[name].array.ravel()[:60])
            print("    reference  ", np.shape(result), np.ravel(result)[:60])


if __name__ == "__main__":
    main()
