"""Finished trials found, averaged and chosen."""

import numpy as np
import pytest

from labkit.experiments.selection import best_on_validation, by_seed, chosen, correctness
from labkit.experiments.trial import Trial
from tests.helpers import made_runs


def test_runs_are_found_by_what_was_asked_for_in_the_order_of_their_seeds():
    runs = made_runs.table("table8", lambda trial: 0.5)[::-1]
    cell = chosen(runs, "trec", "stage_two", kd=0.3, gan=0.1)
    assert [run.config.seed for run in cell] == [0, 1, 2]
    assert correctness(cell).shape == (3, made_runs.TESTS)
    assert chosen(runs, "sst2", "stage_two") == []


def test_cells_are_averaged_for_each_seed():
    runs = [made_runs.run(Trial("trec", "a", s), v) for s, v in ((0, 0.5), (1, 0.9), (0, 0.7))]
    assert by_seed(runs) == pytest.approx({0: 0.6, 1: 0.9})
    assert by_seed([]) == {}


def test_the_cell_with_the_best_validation_is_chosen_with_all_its_seeds():
    runs = [
        made_runs.run(Trial("trec", "a", seed, kd=kd), accuracy, validation)
        for seed in (1, 0)
        for kd, accuracy, validation in ((0.1, 0.9, 0.6), (0.2, 0.7, 0.8))
    ]
    best = best_on_validation(runs)
    assert [(run.config.kd, run.config.seed) for run in best] == [(0.2, 0), (0.2, 1)]
    with pytest.raises(ValueError, match="no runs"):
        best_on_validation([])


def test_of_equally_good_cells_the_first_is_chosen_and_an_unknown_validation_never():
    runs = [
        made_runs.run(Trial("trec", "a", 0, kd=kd), 0.5, validation)
        for kd, validation in ((0.3, np.nan), (0.2, 0.8), (0.1, 0.8))
    ]
    assert [run.config.kd for run in best_on_validation(runs)] == [0.2]
