"""A document in the formats people read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starcase.story.document import Document
from starcase.story.writing.html import write_html
from starcase.story.writing.markdown import write_markdown
from starcase.story.writing.typst import write_pdf

WRITERS: Mapping[str, Callable[[Document], str]] = {"md": write_markdown, "html": write_html}
PRINTERS: Mapping[str, Callable[[Document], bytes]] = {"pdf": write_pdf}
