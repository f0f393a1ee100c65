import json

import pytest

from labkit.experiments.adversarial import plan as tables
from labkit.experiments.adversarial import reproduce
from labkit.experiments.adversarial.plan import Table
from labkit.experiments.experiment import perform, results_of, sweep_file
from labkit.experiments.results import read_rows
from labkit.experiments.run_file import RunFile
from labkit.experiments.trial import Trial
from tests.helpers import tiny_testbed


def quick(seeds):
    found = [Trial("made up", "tfidf"), Trial("made up", "teacher")]
    for seed in seeds:
        found += [Trial("made up", "stage_two", seed, 0.5, 0.1)]
        found += [Trial("made up", arm, seed) for arm in ("labels", "stage_one", "assistant")]
    return found


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    tiny_testbed.put_in_place(monkeypatch)
    monkeypatch.setitem(tables.TABLES, "quick", Table("quick", "A quick one", 2, quick))


def test_what_others_start_from_comes_first():
    steps = reproduce.in_steps(reproduce.planned(["quick"], 2, scale="tiny")["quick"])
    arms = [trial.arm for step in steps for trial in step]
    assert arms[:3] == ["teacher", "assistant", "assistant"]
    assert arms.index("stage_one") < arms.index("stage_two")
    assert len(arms) == len(quick(range(2)))


def test_a_table_becomes_a_file_a_picture_and_says_how(tmp_path):
    asked = reproduce.planned(["quick"], scale="tiny")
    results = list(
        perform(reproduce.experiment(asked, 0, "tiny", tmp_path, "labkit reproduce quick"), 0)
    )
    assert len(results) == len(asked["quick"])
    head = (tmp_path / "quick.csv").read_text().split("\ndataset,")[0]
    for fact in ("command: labkit reproduce quick", "seeds: 0, 1", "versions: labkit",
                 "data made up: a test; train", '"second_epochs"', "one process"):  # fmt: skip
        assert fact in head
    assert len(read_rows(tmp_path / "quick.csv")) == len(asked["quick"])
    assert (tmp_path / "quick.png").exists()


def test_a_second_call_runs_nothing_and_writes_the_same(tmp_path):
    asked = reproduce.planned(["quick"], scale="tiny")
    list(perform(reproduce.experiment(asked, 0, "tiny", tmp_path), 0))
    before = (tmp_path / "quick.csv").read_text()
    again = list(perform(reproduce.experiment(asked, 0, "tiny", tmp_path), 0))
    assert all(result.again for result in again)
    assert (tmp_path / "quick.csv").read_text() == before


def test_a_stopped_call_goes_on_where_it_was(tmp_path):
    asked = reproduce.planned(["quick"], scale="tiny")
    running = perform(reproduce.experiment(asked, 0, "tiny", tmp_path), 0)
    next(running), next(running), next(running)
    running.close()
    assert not (tmp_path / "quick.csv").exists()
    assert len(RunFile(sweep_file("tiny")).outcomes()) == 3
    results = list(perform(reproduce.experiment(asked, 0, "tiny", tmp_path), 0))
    assert sum(result.again for result in results) == 3


def test_runs_that_are_missing_are_named():
    trials = reproduce.planned(["quick"], scale="tiny")["quick"]
    with pytest.raises(ValueError, match=r"10 runs are not finished, such as Trial"):
        results_of(trials, sweep_file("tiny"))


def test_each_run_keeps_which_texts_it_got_right_in_the_cache(tmp_path):
    asked = reproduce.planned(["quick"], 1, scale="tiny")
    list(perform(reproduce.experiment(asked, 0, "tiny", tmp_path), 0))
    line = json.loads(sweep_file("tiny").read_text().splitlines()[0])
    runs = results_of(asked["quick"], sweep_file("tiny"))
    assert len(line["outcome"]["correct"]) == 2 * -(-line["outcome"]["tests"] // 8)
    for run in runs:
        assert run.correct.mean() == pytest.approx(run.accuracy)


@pytest.mark.parametrize(
    ("names", "datasets", "scale", "said"),
    [
        (["table14"], [], "tiny", "no table 'table14'"),
        (["quick"], ["trec"], "tiny", "none of quick uses trec"),
        (["quick"], [], "huge", "no scale 'huge'"),
    ],
)
def test_what_there_is_not_is_refused_before_anything_runs(names, datasets, scale, said):
    with pytest.raises(ValueError, match=said):
        reproduce.planned(names, None, datasets, scale)


def test_all_means_every_table():
    assert "all" not in tables.TABLES
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reproduce, "testbed_named", tiny_testbed.named_only)
        assert list(reproduce.planned(["all"], 1)) == list(tables.TABLES)
