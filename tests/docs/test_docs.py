"""The documents: verbs and options exist, Python runs, and links have targets."""

from __future__ import annotations

import doctest
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from starcase.cli.group import load_command
from starcase.cli.verbs import VERBS

REPO = Path(__file__).parents[2]
PAGES = sorted([*REPO.glob("*.md"), *(REPO / "docs").rglob("*.md"), *(REPO / "cases").glob("*/*.md")])
BY_NAME = {verb.name: verb for verb in VERBS}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")


def commands(text: str) -> Iterator[str]:
    """The lines that call ``starcase``, each with its continuations."""
    joined = re.sub(r"\\+\n\s*", " ", text)
    for line in joined.splitlines():
        stripped = line.strip().removeprefix("$ ")
        if stripped.startswith("starcase "):
            yield re.split(r"\s{2,}| #| > | \| | && ", stripped)[0]


def shown(text: str) -> Iterator[str]:
    """Return the shell commands of a page: fenced shell blocks and indented lines outside of fences."""
    yield from (block for language, block in FENCE.findall(text) if language in {"", "bash", "console", "sh", "shell"})
    yield "\n".join(line for line in FENCE.sub("", text).splitlines() if line.startswith("    "))


def parsed(line: str) -> None:
    """Refuse a line that the command line would refuse."""
    name, *arguments = shlex.split(line)[1:]
    if name.startswith("-"):
        return
    assert name in BY_NAME, f"there is no verb {name!r}: {line}"
    command = load_command(BY_NAME[name])
    try:
        command.make_context(name, arguments)
    except click.exceptions.Exit:
        return
    except click.ClickException as error:
        pytest.fail(f"{line}: {error.format_message()}")


@pytest.mark.parametrize("name", BY_NAME)
def test_examples_of_a_verb_parse(name: str) -> None:
    examples = list(commands(load_command(BY_NAME[name]).epilog or ""))
    assert examples
    for line in examples:
        parsed(line)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPO)))
def test_commands_on_a_page_parse(page: Path) -> None:
    for block in shown(page.read_text()):
        for line in commands(block):
            parsed(line)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPO)))
def test_the_python_of_a_page_runs(page: Path) -> None:
    assert doctest.testfile(str(page), module_relative=False).failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPO)))
def test_links_of_a_page_have_existing_targets(page: Path) -> None:
    assert [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()] == []
