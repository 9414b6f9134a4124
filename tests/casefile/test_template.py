from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path

from hypothesis import given, settings
from tests.casefile.cases import cases

from starcase.casefile.layout import CaseFile
from starcase.casefile.template import render_template
from starcase.casefile.toml import parse_case
from starcase.contract.case_spec import Case, DataSpec, ObjectiveSpec
from starcase.systems.recommend.options import RecommendOptions

PLAIN = Case(
    name="a",
    title="A",
    system="s",
    incumbent="i",
    data=DataSpec(path="x", time="t", target="y"),
    objective=ObjectiveSpec(metric="m"),
)


@given(cases)
@settings(max_examples=60)
def test_a_commented_case_reads_back_as_the_same_case(case: Case) -> None:
    assert parse_case(render_template(case), Path("case.toml")) == case


def test_every_default_is_shown_and_valid_when_uncommented() -> None:
    text = render_template(PLAIN)
    shown = [line for line in text.splitlines() if re.match(r"# \w+ = ", line) and " = ..." not in line]
    assert len(shown) > 20
    lively = "\n".join(
        line.removeprefix("# ") if line in shown and "    # " not in line else line for line in text.splitlines()
    )
    assert parse_case(lively, Path("case.toml")) == PLAIN


def test_the_template_has_every_table() -> None:
    for part in fields(CaseFile):
        assert re.search(rf"^(# )?\[+{part.name}\]+$", render_template(PLAIN), re.MULTILINE), part.name


def test_the_template_shows_every_option_of_the_system() -> None:
    text = render_template(replace(PLAIN, options={"length": 20}), RecommendOptions)
    assert parse_case(text, Path("case.toml")).options == {"length": 20}
    _, _, shown = text.partition("[options]\n")
    for part in fields(RecommendOptions):
        assert re.search(rf"^(# )?{part.name} = ", shown, re.MULTILINE), part.name
