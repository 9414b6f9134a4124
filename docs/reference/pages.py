# ruff: noqa: INP001 - MkDocs loads this file by its path
"""What `make docs` changes while it builds: links that leave `docs`, and the doctests of docstrings."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

import griffe

OUTSIDE = re.compile(r"\[([^\]]+)\]\(((?:\.\./)+)([^)#\s]+)(#[^)\s]*)?\)")


def on_page_markdown(markdown: str, *, page: Any, **_: object) -> str:
    """Replace each link that leaves ``docs`` by its text and path: the built pages do not hold the file."""
    depth = page.file.src_uri.count("/")

    def name_file(link: re.Match[str]) -> str:
        text, up, path, _ = link.groups()
        return f"{text} (`{path}`)" if up.count("../") > depth else link[0]

    return OUTSIDE.sub(name_file, markdown)


class FencedDoctests(griffe.Extension):
    """Fence the doctests of a docstring, so that they are rendered as code."""

    def on_object(self, *, obj: griffe.Object, **_: object) -> None:
        """Change the docstring of one object."""
        if obj.docstring:
            obj.docstring.value = fence_doctests(obj.docstring.value)


def fence_doctests(text: str) -> str:
    """Put a fence around each paragraph that begins with a prompt."""
    paragraphs = ["\n".join(lines) for has_text, lines in groupby(text.splitlines(), bool) if has_text]
    fenced = [f"```pycon\n{each}\n```" if each.startswith(">>> ") else each for each in paragraphs]
    return "\n\n".join(fenced)
