"""Claims against data sets: each word in its cell, copies and own questions left out."""

from dataclasses import fields

from bs4 import BeautifulSoup

from labkit.course.lesson_04 import claim_grid
from labkit.experiments.claims import NOT_REPRODUCED, REPRODUCED, UNKNOWN, Line


def line(table, dataset, word, claim="A beats B.", paper="0.05"):
    values = {field.name: "" for field in fields(Line)}
    given = {"table": table, "dataset": dataset, "word": word, "claim": claim, "paper": paper}
    return Line(**values | given | {"ours": "0.1", "low": "0.0", "high": "0.2"})


LINES = [
    line("table6", "sst5", REPRODUCED),
    line("table8", "trec", UNKNOWN),
    line("table11", "sst5", NOT_REPRODUCED, "C <beats> D."),
    line("table12", "sst5", UNKNOWN, "C <beats> D."),
]


def test_own_questions_figures_that_repeat_a_table_and_ratios_are_left_out():
    others = [line("table6", "sst5", UNKNOWN, paper=""), line("figure2", "sst5", REPRODUCED)]
    assert claim_grid.of_paper([*LINES, *others, line("figure4", "sst5", UNKNOWN)]) == LINES


def test_each_word_stands_in_the_cell_of_its_claim_and_data_set():
    rows = BeautifulSoup(claim_grid.as_html(LINES), "html.parser").find_all("tr")
    texts = [[cell.get_text(" ") for cell in row.find_all(["th", "td"])] for row in rows]
    assert texts == [
        ["claim of the paper", "sst5", "trec"],
        ["A beats B.", "✓ reproduced", "? cannot be told"],
        ["C <beats> D.", "✗ not reproduced (table11) ? cannot be told (table12)", "not claimed"],
    ]


def test_a_cell_with_two_words_takes_the_colour_of_neither():
    rows = BeautifulSoup(claim_grid.as_html(LINES), "html.parser").find_all("tr")
    assert rows[1].td["style"].endswith("background:#d3efe3")
    assert rows[2].td["style"].endswith("background:#fff")
