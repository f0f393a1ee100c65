import pytest

from labkit.cli import main as cli
from labkit.experiments.experiment import perform
from labkit.experiments.online import paper_tables
from labkit.experiments.online.paper_scale import PaperRun
from labkit.experiments.online.paper_tables import arm_of, best_points, experiment, planned
from labkit.experiments.result import Result
from labkit.experiments.results import read_rows
from labkit.models import encoders
from tests.helpers import tiny
from tests.helpers.online import glue_words


@pytest.fixture
def hub(monkeypatch):
    """The Hub with tiny models of BERT's class and made-up texts; a grid of one point."""
    layers = {paper_tables.TEACHER: 3, paper_tables.STUDENT: 1}
    monkeypatch.setattr(
        encoders, "load_encoder", lambda name, classes, seed=0: tiny.bert(layers=layers[name])
    )
    monkeypatch.setattr(encoders, "load_tokenizer", lambda name: glue_words.tokenizer())
    monkeypatch.setattr(paper_tables, "study", lambda name, source: glue_words.study(name))
    one = lambda task, seeds: [PaperRun(task, 1.5, 1e-3, 1e-3, s, latent=4, epochs=1)  # noqa: E731
                               for s in range(seeds)]  # fmt: skip
    monkeypatch.setattr(paper_tables, "grid", one)


def test_the_command_runs_every_arm_on_whole_models(hub, capsys):
    from labkit import paths

    asked = [
        "reproduce",
        "kdfd_table3",
        "--scale",
        "paper",
        "--dataset",
        "rte",
        "--dataset",
        "stsb",
    ]
    assert cli.main(asked) == 0
    rows = read_rows(paths.cache() / "paper" / "online" / "kdfd_table3.csv")
    assert [row["arm"] for row in rows if row["task"] == "rte"] == list(paper_tables.ARMS)
    assert {row["metric"] for row in rows if row["task"] == "stsb"} == {"pearson", "spearman"}
    assert "wrote kdfd_table3 into" in capsys.readouterr().out


def test_the_plan_is_the_papers_grid_for_every_task_and_arm():
    asked = planned(["kdfd_table2"])["kdfd_table2"]
    assert len(asked) == 3 * 8 * 18 and {arm_of(run) for run in asked} == {"linear", "ae", "kdfd"}
    assert planned(["kdfd"]).keys() == paper_tables.TABLES.keys()
    with pytest.raises(ValueError, match="not run at the scale paper"):
        planned(["kdfd_figure4"])


def test_validation_chooses_among_the_grid_and_the_test_has_no_say():
    first = PaperRun("rte", 1.0, 1e-5, 1e-5)
    second = PaperRun("rte", 1.5, 1e-5, 1e-5)
    runs = [Result("a", first, {"validation": 0.7, "student": {"accuracy": 0.9}}),
            Result("b", second, {"validation": 0.8, "student": {"accuracy": 0.1}})]  # fmt: skip
    assert best_points(runs) == [runs[1]]


def test_a_stopped_plan_goes_on(tmp_path):
    done = []

    def measured(run):
        done.append(run)
        metrics = {"student": {"accuracy": 0.5}, "teacher": {"accuracy": 0.6}}
        return {**metrics, "validation": 0.5, "seconds": 1.0, "versions": "made up"}

    asked = {"kdfd_table1": planned(["kdfd_table1"], tasks=["rte"])["kdfd_table1"][:3]}
    for _ in range(2):
        assert len(list(perform(experiment(asked, 0, tmp_path, measured), 0))) == 3
    assert len(done) == 3
    assert paper_tables.said(Result("a", done[0], measured(done[0]))).startswith("rte    vanilla")
