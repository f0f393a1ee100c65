"""Prints the lowest version of each package that pyproject.toml allows, as constraints for pip.

`make unit VERSIONS=lowest` installs these: a lower bound that is not true fails there.
"""

import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement


def lowest(project: dict) -> list[str]:
    """One line per package with a lower bound: name==bound.

    project: the `project` table of pyproject.toml, its test and site extras included
    """
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *extras["test"], *extras["site"]]
    bounds = []
    for requirement in map(Requirement, lines):
        found = [each.version for each in requirement.specifier if each.operator == ">="]
        bounds += [f"{requirement.name}=={version}" for version in found]
    return bounds


if __name__ == "__main__":
    text = (Path(__file__).parent.parent.parent / "pyproject.toml").read_text(encoding="utf-8")
    sys.stdout.write("\n".join(lowest(tomllib.loads(text)["project"])) + "\n")
