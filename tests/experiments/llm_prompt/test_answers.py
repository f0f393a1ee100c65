"""The teacher's answers on disk."""

from labkit import paths
from labkit.experiments.llm_prompt import answers
from labkit.experiments.llm_prompt.questions import Question
from labkit.llm.teachers.answers import Answer

ASKED = [Question("a/1", "one?"), Question("a/2", "two?")]


class Speaking:
    def __init__(self):
        self.asked = []

    def says(self, questions, with_style):
        assert with_style
        self.asked += questions
        return [Answer(one.upper(), "length") for one in questions]


def test_only_what_is_missing_is_asked_and_kept(tmp_path, monkeypatch):
    made = Speaking()
    monkeypatch.setattr(answers, "speaker", lambda: made)
    file = tmp_path / "a.jsonl"
    assert answers.teacher_answers(ASKED[:1], file) == [Answer("ONE?", "length")]
    assert len(answers.teacher_answers(ASKED[::-1], file)) == 2
    assert made.asked == ["one?", "two?"] and len(answers.stored(file)) == 2
    assert "one?" not in file.read_text()  # questions are others'


def test_the_shipped_answers_hold_names_and_answers_alone():
    found = answers.stored(paths.results("llm") / answers.FILE)
    assert len(found) > 200 and all(name.count("/") == 2 for name in found)
