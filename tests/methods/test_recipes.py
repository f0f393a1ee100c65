"""The settings of the course, number by number: an arm must not drift from another in silence."""

import pytest

from labkit.methods.recipes import labels_only, student_recipe, teacher_recipe, transfer_recipe
from labkit.training.config import Weights


def test_a_student_learns_nine_tenths_from_the_teacher_and_one_tenth_from_labels():
    recipe = student_recipe(seed=3, epochs=7)
    assert recipe.weights == Weights(ce=0.1, kd=0.9)
    assert (recipe.seed, recipe.epochs) == (3, 7)


def test_a_students_token_vectors_take_a_tenth_of_its_steps():
    recipe = student_recipe()
    assert recipe.learning_rate == 2e-3
    assert recipe.embedding_learning_rate == pytest.approx(2e-4)


def test_transfer_texts_have_no_labels_to_learn_from():
    recipe = transfer_recipe(seed=3, epochs=2)
    assert recipe.weights == Weights(ce=0, kd=1)
    assert (recipe.seed, recipe.epochs) == (3, 2)
    assert recipe.batch_size == 64


def test_a_teacher_learns_from_labels_in_small_clipped_steps():
    recipe = teacher_recipe("trec")
    assert recipe.weights == Weights(ce=1, kd=0)
    assert (recipe.learning_rate, recipe.clip, recipe.epochs) == (1e-4, 1.0, 4)


def test_larger_data_sets_need_fewer_passes_of_a_teacher():
    passes = [teacher_recipe(name).epochs for name in ("movies5", "glue_sst2", "ag_news", "mine")]
    assert passes == [2, 2, 2, 3]


def test_labels_only_changes_the_weights_and_nothing_else():
    recipe = student_recipe(seed=1)
    alone = labels_only(recipe)
    assert alone.weights == Weights(ce=1, kd=0)
    assert (alone.epochs, alone.learning_rate, alone.seed) == (recipe.epochs, 2e-3, 1)
