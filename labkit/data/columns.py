"""Columns become a checked `datasets.Dataset`: texts that are texts, labels that are known."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from labkit.data.catalog import AssetError
from labkit.data.formats import mapped
from labkit.data.formats.arrow import as_anything, as_texts
from labkit.data.formats.table import Table
from labkit.data.formats.text_column import TextColumn
from labkit.data.labels.classes import Classes, find, named
from labkit.data.labels.numbered import class_numbers, scores, unseen

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset

LONGEST_NAME = 40
"""A column name longer than this is taken for a text: the file has no heading."""


@dataclass(frozen=True)
class Shape:
    """What the rows of a data set are: their text columns and the kind of their label."""

    texts: tuple[str, ...]
    label: str
    """"class", "number" or "none"."""
    classes: Classes | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Class names in the order of the labels; empty where there are no classes."""
        return self.classes.names if self.classes else ()


def shape_of(tables: Mapping[str, Table], task: str, said: tuple[str, ...] | str | None) -> Shape:
    """The shape of a data set from its task (or "") and its label names (or None: look)."""
    first = next(iter(tables.values()))
    if task == "prompts" or (not task and _looks_like_prompts(first)):
        return Shape(("text",), "none")
    texts = _text_columns(first, task)
    if task == "regression" or said == "regression":
        return Shape(texts, "number")
    if isinstance(said, tuple) and said:
        return Shape(texts, "class", named(said))
    if own := _own_names(tables):
        return Shape(texts, "class", named(own, numbered=True))
    for name in texts:
        _column(first, name)
    _column(first, "label")
    classes = find(tables)
    return Shape(texts, "number") if classes is None else Shape(texts, "class", classes)


def _own_names(tables: Mapping[str, Table]) -> tuple[str, ...]:
    """The class names inside the files, which must agree about them."""
    found = {table.class_names: table.file for table in tables.values() if table.class_names}
    if len(found) > 1:
        raise AssetError(
            f"{' and '.join(found.values())} name their classes differently; write the names in "
            "their order into labels.json beside them"
        )
    return next(iter(found), ())


def _looks_like_prompts(table: Table) -> bool:
    return "instruction" in table.columns and "label" not in table.columns


def _text_columns(table: Table, task: str) -> tuple[str, ...]:
    pair = task in ("pair", "regression") or (not task and "text_a" in table.columns)
    return ("text_a", "text_b") if pair and "text" not in table.columns else ("text",)


def _column(table: Table, name: str) -> Sequence[Any]:
    if name in table.columns:
        return table.columns[name]
    listed = ", ".join(column[:LONGEST_NAME] for column in table.columns)
    if _has_no_heading(table):
        raise AssetError(
            f"{table.file} seems to have no heading: its first row is {listed}. Wanted a first "
            "line that names the columns, such as text,label"
        )
    raise AssetError(
        f"{table.file} has no column {name!r}; its columns are {listed}. "
        "Wanted text (or text_a and text_b) and label: rename yours"
    )


def _has_no_heading(table: Table) -> bool:
    """Whether a name is longer than names are, or is found again among the values below it."""
    if ".csv" not in table.file.lower() and ".tsv" not in table.file.lower():
        return False
    return any(
        len(name) > LONGEST_NAME or name in values[:1000] for name, values in table.columns.items()
    )


def checked(tables: Mapping[str, Table], shape: Shape, empty_texts: bool) -> dict[str, Table]:
    """The tables with clean texts and labels as class numbers or floats; raises at the first flaw.

    empty_texts: True lets rows without text through, for a published set that has them.
    """
    done = {name: _checked(name, table, shape, empty_texts) for name, table in tables.items()}
    train = done.get("train")
    if train is not None and shape.label == "class":
        used = set(train.columns["label"])
        if len(used) < 2:
            only = ", ".join(shape.names[label] for label in used) or "none"
            raise AssetError(
                f"{train.file} has rows of one class only ({only}); wanted at least two classes: "
                "a classifier cannot learn from one"
            )
    return done


