"""A candidate that needs an extra may be optional: without the extra it takes no part, and the check says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.systems.recommend.cases import case_of, purchases

from starcase.contract.case_spec import CandidateSpec, Case
from starcase.errors import CaseFileError, PluginError
from starcase.extensions.case_validation import validate_case
from starcase.systems.recommend import RecommendSystem, candidates

SYSTEM = RecommendSystem()


def with_deep(folder: Path, *, optional: bool) -> Case:
    named = (CandidateSpec(name="item_knn"), CandidateSpec(name="sasrec", optional=optional))
    return case_of(folder, purchases(), candidates=named)


def taking_part(case: Case) -> list[str]:
    validate_case(case, SYSTEM)
    return [candidate.name for candidate in SYSTEM.candidates(case)]


def test_with_the_extra_it_takes_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "is_installed", bool)
    case = with_deep(tmp_path, optional=True)
    assert taking_part(case) == ["item_knn", "sasrec"]
    assert not [finding for finding in SYSTEM.load(case).check().findings if "sasrec" in finding.where]


def test_without_it_the_others_go_on_and_the_check_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "is_installed", lambda learner: not learner.needs)
    case = with_deep(tmp_path, optional=True)
    assert taking_part(case) == ["item_knn"]
    (note,) = [finding for finding in SYSTEM.load(case).check().findings if "sasrec" in finding.where]
    assert note.severity == "note"
    assert "torch" in note.what
    assert note.mend == "pip install 'starcase[torch]'"


def test_one_that_is_not_optional_stops_the_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "is_installed", lambda learner: not learner.needs)
    with pytest.raises(PluginError, match="needs the library torch"):
        taking_part(with_deep(tmp_path, optional=False))


def test_an_unknown_name_is_refused_optional_or_not(tmp_path: Path) -> None:
    case = case_of(
        tmp_path, purchases(), candidates=(CandidateSpec(name="item_knn"), CandidateSpec(name="sassrec", optional=True))
    )
    with pytest.raises(CaseFileError, match="the nearest is 'sasrec'"):
        taking_part(case)
