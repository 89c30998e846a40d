"""Writes src/schema/table.rs from the operator schemas of the PyPI package onnx 1.22.0.

Usage: python schema.py > src/schema/table.rs
"""

import sys
from onnx import defs

FIRST, LAST = 7, 27
TYPES = {
    "float": 1, "uint8": 2, "int8": 3, "uint16": 4, "int16": 5, "int32": 6, "int64": 7,
    "bool": 9, "float16": 10, "double": 11, "uint32": 12, "uint64": 13,
}
KINDS = {"FLOAT": "Float", "INT": "Int", "STRING": "String", "TENSOR": "Tensor", "GRAPH": "Graph",
         "FLOATS": "Floats", "INTS": "Ints", "STRINGS": "Strings"}


def mask(strings):
    bits = 0
    for text in strings:
        inner = text[len("tensor("):-1] if text.startswith("tensor(") else None
        if inner in TYPES:
            bits |= 1 << TYPES[inner]
    return bits


def in_force(schemas):
    """The definitions that are in force at some version of the range."""
    versions = sorted(schema.since_version for schema in schemas)
    result = []
    for schema in schemas:
        later = [v for v in versions if v > schema.since_version]
        if schema.since_version <= LAST and not (later and later[0] <= FIRST):
            result.append(schema)
    return result


def formals(params, constraints):
    out = []
    names = list(constraints)
    for p in params:
        variable = names.index(p.type_str) if p.type_str in constraints else 255
        allowed = constraints[p.type_str] if p.type_str in constraints else [p.type_str]
        option = {"Single": "Single", "Optional": "Optional", "Variadic": "Variadic"}[p.option.name]
        if option == "Variadic" and not p.is_homogeneous:
            variable = 255
        out.append(f"f({mask(allowed):#x}, {variable}, {option})")
    return "&[" + ", ".join(out) + "]"


def main():
    groups = {}
    for schema in defs.get_all_schemas_with_history():
        if schema.domain == "":
            groups.setdefault(schema.name, []).append(schema)
    print("//! Made by `schema.py` from the package onnx 1.22.0; not written by hand.")
    print("use super::Occurrence::{Optional, Single, Variadic};")
    print("use super::{f, Kind, Schema};\n")
    print("/// Every definition of an `ai.onnx` operator in force at opset 7 or later, by name and version.")
    print("pub(super) static SCHEMAS: &[Schema] = &[")
    for name in sorted(groups):
        for s in sorted(in_force(groups[name]), key=lambda s: s.since_version):
            constraints = {t.type_param_str: t.allowed_type_strs for t in s.type_constraints}
            attributes = []
            for key in sorted(s.attributes):
                a = s.attributes[key]
                kind = KINDS.get(a.type.name, "Other")
                attributes.append(f'("{key}", Kind::{kind}, {str(a.required).lower()})')
            deprecated = ", deprecated: true" if s.deprecated else ", deprecated: false"
            print(f'    Schema {{ name: "{name}", since: {s.since_version}{deprecated}, '
                  f"min_inputs: {s.min_input}, min_outputs: {s.min_output}, "
                  f"inputs: {formals(s.inputs, constraints)}, outputs: {formals(s.outputs, constraints)}, "
                  f"attributes: &[{', '.join(attributes)}] }},")
    print("];")


if __name__ == "__main__":
    sys.exit(main())
