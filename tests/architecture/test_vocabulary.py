"""The vocabulary: verbs in names, a class name once, no word that the glossary replaces, no hidden function."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

import pytest
from benchmarks.house.measures import Measure, ours
from benchmarks.house.package import Module, Package, in_folder
from tests.architecture.house import REPO, SRC

import starcase
from starcase.cli.verbs import VERBS

GLOSSARY = REPO / "docs" / "glossary.md"
PACKAGE = in_folder(SRC)
DESIGN = """
arm, assignment, candidate, canary, carrier, case, challenger, champion, choice, claim, clearance, contest, decision,
evidence, exposure, figure, gate, guardrail, holdout, identity, incumbent, lease, lesson, margin, objective, outcome,
principle, promotion, reading, refit, review, roadmap, rollback, rollout, shadow, source, story, task, unit, waiver
"""
REPLACED = {"variant", "bucket", "feedback", "ground truth", "utils", "helper", "manager", "common"}
HASH_BUCKETS = {"bucket", "buckets", "unit_bucket", "compute_bucket"}  # of the assignment; a field of decision records
SAME_NAME = ("starcase.cli.main", "starcase.inference.")  # the entry point; a method's module holds that method alone
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
IMPORT_EVERYTHING = """
import contextlib, importlib, json, pkgutil, sys
room, names = json.loads(sys.argv[1])
package = importlib.import_module(room)
for module in pkgutil.walk_packages(package.__path__, f"{room}."):
    if not module.name.endswith("__main__"):
        with contextlib.suppress(ImportError):
            importlib.import_module(module.name)
print(json.dumps([name for name in names if not callable(getattr(package, name, None))]))
"""


def read_table(text: str, heading: str) -> list[list[str]]:
    """The rows of the Markdown table below a heading, as cells without emphasis and backticks."""
    section = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, f"no heading {heading!r}"
    lines = [line for line in section[1].splitlines() if line.startswith("|")]
    return [[cell.strip().strip("*`") for cell in line.strip("|").split("|")] for line in lines[2:]]


def split_name(name: str) -> list[str]:
    """The words of a name, in small letters, without a plural's s."""
    return [part.lower() if part.endswith("ss") else part.lower().removesuffix("s") for part in PART.findall(name)]


def contains_word(name: str, word: str) -> bool:
    """Whether all parts of the word follow one another in the name."""
    parts, wanted = split_name(name), split_name(word)
    return any(parts[start : start + len(wanted)] == wanted for start in range(len(parts)))


def find_classes(package: Package) -> dict[str, list[str]]:
    """Each public class at the top of a module, and the modules that define it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for module in package.values():
        for node in module.body.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(module.name)
    return dict(found)


def find_names(module: Module) -> Iterator[str]:
    """The names that a module defines: its own, classes, functions, parameters, variables and attributes it sets."""
    yield module.name.rpartition(".")[2]
    for node in ast.walk(module.body):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.arg(arg=name) | ast.alias(asname=str(name)):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


def find_replaced(package: Package, words: set[str]) -> list[str]:
    """Where a package defines a name with a word that the glossary replaces."""
    found = {(module.name, name) for module in package.values() for name in find_names(module)}
    replaced = {pair for pair in found if any(contains_word(pair[1], word) for word in words)}
    return sorted(f"{where}: {name}" for where, name in replaced if name.lower() not in HASH_BUCKETS)


def find_hidden(package: Package) -> list[str]:
    """The modules whose package binds another object to their name, so that ``import`` and ``from`` disagree."""
    hidden = []
    for module in package.values():
        inside = {name.removeprefix(f"{module.name}.") for name in package if name.startswith(f"{module.name}.")}
        for node in module.body.body if module.is_package else ():
            match node:
                case ast.ImportFrom(module=str(source), names=aliases):
                    bound = {each.asname or each.name for each in aliases if f"{source}.{each.name}" not in package}
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    bound = {name}
                case _:
                    continue
            hidden += [f"{module.name}.{name}" for name in sorted(bound & inside)]
    return hidden


def find_uncallable(room: str, names: list[str], *paths: Path) -> list[str]:
    """The names that are no callable of the room once every module below it has been imported."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths))}
    command = [sys.executable, "-c", IMPORT_EVERYTHING, json.dumps([room, names])]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    found: list[str] = json.loads(ran.stdout.splitlines()[-1])
    return found


def public_functions() -> set[str]:
    """The functions of ``starcase``: every verb of the command line, and what its list of names adds."""
    return {verb.name.replace("-", "_") for verb in VERBS} | {name for name in starcase.__all__ if name.islower()}


@cache
def measured() -> dict[str, Measure]:
    """The shares of names, which come first, with the house's own goals."""
    return {measure.name: measure for measure in islice(ours(SRC.parent), 2)}


@pytest.mark.parametrize("name", ["participle_names_share", "verb_names_share"])
def test_functions_are_named_by_verbs(name: str) -> None:
    measure = measured()[name]
    assert measure.met, f"{name} is {measure.value:.3f} of {measure.n}, wanted {measure.wanted}"


