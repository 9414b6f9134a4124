"""The measures of our tree with their goals, and the peers' two shares."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.house.imports import cycles, everywhere, on_load, with_one_importer
from benchmarks.house.package import Package, in_folder, in_wheel
from benchmarks.house.peers import ROOT
from benchmarks.house.words import first_words, is_participle, is_verb, share
from benchmarks.inference.measure import COMPARE, Sense

SHORT = 30


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure, of how many things it is one, and what is wanted."""

    name: str
    value: float
    n: int
    sense: Sense = "<="
    goal: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; nothing where there is none."""
        return None if self.goal is None else bool(COMPARE[self.sense](self.value, self.goal))

    @property
    def wanted(self) -> str | None:
        """The goal in words."""
        return None if self.goal is None else f"{self.sense} {self.goal:g}"

    def plain(self) -> dict[str, object]:
        """As it is printed."""
        return {
            "name": self.name,
            "value": round(self.value, 4),
            "goal": self.wanted,
            "met": self.met,
            "n": self.n,
        }


def ours(source: Path) -> Iterator[Measure]:
    """Names, files, imports and public verbs of the package in ``source``."""
    package = in_folder(source / "starcase")
    yield from shares(package, goals=(0.03, 0.45))
    yield from shape(package)
    found = public(source)
    yield Measure("public_verbs", sum(found.values()) / len(found), len(found), ">=", 1.0)


def theirs(wheels: Mapping[str, Path]) -> Iterator[Measure]:
    """The two shares of each peer."""
    for name, wheel in wheels.items():
        yield from shares(in_wheel(wheel), before=f"{name.replace('-', '_')}_")


def shares(
    package: Package, *, before: str = "", goals: tuple[float | None, float | None] = (None, None)
) -> list[Measure]:
    """How many names of functions begin with a participle, and how many with a verb."""
    words = first_words(package)
    participles, verbs = (share(words, kind) for kind in (is_participle, is_verb))
    return [
        Measure(f"{before}participle_names_share", participles, len(words), "<=", goals[0]),
        Measure(f"{before}verb_names_share", verbs, len(words), ">=", goals[1]),
    ]


def shape(package: Package) -> list[Measure]:
    """Classes that share a name, files that only one other needs, files too long, and circles."""
    classes = Counter(
        node.name
        for module in package.values()
        for node in module.body.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    short = {name for name, module in package.items() if module.lines < SHORT and not module.is_package}
    lines = sorted(module.lines for module in package.values() if module.lines)
    alone = short & with_one_importer(everywhere(package))
    return [
        Measure("class_names_reused", sum(count > 1 for count in classes.values()), len(classes), "<=", 0),
        Measure("one_importer_files_under_30_lines", len(alone), len(short), "<=", 5),
        Measure("median_lines", median(lines), len(lines)),
        Measure("largest_lines", lines[-1], len(lines), "<=", 500),
        Measure("cycles", len(cycles(on_load(package))), len(package), "<=", 0),
    ]


def public(source: Path) -> dict[str, bool]:
    """Each verb of the command line, and whether the package offers it to a program."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(source), str(ROOT)))}
    command = [sys.executable, "-m", "benchmarks.house.public"]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    found: dict[str, bool] = json.loads(ran.stdout)
    return found
