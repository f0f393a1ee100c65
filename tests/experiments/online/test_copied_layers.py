from dataclasses import replace

import pytest
import torch

from labkit.experiments.online.copied_layers import PATIENCE, copying_of
from labkit.experiments.online.lone_teachers import taught
from labkit.experiments.online.material import student_of
from labkit.experiments.online.plan import OnlineRun
from labkit.losses.features import patience
from labkit.methods.online.side import Answer
from labkit.models.bottlenecks import BottleneckConfig
from labkit.models.top_layers import features_above, lower_states
from tests.helpers.online import tiny_online

RUN = OnlineRun("trec", "pkd", 0, "two_layers", train_rows=40, test_rows=20, epochs=1, latent=4)
ROWS = torch.tensor([3, 0, 17])


def answer(material, student):
    output = student.model.eval()(*student.train(ROWS))
    return Answer(output.logits, output.passage, output.hidden)


def made():
    material = tiny_online.material()
    return material, student_of(material, "two_layers", BottleneckConfig("none"), 0)


def test_pkd_compares_first_tokens_of_the_middle_layers():
    material, student = made()
    found = answer(material, student)
    loss = copying_of("pkd", material, RUN, student.model)(found, ROWS)
    middle = lower_states(material.encoder, material.train.texts, 2).take(ROWS)[0]
    torch.testing.assert_close(loss, PATIENCE * patience(found.hidden[1][:, 0], middle[:, 0]))
    loss.backward()
    assert student.model.top.layers[0].attention.output.dense.weight.grad.abs().sum() > 0


def test_states_are_those_of_the_teacher_that_learned():
    material, student = made()
    copying = copying_of("hidden_mapping", material, RUN, student.model)
    with torch.no_grad():
        student.model.widen.widen.weight.copy_(torch.eye(len(student.model.widen.widen.weight)))
    teacher = taught(material, RUN, torch.arange(40)).model.eval()
    states, mask = material.train.upper.take(ROWS)
    below = lower_states(material.encoder, material.train.texts, 2).take(ROWS)[0]
    copied = (student.train(ROWS)[0], below, teacher.top.hidden(states, mask)[-1])
    exact = Answer(torch.zeros(3, 6), None, tuple(copied))
    assert copying(exact, ROWS) < 1e-6 < 1e-5 < copying(answer(material, student), ROWS)


def test_the_learned_matrix_is_trained_with_the_student():
    material, student = made()
    copying_of("hidden_mapping", material, RUN, student.model)
    assert any(name.startswith("widen") for name, _ in student.model.named_parameters())


def test_a_partner_that_learns_and_an_unknown_name_are_refused():
    material, student = made()
    with pytest.raises(ValueError, match="let fewer layers learn"):
        copying_of("pkd", replace(material, top=3), RUN, student.model)
    with pytest.raises(ValueError, match="'pkd' or 'hidden_mapping'"):
        copying_of("fitnet", material, RUN, student.model)


def test_the_upper_layers_hand_out_every_state():
    material, student = made()
    hidden = answer(material, student).hidden
    assert len(hidden) == 3
    pooled = features_above(student.model.top, material.train.embedded)[ROWS]
    mask = student.train(ROWS)[1][:, :, None]
    torch.testing.assert_close((hidden[-1] * mask).sum(1) / mask.sum(1), pooled)