def test_a_class_name_occurs_once() -> None:
    assert {name: modules for name, modules in find_classes(PACKAGE).items() if len(modules) > 1} == {}


def test_no_name_has_a_word_that_the_glossary_replaces() -> None:
    assert find_replaced(PACKAGE, REPLACED) == []


def test_no_module_is_hidden_by_a_function() -> None:
    assert [name for name in find_hidden(PACKAGE) if not name.startswith(SAME_NAME)] == []


def test_no_package_bears_the_name_of_a_public_function() -> None:
    below = {name.split(".")[1] for name in PACKAGE if "." in name}
    assert below & public_functions() == set()


def test_every_verb_can_be_called_from_python() -> None:
    """Also after every module was imported, which is when a package takes the place of a function of its name."""
    assert find_uncallable("starcase", sorted(public_functions()), SRC.parent) == []


def test_the_glossary_lists_every_word_of_the_design() -> None:
    listed = [word for word, _ in read_table(GLOSSARY.read_text(), "Words")]
    assert {word.strip() for word in DESIGN.split(",")} - set(listed) == set()
    assert listed == sorted(listed, key=str.lower), "the words are sorted"
    assert len(set(listed)) == len(listed)


def test_the_glossary_says_what_to_say_instead() -> None:
    rows = read_table(GLOSSARY.read_text(), "Words not used")
    marked = re.findall(r"^\| `([^`]+)` \|", GLOSSARY.read_text().partition("## Words not used")[2], re.MULTILINE)
    assert set(marked) == REPLACED, "a word in backticks is one that no name may contain"
    assert [row for row in rows if not all(row) or len(row) != 2] == []


def write_tree(folder: Path, **files: str) -> Path:
    """A package ``shop`` of these files; two underscores stand for a folder."""
    for name, text in files.items():
        path = folder / "shop" / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        for above in path.relative_to(folder).parents[:-1]:
            (folder / above / "__init__.py").touch()
    return folder


def test_the_search_finds_classes_of_one_name(tmp_path: Path) -> None:
    code = "class Order: ...\nclass _Row: ...\n"
    write_tree(tmp_path, a=code, b__c=f"{code}class Bill: ...")
    assert find_classes(in_folder(tmp_path / "shop")) == {"Order": ["shop.a", "shop.b.c"], "Bill": ["shop.b.c"]}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("VariantOf", True),
        ("variants", True),
        ("_ground_truths", True),
        ("GROUND_TRUTH", True),
        ("order_util", True),
        ("HTTPManager", True),
        ("truth_on_the_ground", False),
        ("invariant", False),
        ("commonest", False),
        ("futile", False),
    ],
)
def test_a_word_is_found_in_any_case_and_number(name: str, found: bool) -> None:
    assert any(contains_word(name, word) for word in REPLACED) is found


def test_the_search_finds_every_kind_of_name(tmp_path: Path) -> None:
    code = (
        "import json as common\nfrom collections import Counter\nbucket = 1\nbucket_of_arm = 2\n"
        "class Shop:\n    def load_feedback(self, variant):\n        self.helper = [manager for manager in variant]\n"
        "Counter().most_common()\n'ground_truth'\n"
    )
    write_tree(tmp_path, utils="", orders=code)
    found = ("bucket_of_arm", "common", "helper", "load_feedback", "manager", "variant")
    assert find_replaced(in_folder(tmp_path / "shop"), REPLACED) == [
        *(f"shop.orders: {name}" for name in found),
        "shop.utils: utils",
    ]


def test_the_search_finds_what_hides_a_module(tmp_path: Path) -> None:
    write_tree(tmp_path, sell="def sell(): ...", buy="def pay(): ...", goods__count="def count(): ...")
    (tmp_path / "shop" / "__init__.py").write_text("from shop.sell import sell\nfrom shop import buy\n")
    (tmp_path / "shop" / "goods" / "__init__.py").write_text("from shop.goods.count import count as tally\n")
    assert find_hidden(in_folder(tmp_path / "shop")) == ["shop.sell"]


def test_a_function_that_a_package_replaces_is_not_callable(tmp_path: Path) -> None:
    write_tree(tmp_path, trade__sale="def buy(): ...\nsell = buy", sell__price="", broken="import no_such_module")
    (tmp_path / "shop" / "__init__.py").write_text(
        "def __getattr__(name):\n    from shop.trade import sale\n    return getattr(sale, name)\n"
    )
    assert find_uncallable("shop", ["buy", "sell", "missing"], tmp_path) == ["sell", "missing"]


def test_a_table_is_read_below_its_heading() -> None:
    words = "## Words\n\nText.\n\n| word | meaning |\n|---|---|\n| **arm** | a side |\n"
    text = f"# G\n\n{words}\n## More\n\n| a | b |\n|---|---|\n| `c` | d |\n"
    assert read_table(text, "Words") == [["arm", "a side"]]
    assert read_table(text, "More") == [["c", "d"]]
