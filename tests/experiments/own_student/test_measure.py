import numpy as np

from labkit.experiments.own_student import measure
from labkit.experiments.own_student.measure import Row, answers, speeds
from labkit.models.export.onnx_files import FLOAT, INT8
from labkit.models.export.package import Classes, package_network
from tests.helpers import tiny

TEXTS, _ = tiny.texts(10)


def test_each_line_is_timed_at_every_batch_and_in_a_process_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(measure, "ROUNDS", 1)
    names = Classes(("a", "b", "c"))
    package_network(tmp_path, tiny.bilstm(), tiny.tokenizer(), 9, names)
    rows = [Row("labels", tmp_path, file) for file in (FLOAT, INT8)]
    found = speeds(rows, TEXTS)
    assert list(found) == ["labels:onnx/model.onnx", "labels:onnx/model_quantized.onnx"]
    for one in found.values():
        assert set(one.per_second) == {"1", "8", "64"} and min(one.per_second.values()) > 0
        assert 0 < one.ms <= one.ms_99 and one.start_seconds > 0 and one.start_mib > 10
    alone, among = (answers(rows[0], TEXTS, size) for size in (1, 10))
    np.testing.assert_allclose(alone, among, atol=1e-5)
