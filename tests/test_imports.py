"""The rooms of labkit: imports lead downwards only, without a circle, and no folder is crowded."""

import ast
import collections
import graphlib
from collections.abc import Iterator

from labkit import paths

ROOMS = "losses data models evaluation training|plots methods|llm experiments course cli"
FLOOR = {room: floor for floor, row in enumerate(ROOMS.split(), 1) for room in row.split("|")}
ROOT = paths.root()
FILES = {tuple(path.relative_to(ROOT).with_suffix("").parts): path
         for path in sorted((ROOT / "labkit").rglob("*.py"))}  # fmt: skip
DOORS = {("labkit", "__init__"), ("labkit", "__main__")}


def imports(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything imported, in functions too, except for types only."""
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return
    if isinstance(node, ast.Import):
        yield from ((node.lineno, alias.name) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert not node.level, f"line {node.lineno}: name the room in full, not by dots"
        yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
    for child in ast.iter_child_nodes(node):
        yield from imports(child)


def file_of(name: str) -> tuple[str, ...] | None:
    """The file of labkit that a dotted name leads to; None for other packages."""
    parts = tuple(name.split("."))
    for end in (parts, parts[:-1]):
        for file in (end, (*end, "__init__")):
            if file in FILES:
                return file
    return None


ARROWS = [(source, line, target) for source, path in FILES.items()
          for line, name in imports(ast.parse(path.read_text(encoding="utf-8")))
          if (target := file_of(name)) and target != source]  # fmt: skip


def room(file: tuple[str, ...]) -> str:
    if file in DOORS:
        return "the door"
    return file[1] if len(file) > 2 else "the ground"


def may_know(source: tuple[str, ...], target: tuple[str, ...]) -> bool:
    if source in DOORS or target in DOORS:
        return source in DOORS
    return room(source) == room(target) or FLOOR.get(room(source), 0) > FLOOR.get(room(target), 0)


def test_every_room_has_a_floor() -> None:
    assert {room(file) for file in FILES} - {"the ground", "the door"} <= FLOOR.keys()


def test_imports_lead_downwards_only() -> None:
    wrong = [
        f"{'/'.join(source)}.py:{line} imports {'.'.join(target)}: "
        f"{room(source)} may not know {room(target)}"
        for source, line, target in ARROWS
        if not may_know(source, target)
    ]
    assert not wrong, "\n".join(wrong)


def test_no_files_import_each_other_in_a_circle() -> None:
    known: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for source, _, target in ARROWS:
        known.setdefault(source, set()).add(target)
    try:
        graphlib.TopologicalSorter(known).prepare()
    except graphlib.CycleError as error:
        raise AssertionError(" <- ".join("/".join(file) for file in error.args[1])) from None


def test_no_folder_holds_more_than_sixteen_files() -> None:
    paths_of_all = [path for top in ("labkit", "tests") for path in (ROOT / top).rglob("*.py")]
    files = collections.Counter(str(path.parent.relative_to(ROOT)) for path in paths_of_all)
    assert {folder: count for folder, count in files.items() if count > 16} == {}


def test_no_file_bears_a_name_that_its_room_hands_out() -> None:
    twins = [
        path.with_name(f"{name}.py")
        for file, path in FILES.items()
        if file[-1] == "__init__"
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        for name in ast.literal_eval(node.value)
        if (*file[:-1], name) in FILES
    ]
    assert twins == []
