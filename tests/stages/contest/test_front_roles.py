"""Each member of the front leads in some criterion."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from starcase.stages.contest.front_roles import assign_front_roles
from starcase.stages.contest.pareto_front import find_pareto_front

COSTS = ("p50 latency", "growth")
POINTS = st.dictionaries(
    st.sampled_from("abcdefgh"), st.tuples(*[st.integers(0, 4).map(float)] * 3), min_size=1, max_size=8
)


@given(POINTS)
def test_roles_and_front_agree(points: dict[str, tuple[float, float, float]]) -> None:
    found = assign_front_roles(points, COSTS, "error")
    assert tuple(place.candidate for place in found if not place.behind) == find_pareto_front(points)
    assert all(bool(place.why) != bool(place.behind) for place in found)
    on = {place.candidate for place in found if not place.behind}
    assert all(on & set(place.behind) for place in found if place.behind)


def test_leads_are_described_in_words() -> None:
    points = {"a": (0.1, 9.0, 2.0), "b": (0.3, 1.0, 1.0), "c": (0.2, 5.0, 1.0), "d": (0.3, 9.0, 2.0)}
    said = {place.candidate: place.why or place.behind for place in assign_front_roles(points, COSTS, "error")}
    assert said == {
        "a": "best error",
        "b": "quickest, grows slowest",
        "c": "grows slowest, best error of those as quick or that grow as slowly",
        "d": ("a", "b", "c"),
    }
