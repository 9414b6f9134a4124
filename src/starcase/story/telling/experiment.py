"""What was fixed before an experiment, and what its last reading says."""

from __future__ import annotations

from collections.abc import Iterator

from starcase.evidence import Entry
from starcase.evidence.records import PlanRecord, ReadingRecord
from starcase.story.claim import Claim
from starcase.story.expression import value
from starcase.story.licence import licensed, test_at
from starcase.story.pieces import Name, Person, Quote, Sentence, Verb, count, figure, number, say
from starcase.story.records import Records
from starcase.story.shape import Shape

CLASSES = {
    "experiment": "In a randomised experiment",
    "replayed": "In a replay of history",
    "simulated": "In a simulation",
    "off-policy": "Estimated from logged decisions",
    "offline": "Offline",
    "recorded": "As recorded",
}


def tell_plan(records: Records, entry: Entry, record: PlanRecord) -> Iterator[Claim]:
    """Metric, margin, error rate and size, as they stood before the first unit."""
    del records
    at = entry.id
    said = say(
        "Before the first unit {} fixed the experiment of {} against {}: the objective {}, a margin of {}, an error "
        "rate of {} and a size of {}.",
        Person(entry.actor, f"{at}#@actor"),
        Name(record.challenger, f"{at}#challenger", code=True),
        Name(record.champion, f"{at}#champion", code=True),
        Name(record.objective, f"{at}#objective"),
        figure(record.margin, f"{at}#margin"),
        number(value(f"{at}#alpha"), record.alpha, Shape(style="share", digits=1), "error rate"),
        figure(record.planned, f"{at}#planned"),
    )
    yield Claim(section="action", topic="experiment", kind="value", sentence=said, actor=entry.actor)


def tell_reading(records: Records, entry: Entry, record: ReadingRecord) -> Iterator[Claim]:
    """The last reading of each experiment: verdict, difference, arms."""
    same = [e for e, r in records.of(ReadingRecord) if r.experiment == record.experiment]
    if same[-1] is not entry:
        return
    yield Claim(
        section="result",
        topic="experiment",
        kind="comparison",
        sentence=_read(records, entry, record),
        weight=3,
        form="item",
    )
    at = entry.id
    said = say("The reading gives as its reason {}", Quote(record.why, f"{at}#why"))
    yield Claim(section="result", topic="experiment", kind="quote", sentence=said, form="item")
    for place, arm in enumerate(record.arms):
        for i, shown in enumerate(arm.figures):
            where = f"{at}#arms.{place}"
            said = say(
                "In the arm {}, {} was {} over {} units.",
                Name(arm.arm, f"{where}.arm", code=True),
                Name(shown.name, f"{where}.figures.{i}.name"),
                figure(shown, f"{where}.figures.{i}"),
                count(value(f"{where}.units"), arm.units, "units"),
            )
            yield Claim(section="result", topic="experiment", kind="value", sentence=said, form="item")


def _read(records: Records, entry: Entry, record: ReadingRecord) -> Sentence:
    at = entry.id
    plans = [(e, p) for e, p in records.of(PlanRecord) if p.experiment == record.experiment and e.seq < entry.seq]
    if record.difference is None or not plans:
        why = "it has no difference to show" if plans else "no plan stands before it"
        said = say("The experiment {} says nothing yet: ", Name(record.experiment, f"{at}#experiment", code=True))
        return (*said, why, ".")
    planned, plan = plans[-1]
    test = test_at(records, at)
    how = CLASSES[record.difference.evidence_class]
    challenger = Name(plan.challenger, f"{planned.id}#challenger", code=True)
    champion = Name(plan.champion, f"{planned.id}#champion", code=True)
    metric = Name(record.difference.name, f"{at}#difference.name")
    difference = figure(record.difference, f"{at}#difference", signed=True, difference=True)
    can = [w for w in ("better", "worse", "no worse", "no difference") if test is not None and licensed(w, test)]
    if can and can[0] in {"better", "worse"}:
        if test is not None and licensed("caused", test):
            words = how + ", {} was {} than {}: it {} a difference in {} of {}."
            return say(words, challenger, Verb(can[0], at), champion, Verb("caused", at), metric, difference)
        words = how + ", {} was {} than {}: the difference in {} is {}."
        return say(words, challenger, Verb(can[0], at), champion, metric, difference)
    if can and can[0] == "no worse":
        words = how + ", {} was {} than {} by the margin fixed beforehand: the difference in {} is {}."
        return say(words, challenger, Verb("no worse", at), champion, metric, difference)
    words = how + ", {} between {} and {} could be shown: in {} it is {}."
    return say(words, Verb("no difference", at), challenger, champion, metric, difference)
