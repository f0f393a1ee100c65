"""Where things lie: the course, the cache, the reader's own data."""

import os
from pathlib import Path


def root() -> Path:
    """The course folder: the one above this package, or else the one the caller works in."""
    here = Path(__file__).resolve().parent.parent
    if (here / "pyproject.toml").exists():
        return here
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / "pyproject.toml").exists() and (folder / "notebooks").exists():
            return folder
    return Path.cwd()


def cache() -> Path:
    """The folder for downloads and fine-tuned teachers: LABKIT_CACHE, or the user's cache."""
    chosen = os.environ.get("LABKIT_CACHE")
    return Path(chosen).expanduser().resolve() if chosen else _user_cache()


def _user_cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("labkit", appauthor=False)


def local_data() -> Path | None:
    """The reader's own data folder, named by LABKIT_DATA, or None when it is not set."""
    chosen = os.environ.get("LABKIT_DATA")
    if not chosen:
        return None
    folder = Path(chosen).expanduser().resolve()
    if not folder.is_dir():
        raise FileNotFoundError(
            f"LABKIT_DATA is {chosen!r}, but there is no such folder; "
            "set it to the folder that holds your data sets, or unset it"
        )
    return folder


def results(study: str) -> Path:
    """The folder of the results that the lab itself produced for one study.

    study: a folder of `labkit.experiments`, such as "adversarial", or "benchmarks"
    """
    return root() / "data" / "results" / study
