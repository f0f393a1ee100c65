"""The check of the game refuses each usual mistake by its name, and takes other right rounds."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from labkit.course.check import CheckFailed
from labkit.course.lesson_04 import round_check


@pytest.fixture(autouse=True)
def no_progress(monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", "off")


def build(classes):
    hidden = [nn.Linear(2 * classes, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.LeakyReLU(0.2)]
    return nn.Sequential(*hidden, nn.Linear(64, 1))


def play_with(
    to_d=lambda fake: fake.detach(), from_teacher=lambda real: real.detach(), score=lambda s: s,
    d_loss=lambda real, fake: F.softplus(-real).mean() + F.softplus(fake).mean(),
    guide=lambda s: F.softplus(-s).mean(), d_too=False, clears_d=True, clears_student=True,
    again=lambda fake: fake, rescore=True, row=lambda fake, label: [fake, label],
):  # fmt: skip
    """A round, right where nothing is given."""

    def play(d, student, teacher, rows, labels, d_step, student_step):
        fake, real = student(rows), from_teacher(teacher(rows))
        beside = F.one_hot(labels, fake.shape[1]).float()

        def scores(logits):
            return score(d(torch.cat(row(logits, beside), dim=1))[:, 0])

        old = scores(fake)
        lost = d_loss(scores(real), scores(to_d(fake)))
        if clears_d:
            d_step.zero_grad()
        lost.backward(retain_graph=not rescore)
        guess = guide(old) if not rescore else None
        if rescore:
            d_step.step()
            guess = guide(scores(again(fake)))
        if clears_student:
            student_step.zero_grad()
        guess.backward()
        student_step.step()
        if d_too or not rescore:
            d_step.step()
        return lost.item(), guess.item()

    return play


def no_leak_cleared(d, student, teacher, rows, labels, d_step, student_step):
    """D's loss goes back through the student, whose gradients are then not cleared."""
    beside = F.one_hot(labels, 3).float()

    def scores(logits):
        return d(torch.cat([logits, beside], dim=1))[:, 0]

    d_step.zero_grad()
    student_step.zero_grad()
    lost = F.softplus(-scores(teacher(rows).detach())).mean()
    lost = lost + F.softplus(scores(student(rows))).mean()
    lost.backward()
    d_step.step()
    guess = F.softplus(-scores(student(rows))).mean()
    guess.backward()
    student_step.step()
    return lost.item(), guess.item()


def by_cross_entropy(d, student, teacher, rows, labels, d_step, student_step):
    """Right in another way: cross-entropy with targets, the teacher under no_grad."""
    beside, ones = torch.eye(3)[labels], torch.ones(len(rows), 1)
    loss = F.binary_cross_entropy_with_logits
    with torch.no_grad():
        real, fake = teacher(rows), student(rows)
    d_step.zero_grad()
    seen_real, seen_fake = d(torch.cat([real, beside], 1)), d(torch.cat([fake, beside], 1))
    lost = loss(seen_real, ones) + loss(seen_fake, 0 * ones)
    lost.backward()
    d_step.step()
    student_step.zero_grad()
    guess = loss(d(torch.cat([student(rows), beside], 1)), ones)
    guess.backward()
    student_step.step()
    return [lost, guess]


def swapped(real, fake):
    return F.softplus(real).mean() + F.softplus(-fake).mean()


def d_loss_now(d, student, teacher, rows, labels):
    beside = F.one_hot(labels, 3).float()
    real, fake = (d(torch.cat([side(rows), beside], dim=1)) for side in (teacher, student))
    return float((F.softplus(-real) + F.softplus(fake)).mean())


def judged_afterwards(*given):
    """D's loss is computed again, with the D that has learned."""
    before = {name: weight.clone() for name, weight in given[1].state_dict().items()}
    lost, guess = play_with()(*given)
    after = {name: weight.clone() for name, weight in given[1].state_dict().items()}
    given[1].load_state_dict(before)
    lost = d_loss_now(*given[:5])
    given[1].load_state_dict(after)
    return lost, guess


def student_first(d, student, teacher, rows, labels, d_step, student_step):
    beside = F.one_hot(labels, 3).float()
    student_step.zero_grad()
    guess = F.softplus(-d(torch.cat([student(rows), beside], dim=1))).mean()
    guess.backward()
    student_step.step()
    return d_loss_now(d, student, teacher, rows, labels), guess.item()


