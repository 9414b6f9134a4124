"""Which modules of a package import which, and which of them go round in a circle."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping

from benchmarks.house.package import Module, Package

Imports = Mapping[str, frozenset[str]]


def everywhere(package: Package) -> Imports:
    """What each module imports, in functions and for type checkers too."""
    return {name: _imported(module, package, ast.walk(module.body)) for name, module in package.items()}


def on_load(package: Package) -> Imports:
    """What each module imports when it is loaded: not in functions, and not for type checkers alone."""
    return {name: _imported(module, package, _loaded(module.body)) for name, module in package.items()}


def with_one_importer(imports: Imports) -> set[str]:
    """The modules that exactly one other module imports."""
    counts = Counter(target for targets in imports.values() for target in targets)
    return {name for name, count in counts.items() if count == 1}


def cycles(imports: Imports) -> list[list[str]]:
    """Groups of modules in which each one imports every other, directly or through others."""
    reached = {name: _reach(name, imports) for name in imports}
    groups = {frozenset(other for other in reached[name] if name in reached[other]) for name in imports}
    return sorted(sorted(group) for group in groups if group)


def _reach(name: str, imports: Imports) -> set[str]:
    seen: set[str] = set()
    todo = [name]
    while todo:
        for target in imports[todo.pop()] - seen:
            seen.add(target)
            todo.append(target)
    return seen


def _imported(module: Module, package: Package, nodes: Iterator[ast.AST]) -> frozenset[str]:
    names = {name for node in nodes for name in _targets(node, module, package)}
    return frozenset(names - {module.name})


def _targets(node: ast.AST, module: Module, package: Package) -> Iterator[str]:
    """The modules of the package that a statement names; of a module and its package, the module."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in package)
    elif isinstance(node, ast.ImportFrom):
        above = module.home.split(".")
        near = ".".join(above[: len(above) - node.level + 1]) if node.level else ""
        base = ".".join(filter(None, (near, node.module)))
        for alias in node.names:
            yield from [name for name in (f"{base}.{alias.name}", base) if name in package][:1]


def _loaded(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            yield from _loaded(ast.Module(child.orelse, []))
        else:
            yield child
            yield from _loaded(child)
