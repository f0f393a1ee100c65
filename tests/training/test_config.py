"""A configuration refuses nonsense and says which field is wrong."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.training.config import DistillConfig, Weights


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("temperature", 0),
        ("temperature", math.nan),
        ("learning_rate", -1e-3),
        ("learning_rate", math.inf),
        ("epochs", 0),
        ("batch_size", 2.5),
        ("save_every", 0),
        ("weight_decay", -0.1),
        ("clip", math.nan),
        ("clip", math.inf),
        ("embedding_learning_rate", -1e-3),
        ("embedding_learning_rate", math.nan),
        ("precision", "float8"),
    ],
)
def test_a_value_out_of_range_is_refused_by_its_name(field, value):
    with pytest.raises(ValueError, match=field):
        DistillConfig(**{field: value})


@pytest.mark.parametrize(
    "weights", [{"ce": -0.1}, {"kd": math.nan}, {"ce": 0, "kd": 0}, {"ce": math.inf}]
)
def test_weights_that_teach_nothing_or_are_no_numbers_are_refused(weights):
    with pytest.raises(ValueError, match="weight"):
        Weights(**weights)


@settings(max_examples=200, derandomize=True)
@given(ce=st.floats(allow_nan=True), kd=st.floats(allow_nan=True))
def test_weights_are_either_refused_or_finite_with_one_above_zero(ce, kd):
    try:
        weights = Weights(ce, kd)
    except ValueError:
        return
    assert math.isfinite(weights.ce + weights.kd) or max(weights.ce, weights.kd) > 1e300
    assert min(weights.ce, weights.kd) >= 0 < max(weights.ce, weights.kd)


NUMBERS = st.floats() | st.integers(-3, 1000) | st.sampled_from([0, 1, 1e-3])
FIELDS = (
    ("temperature", "learning_rate", "embedding_learning_rate"),
    ("epochs", "batch_size", "save_every"),
    ("weight_decay", "clip"),
)


@settings(max_examples=200, derandomize=True)
@given(given_values=st.fixed_dictionaries({}, optional=dict.fromkeys(sum(FIELDS, ()), NUMBERS)))
def test_settings_are_either_refused_by_name_or_make_sense(given_values):
    try:
        config = DistillConfig(**given_values)
    except ValueError as error:
        assert str(error).split()[0] in given_values
        return
    assert all(0 < getattr(config, name) < math.inf for name in FIELDS[0] if name in given_values)
    assert all(getattr(config, name) in range(1, 1001) for name in FIELDS[1])
    assert all(0 <= getattr(config, name) < math.inf for name in FIELDS[2])
    assert DistillConfig().embedding_learning_rate is None


def test_a_configuration_cannot_be_changed_after_it_was_checked():
    with pytest.raises(AttributeError):
        DistillConfig().temperature = -1
