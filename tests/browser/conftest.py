"""Starts Chromium and JupyterLab once per process; says why where browser tests cannot run."""

import functools
import importlib.util
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from labkit import paths
from tests.browser import samples
from tests.browser.lab import Lab, copy_lessons, jupyterlab
from tests.browser.notebook_page import NotebookPage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

CACHE = paths.cache()
HERE = Path(__file__).parent
MEASURED = "measured"
FLAGS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip


def browser_program() -> str | None:
    """The Chromium of this machine, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for name in names if (found := shutil.which(name))), None)


def what_is_missing() -> str:
    """One sentence when these tests cannot run here; "" when they can."""
    if os.environ.get("LABKIT_BROWSER") == "off":
        return "LABKIT_BROWSER is off, so the lessons are not driven in a browser in this run."
    if not all(map(importlib.util.find_spec, ("playwright", "axe_playwright_python"))):
        return "Playwright is not installed; `make browser` installs it and runs the browser tests."
    if not browser_program():
        return "no Chromium is installed; on Debian or Ubuntu: sudo apt-get install chromium"
    return ""


@pytest.fixture(scope="session", autouse=True)
def _can_run() -> None:
    if said := what_is_missing():
        if os.environ.get("LABKIT_REQUIRE_BROWSER") == "1":
            pytest.fail(f"LABKIT_REQUIRE_BROWSER is 1, but {said}", pytrace=False)
        pytest.skip(said)


@pytest.fixture(scope="session")
def browser(_can_run: None) -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    as_root = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=browser_program(), args=[*FLAGS, *as_root]
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def labs(
    _can_run: None, browser: "Browser", tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], tuple[Lab, "BrowserContext"]]]:
    """JupyterLab in a window: as it is installed, or without kernel subshells.

    Each starts when it is first asked for, since a worker may need only one of them.
    """
    with ExitStack() as until_the_end:

        @functools.cache
        def start(how: str) -> tuple[Lab, "BrowserContext"]:
            home = tmp_path_factory.mktemp("jupyterlab")
            lab = until_the_end.enter_context(jupyterlab(home, how == "subshells", CACHE))
            copy_lessons(paths.root() / "notebooks", lab.folder)
            samples.write(lab.folder)
            window = browser.new_context(viewport={"width": 1280, "height": 900})
            until_the_end.callback(window.close)
            window.set_default_timeout(60_000)
            return lab, window

        yield start


@pytest.fixture(params=["subshells", "one thread"])
def lab(request: pytest.FixtureRequest, labs: Callable[[str], tuple[Lab, "BrowserContext"]]) -> Lab:
    return labs(request.param)[0]


@pytest.fixture
def window(
    request: pytest.FixtureRequest, lab: Lab, labs: Callable[[str], tuple[Lab, "BrowserContext"]]
) -> "BrowserContext":
    return labs("subshells" if lab.subshells else "one thread")[1]


@pytest.fixture(scope="session")
def pages() -> dict[tuple[str, str], NotebookPage]:
    """Notebooks that are open, by JupyterLab and path."""
    return {}


@pytest.fixture
def opened(
    lab: Lab, window: "BrowserContext", pages: dict[tuple[str, str], NotebookPage]
) -> Callable[[str], NotebookPage]:
    """Opens and runs a notebook once for all tests, because starting JupyterLab's page is slow."""

    def run(path: str) -> NotebookPage:
        place = (lab.url, path)
        if place not in pages:
            pages[place] = NotebookPage(window.new_page(), lab, path).run_all()
        pages[place].page.bring_to_front()
        return pages[place]

    return run


@pytest.fixture
def fresh(lab: Lab, window: "BrowserContext") -> Iterator[Callable[[str], NotebookPage]]:
    """Opens a notebook for one test; its kernel ends with the test."""
    page, paths = window.new_page(), []

    def show(path: str) -> NotebookPage:
        paths.append(path)
        return NotebookPage(page, lab, path)

    yield show
    page.close()
    lab.stop_kernels(*paths)


@pytest.fixture
def themed(opened: Callable[[str], NotebookPage]) -> Iterator[Callable[[str, str], NotebookPage]]:
    """A notebook in each theme; ends with the light one."""
    shown: list[NotebookPage] = []

    def show(path: str, theme: str) -> NotebookPage:
        shown.append(opened(path))
        shown[-1].theme(theme)
        return shown[-1]

    yield show
    for notebook in shown:
        notebook.theme("JupyterLab Light")


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[dict[str, Any]], None]:
    """Measured numbers, printed at the end and written to build/browser.json.

    They travel with the test's result, so that those of other processes arrive too.
    """
    return lambda measured: request.node.user_properties.append((MEASURED, measured))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Lessons first, the longest tests; with `--dist loadgroup`, one process a made notebook."""
    here = [item for item in items if item.path.parent == HERE]
    for item in here:
        item.add_marker(pytest.mark.xdist_group(group_of(item)))
    items[:] = [item for item in items if item not in here] + sorted(
        here, key=lambda item: "lessons" not in item.path.stem
    )


def group_of(item: pytest.Item) -> str:
    """Tests of one group run in one process: they share an open notebook."""
    if "lessons" in item.path.stem:
        return item.name
    assert isinstance(item, pytest.Function)
    share = item.path.stem.replace("accessibility", "panels")
    return f"{share} {item.callspec.params['lab']}"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    stats = terminalreporter.stats
    if stats.get("skipped") and (said := what_is_missing()):
        terminalreporter.write_line(f"Browser tests skipped: {said}")
    ended = [test for how in ("passed", "failed") for test in stats.get(how, [])]
    named = [pair for test in ended if test.when == "call" for pair in test.user_properties]
    found = [measured for name, measured in named if name == MEASURED]
    for one in found:
        terminalreporter.write_line(json.dumps(one))
    if found:
        file = Path(os.environ.get("LABKIT_BROWSER_REPORT", paths.root() / "build/browser.json"))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(found, indent=1) + "\n")
