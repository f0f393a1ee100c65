"""Wheels of a few bytes in a folder that pip takes for its index, and their catalogue."""

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from labkit import paths
from labkit.data.catalog import Wheel


def make_wheel(folder: Path, package: str, members: dict[str, bytes | str]) -> Wheel:
    """Write PACKAGE-1.0-py3-none-any.whl with the members into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = package.replace("-", "_")
    info = f"{stem}-1.0.dist-info"
    about = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    path = folder / f"{stem}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**members, **about}.items():
            archive.writestr(name, content)
    raw = path.read_bytes()
    return Wheel(package, "1.0", hashlib.sha256(raw).hexdigest(), len(raw))


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip archive in memory."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def write_catalogue(root: Path, datasets: dict[str, dict], models: dict[str, dict]) -> None:
    """Write the two toml files below root/data."""
    (root / "data").mkdir(parents=True, exist_ok=True)
    for file, tables in (("datasets.toml", datasets), ("models.toml", models)):
        lines = []
        for name, table in tables.items():
            plain = {k: v for k, v in table.items() if not isinstance(v, dict)}
            lines += [f"[{name}]", *(f"{k} = {json.dumps(v)}" for k, v in plain.items())]
            for part in (k for k, v in table.items() if isinstance(v, dict)):
                lines.append(f"[{name}.{part}]")
                lines += [f"{k} = {_toml(v)}" for k, v in table[part].items()]
        (root / "data" / file).write_text("\n".join(lines), encoding="utf-8")


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return json.dumps(value)


def as_table(wheel: Wheel) -> dict[str, object]:
    """A wheel as the catalogue writes it."""
    return dict(vars(wheel))


class Lab:
    """A lab in a temporary folder: its own catalogue, cache and package index, no network."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.index, self.cache = folder / "root", folder / "index", folder / "cache"
        self.index.mkdir(parents=True)
        self.monkeypatch = monkeypatch
        monkeypatch.setattr(paths, "root", lambda: self.root)
        monkeypatch.setenv("LABKIT_CACHE", str(self.cache))
        monkeypatch.delenv("LABKIT_DATA", raising=False)
        for name in ("PIP_FIND_LINKS", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CONSTRAINT"):
            monkeypatch.delenv(name, raising=False)
        # Only the index folder exists for pip: neither the network nor the machine's settings.
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(self.index))

    def catalogue(self, datasets: dict[str, dict] | None = None, **models: dict) -> None:
        """Name data sets and models of this lab."""
        write_catalogue(self.root, datasets or {}, models)
        from labkit.data import catalog

        catalog._entries.cache_clear()

    def local_data(self) -> Path:
        """A folder for the reader's own data, named by LABKIT_DATA."""
        folder = self.root / "mine"
        folder.mkdir(parents=True, exist_ok=True)
        self.monkeypatch.setenv("LABKIT_DATA", str(folder))
        return folder

    def leftovers(self) -> list[str]:
        """Everything in the cache that is neither a lock nor a finished asset."""
        return sorted(
            path.relative_to(self.cache).as_posix()
            for path in self.cache.rglob("*")
            if path.is_file() and path.suffix != ".lock" and "assets/" not in path.as_posix()
        ) + [p.name for p in self.cache.rglob(".*.partial")]
