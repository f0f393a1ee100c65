"""The script of a panel: it is there, comes with the package, and nobody sees it."""

import re
import tomllib
from importlib.resources import files

from labkit import paths
from labkit.course.widgets.controls import number
from labkit.course.widgets.page_script import PageScript
from labkit.course.widgets.panel import Panel
from labkit.course.widgets.training_panel import TrainingPanel


def test_the_script_that_runs_is_the_file_beside_the_module():
    script = files("labkit.course.widgets").joinpath("page_script.js").read_text(encoding="utf-8")
    assert str(PageScript()._esm) == script
    assert "export default" in script


def test_the_file_is_part_of_the_package():
    settings = tomllib.loads((paths.root() / "pyproject.toml").read_text(encoding="utf-8"))
    assert "*.js" in settings["tool"]["setuptools"]["package-data"]["labkit.course.widgets"]


def test_every_panel_holds_the_script_and_it_takes_no_room():
    panel = Panel(lambda axes, a: f"{a}", a=number("a", 1, 0, 2, 1))
    trainer = TrainingPanel(lambda: iter(()))
    for one in (panel, trainer):
        (script,) = [child for child in one.children if isinstance(child, PageScript)]
        assert script.layout.display == "none"
        assert "labkit-panel" in one._dom_classes


def test_the_script_asks_nothing_of_the_network():
    script = str(PageScript()._esm)
    assert not re.search(r"https?:|fetch\(|import\(|^import ", script, re.MULTILINE)
