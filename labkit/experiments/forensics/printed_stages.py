"""What the Adversarial Distillation paper prints for its two stages, data set by data set."""

from collections.abc import Mapping

from labkit.experiments.adversarial.printed_numbers import accuracy, mean_accuracy, rows

TABLES = {
    "sst2": "table7",
    "subj": "table10",
    "trec": "table8",
    "sst5": "table6",
    "ag_news_part": "table9",
}
"""Data set -> the table that prints both of its stages."""
PAPER_NAMES = {"ag_news_part": "ag_news"}
"""Data sets that the paper knows under another name."""
IMPLIED = ("subj",)
"""Table 10 prints TREC's first stage for SUBJ; its stated gains imply another number."""


def first_stage(dataset: str) -> float:
    """Test accuracy of the paper's student after its first stage, in [0, 1].

    errors: ValueError for a data set that the paper does not have
    """
    table, name = _table(dataset), PAPER_NAMES.get(dataset, dataset)
    if dataset in IMPLIED:
        return mean_accuracy(table, name, "stage_two", gan=0.1) - _stated_gain(table, name)
    return accuracy(table, name, "stage_one")


def second_stage(dataset: str) -> float:
    """Mean of the paper's second stage over the cells with the smallest adversary, in [0, 1]."""
    return mean_accuracy(_table(dataset), PAPER_NAMES.get(dataset, dataset), "stage_two", gan=0.1)


def _table(dataset: str) -> str:
    if dataset not in TABLES:
        raise ValueError(f"the paper has no {dataset!r}; it has {', '.join(TABLES)}")
    return TABLES[dataset]


def _stated_gain(table: str, dataset: str) -> float:
    found: list[Mapping[str, str]] = [
        row
        for row in rows("printed_gains")
        if (row["table"], row["dataset"], row["gan"]) == (table, dataset, "0.1")
    ]
    return float(found[0]["gain"]) / 100
