"""Metrics against values worked by hand or another way, and what they refuse."""

import math
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor, nn

from labkit.data.encoding.encoded import Encoded
from labkit.evaluation import measures as evaluate
from labkit.files import fingerprint

CLASSIFICATION = (
    evaluate.accuracy,
    evaluate.macro_f1,
    evaluate.mcc,
    evaluate.nll,
    evaluate.ece,
)


def choosing(classes: list[int], wide: int) -> Tensor:
    """Logits whose largest entry in each row is the given class."""
    return 2.0 * torch.nn.functional.one_hot(torch.tensor(classes), wide).float()


def sure(probability: float) -> list[float]:
    """Two logits, the first class with the given probability."""
    return [math.log(probability / (1 - probability)), 0.0]


def test_accuracy_counts_rows_with_the_right_largest_logit() -> None:
    labels = torch.tensor([0, 1, 2, 1])
    assert evaluate.accuracy(choosing([0, 1, 1, 0], 3), labels) == 0.5
    assert evaluate.accuracy(choosing([0, 1, 2, 1], 3), labels) == 1.0


def test_macro_f1_worked_by_hand() -> None:
    # class 0: precision 1, recall 1/2, F1 2/3; class 1: precision 1/2, recall 1, F1 2/3
    found = evaluate.macro_f1(choosing([0, 1, 1], 2), torch.tensor([0, 0, 1]))
    assert found == pytest.approx(2 / 3)


def test_macro_f1_leaves_out_a_class_that_occurs_nowhere_and_counts_a_missed_one_as_zero() -> None:
    assert evaluate.macro_f1(choosing([0, 1], 5), torch.tensor([0, 1])) == 1.0
    assert evaluate.macro_f1(choosing([0, 1, 1], 3), torch.tensor([0, 1, 2])) == pytest.approx(
        (1 + 2 / 3 + 0) / 3
    )


def test_mcc_worked_by_hand_and_zero_for_a_constant_choice() -> None:
    # true and false positives and negatives: TP 2, TN 1, FP 1, FN 1
    labels = torch.tensor([1, 1, 1, 0, 0])
    found = evaluate.mcc(choosing([1, 1, 0, 0, 1], 2), labels)
    assert found == pytest.approx((2 * 1 - 1 * 1) / math.sqrt(3 * 3 * 2 * 2))
    assert evaluate.mcc(choosing([1] * 5, 2), labels) == 0
    assert evaluate.mcc(choosing([1, 1, 1, 0, 0], 2), labels) == pytest.approx(1)


def test_nll_is_minus_the_log_probability_of_the_label() -> None:
    logits = torch.tensor([sure(0.8), sure(0.6)])
    wanted = -(math.log(0.8) + math.log(0.4)) / 2
    assert evaluate.nll(logits, torch.tensor([0, 1])) == pytest.approx(wanted, abs=1e-6)
    assert evaluate.nll(torch.zeros(3, 5), torch.tensor([0, 1, 2])) == pytest.approx(math.log(5))


def test_ece_worked_by_hand_with_two_bins_of_rows() -> None:
    # four rows at 0.9 of which 2 right: gap 0.4; one row at 0.6, right: gap 0.4
    logits = torch.tensor([sure(0.9)] * 4 + [sure(0.6)])
    assert evaluate.ece(logits, torch.tensor([0, 0, 1, 1, 0])) == pytest.approx(0.4, abs=1e-6)
    # in one single bin the two gaps cancel in part: |3 - 4.2| / 5
    found = evaluate.ece(logits, torch.tensor([0, 0, 1, 1, 0]), bins=1)
    assert found == pytest.approx(0.24, abs=1e-6)


def test_ece_keeps_neighbouring_bins_apart() -> None:
    # 14 / 15 = 0.933 is an edge: the gaps -0.9 and +0.05 lie in two bins and must not cancel
    logits = torch.tensor([sure(0.9), sure(0.95)])
    assert evaluate.ece(logits, torch.tensor([1, 0])) == pytest.approx((0.9 + 0.05) / 2, abs=1e-6)


def test_ece_gives_each_bin_its_upper_edge() -> None:
    # a confidence of exactly 0.5 belongs to the lower of two bins, one of 0.9 to the upper
    logits = torch.tensor([[0.0, 0.0], [math.log(9), 0.0]])
    assert evaluate.ece(logits, torch.tensor([0, 1]), bins=2) == pytest.approx(0.7, abs=1e-6)


def test_ece_is_small_when_labels_are_drawn_from_the_probabilities() -> None:
    chance = torch.Generator().manual_seed(0)
    logits = 2 * torch.randn(40_000, 3, generator=chance)
    labels = torch.multinomial(logits.softmax(1), 1, generator=chance)[:, 0]
    assert evaluate.ece(logits, labels) < 0.015
    assert evaluate.ece(3 * logits, labels) > 0.1


def test_ece_accepts_probabilities_of_exactly_one() -> None:
    logits = torch.tensor([[1e4, 0.0], [0.0, 1e4]])
    assert evaluate.ece(logits, torch.tensor([0, 1])) == 0
    assert evaluate.ece(logits, torch.tensor([1, 0])) == 1


