"""The rules of style that no linter from outside knows; each finds lines of one file."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

SLOW = {"transformers", "datasets", "sklearn", "pandas", "jupytext"}
MODELS_OF_TRANSFORMERS = {"bilstm", "small_student", "swem"}
UNSAFE_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}
UNSAFE_CALLS = {"torch.load", "torch.save", "eval", "exec", "os.system", "read_pickle"}
UNSAFE_ARGUMENTS = {"trust_remote_code", "allow_pickle", "shell"}
HIDDEN_IMPORTS = {"__import__", "import_module"}
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 320, 50
SEEDING = re.compile(r"(^|\.)(torch|random|cuda)\.(manual_seed|manual_seed_all|seed)$")
PLACE = re.compile(r"(?<![\w.])/(?:work|home|root|Users)/\w")


@dataclass(frozen=True)
class Source:
    """One file to look at."""

    path: Path
    text: str

    @property
    def tree(self) -> ast.Module:
        """The file as Python."""
        return ast.parse(self.text)


Finding = tuple[int, str]
"""Line, and what to do about it."""


def slow_import(source: Source) -> Iterator[Finding]:
    """A slow package is imported by the function that uses it, so that `import labkit` is quick."""
    if source.path.stem in MODELS_OF_TRANSFORMERS:  # Their classes inherit from transformers.
        return
    for node in source.tree.body:
        for module in _modules(node) & SLOW:
            yield node.lineno, f"import {module} inside the function that uses it"


def _modules(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]}
    return set()


def hidden_import(source: Source) -> Iterator[Finding]:
    """An import by a string is seen by no test of the rooms."""
    for call in _calls(source.tree):
        if ast.unparse(call.func).rpartition(".")[2] in HIDDEN_IMPORTS:
            yield call.lineno, "write `import` with the module's name"


def docstring(source: Source) -> Iterator[Finding]:
    """Every module, public function and class says in words what it is."""
    for name, node in _public(source.tree, ""):
        if not ast.get_docstring(node):
            yield getattr(node, "lineno", 1), f"{name} needs a docstring"


Documented = ast.Module | ast.FunctionDef | ast.ClassDef


def _public(node: ast.AST, prefix: str) -> Iterator[tuple[str, Documented]]:
    """The module, its public functions, and the public classes with their methods.

    A dataclass may explain itself by the sentences under its fields, a protocol by its names.
    """
    if isinstance(node, ast.Module):
        yield "the module", node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.ClassDef) or child.name.startswith("_"):
            continue
        if not _explains_itself(child):
            yield prefix + child.name, child
        if isinstance(child, ast.ClassDef):
            yield from _public(child, f"{child.name}.")


def _explains_itself(node: ast.FunctionDef | ast.ClassDef) -> bool:
    if isinstance(node, ast.FunctionDef):
        only_declared = ast.unparse(node.body[-1]) == "..."
        return only_declared or node.name == "forward"
    pairs = list(zip(node.body, node.body[1:], strict=False))
    return any(
        isinstance(field, ast.AnnAssign)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        for field, text in pairs
    )


def unsafe(source: Source) -> Iterator[Finding]:
    """Nothing is called that can run code from a file."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for module in _modules(node) & UNSAFE_MODULES:
                yield node.lineno, f"{module} runs code from files; use safetensors or JSON"
        elif isinstance(node, ast.Call):
            yield from _unsafe_call(node)


def _unsafe_call(call: ast.Call) -> Iterator[Finding]:
    called = ast.unparse(call.func)
    if called in UNSAFE_CALLS or called.endswith(".read_pickle"):
        yield call.lineno, f"{called} can run code from a file"
    for given in call.keywords:
        off = isinstance(given.value, ast.Constant) and given.value.value is False
        if given.arg in UNSAFE_ARGUMENTS and not off:
            yield call.lineno, f"{given.arg} must be False"


def length(source: Source) -> Iterator[Finding]:
    """Files and functions stay short."""
    lines = len(source.text.splitlines())
    if lines > MOST_LINES:
        yield lines, f"{lines} lines, at most {MOST_LINES}: give one of its ideas a file"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef):
            long = (node.end_lineno or 0) - node.lineno + 1
            if long > MOST_LINES_OF_A_FUNCTION:
                yield node.lineno, f"{node.name} has {long} lines, at most 50: cut it"


def seeding(source: Source) -> Iterator[Finding]:
    """Random numbers are never seeded for everyone."""
    for line in _seeded(source.tree):
        yield line, "pass a generator, or seed inside torch.random.fork_rng()"


def _seeded(node: ast.AST) -> Iterator[int]:
    """Lines that seed outside of a block that gives the random numbers back."""
    if isinstance(node, ast.With) and any("fork_rng" in ast.unparse(item) for item in node.items):
        return
    if isinstance(node, ast.Call) and SEEDING.search(ast.unparse(node.func)):
        yield node.lineno
    for child in ast.iter_child_nodes(node):
        yield from _seeded(child)


def machine_path(source: Source) -> Iterator[Finding]:
    """No file names a place on one machine."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if PLACE.search(line):
            yield number, "a place on one machine; `labkit.paths` finds it on all"


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


Rule = Callable[[Source], Iterator[Finding]]
OF_LABKIT: tuple[Rule, ...] = (
    slow_import, hidden_import, docstring, unsafe, length, seeding, machine_path,
)  # fmt: skip
"""Rules for every file of labkit."""
OF_OTHERS: tuple[Rule, ...] = (machine_path,)
"""Rules for settings, texts and masters."""
