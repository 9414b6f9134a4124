"""All candidates against each other: the standings, every comparison with the recommended one, costs, the choice."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry, Figure
from starcase.evidence.records import ChoiceRecord, ComparisonFigure, ContestRecord, CostRecord, Vote
from starcase.story.claim import Claim
from starcase.story.expression import Expression, value
from starcase.story.licence import licensed, test_at
from starcase.story.pieces import Break, Name, Person, Piece, Quote, Sentence, Verb, count, figure, listed, say
from starcase.story.records import Records

HEAD = ("candidate", "role", "objective", "remark")


def tell_contest(records: Records, entry: Entry, record: ContestRecord) -> Iterator[Claim]:
    """Who took part, how each stood, how the recommended one compares with everybody else, and the verdict."""
    at = entry.id
    said = say(
        "{} candidates answered the same rows over {} folds in order of time, and each could be tuned over {} trials.",
        count(Expression("size", (f"{at}#standings",)), len(record.standings), "candidates"),
        count(Expression("size", (f"{at}#folds",)), len(record.folds), "folds"),
        count(value(f"{at}#trials_each"), record.trials_each, "trials"),
    )
    yield Claim(section="action", topic="contest", kind="count", sentence=said, weight=3, actor=entry.actor)
    for place in _ranked(record):
        yield _row(record, at, place)
    for place, comparison in enumerate(record.comparisons):
        if record.recommended in {comparison.candidate, comparison.against}:
            yield _compared(records, record, f"{at}#comparisons.{place}", comparison)
    if record.recommended:
        said = say(
            "The contest recommends {} with the verdict {} and gives as its reason {}",
            Name(record.recommended, f"{at}#recommended", code=True),
            Name(record.verdict, f"{at}#verdict", code=True),
            Quote(record.reason, f"{at}#reason"),
        )
    else:
        verdict, reason = Name(record.verdict, f"{at}#verdict", code=True), Quote(record.reason, f"{at}#reason")
        said = say("The verdict is {}, for {}", verdict, reason)
    yield Claim(section="action", topic="contest", kind="event", sentence=said, weight=3)


def _ranked(record: ContestRecord) -> list[int]:
    sign = -1.0 if record.direction == "higher" else 1.0
    objective = [_objective(s.figures, record.objective) for s in record.standings]
    return sorted(range(len(objective)), key=lambda i: sign * (f.value if (f := objective[i]) else 0.0))


def _objective(figures: tuple[Figure, ...], name: str) -> Figure | None:
    return next((figure for figure in figures if figure.name == name), None)


def _row(record: ContestRecord, at: str, place: int) -> Claim:
    standing, where = record.standings[place], f"{at}#standings.{place}"
    shown = next((i for i, f in enumerate(standing.figures) if f.name == record.objective), None)
    measured: Sentence = (
        ("not measured",) if shown is None else figure(standing.figures[shown], f"{where}.figures.{shown}")
    )
    remarks = [("suspect", standing.suspect), ("out", standing.out)]
    remark = listed([say("{}", Quote(said, f"{where}.{field}")) for field, said in remarks if said]) or ("",)
    sentence = say(
        "{}{}{}{}{}{}{}",
        Name(standing.candidate, f"{where}.candidate", code=True),
        Break(),
        Name(standing.role, f"{where}.role"),
        Break(),
        measured,
        Break(),
        remark,
    )
    return Claim(
        section="action",
        topic="contest",
        kind="value",
        sentence=sentence,
        weight=2,
        form="row",
        head=(*HEAD[:2], "objective, with interval", HEAD[3]),
    )


def _compared(records: Records, record: ContestRecord, where: str, comparison: ComparisonFigure) -> Claim:
    difference = _difference(comparison, where)
    one = Name(comparison.candidate, f"{where}.candidate", code=True)
    other = Name(comparison.against, f"{where}.against", code=True)
    metric = Name(comparison.metric, f"{where}.metric")
    test = test_at(records, where)
    word = next((w for w in ("better", "worse") if test is not None and licensed(w, test)), "")
    if word:
        words = "Offline, on the same rows, {} was {} than {} in {}: the difference is {}."
        said = say(words, one, Verb(word, where), other, metric, difference)
    elif test is not None and test.direction:
        words = "{} between {} and {} in {} is left once every pair is accounted for: it is {}."
        said = say(words, Verb("no difference", where), one, other, metric, difference)
    elif test is not None and licensed("no difference", test):
        words = "{} between {} and {} in {} could be shown: it is {}."
        said = say(words, Verb("no difference", where), one, other, metric, difference)
    else:
        said = say("Between {} and {}, {} differs by {}.", one, other, metric, difference)
    pair = {comparison.candidate, comparison.against}
    against_incumbent = any(s.role == "incumbent" and s.candidate in pair for s in record.standings)
    return Claim(
        section="action",
        topic="contest",
        kind="comparison",
        sentence=said,
        weight=3 if against_incumbent and comparison.metric == record.objective else 2,
        form="item",
    )


def _difference(comparison: ComparisonFigure, where: str) -> Sentence:
    """With the interval that belongs to the verdict; with that of one question alone in a ledger without it."""
    if comparison.adjusted is None:
        return figure(comparison.difference, f"{where}.difference", signed=True, difference=True)
    return figure(comparison.adjusted, f"{where}.adjusted", signed=True, difference=True, over="over all pairs")


def tell_cost(records: Records, entry: Entry, record: CostRecord) -> Iterator[Claim]:
    """What each candidate costs, and who stands on the front."""
    del records
    at = entry.id
    for place, cost in enumerate(record.costs):
        pieces: list[Piece] = [Name(cost.candidate, f"{at}#costs.{place}.candidate", code=True), Break()]
        shown = [
            say(
                "{} {}",
                Name(f.name, f"{at}#costs.{place}.figures.{i}.name"),
                figure(f, f"{at}#costs.{place}.figures.{i}"),
            )
            for i, f in enumerate(cost.figures)
        ]
        pieces += listed(shown)
        yield Claim(
            section="action",
            topic="cost",
            kind="value",
            sentence=tuple(pieces),
            weight=1,
            form="row",
            head=("candidate", "cost"),
        )
    if record.front:
        names = [say("{}", Name(name, f"{at}#front.{i}", code=True)) for i, name in enumerate(record.front)]
        said = say("On the front of objective, latency and size together: {}.", listed(names))
        yield Claim(section="action", topic="cost", kind="event", sentence=said)


def tell_choice(records: Records, entry: Entry, record: ChoiceRecord) -> Iterator[Claim]:
    """Who chose what and why; dissent is told as loudly as assent."""
    del records
    at = entry.id
    said = say(
        "{} chose {} and said {}",
        Person(entry.actor, f"{at}#@actor"),
        Name(record.chosen, f"{at}#chosen", code=True),
        Quote(record.reason, f"{at}#reason"),
    )
    yield Claim(section="action", topic="choice", kind="event", sentence=said, weight=4, actor=entry.actor)
    if record.criteria:
        criteria = [say("{}", Name(c, f"{at}#criteria.{i}")) for i, c in enumerate(record.criteria)]
        said = say("The criteria were {}.", listed(criteria))
        yield Claim(section="action", topic="choice", kind="event", sentence=said)
    for field, votes in (("votes", record.votes), ("dissent", record.dissent)):
        for place, vote in enumerate(votes):
            if field == "dissent" or vote not in record.dissent:
                yield _voted(vote, f"{at}#{field}.{place}", dissent=field == "dissent")


def _voted(vote: Vote, where: str, *, dissent: bool) -> Claim:
    words = "Against the choice, {} spoke for {}: {}" if dissent else "{} voted for {}: {}"
    said = say(
        words,
        Person(vote.who, f"{where}.who"),
        Name(vote.candidate, f"{where}.candidate", code=True),
        Quote(vote.reason, f"{where}.reason"),
    )
    return Claim(
        section="action",
        topic="choice",
        kind="quote",
        sentence=said,
        form="item",
        actor=vote.who,
        weight=3 if dissent else 2,
    )
