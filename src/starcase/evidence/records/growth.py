"""Records of how the costs of candidates scale with the data."""

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
    """The scaling exponents of one candidate: 1 is linear in the data, 2 is quadratic.

    Each of ``exponents`` is named after its cost; a cost below timing noise has none.
    """

    candidate: str
    exponents: tuple[Figure, ...]
    points: tuple[GrowthPoint, ...]

    @property
    def steepest(self) -> Figure | None:
        """The largest scaling exponent of the costs; None if none is known."""
        return max(self.exponents, key=lambda figure: figure.value, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowthSize:
    """The amount of data at one size: users, items, interactions."""

    factor: float
    counts: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """The scaling of the candidates of a contest with ``what`` (users and items), and how it was measured."""

    what: str
    sizes: tuple[GrowthSize, ...]
    candidates: tuple[CandidateGrowth, ...]
    method: str