PLAYS = {
    "detach missing": (play_with(to_d=lambda fake: fake), "fake.detach"),
    "leak kept": (no_leak_cleared, "fake.detach"),
    "labels swapped": (play_with(d_loss=swapped), "labels are swapped"),
    "D in the student's step": (play_with(d_too=True), "student's optimizer alone"),
    "teacher": (play_with(from_teacher=lambda real: real), "reached the teacher"),
    "sigmoid twice": (play_with(score=torch.sigmoid), "a sigmoid too many"),
    "guided to fake": (play_with(guide=lambda s: F.softplus(s).mean()), "taken for real"),
    "sigmoid for the student": (
        play_with(guide=lambda s: F.softplus(-s.sigmoid()).mean()),
        "sigmoid too many in the student",
    ),
    "averaged": (
        play_with(d_loss=lambda r, f: (F.softplus(-r).mean() + F.softplus(f).mean()) / 2),
        "do not average",
    ),
    "sum": (
        play_with(d_loss=lambda r, f: F.softplus(-r).sum() + F.softplus(f).sum()),
        "not the sum",
    ),
    "sign": (play_with(d_loss=lambda r, f: -swapped(-r, -f)), "minus"),
    "sign of the student": (play_with(guide=lambda s: -F.softplus(-s).mean()), "lowers"),
    "sum for the student": (play_with(guide=lambda s: F.softplus(-s).sum()), "not the sum"),
    "student detached": (play_with(again=lambda fake: fake.detach()), "did not move"),
    "D never cleared": (play_with(clears_d=False), "D's `zero_grad`"),
    "student never cleared": (play_with(clears_student=False), "call its `zero_grad`"),
    "label first": (play_with(row=lambda fake, label: [label, fake]), "logits stands first"),
    "no label": (play_with(row=lambda fake, label: [fake]), "label as a one-hot row of 3"),
    "softmaxed": (
        play_with(row=lambda fake, label: [fake.softmax(1), label]),
        "logits as they are, without a softmax",
    ),
    "saturating": (play_with(guide=lambda s: -F.softplus(s).mean()), "is the saturating form"),
    "losses swapped": (lambda *given: play_with()(*given)[::-1], "D's comes first"),
    "student first": (student_first, "D moves first, then the student"),
    "D's loss afterwards": (judged_afterwards, "D's loss after its step"),
    "nothing": (lambda *_: None, "None"),
    "one number": (lambda *_: 1.0, "two numbers"),
}


@pytest.mark.parametrize(("play", "words"), PLAYS.values(), ids=PLAYS)
def test_a_wrong_round_is_told_its_mistake(play, words):
    with pytest.raises(CheckFailed, match=words):
        round_check.one_round(build, play)


def test_a_step_without_its_backward_and_old_scores_are_told():
    def no_step(*models):
        lost, guess = play_with()(*models[:5], _Idle(models[5]), models[6])
        return lost, guess

    def no_student_step(*models):
        return play_with()(*models[:6], _Idle(models[6]))

    with pytest.raises(CheckFailed, match="D did not move"):
        round_check.one_round(build, no_step)
    with pytest.raises(CheckFailed, match=r"student did not move: .* its optimizer's `step`"):
        round_check.one_round(build, no_student_step)
    both_at_once = play_with(rescore=False)
    with pytest.raises(CheckFailed, match="D also learned"):
        round_check.one_round(build, both_at_once)


class _Idle:
    """An optimizer that clears and never steps."""

    def __init__(self, real):
        self.zero_grad = real.zero_grad

    def step(self):
        """Leave everything as it is."""


NETWORKS = {
    "nothing": (lambda classes: None, "build_d returned None"),
    "no network": (lambda classes: 3, "wanted a network"),
    "logits alone": (lambda classes: nn.Linear(classes, 1), "cannot read 6 numbers"),
    "score per class": (lambda c: nn.Linear(2 * c, c), "one number per row"),
    "straight": (lambda c: nn.Sequential(nn.Linear(2 * c, 8), nn.Linear(8, 1)), "straight"),
    "one hidden layer": (
        lambda c: nn.Sequential(nn.Linear(2 * c, 64), nn.ReLU(), nn.Linear(64, 1)),
        "wanted two hidden layers of 64",
    ),
    "sigmoid": (lambda c: nn.Sequential(*build(c), nn.Sigmoid()), "leave the sigmoid out"),
}


@pytest.mark.parametrize(("network", "words"), NETWORKS.values(), ids=NETWORKS)
def test_a_wrong_network_is_told_its_mistake(network, words):
    with pytest.raises(CheckFailed, match=words):
        round_check.one_round(network, play_with())


@pytest.mark.parametrize("play", [play_with(), by_cross_entropy], ids=["softplus", "targets"])
def test_right_rounds_pass_in_any_form(play, capsys):
    round_check.one_round(build, play)
    assert "well done" in capsys.readouterr().out
