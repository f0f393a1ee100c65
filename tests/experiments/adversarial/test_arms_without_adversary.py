from dataclasses import replace

import pytest
import torch

from labkit.experiments import testbed as testbeds
from labkit.experiments.adversarial import arms_without_adversary as arms
from labkit.experiments.adversarial.arms_beyond_paper import more_texts
from labkit.experiments.adversarial.arms_with_adversary import guided_logits
from labkit.experiments.adversarial.arms_without_adversary import ARMS, arm_named, run_trial
from labkit.experiments.testbed_models import first_student, new_student, teacher_logits
from labkit.experiments.trial import Trial, measure
from tests.helpers import tiny_testbed


@pytest.fixture
def made(monkeypatch):
    tiny_testbed.put_in_place(monkeypatch)
    return testbeds.testbed_named("made up", "tiny")


ASKED = [
    Trial("made up", arm, 0, kd, gan, option, "tiny")
    for arm, kd, gan, option in (
        ("tfidf", 0, 0, ""),
        ("teacher", 0, 0, ""),
        ("assistant", 0, 0, ""),
        ("stage_one", 0, 0, ""),
        ("labels", 0, 0, ""),
        ("direct", 0, 0, "more_time"),
        ("direct", 0, 0, "wider"),
        ("chained", 0, 0, ""),
        ("soft_loss", 0, 0, "dkd"),
        ("guided_teacher", 0, 0.3, ""),
        ("stage_two", 0.5, 0.2, ""),
        ("stage_two", 0.5, 0, "none"),
        ("student_student", 0.5, 0.2, ""),
        ("three_modules", 0.5, 0.1, ""),
        ("shuffled", 0.5, 0.3, "within"),
        ("ctkd", 0, 0, ""),
        ("augmented", 0, 0, "hard"),
        ("augmented", 0, 0, "soft"),
    )
]


def test_the_arms_asked_here_are_all_there_are():
    assert {trial.arm for trial in ASKED} == set(ARMS)


@pytest.mark.parametrize("trial", ASKED, ids=lambda t: f"{t.arm} {t.option}")
def test_every_arm_measures_the_test_rows_with_its_checkpoint(made, trial):
    found = run_trial(trial)
    assert found["tests"] == len(made.texts.test)
    assert 0 <= found["accuracy"] <= 1
    if trial.arm != "tfidf":
        assert 0 <= found["validation"] <= 1
    if trial.gan > 0:
        assert found["notes"]["discriminator_loss"] > 0


def test_the_same_trial_gives_the_same_answers_and_another_seed_others(made):
    answers = [run_trial(Trial("made up", "labels", seed, scale="tiny")) for seed in (0, 0, 1)]
    assert answers[0]["correct"] == answers[1]["correct"]
    logits = [arm_named("labels")(made, Trial("made up", "labels", s)).logits for s in (0, 1)]
    assert not torch.equal(*logits)


def test_stage_two_starts_from_stage_one_unless_nothing_is_shared(made, monkeypatch):
    begun = {}
    from labkit.experiments.adversarial import arms_with_adversary as arms_two

    real = arms_two.second_stage

    def spy(student, *given, **named):
        begun[how] = student.get_input_embeddings().weight.detach().clone()
        return real(student, *given, **named)

    monkeypatch.setattr(arms_two, "second_stage", spy)
    for how in ("", "none"):
        arms_two.stage_two(made, Trial("made up", "stage_two", 0, 0.5, 0.0, how))
    first = first_student(made, 0)["weight.embeddings.weight"]
    assert torch.equal(begun[""], first)
    assert not torch.equal(begun["none"], first)


def test_teachers_are_made_once_and_then_read(made, monkeypatch):
    logits = guided_logits(made)["train"]
    from labkit.experiments.adversarial import arms_with_adversary as arms_two

    monkeypatch.setattr(arms_two, "teacher_model", lambda bench: pytest.fail("made again"))
    assert torch.equal(guided_logits(made)["train"], logits)


def test_students_of_one_seed_start_alike(made):
    width = teacher_logits(made)["vectors"].shape[1]
    first, again = new_student(made, 3), new_student(made, 3)
    assert width == made.scale.width
    assert torch.equal(first.classifier.weight, again.classifier.weight)


def test_copies_keep_away_from_the_texts_that_are_held_back(made):
    texts, logits = more_texts(made)
    assert len(texts) == len(logits) > len(made.texts.train)
    held = set(made.texts.test.texts) | set(made.texts.validation.texts)
    assert not held & set(texts.texts[len(made.texts.train) :])


def test_rows_that_changed_since_the_plan_are_refused(made):
    trial = Trial("made up", "tfidf", scale="tiny", rows="other-rows")
    with pytest.raises(ValueError, match="wanted other-rows"):
        measure(trial, made, arm_named("tfidf"))


def test_an_unknown_arm_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match=r"no arm 'magic'.*stage_two"):
        arm_named("magic")


def test_a_wider_student_has_the_parameters_of_the_adversary_and_hardly_more(made):
    from labkit.methods.adversarial.networks import players_size
    from labkit.models.size import parameters

    extra = players_size(made.classes)
    plain, wide = (parameters(new_student(made, 0, more)) for more in (0, extra))
    assert extra <= wide - plain < 2 * extra


@pytest.mark.parametrize(
    ("arm", "option", "passes"),
    [
        ("labels", "", "both_stages"),
        ("direct", "", "both_stages"),
        ("direct", "wider", "both_stages"),
        ("direct", "more_time", "chain_time"),
        ("chained", "", "both_stages"),
        ("soft_loss", "kl", "both_stages"),
    ],
)
def test_every_student_gets_the_passes_of_its_budget(made, monkeypatch, arm, option, passes):
    scale = replace(made.scale, assistant_epochs=3, first_epochs=2)
    assert (scale.both_stages, scale.chain_time) == (3, 25)
    spent = []
    monkeypatch.setattr(arms, "train", lambda *given, **named: spent.append(given[3]) or 0.5)
    wide = replace(made, scale=scale)
    monkeypatch.setattr(arms, "assistant_weights", lambda testbed, seed: teacher_logits(made))
    monkeypatch.setattr(arms, "teacher_logits", lambda testbed: teacher_logits(made))
    monkeypatch.setattr(arms, "new_student", lambda testbed, *given: new_student(made, *given))
    arm_named(arm)(wide, Trial("made up", arm, 0, option=option))
    assert [config.epochs for config in spent] == [getattr(scale, passes)]
