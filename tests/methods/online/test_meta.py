from dataclasses import replace

import pytest
import torch
from torch.func import functional_call

from labkit.methods.online.config import OnlineConfig, SideConfig
from labkit.methods.online.exchange import Exchange
from labkit.methods.online.loop import online
from labkit.methods.online.meta import (
    Quiz,
    cut_quiz,
    influence,
    lgtm_teacher,
    metadistil_teacher,
    probability_mse,
    quiz_after_trial,
    quiz_gradient,
)
from labkit.methods.online.parts import hard_loss, losses
from labkit.methods.online.side import Side
from labkit.training.config import Weights
from labkit.training.together import Turn
from tests.helpers import tiny
from tests.helpers.online.pair_of_models import pair

SOON = OnlineConfig(epochs=1, batch_size=16, precision="float32")
TURN = Turn(0, 4, 0, torch.arange(16), True, False)
QUIZ = torch.arange(40, 48)


def sides(config=SOON):
    two = pair(dropout=0.0)
    labels = two.train.labels
    teacher = Side(two.teacher.model, two.teacher.inputs, labels, config.teacher, 0, "float32")
    student = Side(two.student.model, two.student.inputs, labels, config.student, 0, "float32")
    return Exchange(teacher, student, config)


def test_the_quiz_is_cut_from_train_and_asked_the_same_at_the_same_step():
    rows, asked = cut_quiz(50, 0.2)
    assert len(asked) == 10 and len(rows) == 40
    assert torch.equal(torch.cat([rows, asked]).sort().values, torch.arange(50))
    quiz = Quiz(asked, 4)
    assert torch.equal(quiz.ask(TURN), quiz.ask(TURN))
    assert not torch.equal(quiz.ask(TURN), quiz.ask(replace(TURN, index=1)))
    for share in (0.0, 1.0, 0.001):
        with pytest.raises(ValueError, match="share"):
            cut_quiz(50, share)
    with pytest.raises(ValueError, match="at least 1"):
        Quiz(torch.arange(0))


def test_the_trial_step_leaves_the_student_as_it_was():
    exchange = sides()
    before = tiny.weights(exchange.student.model)
    shown = exchange.teacher.look(TURN.rows)
    gradient = quiz_gradient(exchange.student, TURN, QUIZ, shown, exchange)
    assert tiny.equal(before, tiny.weights(exchange.student.model))
    assert gradient["hidden.weight"].abs().sum() > 0


def test_the_trial_step_leaves_the_students_optimizer_and_chance_as_they_were():
    exchange = sides()
    student, shown = exchange.student, exchange.teacher.look(TURN.rows)
    first = losses(student, student.answer(TURN.rows), TURN.rows, shown, 1.5)
    student.descend(first.total, TURN)
    before = {name: value.clone() for name, value in student.tensors().items()}
    assert any(name.startswith("optimizer.") for name in before)
    quiz_gradient(student, replace(TURN, index=1), QUIZ, shown, exchange)
    assert tiny.equal(before, student.tensors())


def test_lgtms_finite_difference_is_the_derivative_along_the_quiz_gradient():
    """Against the exact one: the teacher's logits feel T (p - q) / rows, differentiated in S."""
    exchange = sides()
    teacher, student = exchange.teacher, exchange.student
    answer = teacher.answer(TURN.rows)
    found = influence(exchange, TURN, QUIZ, answer)
    direction = quiz_gradient(student, TURN, QUIZ, teacher.look(TURN.rows), exchange)
    names, p = list(direction), torch.softmax(answer.logits.detach() / 1.5, 1)
    weights = dict(student.model.named_parameters())

    def felt(*moved):
        given = student.inputs(TURN.rows)
        output = functional_call(student.model.eval(), dict(zip(names, moved, strict=True)), given)
        return 0.1 * 1.5 * (p - torch.softmax(output.logits / 1.5, 1)) / len(p)

    point = tuple(weights[name].detach() for name in names)
    change = torch.func.jvp(felt, point, tuple(direction[name] for name in names))[1]
    trained = [weight for weight in teacher.model.parameters() if weight.requires_grad]
    wanted = torch.autograd.grad(answer.logits, trained, change.detach(), allow_unused=True)
    assert max(float(gradient.abs().max()) for gradient in wanted) > 1e-3
    for ours, theirs in zip(found, wanted, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0.05, atol=2e-4)


