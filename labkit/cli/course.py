"""The commands around the lessons: doctor, fetch, prepare, lessons, progress, site."""

import argparse
import sys
from pathlib import Path

from labkit.cli.outputs import check_folder

ADVICE = {
    "missing": "is missing: `labkit lessons build` writes it",
    "old": "differs from a fresh build of its master: `labkit lessons build` writes it again",
    "left over": "has no master any more: `labkit lessons build` removes it",
    "changed": (
        "was changed or run by somebody: to change the lesson for everybody, edit its master; "
        "what was written here is not lost, `labkit lessons build` moves it aside"
    ),
}
"""State of a notebook -> what to say about it."""


def add_set_up(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add doctor, fetch and prepare."""
    doctor = commands.add_parser("doctor", help="what this machine has, what is missing")
    doctor.add_argument(
        "--measure", action="store_true", help="run every lesson and write down its minutes"
    )
    doctor.set_defaults(run=_doctor)
    fetch = commands.add_parser("fetch", help="get data sets or models by name")
    fetch.add_argument("names", nargs="+", metavar="NAME", help="such as trec or minilm")
    fetch.set_defaults(run=_fetch)
    prepare = commands.add_parser("prepare", help="get and fine-tune all that the lessons need")
    prepare.set_defaults(run=_prepare)


def add_lessons(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add lessons, progress and site."""
    lessons = commands.add_parser("lessons", help="build and check the notebooks")
    actions = lessons.add_subparsers(title="actions", metavar="ACTION", required=True)
    build = actions.add_parser("build", help="write the notebooks from notebooks/masters")
    build.set_defaults(run=_build)
    check = actions.add_parser("check", help="fail when a lesson breaks a rule or was not built")
    check.set_defaults(run=_check)
    export = actions.add_parser("export-nbgrader", help="write an nbgrader course folder")
    export.add_argument("folder", type=Path, metavar="DIR")
    export.set_defaults(run=_export_nbgrader)
    bundle = actions.add_parser("bundle", help="write the students' zip, without solutions")
    bundle.add_argument("file", type=Path, metavar="FILE.zip")
    bundle.set_defaults(run=_bundle)
    slides = actions.add_parser("slides", help="write a deck of slides for each lesson")
    slides.add_argument("folder", type=Path, metavar="DIR")
    slides.set_defaults(run=_slides)
    progress = commands.add_parser("progress", help="what you passed, predicted and answered")
    progress.set_defaults(run=_progress)
    site = commands.add_parser("site", help="write the lessons as web pages")
    site.add_argument("folder", type=Path, metavar="DIR")
    site.set_defaults(run=_site)


def _doctor(options: argparse.Namespace) -> None:
    from labkit.course import doctor, lesson_minutes

    if options.measure:
        times = lesson_minutes.measure_lessons()
        for name, seconds in times.seconds.items():
            print(f"{name:30} {seconds:6.1f} s")
    print(doctor.report())


def _fetch(options: argparse.Namespace) -> None:
    from labkit.data import fetch

    for name in options.names:
        fetch.entry(name)  # A misspelt name fails before the first download.
    for name in options.names:
        print(f"{name}: {fetch.fetch(name)}")


def _prepare(options: argparse.Namespace) -> None:
    from labkit.course.lesson_08 import runs
    from labkit.experiments.llm import material
    from labkit.methods import fine_tune

    fine_tune.prepare()
    material.prepare()
    runs.prepare()
    print("Everything the lessons need is here.")


def _build(options: argparse.Namespace) -> None:
    from labkit.course.build import lesson_folder

    for line in lesson_folder.build() or ["nothing to do: the lessons equal a fresh build"]:
        print(line)


def _check(options: argparse.Namespace) -> int:
    from labkit.course.build import lesson_folder, lint, notebooks

    says = [f"{one.path} {ADVICE[one.state]}" for one in lesson_folder.check()]
    says += [finding for lesson in notebooks.masters() for finding in lint.findings(lesson)]
    for line in says:
        print(line)
    return 1 if says else 0


def _export_nbgrader(options: argparse.Namespace) -> None:
    from labkit.course.build import nbgrader

    check_folder("DIR", options.folder)
    says = {
        "written": "wrote {}",
        "same": "{} is up to date",
        "kept": "kept {}: you changed it; move it away to get a fresh one",
    }
    for one in nbgrader.export(options.folder):
        print(says[one.state].format(one.path))


def _bundle(options: argparse.Namespace) -> int:
    from labkit.course.build import bundle

    if options.file.is_dir() or options.file.suffix != ".zip":
        print(f"{options.file} is no name for a zip; write lessons.zip", file=sys.stderr)
        return 2
    try:
        names = bundle.write(options.file)
    except bundle.BundleError as error:
        print(error, file=sys.stderr)
        return 2
    lessons = sum(name.endswith(".ipynb") for name in names)
    print(f"wrote {options.file}: {lessons} lessons, {len(names)} files, no solutions")
    return 0


def _slides(options: argparse.Namespace) -> int:
    from labkit.course.build.site_math import FormulaError
    from labkit.course.slides import decks

    check_folder("DIR", options.folder)
    try:
        written = decks.build(options.folder)
    except (decks.DeckError, FormulaError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"wrote {len(written)} decks; open one of {options.folder} in a browser")
    return 0


def _progress(options: argparse.Namespace) -> None:
    from labkit.course import progress

    print(progress.table())


def _site(options: argparse.Namespace) -> int:
    from labkit.course.build import site
    from labkit.course.build.site_math import FormulaError

    check_folder("DIR", options.folder)
    try:
        written = site.build(options.folder)
    except (site.SiteError, FormulaError) as error:  # One line for each thing to correct.
        print(error, file=sys.stderr)
        return 2
    print(f"wrote {len(written)} files; open {options.folder / 'index.html'}")
    return 0
