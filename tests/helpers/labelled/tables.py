"""Tables of labels alone, as they stand in the files of a data set."""

from labkit.data.formats.table import Table
from labkit.data.labels.classes import find
from labkit.data.labels.numbered import class_numbers


def table(values: list, name: str = "train.csv") -> Table:
    """A file of these labels, the first on line 2."""
    return Table(name, {"label": values}, list(range(2, len(values) + 2)))


def classes_and_numbers(train: list, test: list | None = None) -> tuple:
    """The names of the classes that the labels show, and the class numbers of each split."""
    tables = {"train": table(train)}
    if test is not None:
        tables["test"] = table(test, "test.csv")
    classes = find(tables)
    if classes is None:
        return None, []
    return classes.names, [class_numbers(split, t, classes) for split, t in tables.items()]
