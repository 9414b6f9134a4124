"""What candidates take when units and what they choose from are fewer or more."""

from __future__ import annotations

from dataclasses import dataclass

from starcase.evidence.figure import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthPoint:
    """One candidate at one size, ``factor`` times that of the case.

    ``figures`` were measured where ``factor`` is at most 1, and follow from the exponents beyond; ``foretold`` is the
    memory that the candidate itself said fitting would need, before it was tried. ``refused`` says why it would not, or
    could not, be fitted at this size, and what to take instead; ``without`` what it would leave out to fit into memory.
    """

    factor: float
    figures: tuple[Figure, ...] = ()
    foretold: Figure | None = None
    refused: str = ""
    without: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateGrowth:
    """How one candidate grows: at an exponent of 1 a cost keeps pace with the data, at 2 it goes with their square.

    Each of ``exponents`` is named after its cost; a cost too small to be told apart from the clock's luck has none.
    """

    candidate: str
    exponents: tuple[Figure, ...]
    points: tuple[GrowthPoint, ...]

    @property
    def steepest(self) -> Figure | None:
        """The exponent of whichever cost grows fastest; None where none is known."""
        return max(self.exponents, key=lambda figure: figure.value, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthSize:
    """How much there was at one size: users, items, interactions."""

    factor: float
    counts: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How the candidates of a contest grow with ``what`` (users and items), and how that was found out."""

    what: str
    sizes: tuple[GrowthSize, ...]
    candidates: tuple[CandidateGrowth, ...]
    method: str
