"""Columns become a checked `datasets.Dataset`: texts that are texts, labels that are known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from labkit.data.catalog import AssetError
from labkit.data.readers import Table

if TYPE_CHECKING:
    from datasets import Dataset

HIDDEN = -1
"""The label of a row whose label its publishers keep to themselves."""


@dataclass(frozen=True)
class Shape:
    """What the rows of a data set are: their text columns and the kind of their label."""

    texts: tuple[str, ...]
    label: str
    """"class", "number" or "none"."""
    names: tuple[str, ...] = ()


def shape_of(tables: Mapping[str, Table], task: str, said: tuple[str, ...] | str | None) -> Shape:
    """The shape of a data set from its task (or "") and its label names (or None: look)."""
    first = next(iter(tables.values()))
    if task == "prompts" or (not task and _looks_like_prompts(first)):
        return Shape(("text",), "none")
    texts = _text_columns(first, task)
    if task == "regression" or said == "regression":
        return Shape(texts, "number")
    if isinstance(said, tuple) and said:
        return Shape(texts, "class", said)
    values = [
        v
        for name, table in tables.items()
        if name != "unlabelled"
        for v in _column(table, "label")
        if v not in (None, "")
    ]
    names = _class_names(values)
    return Shape(texts, "number") if names is None else Shape(texts, "class", names)


def _looks_like_prompts(table: Table) -> bool:
    return "instruction" in table.columns and "label" not in table.columns


def _text_columns(table: Table, task: str) -> tuple[str, ...]:
    pair = task in ("pair", "regression") or (not task and "text_a" in table.columns)
    return ("text_a", "text_b") if pair and "text" not in table.columns else ("text",)


def _column(table: Table, name: str) -> list[Any]:
    if name not in table.columns:
        raise AssetError(
            f"{table.file} has no column {name!r}; its columns are {', '.join(table.columns)}. "
            "Wanted text (or text_a and text_b) and label: rename yours"
        )
    return table.columns[name]


def _class_names(values: Sequence[Any]) -> tuple[str, ...] | None:
    """Class names in order, or None when the labels are numbers with a fraction."""
    whole = [_as_int(value) for value in values]
    if all(number is not None for number in whole):
        return tuple(str(number) for number in sorted({n for n in whole if n is not None}))
    if all(_as_float(value) is not None for value in values):
        return None
    return tuple(sorted({_as_name(value) for value in values}))


def _as_int(value: Any) -> int | None:
    if isinstance(value, bool | float):
        return None
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _as_float(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _as_name(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).strip()


def checked(tables: Mapping[str, Table], shape: Shape, empty_texts: bool) -> dict[str, Table]:
    """The tables with clean texts and labels as class numbers or floats; raises at the first flaw.

    empty_texts: True lets rows without text through, for a published set that has them.
    """
    done = {name: _checked(name, table, shape, empty_texts) for name, table in tables.items()}
    train = done.get("train")
    if train is not None and shape.label == "class":
        used = {label for label in train.columns["label"] if label != HIDDEN}
        if len(used) < 2:
            only = ", ".join(shape.names[label] for label in used) or "none"
            raise AssetError(
                f"{train.file} has rows of one class only ({only}); wanted at least two classes: "
                "a classifier cannot learn from one"
            )
    return done


def _checked(split: str, table: Table, shape: Shape, empty_texts: bool) -> Table:
    columns = dict(table.columns)
    if shape.label == "none":
        columns["text"] = columns.get("text") or _prompts(table)
    for name in shape.texts:
        columns[name] = _texts(replace(table, columns=columns), name, empty_texts)
    if split == "unlabelled":
        return replace(table, columns={name: columns[name] for name in shape.texts})
    if shape.label == "class":
        columns["label"] = _labels(table, shape.names)
    elif shape.label == "number":
        columns["label"] = _numbers(table)
    first = [*shape.texts, *(["label"] if shape.label != "none" else [])]
    rest = [name for name in columns if name not in first and name != "idx"]
    return replace(table, columns={name: columns[name] for name in first + rest})


def _prompts(table: Table) -> list[str]:
    instructions = _column(table, "instruction")
    inputs = table.columns.get("input") or [""] * len(table)
    pairs = zip(instructions, inputs, strict=True)
    return [f"{said}\n\n{given}" if given else said for said, given in pairs]


def _texts(table: Table, name: str, empty_texts: bool) -> list[str]:
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
    return [value or "" for value in values]


def _labels(table: Table, names: tuple[str, ...]) -> list[int]:
    places = {name: place for place, name in enumerate(names)}
    numbered = {str(place): place for place in range(HIDDEN, len(names))}
    counted = {} if all(_as_int(name) is not None for name in names) else numbered
    labels = []
    for row, value in enumerate(_column(table, "label")):
        name = "" if value is None else _as_name(value)
        place = places.get(name, counted.get(name))
        if place is None and name == str(HIDDEN):
            place = HIDDEN
        if place is None:
            got = f"has label {value!r}" if name else "has no label"
            raise AssetError(
                f"{table.at(row)} {got}, wanted one of {', '.join(names)}"
                f"{f', or 0 to {len(names) - 1}' if counted else ''}"
            )
        labels.append(place)
    return labels


def _numbers(table: Table) -> list[float]:
    numbers = []
    for row, value in enumerate(_column(table, "label")):
        number = _as_float(value)
        if number is None or number != number or abs(number) == float("inf"):
            raise AssetError(f"{table.at(row)} has label {value!r}, wanted a finite number")
        numbers.append(number)
    return numbers


def to_dataset(table: Table, shape: Shape) -> "Dataset":
    """A `datasets.Dataset` in memory: label is a ClassLabel or a float32."""
    import pyarrow as pa
    from datasets import ClassLabel, Dataset, Features, Value

    columns = {name: _plain(values) for name, values in table.columns.items()}
    features = Features.from_arrow_schema(pa.table(columns).schema)
    for name in shape.texts:
        features[name] = Value("string")
    if "label" in features:
        is_class = shape.label == "class"
        features["label"] = ClassLabel(names=list(shape.names)) if is_class else Value("float32")
    return Dataset.from_dict(columns, features=features)


def _plain(values: list[Any]) -> list[Any]:
    import pyarrow as pa

    try:
        kind = pa.array(values).type
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # one column with numbers and words in it
        return [None if value is None else str(value) for value in values]
    return [""] * len(values) if pa.types.is_null(kind) else values
