"""Shared weights: the check rejects the usual mistakes and takes other right answers."""

import pytest

from labkit.course.check import CheckFailed
from labkit.course.lesson_04 import sharing_check
from labkit.methods.adversarial import weight_sharing
from tests.helpers.answers import refused


@pytest.fixture(autouse=True)
def no_progress(monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", "off")


def aliased(first, fresh, how):
    if how != "none":
        fresh.body = first.body
    if how == "full":
        fresh.classifier = first.classifier
    return fresh


def wholly(first, fresh, how):
    if how != "none":
        fresh.load_state_dict(first.state_dict())
    return fresh


def the_first(first, fresh, how):
    return first if how == "full" else weight_sharing.share_weights(first, fresh, how)


def only_the_classifier(first, fresh, how):
    names = {"none": (), "partial": ("classifier",), "full": ("body", "classifier")}[how]
    state = {n: w for n, w in first.state_dict().items() if n.startswith(tuple(names))}
    fresh.load_state_dict(state if names else {}, strict=False)
    return fresh


def weights_without_biases(first, fresh, how):
    state = {
        name: weight
        for name, weight in first.state_dict().items()
        if how != "none" and "weight" in name and not ("class" in name and how == "partial")
    }
    fresh.load_state_dict(state, strict=False)
    return fresh


def the_other_way(first, fresh, how):
    first.load_state_dict(fresh.state_dict() if how != "none" else {}, strict=False)
    return fresh


SHARE = {
    "aliased": (aliased, "copy values"),
    "partial copies all": (wholly, "its own first values"),
    "returns stage 1": (the_first, "another model"),
    "the classifier": (only_the_classifier, "'partial', `body"),
    "no biases": (weights_without_biases, "bias` must have stage 1's"),
    "always fresh": (lambda first, fresh, how: fresh, "stage 1's values"),
    "forgets return": (lambda first, fresh, how: None, "returned None"),
    "the other way": (the_other_way, "stage 1's weights changed"),
    "what loading says": (
        lambda first, fresh, how: fresh.load_state_dict({}, strict=False),
        "got a _IncompatibleKeys for 'none'; copy into `fresh`",
    ),
    "all names": (
        lambda first, fresh, how: fresh.load_state_dict({}),
        r"What to do: `load_state_dict\(part, strict=False\)`",
    ),
}


def in_place(first, fresh, how):
    for name, weight in fresh.named_parameters():
        if how == "full" or (how == "partial" and "classifier" not in name):
            weight.data.copy_(first.get_parameter(name).data)
    return fresh


WRONG = [
    *refused(sharing_check.share, SHARE),
]


@pytest.mark.parametrize(("judge", "answer", "sentence"), WRONG)
def test_a_wrong_answer_is_refused_with_a_sentence_that_helps(judge, answer, sentence):
    with pytest.raises(CheckFailed, match=sentence):
        judge(answer)


RIGHT = {
    sharing_check.share: (weight_sharing.share_weights, in_place),
}


@pytest.mark.parametrize(
    ("judge", "answer"), [(judge, answer) for judge, some in RIGHT.items() for answer in some]
)
def test_different_right_answers_pass_with_one_line(judge, answer, capsys):
    judge(answer)
    assert "well done" in capsys.readouterr().out
