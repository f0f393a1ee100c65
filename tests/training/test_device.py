"""Every kind of run stays on the device where its models lie, seen on a second device."""

import pytest
import torch

from labkit.compute import model_device, place
from labkit.data.encoding.encoded_study import EncodedStudy
from labkit.evaluation.predict import predict
from labkit.losses.by_name import by_name, named
from labkit.methods.adversarial.algorithm_one import Player, algorithm_one, teacher_by_epoch
from labkit.methods.adversarial.config import StageTwoConfig, StageTwoWeights
from labkit.methods.adversarial.diagnostics import noisy_logits
from labkit.methods.adversarial.second_stage import second_stage
from labkit.methods.adversarial.weight_sharing import frozen_logits
from labkit.methods.chain import RouteStop, run_chain
from labkit.methods.distill import DistillConfig, distill
from labkit.methods.learned_temperature import TemperatureConfig, ctkd
from labkit.models.swem import SWEMConfig, SWEMForSequenceClassification
from labkit.training.teacher_logits import TeacherLogits
from tests.helpers import tiny
from tests.helpers.devices.other_device import OTHER, OffDevice, other_device

EXACT = {"epochs": 2, "batch_size": 16, "precision": "float32", "save_every": 2}
CONFIG = DistillConfig(**EXACT)
TEXTS, CHECKED = tiny.encoded(), tiny.encoded(20, seed=9)


def swem(seed=0):
    torch.manual_seed(seed)
    return SWEMForSequenceClassification(SWEMConfig(62, 4, num_labels=3, dropout=0.0))


def teacher(where):
    return TeacherLogits(place(tiny.bert(), where), TEXTS, precision="float32")


def student(where, build=None):
    return place(tiny.bilstm(dropout=0) if build is None else build(), where)


def plain(where, folder, **more):
    model = student(where)
    more = {"validation": CHECKED, "folder": folder} | more
    return [step.loss for step in distill(model, teacher(where), TEXTS, CONFIG, **more)]


def pooled(where, folder):
    steps = distill(student(where, swem), teacher(where), TEXTS, CONFIG, validation=CHECKED)
    return [step.loss for step in steps]


def stage_two(where, folder, **settings):
    config = StageTwoConfig(StageTwoWeights(0.4, 0.5, 0.1), **(EXACT | settings))
    first = frozen_logits(student(where), TEXTS, "float32")
    steps = second_stage(
        student(where), teacher(where), TEXTS, config,
        first_student=first, validation=CHECKED, folder=folder,
    )  # fmt: skip
    return [step.loss for step in steps]


def trio(where):
    guided = StageTwoConfig(StageTwoWeights.for_teacher(0.7), reading="differ", **EXACT)
    middle = StageTwoConfig(StageTwoWeights(0.5, 0.5, 0), **EXACT)
    last = StageTwoConfig(StageTwoWeights(0.4, 0.5, 0.1), generator=True, **EXACT)
    bert = [place(tiny.bert(layers=n, seed=n).eval(), where) for n in (2, 1)]
    for model in bert:
        for module in model.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
    return [
        Player(bert[0], TEXTS, guided, CHECKED),
        Player(bert[1], TEXTS, middle, CHECKED),
        Player(student(where), TEXTS, last, CHECKED),
    ]


def algorithm(where, folder, targets):
    first = frozen_logits(student(where), TEXTS, "float32")
    steps = algorithm_one(*trio(where), first, targets=targets, folder=folder)
    return [step.student.loss for step in steps]


def by_epoch(where, folder):
    first = frozen_logits(student(where), TEXTS, "float32")
    logits = teacher_by_epoch(trio(where)[0], first).logits
    return [float(rows.abs().mean()) for rows in logits]


def temperature(where, folder):
    learned = TemperatureConfig(warmup_epochs=1)
    steps = ctkd(student(where), teacher(where), TEXTS, CONFIG, learned, folder=folder)
    return [step.loss for step in steps]


def chain(where, folder):
    route = [RouteStop("t", place(tiny.bert(), where)), RouteStop("s", student(where), CONFIG)]
    texts = EncodedStudy(TEXTS, CHECKED, CHECKED)
    return [step.step.loss for step in run_chain(route, texts)]


def answers(where, folder):
    return predict(student(where), CHECKED, precision="float32").flatten().tolist()


def noisy(where, folder):
    return noisy_logits(student(where), CHECKED).flatten().tolist()


RUNS = {
    "distill": plain,
    "pooled words": pooled,
    "stage two, resemble": lambda *a: stage_two(*a, generator=True),
    "stage two, differ": lambda *a: stage_two(*a, reading="differ"),
    "algorithm one, batch": lambda *a: algorithm(*a, "batch"),
    "algorithm one, epoch": lambda *a: algorithm(*a, "epoch"),
    "teacher by epoch": by_epoch,
    "learned temperature": temperature,
    "chain": chain,
    "predict": answers,
    "noisy logits": noisy,
} | {f"loss {name}": lambda *a, name=name: plain(*a, soft_loss=named(name)) for name in by_name}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS.keys())
def test_a_run_stays_on_the_device_of_its_models(run, tmp_path, monkeypatch):
    wanted = run("cpu", tmp_path / "here")
    with other_device(monkeypatch) as where:
        got = run(where, tmp_path / "there")
    assert got == pytest.approx(wanted, rel=1e-3, abs=1e-3)


def test_a_run_of_one_device_goes_on_on_the_other(tmp_path, monkeypatch):
    whole = plain("cpu", tmp_path / "whole")
    steps = distill(
        student("cpu"), teacher("cpu"), TEXTS, CONFIG, validation=CHECKED, folder=tmp_path
    )
    begun = [next(steps).loss for _ in range(3)]
    steps.close()
    with other_device(monkeypatch) as where:
        rest = plain(where, tmp_path)
    assert begun + rest == pytest.approx(whole, rel=1e-4)


def test_a_model_is_placed_whole(monkeypatch):
    with other_device(monkeypatch) as where:
        model = place(tiny.bert(), where)
        assert {value.device for value in model.state_dict().values()} == {OTHER}
        assert model_device(model) == OTHER


@pytest.mark.parametrize(
    "spoiled",
    [
        lambda model: setattr(model, "classifier", torch.nn.Linear(48, 3)),
        lambda model: setattr(model, "embeddings", torch.nn.Embedding(62, 8)),
    ],
)
def test_a_part_that_was_left_behind_is_noticed(monkeypatch, spoiled):
    with other_device(monkeypatch) as where:
        model = student(where)
        spoiled(model)
        with pytest.raises((OffDevice, RuntimeError), match=r"both devices|at the same device"):
            list(distill(model, teacher(where), TEXTS, CONFIG))


def test_a_loss_that_makes_a_tensor_elsewhere_is_noticed(monkeypatch):
    def careless(ours, theirs, temperature):
        return ((ours - theirs) * torch.ones(3)).square().mean()

    with other_device(monkeypatch) as where, pytest.raises(OffDevice):
        plain(where, None, soft_loss=careless)
