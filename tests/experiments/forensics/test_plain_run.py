"""The loop without the lab's loop: what it learns, what it reports, and that nothing else moves."""

from dataclasses import replace

import pytest
import torch

from labkit.data.encoding.encoded import encode
from labkit.experiments.forensics.losses import FIRST_STAGE, SECOND_STAGE
from labkit.experiments.forensics.plain_bilstm import PlainBiLSTM
from labkit.experiments.forensics.plain_run import epochs, own_tokens, soft_gradients
from labkit.training.teacher_logits import StoredTargets
from tests.helpers import tiny


@pytest.fixture
def texts():
    """Two classes of made-up texts in tokens of their own, and how many tokens there are."""
    words, labels = tiny.texts(96, 2, seed=0)
    (train, test), size = own_tokens(*(encode(words, tiny.tokenizer(), labels) for _ in range(2)))
    return train, test, size


def run(texts, losses, passes=6, seed=0):
    train, test, size = texts
    teacher = StoredTargets(train, 3 * torch.nn.functional.one_hot(train.labels, 2).float())
    student = PlainBiLSTM(size, 2, width=8, seed=seed)
    return list(epochs(student, teacher, train, test, losses, passes, seed)), student


def test_labels_are_learned_and_zscored_outputs_teach_nothing_at_two_classes(texts):
    fast = {name: replace(FIRST_STAGE[name], learning_rate=1e-2) for name in FIRST_STAGE}
    learned, _ = run(texts, fast["labels"], 15)
    dead, _ = run(texts, fast["zscored_both"], 15)
    assert learned[-1].accuracy > 0.9
    assert dead[-1].accuracy < 0.75
    assert dead[-1].gradients.median() < 1e-3


def test_the_same_seed_gives_the_same_run_with_an_adversary_too(texts):
    first, second = (run(texts, SECOND_STAGE["then_raw_gan"], 2)[0] for _ in range(2))
    assert torch.equal(first[-1].logits, second[-1].logits)


def test_the_adversary_changes_the_run(texts):
    without = replace(SECOND_STAGE["then_raw_gan"], gan=0.0)
    plain, played = (run(texts, one, 1)[0] for one in (without, SECOND_STAGE["then_raw_gan"]))
    assert not torch.equal(plain[-1].logits, played[-1].logits)


def test_gradients_are_those_of_single_rows(texts):
    losses = FIRST_STAGE["kl"]
    chance = torch.Generator().manual_seed(0)
    logits, target = (torch.randn(3, 2, generator=chance) for _ in range(2))
    together = soft_gradients(losses, logits, target)
    alone = torch.cat([soft_gradients(losses, logits[[i]], target[[i]]) for i in range(3)])
    assert torch.allclose(together, alone, atol=1e-6)


def test_own_tokens_are_few_and_keep_apart_what_was_apart(texts):
    train, test, size = texts
    assert train.ids.min() >= 1
    assert size == len(torch.cat([train.ids, test.ids]).unique()) + 1
    words, labels = tiny.texts(96, 2, seed=0)
    before = encode(words, tiny.tokenizer(), labels)
    assert len(before.ids.unique()) == len(train.ids.unique())
    assert torch.equal(before.ids.argsort(stable=True), train.ids.argsort(stable=True))


def test_equal_logits_are_counted(texts):
    train, test, size = texts
    student = PlainBiLSTM(size, 2, width=8)
    torch.nn.init.zeros_(student.classifier.weight)
    torch.nn.init.zeros_(student.classifier.bias)
    teacher = StoredTargets(train, torch.zeros(len(train), 2))
    frozen = replace(FIRST_STAGE["labels"], learning_rate=0.0)
    (epoch,) = epochs(student, teacher, train, test, frozen, 1, 0)
    assert epoch.ties == pytest.approx(1)
