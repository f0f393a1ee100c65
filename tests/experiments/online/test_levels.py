import pytest
from datasets import Dataset

from labkit.experiments.online import levels
from labkit.experiments.online.levels import NO, YES, level_of, sentence, write_levels
from labkit.experiments.online.plan import OnlineRun
from labkit.experiments.result import Result
from labkit.experiments.results import read_rows


@pytest.fixture
def rows(monkeypatch):
    """400 test texts, 6 of 10 of which are of class 0, for every data set."""
    train = Dataset.from_dict({"label": [0] * 6 + [1] * 4})
    test = Dataset.from_dict({"label": ([0] * 6 + [1] * 4) * 40})
    levels._floor.cache_clear()
    monkeypatch.setattr(levels, "study", lambda name: name)
    monkeypatch.setattr(levels, "chosen_rows", lambda whole, first, second: (train, test))
    yield
    levels._floor.cache_clear()


def runs(dataset, scores):
    return [
        Result(f"{dataset} {seed}", OnlineRun(dataset, "kd", seed), {"teacher": {"score": score}})
        for seed, score in enumerate(scores)
    ]


def test_a_teacher_far_above_one_answer_can_decide(rows):
    level = level_of(runs("rte", [0.81, 0.82, 0.80]))
    assert (level.floor, level.test_rows, level.word) == (0.6, 400, YES)


def test_a_teacher_inside_the_chance_of_the_texts_cannot(rows):
    level = level_of(runs("rte", [0.64, 0.66, 0.65]))
    assert level.word == NO and "cannot be decided here" in sentence(level)
    assert level_of(runs("rte", [0.62, 0.99, 0.75])).word == NO  # seeds scatter too much


def test_one_answer_has_no_correlation(rows):
    assert level_of(runs("cola", [0.12, 0.10, 0.11])).floor == 0
    assert level_of(runs("cola", [0.12, 0.10, 0.11])).word == NO
    assert level_of(runs("cola", [0.42, 0.40, 0.41])).word == YES


def test_the_file_has_a_line_and_a_sentence_per_set(rows, tmp_path):
    write_levels(tmp_path, runs("rte", [0.8, 0.8, 0.8]) + runs("cola", [0.1, 0.1, 0.1]), {})
    found = read_rows(tmp_path / "kdfd_levels.csv")
    assert [(row["dataset"], row["word"]) for row in found] == [("rte", YES), ("cola", NO)]
    assert (tmp_path / "kdfd_levels.png").stat().st_size > 1000
    picture = levels.picture([level_of(runs("rte", [0.8, 0.8, 0.8]))])
    assert "0.600 of one answer for all" in picture.alt
