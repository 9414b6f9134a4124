"""Writers of a document in Markdown, HTML and PDF."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starcase.report.document import Document
from starcase.report.writing.html import write_html
from starcase.report.writing.markdown import write_markdown
from starcase.report.writing.typst import write_pdf

WRITERS: Mapping[str, Callable[[Document], str]] = {"md": write_markdown, "html": write_html}
PRINTERS: Mapping[str, Callable[[Document], bytes]] = {"pdf": write_pdf}
