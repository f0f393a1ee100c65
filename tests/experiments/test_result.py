"""A finished run and the values that it was asked and measured by."""

import math

import numpy as np
import pytest

from labkit.experiments.result import Result, pack, unpack
from labkit.experiments.trial import Trial


def test_a_result_reads_the_values_that_classifiers_have_in_common():
    correct = np.array([True, False, True])
    outcome = {"accuracy": 2 / 3, "macro_f1": 0.5, "validation": None, "tests": 3}
    result = Result("k", Trial("trec", "labels", 2), outcome | {"correct": pack(correct)})
    assert (result.accuracy, result.macro_f1) == (2 / 3, 0.5)
    assert math.isnan(result.validation)
    assert np.array_equal(result.correct, correct)


def test_right_and_wrong_come_back_as_they_were():
    for rows in (1, 7, 8, 61):
        correct = np.arange(rows) % 3 == 0
        assert np.array_equal(unpack(pack(correct), rows), correct)


def test_a_damaged_line_is_refused():
    with pytest.raises(ValueError, match="8 bits for 20 rows"):
        unpack("ff", 20)
