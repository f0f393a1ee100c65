"""Each role has a colour and a second cue of its own."""

from dataclasses import FrozenInstanceError

import pytest

from labkit.plots import looks
from labkit.plots.looks import ROLES, SERIES, style

MODELS = ("teacher", "assistant", "labels only", "student", "baseline")


def test_models_differ_in_colour_and_in_a_second_cue():
    assert len({ROLES[role].color for role in MODELS}) == len(MODELS)
    for cue in ("line", "hatch", "mark"):
        found = {getattr(ROLES[role], cue) for role in MODELS}
        assert len(found) >= len(MODELS) - 1, cue


def test_settings_of_one_model_have_no_colour_of_the_models_above_it():
    above = {ROLES[role].color for role in ("teacher", "assistant", "labels only", "baseline")}
    assert not above & {look.color for look in SERIES}
    assert len({look.mark for look in SERIES}) == len(SERIES)
    assert looks.series(len(SERIES)) == looks.series(0)


def test_a_style_of_no_role_is_refused_and_a_look_does_not_change():
    with pytest.raises(ValueError, match="no role 'pupil'; the roles are teacher"):
        style("pupil")
    with pytest.raises(FrozenInstanceError):
        ROLES["teacher"].color = "red"
