"""The small world: who covers, who seeks, and what a frozen discriminator does."""

import pytest
import torch

from labkit.course.lesson_06 import toy


@pytest.fixture(scope="module")
def runs():
    return {way: toy.fit(way, 4.0, 1.5) for way in toy.WAYS}


def test_the_teacher_has_two_modes():
    p = toy.teacher()
    assert float(p.sum()) == pytest.approx(1, abs=1e-6)
    assert sorted(p.topk(2).indices.tolist()) == [3, 8]


def test_seqkd_covers_and_gad_seeks(runs):
    covers, seeks = runs["SeqKD"][-1], runs["GAD"][-1]
    assert covers.spread > 2 and 3.5 < covers.mean < 5.5 and covers.score == 0
    assert seeks.mean == pytest.approx(3, abs=0.1) and seeks.spread == pytest.approx(0.7, abs=0.1)
    assert covers.forward < seeks.forward and covers.reverse > seeks.reverse


def test_gad_is_near_the_best_gaussian_of_the_reverse_kl(runs):
    p, least = toy.teacher(), float("inf")
    for mean in torch.arange(1, 10, 0.25):
        for spread in torch.arange(0.3, 4, 0.2):
            log_q = toy.gaussian(mean, spread)
            q = log_q.exp()
            least = min(least, float(torch.where(q > 0, q * (log_q - p.log()), 0.0).sum()))
    assert runs["GAD"][-1].reverse < least + 0.02


def test_which_mode_depends_on_the_start():
    assert toy.fit("GAD", 8.0, 1.0)[-1].mean == pytest.approx(8, abs=0.1)


def test_a_frozen_discriminator_is_pleased_while_the_student_gets_worse(runs):
    run = runs["GAD, frozen"]
    assert run[-1].score > run[0].score + 0.5
    assert run[-1].reverse > runs["GAD"][-1].reverse + 0.3
    assert run[-1].spread < 0.4


def test_another_way_is_refused():
    with pytest.raises(ValueError, match="wanted one of SeqKD"):
        toy.fit("GAN", 4.0, 1.0)
