from __future__ import annotations

from pathlib import Path

import pytest

from starcase.casefile.toml import read_case, write_case
from starcase.contract.case_spec import CandidateSpec, Case, ExperimentSpec, GateSpec, GuardrailSpec, ObjectiveSpec
from starcase.errors import CaseFileError
from starcase.extensions.case_validation import validate_case
from starcase.testing import ToySystem, toy_case

SYSTEM = ToySystem()
METRIC = SYSTEM.metrics(toy_case())[0].name
NAMES = [c.name for c in SYSTEM.candidates(toy_case())]


def test_a_case_with_known_names_is_valid() -> None:
    validate_case(toy_case(), SYSTEM, gates=["leakage"])
    validate_case(
        toy_case(
            candidates=tuple(CandidateSpec(name=name) for name in NAMES),
            guardrails=(GuardrailSpec(metric=METRIC, margin=1),),
            gates=(GateSpec(name="leakage"),),
            experiment=ExperimentSpec(metric=SYSTEM.live_metrics(toy_case())[0].name, segments="sides"),
        ),
        SYSTEM,
        gates=["leakage"],
    )


@pytest.mark.parametrize(
    ("case", "key", "words"),
    [
        (toy_case(objective=ObjectiveSpec(metric="square_error")), "objective.metric", "'squared_error'"),
        (
            toy_case(guardrails=(GuardrailSpec(metric="alerts", margin=1),)),
            "guardrails[0].metric",
            "'alerts' is not a metric",
        ),
        (toy_case(candidates=(CandidateSpec(name=NAMES[0]), CandidateSpec(name="x9"))), "candidates[1].name", "'x9'"),
        (
            toy_case(experiment=ExperimentSpec(metric="errors_rate")),
            "experiment.metric",
            "not a live metric of system 'toy'; the nearest known is 'error_rate'",
        ),
        (
            toy_case(experiment=ExperimentSpec(segments="side")),
            "experiment.segments",
            "not a segmentation of system 'toy', nor a .csv or .parquet file; the nearest known is 'sides'",
        ),
        (toy_case(incumbent="nobody"), "case.incumbent", "candidate of this case"),
        (toy_case(gates=(GateSpec(name="leakge"),)), "gates[0].name", "nearest known is 'leakage'"),
    ],
)
def test_an_unknown_name_is_refused_with_its_line(case: Case, key: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(CaseFileError) as caught:
        validate_case(case, SYSTEM, gates=["leakage"])
    assert caught.value.key == caught.value.where == key
    assert words in str(caught.value)
    (tmp_path / "case.toml").write_text(write_case(case))
    with pytest.raises(CaseFileError, match=r"case\.toml:\d+"):
        validate_case(read_case(tmp_path), SYSTEM, gates=["leakage"])


def test_the_error_for_an_excluded_built_in_incumbent_gives_the_reason() -> None:
    case = toy_case(incumbent=NAMES[0], candidates=(CandidateSpec(name=NAMES[1]),))
    with pytest.raises(
        CaseFileError, match=rf"{NAMES[0]} is built in, but if \[\[candidates\]\] is set, only those named"
    ):
        validate_case(case, SYSTEM)
