"""Numbers and verdict words of the pages are those of the files of results that they speak of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pytest

from labkit import paths
from labkit.experiments.results import read_rows

ROOT = paths.root()
LINES = "data/results/README.md"
CONFIRMED = "confirm/confirm_verdicts.csv"
TABLE3 = "online/kdfd_table3_verdicts.csv"
WORDS, TEXT, ARMS = (f"llm/llm_{name}_verdicts.csv" for name in ("words", "text", "prompt_arms"))
NUMBER = r"([+-]?\d+(?:\.\d+)?)"
SPREAD = rf"{NUMBER} to {NUMBER}"


@cache
def page(name: str) -> str:
    return " ".join((ROOT / name).read_text(encoding="utf-8").split())


@cache
def rows(file: str) -> tuple[Mapping[str, str], ...]:
    return tuple(read_rows(paths.results(file)))


def near(said: str, true: float, unit: float = 100) -> bool:
    """Whether a number is rounded rightly; files keep four digits, so a tie may go either way."""
    digits = len(said.partition(".")[2])
    return abs(float(said) - true) <= 0.5 * 10**-digits + unit * 6e-5


@dataclass(frozen=True)
class Quote:
    """Numbers of a page in the order of `columns`, and the one row that they are read from."""

    page: str
    words: str
    """A regular expression with a group for each number."""
    file: str
    row: tuple[tuple[str, str], ...]
    columns: tuple[str, ...] = ("ours", "low", "high")
    unit: float = 100

    def true(self) -> list[float]:
        (row,) = [one for one in rows(self.file) if all(one[key] == want for key, want in self.row)]
        return [self.unit * float(row[column]) for column in self.columns]


def online(words: str, said: str, dataset: str, file: str = TABLE3, name: str = LINES) -> Quote:
    row = (("said", said), ("dataset", dataset), ("student", "bag"))
    return Quote(name, words, file, row)


def llm(words: str, file: str, unit: float, *row: tuple[str, str], name: str = LINES) -> Quote:
    return Quote(name, words, file, row, ("difference", "low", "high"), unit)


LINEAR = "the VAE adds to its linear control"
LISTENING = "the teacher's listening helps the student"
QUOTES = [
    Quote("README.md", rf"then brings {NUMBER} points \({SPREAD}, 3 seeds\)",
          "forensics/forensics_verdicts.csv",
          (("dataset", "sst2"),
           ("claim", "raw cross-entropy brings the gain of the second stage"))),
    Quote(LINES, rf"brings the student of SUBJ back as well \({NUMBER} points, {SPREAD}\)",
          "forensics/forensics_verdicts.csv",
          (("dataset", "subj"), ("claim", "the adversary alone brings that gain"))),
    Quote(LINES, rf"its seeds disagree \({NUMBER}, {SPREAD}\)", "forensics/forensics_verdicts.csv",
          (("dataset", "sst2"), ("claim", "the adversary alone brings that gain"))),
    online(rf"{NUMBER} points on TREC \({SPREAD}\)", LINEAR, "trec", name="README.md"),
    online(rf"and {NUMBER} on SST-2 \({SPREAD}\), 50 seeds", LINEAR, "glue_sst2", name="README.md"),
    online(rf"none either \({NUMBER}, {SPREAD},", LISTENING, "trec"),
    online(rf"to \+0.06, and {NUMBER}, {SPREAD}\)", LISTENING, "glue_sst2"),
    llm(rf"of equal time by {NUMBER} points \({SPREAD}\)", WORDS, 100,
        ("said", "GAD beats SeqKD of equal time: likelihood score"), name="README.md"),
    llm(rf"best temperature by {NUMBER} \({SPREAD}\)", WORDS, 100,
        ("said", "and SeqKD at its best temperature"), name="README.md"),
    llm(rf"reverse KL \({NUMBER} nats per token, {SPREAD}\)", TEXT, 1,
        ("said", "GAD beats SeqKD of equal time"), name="README.md"),
    llm(rf"text varies as little \({NUMBER}, {SPREAD};", TEXT, 1,
        ("said", "GAD beats SeqKD whose text varies as much"), name="README.md"),
    llm(rf"than its text alone \({NUMBER} nats per token, {SPREAD}\)", ARMS, 1,
        ("said", "forward KL on logits covers the teacher better than its text alone")),
    llm(rf"\*less\* often \({NUMBER} points, {SPREAD},", ARMS, 100,
        ("said", "reverse KL on the teacher's text keeps the style more often than SeqKD")),
]  # fmt: skip


@pytest.mark.parametrize("quote", QUOTES, ids=lambda quote: quote.words[:40])
def test_a_difference_and_its_interval_are_those_of_the_file(quote: Quote) -> None:
    (found,) = re.findall(quote.words, page(quote.page))
    pairs = zip(found, quote.true(), strict=True)
    assert all(near(said, true, quote.unit) for said, true in pairs), found


def claims() -> list[Mapping[str, str]]:
    return [row for row in rows(CONFIRMED) if row["direction"]]


def confirmed_part() -> str:
    return page(LINES).partition("**all twelve")[2].partition("These students learn")[0]


def test_each_confirmed_claim_stands_on_the_page_with_its_interval() -> None:
    told = re.findall(rf"{NUMBER}(?: points)?,? \(?{SPREAD}", confirmed_part())
    for row in claims():
        true = [100 * float(row[column]) for column in ("ours", "low", "high")]
        assert any(all(map(near, one, true)) for one in told), (row["claim"], true)
    assert len(told) == len(claims())


def test_all_confirmed_directions_are_told_as_they_are() -> None:
    assert [row["claim"] for row in claims() if row["direction"] != "no"] == []
    assert "twelve directions are decided, and each is a no" in page(LINES)
    answers = page("notebooks/instructor_answers.md")
    assert "none; the runs decide against every one of them" in answers


def test_the_readmes_primary_claim_is_that_of_the_file() -> None:
    (found,) = re.findall(rf"nothing that matters \({NUMBER} points, {SPREAD};", page("README.md"))
    primary = next(row for row in claims() if row["claim"] == "adversary")
    true = [100 * float(primary[column]) for column in ("ours", "low", "high")]
    assert all(map(near, found, true))


def test_a_bottleneck_that_calibrates_is_not_said_to_add_nothing() -> None:
    own = [row for row in rows(TABLE3) if row["said"] == "the VAE calibrates the student"]
    assert {row["word"] for row in own} == {"holds"}
    assert "adds no accuracy to its student" in page("README.md")
    assert "It calibrates;" in page("README.md")


@pytest.mark.parametrize("arm", ["distilled", "labels"])
def test_the_best_students_of_trec_have_their_mean(arm: str) -> None:
    own = [
        float(row["accuracy"]) for row in rows("best_student/best_trec.csv") if row["arm"] == arm
    ]
    words = {"distilled": "reaches", "labels": "bring it to"}[arm]
    (said,) = re.findall(rf"{words} {NUMBER} %", page("README.md"))
    assert near(said, 100 * sum(own) / len(own))


def test_within_a_point_and_a_half_is_so_on_each_of_the_four_sets() -> None:
    best = {"sst5": 40.72, "sst2": 79.74, "trec": 88.2, "subj": 91.9}
    for name, printed in best.items():
        floor = next(row for row in rows(f"ladder/floor_{name}.csv") if row["arm"] == "tfidf")
        assert abs(100 * float(floor["accuracy"]) - printed) <= 1.5
    assert "within a point and a half" in page("README.md")


UNTRUE = {
    "an interval or a p value is read as a probability": r"9[059] % (?:certain|sure|probab)",
    "luck is called the cause": r"luck (?:explains|is the reason)",
    "no difference is concluded": r"(?:have|has|is|there is) no difference between",
}
SAYING = re.compile(r'\*?"[^"]*"\*?')
"""What a page quotes, a misunderstanding or a question, and does not say itself."""
PAGES = [
    *ROOT.glob("*.md"), *(ROOT / "data").rglob("*.md"), *(ROOT / "labkit").rglob("*.md"),
    *(ROOT / "notebooks").rglob("*.md"), *(ROOT / "notebooks" / "masters").glob("*.py"),
    *(ROOT / "labkit" / "course").glob("lesson_*/quiz.py"),
]  # fmt: skip


@pytest.mark.parametrize("pattern", UNTRUE.values(), ids=UNTRUE)
def test_no_page_says_what_statistics_does_not(pattern: str) -> None:
    texts = {one: " ".join(one.read_text(encoding="utf-8").split()) for one in PAGES}
    plain = {
        one: text if one.suffix == ".py" else SAYING.sub("", text) for one, text in texts.items()
    }
    assert [str(one) for one, text in plain.items() if re.search(pattern, text)] == []