def _checked(split: str, table: Table, shape: Shape, empty_texts: bool) -> Table:
    columns: dict[str, Sequence[Any]] = dict(table.columns)
    if shape.label == "none":
        columns["text"] = columns.get("text") or _prompts(table)
    for name in shape.texts:
        columns[name] = _texts(replace(table, columns=columns), name, empty_texts)
    if split == "unlabelled":
        return replace(table, columns={name: columns[name] for name in shape.texts})
    if shape.label != "none" and split == "train":
        _column(table, "label")
    if shape.classes is not None:
        columns["label"] = class_numbers(split, table, shape.classes)
    elif shape.label == "number":
        columns["label"] = scores(split, table)
    first = [*shape.texts, *(["label"] if shape.label != "none" else [])]
    rest = [name for name in columns if name not in first and name != "idx"]
    return replace(table, columns={name: columns[name] for name in first + rest})


def _prompts(table: Table) -> list[str]:
    instructions = _column(table, "instruction")
    inputs = table.columns.get("input") or [""] * len(table)
    pairs = zip(instructions, inputs, strict=True)
    return [f"{said}\n\n{given}" if given else said for said, given in pairs]


def _texts(table: Table, name: str, empty_texts: bool) -> Sequence[str]:
    values = _column(table, name)
    for row, value in enumerate(values):
        if value is None or (isinstance(value, str) and not value.strip()):
            if not empty_texts:
                raise AssetError(
                    f"{table.at(row)} has an empty {name}; write the text or remove the row"
                )
        elif not isinstance(value, str):
            raise AssetError(
                f"{table.at(row)}: {name} is a {type(value).__name__} ({str(value)[:40]}), "
                "wanted a text"
            )
    return values if isinstance(values, TextColumn) else [value or "" for value in values]


def notes_of(tables: Mapping[str, Table], shape: Shape) -> tuple[str, ...]:
    """What a reader should know of `checked` tables, each in a few words."""
    notes = [note for table in tables.values() for note in table.notes]
    if shape.classes is not None:
        parts = {name: t.columns["label"] for name, t in tables.items() if "label" in t.columns}
        notes += [*shape.classes.notes, *unseen(parts, shape.names)]
    return tuple(dict.fromkeys(notes))


def to_dataset(table: Table, shape: Shape) -> "Dataset":
    """A `datasets.Dataset`: label is a ClassLabel or a float32; large texts stay in their file.

    Another column that Arrow or Parquet cannot hold is kept as text.
    """
    import pyarrow as pa
    from datasets import ClassLabel, Features, Value

    arrays, features = {}, Features()
    for name, values in table.columns.items():
        if name in shape.texts:
            features[name] = Value("string")
            arrays[name] = as_texts(values)
        elif name == "label" and shape.label == "class":
            features[name] = ClassLabel(names=list(shape.names))
            arrays[name] = pa.array(values, pa.int64())
        elif name == "label" and shape.label == "number":
            arrays[name], features[name] = pa.array(values, pa.float32()), Value("float32")
        else:
            arrays[name] = as_anything(values)
            features.update(Features.from_arrow_schema(pa.table({name: arrays[name]}).schema))
    return _dataset(pa.table(arrays, schema=features.arrow_schema))


def _dataset(table: "pa.Table") -> "Dataset":
    """Known by its buffers: to find a name for it, `datasets` would copy all of them."""
    from datasets import Dataset

    digest = hashlib.sha256(str(table.schema).encode())
    for chunk in (chunk for column in table.columns for chunk in column.chunks):
        digest.update(f"{chunk.offset} {len(chunk)}".encode())
        for buffer in chunk.buffers():
            digest.update(b"" if buffer is None else buffer)
            mapped.let_go(0 if buffer is None else buffer.address)
    return Dataset(table, fingerprint=digest.hexdigest()[:16])


def values(dataset: "Dataset", name: str) -> list[Any]:
    """One column of a data set as a list; many times faster than one row after another."""
    found: list[Any] = dataset.with_format("arrow")[:].column(name).to_pylist()
    return found


def numbers(dataset: "Dataset", name: str) -> NDArray[Any]:
    """A column of numbers, (rows,): a list would take several times the memory."""
    return np.array(dataset.with_format("arrow")[:].column(name).to_numpy())


def rows_of(dataset: "Dataset", rows: Sequence[int] | NDArray[np.int64]) -> "Dataset":
    """The given rows as a data set of their own, in that order."""
    table = mapped.rows_of(dataset.with_format("arrow")[:], np.asarray(rows, np.int64))
    return _dataset(table.replace_schema_metadata(dataset.features.arrow_schema.metadata))
