"""The panel of limits takes what the command would take."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from labkit.course.lesson_08.take_panel import Taken
from labkit.experiments.own_student.choose import Candidate


def candidates():
    rows = np.arange(100)
    return [
        Candidate("tfidf", "", rows < 80, 2.0, 0.2),
        Candidate("distilled", "onnx/model_quantized.onnx", rows < 88, 4.0, 0.1),
        Candidate("teacher", "onnx/model_quantized.onnx", rows < 95, 22.0, 5.0),
    ]


@pytest.mark.parametrize(
    ("ms", "mib", "gain", "said"),
    [
        (20.0, 100.0, 1.0, "Taken: teacher, int8"),
        (1.0, 100.0, 1.0, "Taken: BiLSTM, distilled, int8"),
        (1.0, 100.0, 9.0, "Taken: TF-IDF"),
        (0.05, 100.0, 1.0, "No model keeps to these limits"),
    ],
)
def test_limits_decide(ms, mib, gain, said):
    alt = Taken(candidates()).draw(Figure().subplots(), ms, mib, gain)
    assert said in alt and f"At most {ms:g} ms and {mib:g} MiB" in alt


def test_every_corner_is_drawn_without_an_error():
    panel = Taken(candidates()).panel()
    assert panel.try_corners() > 20 and not panel.errors


def test_one_candidate_is_no_choice():
    with pytest.raises(ValueError, match="got 1 candidates"):
        Taken(candidates()[:1])
