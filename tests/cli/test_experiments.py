"""The commands sweep and reproduce: what they hand on, print and refuse."""

from functools import partial

import pytest

from labkit.cli import main as cli
from labkit.experiments import experiment
from labkit.experiments.adversarial import reproduce
from labkit.experiments.frozen_fits import features as frozen_features
from labkit.experiments.frozen_fits import pictures as frozen_pictures
from labkit.experiments.frozen_fits import spaces as frozen_spaces
from labkit.experiments.long_chain import plan as long_chain_plan
from labkit.experiments.long_chain import reproduce as long_chain
from labkit.experiments.online import reproduce as online
from labkit.experiments.result import Result
from labkit.experiments.trial import Trial
from tests.helpers.online import made_fits


@pytest.fixture
def asked(monkeypatch):
    """Two made-up results in the place of training; what the commands asked for."""
    seen = {}

    def planned(names, seeds, datasets, scale):
        seen.update(names=names, seeds=seeds, datasets=datasets, scale=scale)
        return {name: [Trial("trec", "labels", seed) for seed in range(2)] for name in names}

    def results(plan, count):
        seen["processes"] = count
        for trial in plan.configs:
            outcome = {"accuracy": 0.9, "seconds": 2.0}
            yield Result(f"{trial.seed}", trial, outcome, again=trial.seed == 0)

    for study in (reproduce, long_chain):
        real = study.experiment
        monkeypatch.setattr(study, "experiment", partial(noted, seen, real))
    monkeypatch.setattr(reproduce, "planned", planned)
    monkeypatch.setattr(long_chain_plan, "planned", planned)
    for name in ("perform", "run_only"):
        monkeypatch.setattr(experiment, name, results)
    return seen


def noted(seen, real, *given):
    seen["given"] = given
    return real(*given)


def test_a_sweep_tells_of_new_runs_only_and_counts_all(asked, capsys):
    assert cli.main(["sweep", "table8", "--seeds", "2", "--workers", "3"]) == 0
    said = capsys.readouterr()
    assert asked["seeds"] == 2
    assert asked["processes"] == asked["given"][1] == 3
    assert "seed 1" in said.err
    assert "seed 0" not in said.err
    assert "2 of 2 runs are finished; new ones took 2 s one by one" in said.out


def test_reproduce_takes_several_tables_and_data_sets(asked, capsys):
    given = ["reproduce", "table2", "figure4", "--dataset", "sst2", "--dataset", "sst5"]
    assert cli.main([*given, "--scale", "smoke"]) == 0
    assert asked["names"] == ["table2", "figure4"]
    assert asked["datasets"] == ["sst2", "sst5"]
    assert "wrote table2, figure4 with verdicts" in capsys.readouterr().out


def test_a_trial_scale_does_not_touch_the_results_of_the_course(asked, capsys):
    from labkit import paths

    cli.main(["reproduce", "table2", "--scale", "smoke"])
    assert asked["given"][3] == paths.cache() / "smoke" / "adversarial"
    cli.main(["reproduce", "table2"])
    assert asked["given"][3] == paths.results("adversarial")


def test_the_long_chain_is_asked_for_alone(asked, capsys):
    from labkit import paths

    assert cli.main(["reproduce", "long_chain", "--scale", "smoke"]) == 0
    assert asked["names"] == ["long_chain"]
    assert asked["given"][3] == paths.cache() / "smoke" / "long_chain"
    assert "wrote long_chain with verdicts" in capsys.readouterr().out


def test_kdfds_tables_are_a_study_of_their_own(monkeypatch, capsys):
    from labkit import paths

    seen = {}

    def made(plan, count, scale, folder):
        seen.update(plan=plan, count=count, scale=scale, folder=folder)
        return experiment.Experiment(len, folder / "none", {name: [] for name in plan}, list)

    monkeypatch.setattr(online, "experiment", made)
    monkeypatch.setattr(online, "planned", lambda names, seeds, sets, scale: {n: [] for n in names})
    monkeypatch.setattr(online, "finished", lambda plan: {**plan, "only finished": []})
    monkeypatch.setattr(experiment, "perform", lambda plan, count: iter(()))
    assert cli.main(["reproduce", "kdfd_table3", "--scale", "smoke", "--finished"]) == 0
    assert seen["folder"] == paths.cache() / "smoke" / "online" and seen["scale"] == "smoke"
    assert "only finished" in seen["plan"]
    assert cli.main(["reproduce", "kdfd_table9", "--scale", "classroom"]) == 0
    assert seen["folder"] == paths.results("online")
    assert "wrote kdfd_table9 with verdicts" in capsys.readouterr().out


def test_a_table_that_there_is_not_is_one_plain_line(capsys):
    assert cli.main(["reproduce", "table14"]) == 2
    assert "no table 'table14'; there are table1" in capsys.readouterr().err


def test_frozen_fits_tell_each_fit_and_draw_their_pictures(monkeypatch, capsys, tmp_path):
    made, drawn = made_fits.features(), []

    def fitted(fits, count):
        for place, one in enumerate(fits.configs[:2]):
            assert one.rows == made.rows
            yield Result(str(place), one, {"nats": 3.0, "accuracy": 0.8})

    monkeypatch.setattr(experiment, "perform", fitted)
    monkeypatch.setattr(frozen_features, "lesson_features", lambda: made)
    monkeypatch.setattr(frozen_spaces, "spaces_of", lambda features: {})
    monkeypatch.setattr(frozen_pictures, "save", lambda folder, *_: drawn.append(folder))
    assert cli.main(["frozen-fits", "--workers", "1", "--seeds", "1"]) == 0
    said = capsys.readouterr()
    assert "1/40  width 4 beta 0.25 lambda 0.005 seed 0  3.0 nats  accuracy 0.8000" in said.err
    assert drawn[0].name == "online"
