"""The story of a case: claims taken from its records, told in views, and verified against the records again."""

from __future__ import annotations

from starcase.story.records import Records
from starcase.story.verify import StoryFault, verify
from starcase.story.views import VIEWS, document
from starcase.story.writing import PRINTERS, WRITERS

__all__ = ["PRINTERS", "VIEWS", "WRITERS", "Records", "StoryFault", "document", "verify"]
