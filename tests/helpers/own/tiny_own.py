"""A table of made-up texts, a tiny teacher and short runs for the reader's own student."""

import csv

from labkit.experiments.own_student import arms, material, measure, plan
from tests.helpers import tiny


def put_in_place(monkeypatch, folder, rows=240):
    """Write mine.csv into the folder and let everything around it be tiny; gives the file."""
    monkeypatch.setattr(material, "load_tokenizer", lambda name: tiny.tokenizer())
    monkeypatch.setattr(material, "teacher", lambda part, quiet: tiny.bert())
    for module, name, value in (
        (arms, "HIDDEN", 8),
        (plan, "MOST_PASSES", 2),
        (plan, "MOST_COPIES", 1),
        (plan, "TRIES", {arm: tries[:1] for arm, tries in plan.TRIES.items()}),
        (measure, "BATCHES", {1: 4, 8: 8, 64: 64}),
        (measure, "ROUNDS", 1),
    ):
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(arms, "TRIES", plan.TRIES)
    return write_table(folder / "mine.csv", *tiny.texts(rows))


def write_table(path, texts, labels):
    """A CSV file with the columns text and label; the labels become words."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows(
            [text, f"class {label}"] for text, label in zip(texts, labels, strict=True)
        )
    return path
