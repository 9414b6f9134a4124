"""An optional candidate without its extra is left out, and the check reports it."""

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


def test_an_optional_candidate_with_its_extra_is_included(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "is_installed", bool)
    case = with_deep(tmp_path, optional=True)
    assert taking_part(case) == ["item_knn", "sasrec"]
    assert not [finding for finding in SYSTEM.load(case).check().findings if "sasrec" in finding.where]


def test_an_optional_candidate_without_its_extra_is_left_out_and_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "is_installed", lambda learner: not learner.needs)
    case = with_deep(tmp_path, optional=True)
    assert taking_part(case) == ["item_knn"]
    (note,) = [finding for finding in SYSTEM.load(case).check().findings if "sasrec" in finding.where]
    assert note.severity == "note"
    assert "torch" in note.what
    assert note.mend == "pip install 'starcase[torch]'"


def test_a_required_candidate_without_its_extra_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "is_installed", lambda learner: not learner.needs)
    with pytest.raises(PluginError, match="needs the library torch"):
        taking_part(with_deep(tmp_path, optional=False))


def test_an_unknown_candidate_name_is_refused_even_if_optional(tmp_path: Path) -> None:
    case = case_of(
        tmp_path, purchases(), candidates=(CandidateSpec(name="item_knn"), CandidateSpec(name="sassrec", optional=True))
    )
    with pytest.raises(CaseFileError, match="the nearest is 'sasrec'"):
        taking_part(case)
