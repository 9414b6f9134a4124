"""Claims on live metrics, for shadows and experiments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from starcase.evidence import Figure
from starcase.evidence.records import MetricReading
from starcase.report.claim import Claim
from starcase.report.claim_rules import find_test, is_licensed
from starcase.report.expression import value
from starcase.report.number_format import build_shape
from starcase.report.pieces import ClaimVerb, Name, Sentence, fill, format_figure, format_number
from starcase.report.records import Records

CLASSES = {
    "experiment": "In a randomised experiment",
    "replayed": "In a replay of history",
    "simulated": "In a simulation",
    "off-policy": "Estimated from logged decisions",
    "offline": "Offline",
    "recorded": "As recorded",
}
WITHIN = "worse within the margin"
VERDICTS = ("better", "worse", WITHIN, "no worse", "no difference")


def describe_metrics(
    records: Records,
    metrics: Sequence[MetricReading],
    where: str,
    names: tuple[Name, Name],
    *,
    topic: str,
    first: int = 0,
) -> Iterator[Claim]:
    """One claim a metric: both values and the licensed statement on the difference.

    Args:
        records: of the case.
        metrics: read at one look.
        where: the reference they stand at.
        names: challenger and champion.
        topic: the stage that looked.
        first: the index of the first metric; earlier ones are reported elsewhere.
    """
    for place, metric in enumerate(metrics):
        if place < first:
            continue
        at = f"{where}.{place}"
        said = _format_comparison(records, metric, at, names)
        yield Claim(section="result", topic=topic, kind="comparison", sentence=said, form="item", weight=3)
        values = fill(
            "The values of {} are {} for {} and {} for {}.",
            Name(metric.metric, f"{at}.metric"),
            format_figure(metric.challenger, f"{at}.challenger"),
            names[0],
            format_figure(metric.champion, f"{at}.champion"),
            names[1],
        )
        yield Claim(section="result", topic=topic, kind="value", sentence=values, form="item")


def select_word(records: Records, reference: str) -> str:
    """The strongest word that the test at ``reference`` licenses; empty where it licenses none."""
    test = find_test(records, reference)
    return next((word for word in VERDICTS if test is not None and is_licensed(word, test)), "")


def _format_comparison(records: Records, metric: MetricReading, at: str, names: tuple[Name, Name]) -> Sentence:
    how = CLASSES[metric.difference.evidence_class]
    name = Name(metric.metric, f"{at}.metric")
    difference = format_figure(metric.difference, f"{at}.difference", signed=True, difference=True)
    word = select_word(records, at)
    if word in {"better", "worse"}:
        words = how + ", {} was {} than {} in {}: the difference is {}."
        return fill(words, names[0], ClaimVerb(word, at), names[1], name, difference)
    if word in {WITHIN, "no worse"}:
        shown = Figure(name=f"{metric.metric}, margin", value=metric.margin, unit=metric.difference.unit)
        margin = format_number(value(f"{at}.margin"), metric.margin, build_shape(shown, difference=True), shown.name)
        by = "the margin of {} was fixed beforehand" if word == WITHIN else "by the margin of {} fixed beforehand"
        words = how + ", {} was {} than {} in {}" + (", " if word == WITHIN else " ") + by + ": the difference is {}."
        return fill(words, names[0], ClaimVerb(word, at), names[1], name, margin, difference)
    if word:
        words = how + ", {} between {} and {} in {} could be shown: it is {}."
        return fill(words, ClaimVerb(word, at), *names, name, difference)
    return fill(how + ", the difference between {} and {} in {} is {}.", *names, name, difference)
