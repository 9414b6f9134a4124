"""Records of a contest: candidates on the same folds, their costs, and the choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from starcase.evidence.figure import Figure
from starcase.evidence.records.growth import Growth
from starcase.evidence.records.setting import Setting

ClaimPart = Literal["kept", "falls short", "goes the other way", "not shown", "not measured"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldSpan:
    """One fold: trained on what was known at ``train_end``, measured on the test span; microseconds UTC."""

    name: str
    train_end: int
    test_start: int
    test_end: int
    units: int
    outcomes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningGain:
    """The result of a candidate's default parameters on the rows of the contest, where tuning chose others.

    ``figure`` is the default's, ``comparison`` the tuned one against it. It is measured for the report alone:
    parameters were chosen before.
    """

    figure: Figure
    comparison: ComparisonFigure


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The result of one candidate in the contest.

    ``complexity`` is 0 for a constant answer and grows with what must be kept alive; ``suspect`` says why a
    configuration should not be believed, ``out`` which guardrail it is shown to break; both are empty otherwise.
    ``fits`` is how many fits with different seeds the figures are the mean of, and ``spread`` how far those lie apart;
    ``model`` is the first of them. ``untuned`` is the candidate's own default, where tuning moved away from it.
    ``by_fold`` is the objective on each fold; ``remark`` is what the candidate says of how its last fit went;
    ``may_break`` names the guardrails whose interval includes their margin.
    """

    candidate: str
    model: str
    role: Literal["incumbent", "candidate", "baseline"]
    complexity: int
    trials: int
    figures: tuple[Figure, ...]
    parameters: tuple[tuple[str, str], ...] = ()
    suspect: str = ""
    out: str = ""
    fits: int = 1
    spread: Figure | None = None
    untuned: TuningGain | None = None
    by_fold: tuple[float, ...] = ()
    remark: str = ""
    may_break: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldLead:
    """The number of folds in which the recommended candidate was better than another."""

    against: str
    folds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonFigure:
    """One paired comparison: ``candidate`` minus ``against`` in ``metric`` on the same units.

    The sign of ``difference`` is the metric's own; ``verdict`` has taken the metric's direction and the correction for
    several questions into account. The interval of ``difference`` is that of one question alone; ``adjusted`` is the
    same difference with the interval that belongs to the verdict, and leaves out zero exactly where a difference is
    shown. Older ledgers do not hold it. ``p_value`` is None where independent units were too few for a test.
    """

    candidate: str
    against: str
    metric: str
    difference: Figure
    p_value: Figure | None
    verdict: Literal["better", "worse", "no difference shown"]
    method: str
    adjusted: Figure | None = None

    @property
    def shown(self) -> Figure:
        """The difference shown with the verdict."""
        return self.adjusted or self.difference


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestRecord:
    """A contest and its verdict.

    Each candidate could be tuned over ``trials_each`` parameter sets in ``windows_each`` windows inside training time
    and was fitted with ``seeds_each`` seeds; its intervals cover the moment at which training ends as well where
    ``over_time`` says so. ``values_sha256`` is the hash of every row, by columns where ``canonical`` says so; that of
    version 0.1 depends on the version of a library and cannot be checked. ``ahead`` counts the folds in which the
    recommended one reached more than the incumbent and than the best trivial answer.
    ``settings`` are the keys of case.toml that decided it, and ``wording`` is the id of the case record they stand in.
    """

    KIND: ClassVar[str] = "contest"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    contest: str
    objective: str
    direction: Literal["higher", "lower"]
    question: str
    folds: tuple[FoldSpan, ...]
    standings: tuple[Standing, ...]
    comparisons: tuple[ComparisonFigure, ...]
    verdict: Literal["winner", "simplest within the tie", "no winner"]
    recommended: str
    tied: tuple[str, ...]
    reason: str
    trials_each: int
    values_sha256: str
    data_sha256: str
    seeds_each: int = 1
    over_time: bool = False
    windows_each: int = 1
    ahead: tuple[FoldLead, ...] = ()
    settings: tuple[Setting, ...] = ()
    wording: str = ""
    canonical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateCost:
    """The costs of one candidate: figures in seconds, microseconds, MB, bytes."""

    candidate: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAnswer:
    """The answer to a claim of relative changes: holds for the claimed pair, for another pair, or for none.

    ``candidate`` against ``against`` is the pair that ``changes`` were measured on; where the claim is refused it is
    the recommended candidate against the incumbent, or the candidate that fulfils most of it.

    >>> less = Figure(name="p50 latency", value=-0.3, unit="share")
    >>> seen = Figure(name="p50 latency", value=-0.2, unit="share", low=-0.25, high=-0.15, level=0.95)
    >>> ClaimAnswer(claim="quicker", verdict="refused", candidate="a", against="b", changes=(seen,), wanted=(less,),
    ...             method="").parts
    ('falls short',)
    """

    claim: str
    verdict: Literal["holds", "holds for another pair", "refused"]
    candidate: str
    against: str
    changes: tuple[Figure, ...]
    wanted: tuple[Figure, ...]
    method: str

    @property
    def parts(self) -> tuple[ClaimPart, ...]:
        """The result for each claimed change in the order of ``wanted``, judged by its interval."""
        found = {figure.name: figure for figure in self.changes}
        return tuple(_classify_change(wanted.value, found.get(wanted.name)) for wanted in self.wanted)


