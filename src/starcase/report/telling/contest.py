"""Claims of a contest: candidates, results and verdict."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry, Figure
from starcase.evidence.records import ContestRecord
from starcase.report.claim import Claim
from starcase.report.expression import Expression, value
from starcase.report.number_format import build_level_shape
from starcase.report.pieces import (
    Break,
    Name,
    Quote,
    Sentence,
    fill,
    format_cell,
    format_count,
    format_number,
    join_list,
)
from starcase.report.records import Records
from starcase.report.telling.comparisons import describe_comparisons
from starcase.report.telling.settings import describe_settings
from starcase.report.telling.trivial_baseline import describe_trivial_baselines
from starcase.report.telling.tuning_gain import describe_tuning_gain

HEAD = ("candidate", "role", "objective", "remark")
SETTINGS = ("case.incumbent", "objective.margin", "guardrails", "contest.level", "contest.draws", "case.seed")


def describe_contest(records: Records, entry: Entry, record: ContestRecord) -> Iterator[Claim]:
    """Claims on the candidates, their results, the comparisons of the recommended one, and the verdict."""
    yield _describe_participants(entry, record)
    for place in _rank_standings(record):
        yield _build_row(record, entry.id, place)
    yield from describe_tuning_gain(records, entry, record)
    yield from describe_comparisons(records, entry, record)
    yield _describe_verdict(entry, record)
    yield from describe_trivial_baselines(records, entry, record)
    yield from _describe_coverage(entry, record)
    yield from describe_settings(
        entry, record.settings, SETTINGS, topic="contest", words="The contest was decided with {}."
    )


def _describe_participants(entry: Entry, record: ContestRecord) -> Claim:
    at = entry.id
    who = format_count(Expression("size", (f"{at}#standings",)), len(record.standings), "candidates")
    folds = format_count(Expression("size", (f"{at}#folds",)), len(record.folds), "folds")
    trials = format_count(value(f"{at}#trials_each"), record.trials_each, "trials")
    words = "{} candidates answered the same rows; folds in order of time: {}, settings that each could try: {}"
    said = fill(f"{words}.", who, folds, trials)
    if record.trials_each > 1:
        windows = format_count(value(f"{at}#windows_each"), record.windows_each, "windows")
        said = fill(words + ", in windows of training time: {}.", who, folds, trials, windows)
    brief = fill("{} candidates answered the same rows.", who)
    first = next((i for i, s in enumerate(record.standings) for f in s.figures if _has_interval(f, record)), None)
    if first is not None:
        place = next(i for i, f in enumerate(record.standings[first].figures) if _has_interval(f, record))
        level = record.standings[first].figures[place].level or 0.0
        source = value(f"{at}#standings.{first}.figures.{place}.level")
        shown = format_number(source, level, build_level_shape(level), "coverage")
        said = (*said, *fill(" In brackets stands the {} interval of each, taken alone.", shown))
    return Claim(
        section="action",
        topic="contest",
        kind="count",
        sentence=said,
        brief=brief,
        actor=entry.actor,
    )


def _has_interval(figure: Figure, record: ContestRecord) -> bool:
    return figure.name == record.objective and figure.low is not None


def _describe_verdict(entry: Entry, record: ContestRecord) -> Claim:
    at = entry.id
    verdict, reason = Name(record.verdict, f"{at}#verdict", code=True), Quote(record.reason, f"{at}#reason")
    if record.recommended and record.verdict == "no winner":
        name = Name(record.recommended, f"{at}#recommended", code=True)
        said = fill("The contest recommends nobody, and {} stays; the verdict is {}: {}", name, verdict, reason)
        brief = fill("The contest recommended nobody, and {} stays.", name)
    elif record.recommended:
        name = Name(record.recommended, f"{at}#recommended", code=True)
        said = fill("The contest recommends {}; the verdict is {}: {}", name, verdict, reason)
        brief = fill("The contest recommended {}.", name)
    else:
        said, brief = fill("The verdict is {}: {}", verdict, reason), fill("The verdict was {}.", verdict)
    return Claim(section="action", topic="contest", kind="event", sentence=said, brief=brief, weight=3)


def _describe_coverage(entry: Entry, record: ContestRecord) -> Iterator[Claim]:
    """Claims on the coverage of the intervals, and on the folds the recommended candidate led."""
    at = entry.id
    said = fill("Its intervals cover {}", Quote(record.question, f"{at}#question"))
    yield Claim(section="action", topic="contest", kind="event", sentence=fill("{}.", said))
    if record.ahead:
        folds = format_count(Expression("size", (f"{at}#folds",)), len(record.folds), "folds")
        counted = [
            fill(
                "than {} in {}",
                Name(one.against, f"{at}#ahead.{i}.against", code=True),
                format_count(value(f"{at}#ahead.{i}.folds"), one.folds, "folds ahead"),
            )
            for i, one in enumerate(record.ahead)
        ]
        name = Name(record.recommended, f"{at}#recommended", code=True)
        words = fill("Folds held: {}; {} reached more {}.", folds, name, join_list(counted))
        yield Claim(section="action", topic="contest", kind="count", sentence=words)


def _rank_standings(record: ContestRecord) -> list[int]:
    sign = -1.0 if record.direction == "higher" else 1.0
    objective = [_find_objective(s.figures, record.objective) for s in record.standings]
    return sorted(range(len(objective)), key=lambda i: sign * (f.value if (f := objective[i]) else 0.0))


def _find_objective(figures: tuple[Figure, ...], name: str) -> Figure | None:
    return next((figure for figure in figures if figure.name == name), None)


def _build_row(record: ContestRecord, at: str, place: int) -> Claim:
    standing, where = record.standings[place], f"{at}#standings.{place}"
    shown = next((i for i, f in enumerate(standing.figures) if f.name == record.objective), None)
    measured: Sentence = (
        ("not measured",) if shown is None else format_cell(standing.figures[shown], f"{where}.figures.{shown}")
    )
    remarks = [("suspect", standing.suspect), ("out", standing.out), ("remark", standing.remark)]
    remark = join_list([fill("{}", Quote(said, f"{where}.{field}")) for field, said in remarks if said]) or ("",)
    sentence = fill(
        "{}{}{}{}{}{}{}",
        Name(standing.candidate, f"{where}.candidate", code=True),
        Break(),
        Name(standing.role, f"{where}.role"),
        Break(),
        measured,
        Break(),
        remark,
    )
    return Claim(section="action", topic="contest", kind="value", sentence=sentence, weight=2, form="row", head=HEAD)