def test_correlations_know_lines_and_ranks() -> None:
    labels = torch.tensor([1.0, 2.0, 3.0, 4.0])
    assert evaluate.pearson(2 * labels + 1, labels) == pytest.approx(1)
    assert evaluate.pearson(-labels[:, None], labels) == pytest.approx(-1)
    assert evaluate.spearman(labels.exp(), labels) == pytest.approx(1)
    assert evaluate.pearson(labels.exp(), labels) < 0.95
    found = evaluate.spearman(torch.tensor([1.0, 3.0, 2.0, 4.0]), labels)
    assert found == pytest.approx(1 - 6 * 2 / (4 * 15))


def test_correlation_with_a_constant_is_not_a_number_and_gives_no_warning(
    recwarn: pytest.WarningsRecorder,
) -> None:
    labels = torch.tensor([1.0, 2.0, 3.0])
    assert math.isnan(evaluate.pearson(torch.full((3,), 0.1), labels))
    assert math.isnan(evaluate.spearman(labels, torch.full((3,), 0.1)))
    assert not recwarn.list


def test_agreement_and_kl_measure_closeness_to_the_teacher() -> None:
    student, teacher = torch.tensor([sure(0.5), sure(0.9)]), torch.tensor([sure(0.75), sure(0.9)])
    wanted = (0.75 * math.log(1.5) + 0.25 * math.log(0.5)) / 2
    assert evaluate.kl_to_teacher(student, teacher) == pytest.approx(wanted, abs=1e-6)
    assert evaluate.kl_to_teacher(teacher, teacher) == 0
    assert evaluate.agreement(choosing([0, 1, 2], 3), choosing([0, 1, 1], 3)) == pytest.approx(
        2 / 3
    )


@pytest.mark.parametrize("metric", CLASSIFICATION)
def test_metrics_refuse_what_does_not_fit(metric: object) -> None:
    logits, labels = choosing([0, 1], 3), torch.tensor([0, 1])
    assert callable(metric)
    for bad_logits, bad_labels in (
        (logits, labels[:1]),
        (logits, torch.tensor([0, 3])),
        (logits, labels.float()),
        (logits[:, :1], labels),
        (logits * float("nan"), labels),
        (logits[:0], labels[:0]),
    ):
        with pytest.raises(ValueError, match=r"got .*wanted"):
            metric(bad_logits, bad_labels)
    assert isinstance(metric(logits, labels), float)


def test_metrics_of_scores_and_pairs_refuse_what_does_not_fit() -> None:
    labels = torch.tensor([1.0, 2.0, 3.0])
    for scores in (labels[:2], labels.repeat(3, 1), labels * float("nan")):
        with pytest.raises(ValueError, match=r"got .*wanted"):
            evaluate.pearson(scores, labels)
    with pytest.raises(ValueError, match=r"got .*wanted"):
        evaluate.agreement(choosing([0, 1], 3), choosing([0, 1], 2))
    with pytest.raises(ValueError, match="bins"):
        evaluate.ece(choosing([0, 1], 3), torch.tensor([0, 1]), bins=0)


def test_a_shared_weight_counts_once_in_the_size() -> None:
    class Tied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(100, 8)
            self.head = nn.Linear(8, 100)
            self.head.weight = self.embedding.weight

    assert evaluate.parameters(Tied()) == 100 * 8 + 100
    assert evaluate.mib(Tied().half()) == pytest.approx(900 * 4 / 1024 / 1024)


class Counting(nn.Module):
    """Answers with the first token id of each row and notes how it was called."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))
        self.calls: list[tuple[bool, bool, int]] = []

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> SimpleNamespace:
        self.calls.append((self.training, torch.is_grad_enabled(), len(input_ids)))
        first = input_ids[:, :1].float() * self.weight
        return SimpleNamespace(logits=torch.cat([first, -first], dim=1))


def few_rows(lengths: list[int]) -> Encoded:
    texts = tuple(f"row {i}" for i in range(len(lengths)))
    sizes = torch.tensor(lengths)
    starts = sizes.cumsum(0) - sizes
    ids = torch.zeros(int(sizes.sum()), dtype=torch.long)
    ids[starts] = torch.arange(len(lengths))
    return Encoded(texts, ids, starts, sizes, None, 0, fingerprint(texts))


def test_predict_keeps_the_order_of_the_rows_and_the_mode_of_the_model() -> None:
    for training in (True, False):
        model = Counting().train(training)
        logits = evaluate.predict(model, few_rows([5, 1, 9, 2, 3]), batch_size=2)
        assert logits[:, 0].tolist() == [0, 1, 2, 3, 4]
        assert model.training is training
        assert all(call[:2] == (False, False) for call in model.calls)


def test_milliseconds_warms_up_times_only_the_first_rows_and_changes_nothing() -> None:
    model = Counting().train()
    assert evaluate.milliseconds(model, few_rows([2, 3, 4, 5]), rows=3, repeats=4) > 0
    assert [rows for _, _, rows in model.calls] == [3] * 5
    assert model.training
    assert evaluate.milliseconds(model, few_rows([2]), rows=64, repeats=1) > 0
    with pytest.raises(ValueError, match="at least 1"):
        evaluate.milliseconds(model, few_rows([2]), rows=0)
