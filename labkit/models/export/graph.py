"""An ONNX graph written node by node: what every small model's graph is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from labkit.files import write_atomically

if TYPE_CHECKING:
    import onnx

OPSET, IR_VERSION = 17, 8
"""The oldest that know LayerNormalization, so that older runtimes read the file as well."""
INPUTS = ("input_ids", "attention_mask")
LOWEST = np.array(np.finfo(np.float32).min, np.float32)


@dataclass
class Graph:
    """A graph in the making; a value is known by its name.

    Written by hand, and not traced by an exporter: an LSTM stays one node that a quantiser knows,
    and neither the size of a batch nor the length of a text is ever frozen.
    """

    nodes: "list[onnx.NodeProto]" = field(default_factory=list)
    constants: dict[str, NDArray[Any]] = field(default_factory=dict)

    def constant(self, name: str, value: "Tensor | NDArray[Any] | list[int]") -> str:
        """Keep a tensor in the file; a list of whole numbers is one of 64 bits. Gives the name."""
        found = value.detach().cpu().numpy() if isinstance(value, Tensor) else np.asarray(value)
        if found.dtype not in (np.dtype(np.int64), np.dtype(np.float32)):
            raise ValueError(f"{name} is {found.dtype}, wanted float32 or int64; convert it first")
        self.constants[name] = found.copy(order="C")
        return name

    def node(self, kind: str, *inputs: str, more: Mapping[str, Any] | None = None) -> str:
        """Add one operation with a single result, and give the name of that result."""
        name = f"{kind.lower()}_{len(self.nodes)}"
        self.several(kind, inputs, (name,), more)
        return name

    def several(
        self,
        kind: str,
        inputs: tuple[str, ...],
        outputs: tuple[str, ...],
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """Add one operation with any number of results."""
        from onnx import helper

        made = helper.make_node(kind, list(inputs), list(outputs), name=f"node_{len(self.nodes)}")
        made.attribute.extend(
            helper.make_attribute(name, value) for name, value in (more or {}).items()
        )
        self.nodes.append(made)

    def linear(self, name: str, values: str, weight: Tensor, bias: Tensor) -> str:
        """values @ weight.T + bias; weight (out, in), bias (out,)."""
        product = self.node("MatMul", values, self.constant(f"{name}.weight", weight.T))
        return self.node("Add", product, self.constant(f"{name}.bias", bias))

    def padding(self) -> str:
        """Which places hold no token, (batch, tokens, 1) bool."""
        none = self.constant("no_token", np.array(0, np.int64))
        empty = self.node("Equal", INPUTS[1], none)
        return self.node("Unsqueeze", empty, self.constant("axis_2", [2]))

    def length(self) -> str:
        """How many tokens each row has, (batch,) int64, at least 1."""
        counted = self.node(
            "ReduceSum", INPUTS[1], self.constant("axis_1", [1]), more={"keepdims": 0}
        )
        return self.node("Max", counted, self.constant("one", [1]))

    def maximum_and_mean(self, values: str, padding: str, length: str) -> tuple[str, str]:
        """Both over each row's own tokens; values (batch, tokens, width) to (batch, width)."""
        lowest = self.constant("lowest", LOWEST)
        masked = self.node("Where", padding, lowest, values)
        highest = self.node("ReduceMax", masked, more={"axes": [1], "keepdims": 0})
        zero = self.constant("zero", np.array(0, np.float32))
        axis = self.constant("axis_1", [1])
        kept = self.node("Where", padding, zero, values)
        total = self.node("ReduceSum", kept, axis, more={"keepdims": 0})
        count = self.node("Cast", length, more={"to": 1})
        return highest, self.node("Div", total, self.node("Unsqueeze", count, axis))

    def save(self, path: Path, logits: str, classes: int) -> None:
        """Write the graph, checked; `logits` is the value that comes out, (batch, classes)."""
        import onnx
        from onnx import TensorProto, helper, numpy_helper

        self.several("Identity", (logits,), ("logits",))
        shape = ["batch", "tokens"]
        made = helper.make_graph(
            self.nodes,
            "labkit",
            [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in INPUTS],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", classes])],
            [numpy_helper.from_array(value, name) for name, value in self.constants.items()],
        )
        opset = helper.make_opsetid("", OPSET)
        whole = helper.make_model(made, opset_imports=[opset], ir_version=IR_VERSION)
        onnx.checker.check_model(whole, full_check=True)
        with write_atomically(path) as temporary:
            temporary.write_bytes(whole.SerializeToString())
