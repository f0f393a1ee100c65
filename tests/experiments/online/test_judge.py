import pytest
import torch

from labkit.experiments.online.judge import answers, judged, numbers_of
from labkit.experiments.online.material import student_of, teacher_of
from labkit.models.bottlenecks import BottleneckConfig
from tests.helpers.online import tiny_online

LINEAR = BottleneckConfig("linear", latent=4)


def test_answers_come_in_the_order_of_the_texts():
    """They are computed shortest first."""
    material = tiny_online.material()
    teacher = teacher_of(material, LINEAR)
    found = answers(teacher.model, teacher.test, material.test.texts.lengths, batch_size=3)
    assert found.logits.shape == (20, 6) and found.means.shape == (20, 4)
    for row in (0, 7, 19):
        with torch.no_grad():
            alone = teacher.model.eval()(*teacher.test(torch.tensor([row])))
        torch.testing.assert_close(found.logits[row], alone.logits[0], atol=0.05, rtol=0.05)


def test_scores_and_dimensions_that_say_nothing():
    material = tiny_online.material()
    student = student_of(material, "bag", LINEAR, 0)
    numbers = judged(material, student)
    assert 0 < numbers["off_diagonal"] < 1 and numbers["nll"] > 0
    with torch.no_grad():
        student.model.bottleneck.to_mean.weight.zero_()
    assert judged(material, student)["off_diagonal"] is None


def test_a_regression_has_a_correlation_and_no_nll():
    material = tiny_online.material(tiny_online.scores())
    found = numbers_of(material, material.test.labels[:, None])
    assert found == {"score": pytest.approx(1.0)}
