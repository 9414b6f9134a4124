"""The first word of every function's name: a verb, a participle, or something else."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.house.package import Package

PARTICIPLE = re.compile(r"\w*[aeiouy]\w*(?:(?<!e)ed|ing)")
ACCESSORS = ("setter", "getter", "deleter")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def listed(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words of a list, and those behind a ``-``, which are none."""
    lines = [line for line in (Path(__file__).parent / name).read_text().splitlines() if not line.startswith("#")]
    words = {word for line in lines if not line.startswith("-") for word in line.split()}
    return frozenset(words), frozenset(word for line in lines if line.startswith("-") for word in line[1:].split())


VERBS, NO_VERBS = listed("verbs.txt")
IRREGULAR, NO_PARTICIPLES = listed("participles.txt")


def is_verb(word: str) -> bool:
    """Whether the word is a verb in its base form."""
    return word in VERBS


def is_participle(word: str) -> bool:
    """Whether the word is a participle, by the list of irregular ones or by its ending."""
    return word in IRREGULAR or (word not in NO_PARTICIPLES and PARTICIPLE.fullmatch(word) is not None)


def first_words(package: Package) -> list[str]:
    """The first word of each function and method.

    Names that the language gives are left out, so is what is read like an attribute, and so are overloads, which
    declare the types of a function that follows.
    """
    return [word for module in package.values() for word in _first(module.body) if word]


def share(words: Sequence[str], kind: Callable[[str], bool]) -> float:
    """Which part of the words is of this kind."""
    return sum(map(kind, words)) / len(words) if words else 0.0


def _first(body: ast.Module) -> Iterator[str]:
    for node in ast.walk(body):
        if isinstance(node, Function) and not _left_out(node):
            yield node.name.lstrip("_").split("_")[0].lower()


def _left_out(node: Function) -> bool:
    if node.name.startswith("__") and node.name.endswith("__"):
        return True
    decorators = [ast.unparse(each).partition("(")[0].rpartition(".")[2] for each in node.decorator_list]
    return any(name.endswith("property") or name in {*ACCESSORS, "overload"} for name in decorators)
