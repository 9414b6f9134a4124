"""Parsers of rendered stories."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starcase.report.reading.html import read_html
from starcase.report.reading.markdown import read_markdown
from starcase.report.reading.page import Page

READERS: Mapping[str, Callable[[str], Page]] = {"md": read_markdown, "html": read_html}
