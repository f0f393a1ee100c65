"""How large the experiments are, and the steps that they share with the course's recipes."""

import pytest

from labkit.experiments.scales import (
    SCALES,
    Scale,
    assistant_settings,
    scale_named,
    student_settings,
    teacher_settings,
)
from labkit.methods.recipes import student_recipe, teacher_recipe

CLASSROOM = SCALES["classroom"]


def test_a_student_of_equal_time_gets_the_steps_that_the_assistant_would_cost():
    assert CLASSROOM.both_stages == 8
    assert CLASSROOM.chain_time == 8 + 15
    longer = Scale("longer", assistant_epochs=4)
    assert longer.chain_time - longer.both_stages == 30
    cheaper = Scale("cheaper", assistant_step=3.0)
    assert cheaper.chain_time - cheaper.both_stages == 6


def test_encoders_take_the_steps_of_the_recipes_and_students_theirs():
    teacher, assistant = teacher_settings(CLASSROOM), assistant_settings(CLASSROOM, 3)
    for settings in (teacher, assistant):
        recipe = teacher_recipe("trec")
        assert (settings.learning_rate, settings.clip) == (recipe.learning_rate, recipe.clip)
        assert (settings.learning_rate, settings.clip) == (1e-4, 1.0)
    student, recipe = student_settings(8, 3), student_recipe()
    assert student.learning_rate == recipe.learning_rate == 2e-3
    assert student.embedding_learning_rate == recipe.embedding_learning_rate == 2e-4


def test_the_weights_are_those_of_the_paper():
    assert (teacher_settings(CLASSROOM).weights.ce, teacher_settings(CLASSROOM).weights.kd) == (
        1,
        0,
    )
    assert assistant_settings(CLASSROOM, 0).weights.kd == 0.7
    student = student_settings(8, 0, kd=0.4).weights
    assert (student.ce, student.kd) == (0.6, 0.4)


def test_seeds_and_passes_are_handed_on():
    assert assistant_settings(CLASSROOM, 5).seed == student_settings(8, 5).seed == 5
    assert assistant_settings(CLASSROOM, 5).epochs == CLASSROOM.assistant_epochs
    assert student_settings(23, 5).epochs == 23


def test_full_is_every_row_and_longer_students_than_the_classroom():
    full = SCALES["full"]
    assert full.train_rows == full.test_rows == full.teacher_rows == full.guide_rows > 120_000
    assert (full.teacher_epochs, full.first_epochs, full.second_epochs) == (3, 8, 4)
    assert (full.width, full.hidden) == (CLASSROOM.width, CLASSROOM.hidden)


def test_an_unknown_scale_and_a_scale_of_nothing_are_refused():
    with pytest.raises(ValueError, match="no scale 'huge'; there are classroom, full, smoke"):
        scale_named("huge")
    for name in ("train_rows", "assistant_step", "width"):
        with pytest.raises(ValueError, match=name):
            Scale("none", **{name: 0})
