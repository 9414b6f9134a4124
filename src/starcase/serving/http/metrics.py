"""The counters of a worker and their Prometheus format."""

from __future__ import annotations

import contextlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec

from starcase.decide import Decision
from starcase.serving.http.loop_lag import LoopLag

NEW = ".new"
Series = tuple[str, dict[str, str], float]
LADDER = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
_COMPOSED = {"histogram", "summary"}  # their series have other names than the family
_HELP = {
    "starcase_answers_total": ("counter", "Requests answered, by HTTP status."),
    "starcase_refusals_total": ("counter", "Requests not answered, by reason."),
    "starcase_decisions_total": ("counter", "Decisions made, by arm and by the model that answered."),
    "starcase_arm_failures_total": ("counter", "Times an arm raised; the champion answered where it could."),
    "starcase_answer_seconds": ("histogram", "Time from the body read to the answer ready, commit included."),
    "starcase_commits_total": ("counter", "Commits to the write-ahead log."),
    "starcase_commit_failures_total": ("counter", "Commits that failed; every waiting request got a 503."),
    "starcase_commit_seconds_total": ("counter", "Time spent in commits."),
    "starcase_in_flight": ("gauge", "Requests being answered now."),
    "starcase_plan_version": ("gauge", "Version of the plan in force."),
    "starcase_degraded": ("gauge", "1 while the ledger cannot be read or a newer plan cannot be served."),
    "starcase_loop_lag_seconds": ("summary", "Lag of the event loop over the last minute."),
    "starcase_outcomes_learnt_total": ("counter", "Outcomes passed to online-learning models."),
    "starcase_outcomes_not_learnt_total": ("counter", "Outcomes that an online-learning model could not use."),
    "starcase_shadow_lag": ("gauge", "Decisions a shadow has not seen yet."),
    "starcase_shadow_coverage": ("gauge", "Share of decisions a shadow has answered."),
    "starcase_shadow_quarantined": ("gauge", "1 for a shadow that failed too often and is quarantined."),
    "starcase_controller_holds": ("gauge", "1 while the controller cannot read or write and therefore holds."),
    "starcase_segments": ("gauge", "Segments of the write-ahead log."),
    "starcase_log_reachable": ("gauge", "Whether the decision log accepts records from segments."),
    "starcase_refused_imports_total": ("counter", "Decisions that the log already holds with another answer."),
    "starcase_torn_segments_total": ("counter", "Segments kept aside because their end cannot be read."),
}


class ServingMetrics:
    """Counters of one worker; a dict of integers, because every request updates it."""

    def __init__(self) -> None:
        self._statuses: Counter[int] = Counter()
        self._reasons: Counter[str] = Counter()
        self._arms: Counter[tuple[str, str]] = Counter()
        self._failures: Counter[str] = Counter()
        self._ladder = [0] * (len(LADDER) + 1)
        self._seconds = 0
        self.gauges: dict[str, float] = {}
        self.lag = LoopLag()

    def count_decision(self, decision: Decision) -> None:
        """Count a decision."""
        self._arms[decision.arm, decision.model] += 1
        if decision.error:
            self._failures[decision.arm] += 1

    def count_failure(self, arm: str) -> None:
        """Count an arm that raised without a replacement answer."""
        self._failures[arm] += 1

    def count_answer(self, status: int, nanoseconds: int) -> None:
        """Count an answer."""
        self._statuses[status] += 1
        seconds = nanoseconds / 1e9
        self._ladder[bisect_left(LADDER, seconds)] += 1
        self._seconds += nanoseconds

    def count_refusal(self, status: int, code: str) -> None:
        """Count a refused request."""
        self._statuses[status] += 1
        self._reasons[code] += 1

    def collect_series(self, process: str) -> list[Series]:
        """Return all counters as (name, labels, value)."""
        mine = {"process": process}
        found: list[Series] = [
            *(("starcase_answers_total", {"status": str(s), **mine}, n) for s, n in self._statuses.items()),
            *(("starcase_refusals_total", {"reason": r, **mine}, n) for r, n in self._reasons.items()),
            *(
                ("starcase_decisions_total", {"arm": arm, "model": model[:12], **mine}, n)
                for (arm, model), n in self._arms.items()
            ),
            *(("starcase_arm_failures_total", {"arm": arm, **mine}, n) for arm, n in self._failures.items()),
            *((name, mine, value) for name, value in self.gauges.items()),
        ]
        if self.lag.count:
            found += self.lag.collect_series(process)
        total = 0
        for bound, n in zip((*LADDER, "+Inf"), self._ladder, strict=True):
            total += n
            found.append(("starcase_answer_seconds_bucket", {"le": str(bound), **mine}, total))
        found += [
            ("starcase_answer_seconds_sum", mine, self._seconds / 1e9),
            ("starcase_answer_seconds_count", mine, total),
        ]
        return found

    def save_series(self, path: Path, process: str) -> None:
        """Save all counters to a file for other processes; a full disk does not stop serving."""
        staging = path.with_suffix(NEW)
        with contextlib.suppress(OSError):
            staging.write_bytes(msgspec.msgpack.encode(self.collect_series(process)))
            staging.replace(path)


def render_prometheus(series: Iterable[Series]) -> str:
    """Render the Prometheus text format (exposition format 0.0.4).

    >>> print(render_prometheus([("starcase_in_flight", {"process": "worker-0"}, 3)]), end="")
    # HELP starcase_in_flight Requests being answered now.
    # TYPE starcase_in_flight gauge
    starcase_in_flight{process="worker-0"} 3
    """
    lines: list[str] = []
    known = sorted(series, key=lambda one: one[0])
    for family, (kind, words) in _HELP.items():
        of_family = [one for one in known if one[0] == family or (kind in _COMPOSED and one[0].startswith(family))]
        if of_family:
            lines += [f"# HELP {family} {words}", f"# TYPE {family} {kind}"]
        for name, labels, value in of_family:
            inside = ",".join(f'{key}="{_escape_label(text)}"' for key, text in labels.items())
            lines.append(f"{name}{{{inside}}} {value:.10g}")
    return "".join(f"{line}\n" for line in lines)


def list_counter_files(folder: Path) -> list[Path]:
    """List the files with the counters of the processes."""
    return sorted(path for path in folder.iterdir() if path.suffix != NEW)


def load_series(path: Path) -> list[Series]:
    """Load the counters of another process; empty where it has just ended."""
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=list[Series])
    except (FileNotFoundError, msgspec.MsgspecError):
        return []


def _escape_label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
