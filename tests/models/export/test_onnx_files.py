import sys

import pytest

from labkit.models.export.onnx_files import FLOAT, INT8, check_packages, write_onnx
from tests.helpers import tiny


def test_both_files_are_written_and_int8_has_quantised_the_lstm(tmp_path):
    import onnx

    write_onnx(tiny.bilstm(), tmp_path)
    kinds = [
        {node.op_type for node in onnx.load(tmp_path / file).graph.node} for file in (FLOAT, INT8)
    ]
    assert "LSTM" in kinds[0]
    assert "DynamicQuantizeLSTM" in kinds[1] and "LSTM" not in kinds[1]


def test_a_missing_package_is_named_with_the_way_to_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ModuleNotFoundError, match="pip install onnxruntime"):
        check_packages()
