"""Records of a model refitted on all known data for serving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from starcase.evidence.figure import Figure
from starcase.evidence.records.contest import FoldSpan


@dataclass(frozen=True, slots=True, kw_only=True)
class RefitRecord:
    """A candidate refitted on all data known at ``until`` with the parameters of a contest.

    ``model`` is that fit; it has seen every row, so nothing measures it on rows known before. ``measured`` is the fit
    of the same candidate on ``fold``, which gates judge on the rows it has not seen; outcomes count there that had
    arrived by ``known_by``. ``contest`` is the id of the contest that settled the parameters. ``rows`` counts the rows
    of the fit, ``outcomes`` those with a known outcome, ``measured_outcomes`` the same of ``measured``. ``costs`` are
    those of the fit on this machine. Moments are in microseconds UTC. ``ground`` is the hash
    of the data and of the tables that the case names.
    """

    KIND: ClassVar[str] = "refit"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    candidate: str
    model: str
    measured: str
    contest: str
    fold: FoldSpan
    known_by: int
    until: int
    rows: int
    outcomes: int
    measured_outcomes: int
    ground: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    costs: tuple[Figure, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsRecord:
    """The versions of Python, of Starcase and of the libraries a model was fitted or asked again with.

    ``equal`` is None where the model was fitted, and else whether it gave the golden answers it gave then; ``why`` says
    which answer differed. The record is of the machine, and no part of the ledger's digest.
    """

    KIND: ClassVar[str] = "versions"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = True

    candidate: str
    model: str
    versions: tuple[tuple[str, str], ...]
    asked: int = 0
    equal: bool | None = None
    changed: tuple[str, ...] = ()
    why: str = ""