def test_lgtm_takes_the_influence_off_the_ordinary_gradient():
    plain, weighed = sides(), sides()
    weighed.student.config = replace(weighed.student.config, learning_rate=10.0)
    for exchange, step in ((plain, None), (weighed, lgtm_teacher(Quiz(QUIZ, 8)))):
        if step is None:
            answer = exchange.teacher.answer(TURN.rows)
            shown = exchange.of_student(TURN.rows)
            total = losses(exchange.teacher, answer, TURN.rows, shown, 1.5).total
            exchange.teacher.descend(total, TURN)
        else:
            step(exchange, TURN)
    first, second = (tiny.weights(e.teacher.model) for e in (plain, weighed))
    assert not torch.allclose(first["hidden.weight"], second["hidden.weight"])


def test_metadistils_teacher_learns_from_the_quiz_through_the_trial_step():
    """Against a finite difference of the quiz loss along one number of the teacher."""
    exchange = sides()
    teacher = exchange.teacher
    weight = teacher.model.bottleneck.to_classes.bias

    def quiz_loss():
        return quiz_after_trial(exchange, TURN.rows, QUIZ, teacher.answer(TURN.rows), 5.0)

    loss = quiz_loss()
    (found,) = torch.autograd.grad(loss, [weight])
    ends = []
    for shift in (0.05, -0.1):
        with torch.no_grad():
            weight[0] += shift
        ends.append(quiz_loss().item())
    above, below = ends
    assert found[0].item() == pytest.approx((above - below) / 0.1, rel=0.1, abs=2e-5)
    assert found.abs().max() > 1e-5


def test_metadistils_trial_step_is_plain_gradient_descent():
    config = replace(SOON, student=SideConfig(Weights(1.0, 0.0)))
    exchange = sides(config)
    answer = exchange.teacher.look(TURN.rows)
    found = quiz_after_trial(exchange, TURN.rows, QUIZ, answer, 0.5)
    student = exchange.student
    loss = hard_loss(
        student.model.eval()(*student.inputs(TURN.rows)).logits, student.targets(TURN.rows)
    )
    loss.backward()
    with torch.no_grad():
        for weight in student.model.parameters():
            if weight.grad is not None:
                weight -= 0.5 * weight.grad
    wanted = hard_loss(student.look(QUIZ).logits, student.targets(QUIZ))
    torch.testing.assert_close(found.detach(), wanted)


@pytest.mark.parametrize("make", [lgtm_teacher, metadistil_teacher])
def test_whole_runs_train_both_and_come_out_the_same_twice(make):
    def after():
        two = pair()
        steps = list(
            online(two.student, two.teacher, two.train, SOON, teacher_step=make(Quiz(QUIZ, 8)))
        )
        assert len(steps) == 3 and all(step.teacher is not None for step in steps)
        return tiny.weights(two.teacher.model)

    start = tiny.weights(pair().teacher.model)
    assert tiny.equal(after(), after())
    assert not torch.equal(after()["hidden.weight"], start["hidden.weight"])


def test_probability_mse_worked_by_hand():
    # (1/2, 1/2) and (3/4, 1/4): squares of 1/4, mean 1/16
    own, other = torch.zeros(1, 2), torch.tensor([[3.0, 1.0]]).log()
    assert probability_mse(own, other, 1.0).item() == pytest.approx(1 / 16)


def test_an_inner_rate_of_0_is_refused():
    with pytest.raises(ValueError, match="inner_rate"):
        metadistil_teacher(Quiz(QUIZ), 0.0)
