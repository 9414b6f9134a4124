"""The verbs that only look: the ledger, who served, this machine, plug-ins, the schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starcase.app.queries.health import DoctorCheck, check_health
from starcase.app.queries.plugin_loading import PATIENCE_S, PluginReport, load_plugins
from starcase.app.queries.record_references import ReferencedArtefact, read_back
from starcase.app.verbs.case_opening import CaseLike, Moment, find_moment, open_case
from starcase.casefile.schema import build_case_schema
from starcase.evidence import Entry, Tenure
from starcase.evidence import who_served as find_tenure


def log(
    case: CaseLike, kind: str | None = None, *, verify: bool = False
) -> tuple[tuple[Entry, ...], tuple[ReferencedArtefact, ...]]:
    """Return the records of a case in order, and, with ``verify``, the state of the files they name by hash.

    Args:
        case: the folder, its case.toml, or an open ``Workspace``.
        kind: of the records, such as ``"contest"``; all of them when None.
        verify: read the whole chain and everything that records name.

    Raises:
        LedgerError: nothing has been recorded yet, or the chain is broken: the first record at fault is named.
    """
    with open_case(case, recorded=True) as work:
        named: tuple[ReferencedArtefact, ...] = ()
        if verify:
            work.ledger.verify().require(str(work.root))
            named = read_back(work)
        return tuple(work.ledger.entries(kind)), named


def who_served(case: CaseLike, at: Moment) -> Tenure | None:
    """Return the model that served at a moment and the records behind it; None if none did.

    Args:
        case: the folder, its case.toml, or an open ``Workspace``.
        at: the moment.

    Raises:
        LedgerError: nothing has been recorded yet.
    """
    with open_case(case, recorded=True) as work:
        moment = find_moment(work, at)
        assert moment is not None
        return find_tenure(work.ledger, moment)


def doctor(folder: str | Path = ".") -> tuple[DoctorCheck, ...]:
    """Check this machine, the libraries and the case in ``folder``; obstacles have the state ``"broken"``."""
    return check_health(Path(folder))


def plugins(seconds: float = PATIENCE_S) -> tuple[PluginReport, ...]:
    """Return every installed plug-in, and why it does not load; each is loaded in a separate process.

    Args:
        seconds: how long one may take.
    """
    return load_plugins(seconds)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of case.toml."""
    return build_case_schema()
