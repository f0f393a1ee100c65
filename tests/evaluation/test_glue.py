from dataclasses import replace

import pytest
import torch

from labkit.evaluation.glue import (
    GLUE,
    METRICS,
    TASKS,
    check_columns,
    check_targets,
    checkpoint_score,
    f1,
    scores,
    task_of,
    to_unit,
)


def logits_of(*choices, classes=2):
    return torch.nn.functional.one_hot(torch.tensor(choices), classes).float()


def test_f1_worked_by_hand():
    # said 1 three times, right twice; there are four of class 1: p = 2/3, r = 1/2, F1 = 4/7
    chosen, labels = logits_of(1, 1, 1, 0, 0, 0), torch.tensor([1, 1, 0, 1, 1, 0])
    assert f1(chosen, labels) == pytest.approx(4 / 7)
    assert f1(logits_of(0, 0), torch.tensor([1, 0])) == 0
    with pytest.raises(ValueError, match="3 classes"):
        f1(logits_of(0, 1, classes=3), torch.tensor([0, 1]))


def test_the_eight_tasks_have_the_metrics_of_the_papers_table():
    wanted = {
        "cola": ("mcc",),
        "sst2": ("accuracy",),
        "mrpc": ("f1", "accuracy"),
        "stsb": ("pearson", "spearman"),
        "qqp": ("f1", "accuracy"),
        "mnli": ("accuracy",),
        "qnli": ("accuracy",),
        "rte": ("accuracy",),
    }
    assert {name: TASKS[name].metrics for name in GLUE} == wanted
    assert TASKS["mnli"].tests == ("matched", "mismatched")
    assert all(name in METRICS for task in TASKS.values() for name in task.metrics)


def test_the_checkpoint_of_cola_is_chosen_by_mcc_and_not_by_accuracy():
    labels = torch.tensor([1, 1, 1, 1, 0])
    always_one, better = logits_of(1, 1, 1, 1, 1), logits_of(1, 1, 1, 0, 0)
    cola = task_of("cola")
    assert checkpoint_score(cola, always_one, labels) == 0
    assert checkpoint_score(cola, better, labels) == pytest.approx(0.6124, abs=1e-4)
    assert checkpoint_score(replace(cola, metrics=("accuracy",)), always_one, labels) == 0.8


def test_mrpc_is_chosen_by_f1():
    chosen, labels = logits_of(1, 1, 1, 0, 0, 0), torch.tensor([1, 1, 0, 1, 1, 0])
    assert checkpoint_score(task_of("mrpc"), chosen, labels) == pytest.approx(4 / 7)
    found = scores(task_of("mrpc"), chosen, labels)
    assert found == pytest.approx({"f1": 4 / 7, "accuracy": 0.5})


def test_a_regression_gives_both_correlations():
    given, labels = torch.tensor([[0.0], [1.0], [10.0]]), torch.tensor([1.0, 2.0, 3.0])
    found = scores(task_of("stsb"), given, labels)
    assert found["spearman"] == pytest.approx(1) and found["pearson"] < 0.95
    assert checkpoint_score(task_of("stsb"), given, labels) == found["pearson"]


def test_one_score_for_all_rows_counts_as_nothing():
    assert checkpoint_score(task_of("stsb"), torch.ones(3, 1), torch.tensor([1.0, 2, 3])) == 0


def test_data_sets_of_the_lab_are_known_by_their_own_names():
    assert task_of("glue_sst2").name == "sst2"
    assert task_of("qnli_dev").name == "qnli"


def test_a_data_set_without_metric_is_refused():
    with pytest.raises(ValueError, match="no metric is known for the data set 'wnli'"):
        task_of("wnli")
    with pytest.raises(ValueError, match="has no metric"):
        checkpoint_score(replace(task_of("rte"), metrics=()), logits_of(0), torch.tensor([0]))
    with pytest.raises(ValueError, match="'f2'"):
        checkpoint_score(replace(task_of("rte"), metrics=("f2",)), logits_of(0), torch.tensor([0]))


def test_scores_and_classes_are_not_mixed_up():
    with pytest.raises(ValueError, match="which predicts a score"):
        check_targets(task_of("stsb"), torch.tensor([1, 2]))
    with pytest.raises(ValueError, match="which has 2 classes"):
        check_targets(task_of("rte"), torch.tensor([0.5]))
    with pytest.raises(ValueError, match="wanted 3 logits"):
        scores(task_of("mnli"), logits_of(0, 1), torch.tensor([0, 1]))
    with pytest.raises(ValueError, match="wanted one score"):
        scores(task_of("stsb"), logits_of(0, 1), torch.tensor([0.0, 1.0]))


def test_a_row_without_score_is_named():
    with pytest.raises(ValueError, match="row 1 of 'stsb' has the score nan"):
        check_targets(TASKS["stsb"], torch.tensor([2.5, float("nan"), 1.0]))


def test_a_pair_without_second_text_is_refused():
    with pytest.raises(ValueError, match="text_b"):
        check_columns(task_of("rte"), ["text_a", "label"])
    check_columns(task_of("rte"), ["text_a", "text_b", "label"])
    check_columns(task_of("cola"), ["text", "label"])


def test_scores_are_brought_to_the_unit_range():
    found = to_unit(task_of("stsb"), torch.tensor([0.0, 2.5, 5.0]))
    assert torch.equal(found, torch.tensor([0.0, 0.5, 1.0]))
    with pytest.raises(ValueError, match="wanted 0 to 5"):
        to_unit(task_of("stsb"), torch.tensor([5.5]))
    with pytest.raises(ValueError, match="not scores"):
        to_unit(task_of("rte"), torch.tensor([0.5]))
