import math

import pytest
import torch

from labkit.evaluation.glue import GLUE, TASKS, task_of
from labkit.experiments.online.paper_scale import (
    PaperRun,
    check_vocabularies,
    config_of,
    grid,
    run_on,
    texts_of_task,
)
from tests.helpers import tiny
from tests.helpers.online.glue_words import study, tokenizer


@pytest.mark.parametrize("name", GLUE)
def test_every_task_runs_on_tiny_models_of_the_same_class(name):
    run = PaperRun(name, 1.5, 1e-3, 1e-3, latent=4, epochs=1)
    teacher, student = tiny.bert(layers=3), tiny.bert(layers=1, seed=1)
    before = tiny.weights(teacher)
    found = run_on(run, study(name), teacher, student, tokenizer())
    assert found.test.keys() == found.teacher.keys() == set(task_of(name).metrics)
    (step,) = found.steps
    assert step.teacher.kl > 0 and step.student.validation is not None
    assert math.isfinite(found.validation)
    assert tiny.equal(before, tiny.weights(teacher))


def test_vanilla_distillation_tunes_the_teacher_first_and_then_freezes_it():
    run = PaperRun("rte", 1.5, 1e-2, 1e-3, 0, "vanilla", "none", latent=4, epochs=2)
    teacher, student = tiny.bert(layers=2), tiny.bert(layers=1, seed=1)
    found = run_on(run, study("rte"), teacher, student, tokenizer())
    assert len(found.steps) == 2 and found.steps[0].teacher is None
    assert found.steps[0].student.kd > 0


def test_the_grid_is_the_papers():
    points = list(grid("cola"))
    assert len(points) == 2 * 3 * 3
    assert {point.temperature for point in points} == {1.0, 1.5}
    assert {point.student_rate for point in points} == {1e-5, 3e-5, 5e-5}


def test_the_weights_are_the_papers():
    config = config_of(next(grid("rte")))
    assert (config.student.weights.ce, config.teacher.weights.ce) == (0.4, 0.9)
    assert config.batch_size == 32


def test_pairs_carry_token_types_and_single_texts_do_not():
    first = torch.tensor([0])
    pair = texts_of_task(study("rte").train, TASKS["rte"], tokenizer()).inputs(first)
    single = texts_of_task(study("cola").train, TASKS["cola"], tokenizer()).inputs(first)
    assert len(pair) == 3 and len(single) == 2
    assert pair[2].sum() > 0 and int(pair[2][0, 0]) == 0


def test_other_vocabularies_and_tasks_are_refused():
    other = tiny.bert()
    other.config.vocab_size = 99
    with pytest.raises(ValueError, match="teacher of 99 tokens and a student of 62"):
        check_vocabularies(other, tiny.bert())
    with pytest.raises(ValueError, match="wanted one of cola"):
        PaperRun("trec", 1.0, 1e-5, 1e-5)
    with pytest.raises(ValueError, match="wanted one of online, vanilla"):
        PaperRun("rte", 1.0, 1e-5, 1e-5, way="offline")
