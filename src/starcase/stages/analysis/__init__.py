"""Analyse logs of impressions or visits, and refuse questions that a log cannot answer."""

from __future__ import annotations

from starcase.stages.analysis.run import analyse

__all__ = ["analyse"]
