"""Material for online runs made of short texts and a tiny encoder."""

from datasets import ClassLabel, Dataset

from labkit.data.loading import Study
from labkit.experiments.online.material import Material, material_of
from tests.helpers import tiny


def study(count: int = 60, test: int = 30) -> Study:
    """A data set by the name of TREC with six classes, made of the words of `tiny`."""

    def split(rows: int, seed: int) -> Dataset:
        texts, labels = tiny.texts(rows, 6, seed)
        made = Dataset.from_dict({"text": texts, "label": labels})
        return made.cast_column("label", ClassLabel(names=[f"class {n}" for n in range(6)]))

    names = tuple(f"class {n}" for n in range(6))
    return Study("trec", split(count, 0), split(10, 1), split(test, 2), names, "made up")


def scores(count: int = 60) -> Study:
    """A data set by the name of STS-B: pairs with a score from 0 to 5."""

    def split(rows: int, seed: int) -> Dataset:
        texts, labels = tiny.texts(rows, 6, seed)
        numbers = [float(label) for label in labels]
        return Dataset.from_dict({"text_a": texts, "text_b": texts[::-1], "label": numbers})

    return Study("stsb", split(count, 0), split(10, 1), split(20, 2), (), "made up")


def material(whole: Study | None = None) -> Material:
    """40 train and 20 test rows over a BERT of 4 layers, the upper one of which learns."""
    return material_of(whole or study(), tiny.bert(), tiny.tokenizer(), 40, 20, 1)
