"""The version is one number, the same wherever it is asked for."""

import tomllib

from packaging.version import Version

import labkit
from labkit import paths
from labkit.version import __version__


def test_the_version_is_one_that_packages_can_be_compared_by():
    assert str(Version(__version__)) == __version__
    assert labkit.__version__ == __version__


def test_the_project_file_takes_the_version_from_this_module():
    project = tomllib.loads((paths.root() / "pyproject.toml").read_text(encoding="utf-8"))
    asked = project["tool"]["setuptools"]["dynamic"]["version"]["attr"]
    assert asked == "labkit.version.__version__"
