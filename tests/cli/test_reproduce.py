"""The command reproduce: which study a table belongs to, and what is refused."""

import pytest

from labkit import paths
from labkit.cli import main as cli
from labkit.experiments import experiment
from labkit.experiments.confirm import plan as confirm_plan
from labkit.experiments.confirm import reproduce as confirm
from labkit.experiments.confirm.beyond import plan as beyond_plan
from labkit.experiments.confirm.beyond import reproduce as beyond
from labkit.experiments.online import reproduce as online


def test_reproduce_takes_several_tables_and_data_sets(asked, capsys):
    given = ["reproduce", "table2", "figure4", "--dataset", "sst2", "--dataset", "sst5"]
    assert cli.main([*given, "--scale", "smoke"]) == 0
    assert asked["names"] == ["table2", "figure4"]
    assert asked["datasets"] == ["sst2", "sst5"]
    assert "wrote table2, figure4 with verdicts" in capsys.readouterr().out


def test_a_trial_scale_does_not_touch_the_results_of_the_course(asked, capsys):
    cli.main(["reproduce", "table2", "--scale", "smoke"])
    assert asked["given"][3] == paths.cache() / "smoke" / "adversarial"
    cli.main(["reproduce", "table2"])
    assert asked["given"][3] == paths.results("adversarial")


@pytest.mark.parametrize("study", ["long_chain", "forensics"])
def test_studies_of_their_own_are_asked_for_by_name(study, asked, capsys):
    assert cli.main(["reproduce", study, "--scale", "smoke"]) == 0
    assert asked["names"] == [study]
    assert asked["given"][3] == paths.cache() / "smoke" / study
    assert f"wrote {study} with verdicts" in capsys.readouterr().out


def test_confirm_has_one_strength_and_its_trials_stay_out_of_the_project(monkeypatch, capsys):
    seen = {}

    def planned(names, seeds, datasets, scale):
        seen.update(names=names, scale=scale)
        return {"trec": [], "sst2": []}

    def made(plan, count, scale, folder, command):
        seen.update(plan=plan, folder=folder, command=command)
        return experiment.Experiment(len, folder / "none", {}, list)

    monkeypatch.setattr(confirm_plan, "planned", planned)
    monkeypatch.setattr(confirm, "finished", lambda plan, scale: {"trec": plan["trec"]})
    monkeypatch.setattr(confirm, "experiment", made)
    for given in ([], ["--scale", "full"], ["--scale", "classroom"]):
        assert cli.main(["reproduce", "confirm", *given]) == 0
        assert (seen["scale"], seen["folder"]) == ("full", paths.results("confirm"))
    assert list(seen["plan"]) == ["trec", "sst2"]
    assert cli.main(["reproduce", "confirm", "--scale", "smoke", "--finished"]) == 0
    assert seen["folder"] == paths.cache() / "smoke" / "confirm"
    assert list(seen["plan"]) == ["trec"] and seen["command"] == "labkit reproduce confirm"
    asked = ["--dataset", "trec", "--executor", "slurm"]
    monkeypatch.setattr(experiment, "perform", lambda *given: seen.update(given=given) or [])
    assert cli.main(["reproduce", "confirm", *asked]) == 0
    assert seen["given"][2] == "slurm"
    assert seen["command"] == f"labkit reproduce confirm {' '.join(asked)}"
    assert cli.main(["reproduce", "confirm", "--scale", "paper"]) == 0
    assert (seen["scale"], seen["folder"]) == ("paper", paths.cache() / "paper" / "confirm")
    assert seen["given"][1:] == (0, "local")  # one GPU: the runs take turns
    assert seen["command"] == "labkit reproduce confirm --scale paper"
    assert cli.main(["reproduce", "confirm", *asked, "--scale", "paper", "--workers", "3"]) == 0
    assert seen["given"][1:] == (3, "slurm")


def test_what_stands_beside_the_claims_is_asked_for_by_its_own_name(monkeypatch, capsys):
    seen = {}

    def planned(names, seeds, datasets, scale):
        seen.update(names=names, seeds=seeds, datasets=datasets, scale=scale)
        return {"trec": []}

    def made(plan, count, scale, folder, command):
        seen.update(plan=plan, folder=folder, command=command)
        return experiment.Experiment(len, folder / "none", {}, list)

    monkeypatch.setattr(beyond_plan, "planned", planned)
    monkeypatch.setattr(beyond, "experiment", made)
    monkeypatch.setattr(confirm, "finished", lambda plan, scale: {"only finished": []})
    asked = ["reproduce", "confirm_beyond", "--dataset", "trec", "--seeds", "3"]
    assert cli.main(asked) == 0
    assert (seen["scale"], seen["folder"]) == ("full", paths.results("confirm"))
    assert (seen["seeds"], seen["datasets"]) == (3, ["trec"])
    assert seen["command"] == "labkit reproduce confirm_beyond --dataset trec --seeds 3"
    assert cli.main([*asked, "--scale", "smoke", "--finished"]) == 0
    assert seen["folder"] == paths.cache() / "smoke" / "confirm"
    assert list(seen["plan"]) == ["only finished"]


def test_kdfds_tables_are_a_study_of_their_own(monkeypatch, capsys):
    seen = {}

    def made(plan, count, scale, folder):
        seen.update(plan=plan, count=count, scale=scale, folder=folder)
        return experiment.Experiment(len, folder / "none", {name: [] for name in plan}, list)

    monkeypatch.setattr(online, "experiment", made)
    monkeypatch.setattr(online, "planned", lambda names, seeds, sets, scale: {n: [] for n in names})
    monkeypatch.setattr(online, "finished", lambda plan: {**plan, "only finished": []})
    monkeypatch.setattr(experiment, "perform", lambda plan, count, where: iter(()))
    assert cli.main(["reproduce", "kdfd_table3", "--scale", "smoke", "--finished"]) == 0
    assert seen["folder"] == paths.cache() / "smoke" / "online" and seen["scale"] == "smoke"
    assert "only finished" in seen["plan"]
    assert cli.main(["reproduce", "kdfd_table9", "--scale", "classroom"]) == 0
    assert seen["folder"] == paths.results("online")
    assert "wrote kdfd_table9 with verdicts" in capsys.readouterr().out


def test_a_table_that_there_is_not_is_one_plain_line(capsys):
    assert cli.main(["reproduce", "table14"]) == 2
    assert "no table 'table14'; there are table1" in capsys.readouterr().err
