"""The story of a case: claims from its records, arranged in views, and verified against the records."""

from __future__ import annotations

from starcase.report.records import Records
from starcase.report.story_verification import StoryFault, verify
from starcase.report.views import VIEWS, build_document
from starcase.report.writing import PRINTERS, WRITERS

__all__ = ["PRINTERS", "VIEWS", "WRITERS", "Records", "StoryFault", "build_document", "verify"]
