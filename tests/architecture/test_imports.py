from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from tests.architecture.house import FILES, REPO, SRC, module_name, tree

HEAVY = {
    "sklearn", "torch", "ray", "matplotlib", "pandas", "starlette", "lightgbm", "polars", "rich", "numpy", "scipy",
    "msgspec", "jinja2", "sqlite3",
}  # fmt: skip
PROGRAMS = {
    "import starcase": "import starcase",
    "starcase --help": "import contextlib, io\nfrom starcase.cli.main import run\n"
    "with contextlib.redirect_stdout(io.StringIO()):\n    assert run(['--help']) == 0",
}


def loaded(program: str) -> set[str]:
    """The modules that a program loads in a fresh interpreter."""
    code = f"import sys\nsys.path.insert(0, {str(SRC.parent)!r})\n{program}\nprint(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def at_module_level(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Imports that run when a module is loaded: neither in a function nor for type checkers alone."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield from at_module_level(other)
        elif not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from at_module_level(child)


def imports(path: Path, known: set[str]) -> set[str]:
    """The modules of Starcase that one imports; ``from package import module`` is the module."""
    names: set[str] = set()
    for node in at_module_level(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names} & known
            names |= inner or {node.module}
    return names & known


def test_no_module_imports_itself_round_a_corner() -> None:
    known = {module_name(path) for path in FILES}
    graph = {module_name(path): imports(path, known) - {module_name(path)} for path in FILES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a cycle: {' -> '.join(error.args[1])}")


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_start_is_light(name: str) -> None:
    """What it loads is counted, and no clock is asked: .25 s on a machine that does nothing else."""
    modules = loaded(PROGRAMS[name])
    assert not {module.partition(".")[0] for module in modules} & HEAVY
    assert len(modules) <= 300


def test_the_floors_hold() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False)
    assert "0 broken" in done.stdout, done.stdout + done.stderr
