"""Starts Chromium and JupyterLab once; says why where the browser tests cannot run."""

import importlib.util
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import samples
from lab import Lab, copy_lessons, jupyterlab
from notebook_page import NotebookPage

from labkit import paths

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

CACHE = paths.cache()
REPORT: list[dict[str, Any]] = []
FLAGS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip
_missing: list[str] = []


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
        _missing.append(said)
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


@pytest.fixture(scope="session", params=["subshells", "one thread"])
def lab(
    request: pytest.FixtureRequest, _can_run: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lab]:
    """JupyterLab as it is installed, then once more without kernel subshells."""
    home = tmp_path_factory.mktemp("jupyterlab")
    with jupyterlab(home, request.param == "subshells", CACHE) as started:
        copy_lessons(paths.root() / "notebooks", started.folder)
        samples.write(started.folder)
        yield started


@pytest.fixture(scope="session")
def window(browser: "Browser", lab: Lab) -> Iterator["BrowserContext"]:
    opened = browser.new_context(viewport={"width": 1280, "height": 900})
    opened.set_default_timeout(60_000)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def pages(lab: Lab, window: "BrowserContext") -> Iterator[dict[str, NotebookPage]]:
    """Notebooks that are open, by path."""
    opened: dict[str, NotebookPage] = {}
    yield opened
    for page in opened.values():
        page.page.close()


@pytest.fixture
def opened(
    lab: Lab, window: "BrowserContext", pages: dict[str, NotebookPage]
) -> Callable[[str], NotebookPage]:
    """Opens and runs a notebook once for all tests, because starting JupyterLab's page is slow."""

    def run(path: str) -> NotebookPage:
        if path not in pages:
            pages[path] = NotebookPage(window.new_page(), lab, path).run_all()
        pages[path].page.bring_to_front()
        return pages[path]

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
def report() -> list[dict[str, Any]]:
    """Measured numbers, printed at the end and written to build/browser.json."""
    return REPORT


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for said in dict.fromkeys(_missing):
        terminalreporter.write_line(f"Browser tests skipped: {said}")
    for one in REPORT:
        terminalreporter.write_line(json.dumps(one))
    if REPORT:
        file = Path(os.environ.get("LABKIT_BROWSER_REPORT", paths.root() / "build/browser.json"))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(REPORT, indent=1) + "\n")
