"""Check that the metrics, candidates, gates, guards and segments that a case names exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from starcase.casefile.toml import build_case_error
from starcase.casefile.toml_positions import KeyPath
from starcase.comparison.segments import is_file_name, list_segmentations, require_segment_file
from starcase.contract.case_spec import Case
from starcase.contract.system import System
from starcase.extensions.user_code import load_own_candidates, load_own_gates

SAMPLED = "sampled"


def validate_case(
    case: Case, system: System, *, gates: Iterable[str] | None = None, guards: Iterable[str] | None = None
) -> None:
    """Raise an error if the case names something that its system does not have.

    Args:
        case: the case.
        system: its system.
        gates: names of the gates that every system has; gates are not checked if None.
        guards: names of the guards that apply to the system; guards are not checked if None.

    Raises:
        CaseFileError: a metric, candidate, gate or guard is unknown; file, line and the nearest known name are given.
        PluginError: an own candidate or gate cannot be loaded.
    """
    metrics = [metric.name for metric in system.metrics(case)]
    watched = [*metrics, *(metric.name for metric in system.live_metrics(case))]
    _require_known(case, ("objective", "metric"), case.objective.metric, metrics, f"metric of system {case.system!r}")
    _refuse_sampled_metric(case, ("objective", "metric"), case.objective.metric)
    for place, guardrail in enumerate(case.guardrails):
        path = ("guardrails", place, "metric")
        _require_known(case, path, guardrail.metric, watched, f"metric of system {case.system!r}")
        _refuse_sampled_metric(case, path, guardrail.metric)
    _validate_live_metric(case, system)
    validate_segments(case, system)
    _validate_candidates(case, system)
    if gates is not None:
        _validate_gates(case, system, gates)
    if guards is not None:
        known = list(guards)
        for place, guard in enumerate(case.guards):
            _require_known(case, ("guards", place, "name"), guard.name, known, f"guard of system {case.system!r}")


def _refuse_sampled_metric(case: Case, path: KeyPath, name: str) -> None:
    """Raise an error for a decision by a metric on sampled items: such metrics can order models wrongly.

    Krichene and Rendle, On sampled metrics for item recommendation, 2020.
    """
    if SAMPLED in name:
        what = f"{name!r} is measured on a sample of the items, so it must not decide"
        raise build_case_error(Path(case.folder), path, what, mend="name a metric that ranks all items")


def _validate_live_metric(case: Case, system: System) -> None:
    if case.experiment.metric:
        live = [metric.name for metric in system.live_metrics(case)]
        _require_known(
            case, ("experiment", "metric"), case.experiment.metric, live, f"live metric of system {case.system!r}"
        )


def validate_segments(case: Case, system: System) -> None:
    """Raise an error if the segmentation that the case names does not exist.

    Raises:
        CaseFileError: its system offers no such segmentation; the nearest known name is given.
        DataError: its file is missing, or lacks a column.
    """
    name = case.experiment.segments
    if not name:
        return
    if is_file_name(name):
        require_segment_file(case, name)
        return
    known = [one.name for one in list_segmentations(case, system)]
    kind = f"segmentation of system {case.system!r}, nor a .csv or .parquet file"
    _require_known(case, ("experiment", "segments"), name, known, kind)


def _validate_candidates(case: Case, system: System) -> None:
    built_in = [candidate.name for candidate in system.candidates(replace(case, candidates=()))]
    for place, spec in enumerate(case.candidates):
        if not spec.use and not spec.optional:
            kind = str(spec.parameters.get("kind", spec.name))
            _require_known(case, ("candidates", place, "name"), kind, built_in, f"candidate of system {case.system!r}")
    own = [candidate.name for candidate in load_own_candidates(case)]
    taking_part = [spec.name for spec in case.candidates] or built_in
    baselines = [candidate.name for candidate in system.baselines(case)]
    known, why = [*taking_part, *own, *baselines], explain_exclusion(case, system, case.incumbent)
    _require_known(case, ("case", "incumbent"), case.incumbent, known, "candidate of this case", why=why)


def explain_exclusion(case: Case, system: System, name: str) -> str:
    """Return why a built-in candidate does not take part in the case; empty for any other name."""
    built_in = {candidate.name for candidate in system.candidates(replace(case, candidates=()))}
    if not case.candidates or name not in built_in:
        return ""
    return f"{name} is built in, but if [[candidates]] is set, only those named there take part: add it there"


def _validate_gates(case: Case, system: System, shared: Iterable[str]) -> None:
    built_in = [*shared, *(gate.name for gate in system.gates(replace(case, gates=())))]
    for place, spec in enumerate(case.gates):
        if not spec.use:
            _require_known(
                case, ("gates", place, "name"), spec.name, built_in, f"gate of system {case.system!r} or shared"
            )
    load_own_gates(case)


def _require_known(case: Case, path: KeyPath, name: str, known: Iterable[str], kind: str, *, why: str = "") -> None:
    names = sorted(set(known))
    if name in names:
        return
    near = difflib.get_close_matches(name, names, n=1)
    nearest = f"; the nearest known is {near[0]!r}" if near else ""
    what = f"{name!r} is not a {kind}{nearest}"
    raise build_case_error(Path(case.folder), path, what, why=why, mend=f"known: {', '.join(names) or 'none'}")
