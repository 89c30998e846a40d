"""Makes the model files of the browser tests. Needs PyPI's onnx; run it here: python make.py"""

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

weight = numpy_helper.from_array(numpy.array([0.5, 1.5, 2.5, 3.5], numpy.float32), "w")
graph = helper.make_graph(
    [helper.make_node("Add", ["x", "w"], ["y"])],
    "external",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 4])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 4])],
    [weight],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="countersign")
onnx.save_model(
    model,
    "external.onnx",
    save_as_external_data=True,
    location="external.data",
    size_threshold=0,
)