def _classify_change(wanted: float, found: Figure | None) -> ClaimPart:
    if found is None or found.low is None or found.high is None:
        return "not measured"
    sign = 1.0 if wanted > 0 else -1.0
    least, most = sorted((sign * found.low, sign * found.high))
    if least >= sign * wanted:
        return "kept"
    if most < 0:
        return "goes the other way"
    return "falls short" if most < sign * wanted else "not shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPlace:
    """The relation of one candidate to the Pareto front: the criterion it leads, or the candidates that dominate it.

    ``behind`` are those who are nowhere worse and somewhere better; where there are none it is on the front, and
    ``why`` says in what it leads.
    """

    candidate: str
    why: str = ""
    behind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRecord:
    """The costs of the candidates of a contest on one machine, and the Pareto front.

    ``front`` are those no other beats in the objective and all of ``counted`` together, ``front_share`` the share of
    bootstrap draws in which each is on it, ``places`` what each is on it for; ``weight_share`` is the share of all
    weightings of the same under which each comes first. ``over`` says who breaks which budget, and ``recommended`` is
    the contest's recommendation among the others: empty where none is left. ``claims`` are the claims about a
    new model with their measured answers; ``growth`` is how the costs grow with the data, where that was asked.
    """

    KIND: ClassVar[str] = "cost"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = True

    contest: str
    machine: str
    costs: tuple[CandidateCost, ...]
    front: tuple[str, ...]
    front_share: tuple[tuple[str, float], ...] = ()
    weight_share: tuple[tuple[str, float], ...] = ()
    over: tuple[tuple[str, str], ...] = ()
    recommended: str = ""
    claims: tuple[ClaimAnswer, ...] = ()
    counted: tuple[str, ...] = ("p50 latency", "artefact size")
    places: tuple[FrontPlace, ...] = ()
    growth: Growth | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One person's vote, with the reason given for it."""

    who: str
    candidate: str
    reason: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceRecord:
    """The choice of a candidate with its criteria and all votes, including dissent.

    ``settings`` are the keys of case.toml that decided the contest and who may vote, and ``wording`` is the id of the
    case record that stood then.
    """

    KIND: ClassVar[str] = "choice"
    VERSION: ClassVar[int] = 1
    CLOCK: ClassVar[bool] = False

    contest: str
    chosen: str
    criteria: tuple[str, ...]
    votes: tuple[Vote, ...]
    dissent: tuple[Vote, ...]
    reason: str
    settings: tuple[Setting, ...] = ()
    wording: str = ""
