"""A model as two ONNX files: numbers of 32 bits, and whole numbers of 8 bits."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.files import write_atomically

if TYPE_CHECKING:
    from transformers import PreTrainedModel

FLOAT, INT8 = "onnx/model.onnx", "onnx/model_quantized.onnx"
"""Where the two files lie in a folder; transformers.js looks for them there."""


def write_onnx(model: "PreTrainedModel", folder: Path) -> None:
    """Write both files of a BiLSTM, a pooling model or a BERT into a folder.

    errors: ModuleNotFoundError that says what to install where onnx or onnxruntime is missing,
            ValueError for another architecture
    """
    from labkit.models.bilstm import BiLSTMForSequenceClassification
    from labkit.models.export.bert_graph import write_bert
    from labkit.models.export.small_graphs import write_bilstm, write_swem
    from labkit.models.swem import SWEMForSequenceClassification

    check_packages()
    if isinstance(model, BiLSTMForSequenceClassification):
        write_bilstm(model, folder / FLOAT)
    elif isinstance(model, SWEMForSequenceClassification):
        write_swem(model, folder / FLOAT)
    else:
        write_bert(model, folder / FLOAT)
    quantise(folder / FLOAT, folder / INT8)


def quantise(source: Path, target: Path) -> None:
    """Write weights as whole numbers of 8 bits; what flows between them is rounded as it comes.

    Source: onnxruntime's dynamic quantisation, weights symmetric, one scale for each column.

    Trap: the scale of what flows is that of the whole batch, so a text's logits move a little with
    the texts beside it. The file of 32-bit numbers has no such dependence.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with write_atomically(target) as temporary, _quiet():
        quantize_dynamic(source, temporary, weight_type=QuantType.QInt8, per_channel=True)


def check_packages() -> None:
    """Refuse to begin where the packages that write and run ONNX files are missing."""
    try:
        import onnx
        import onnxruntime
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"the package {error.name} is missing; install it with: pip install {error.name}"
        ) from None
    assert onnx and onnxruntime


@contextmanager
def _quiet() -> Iterator[None]:
    """The quantiser advises a step that graphs written by hand have no need of."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
