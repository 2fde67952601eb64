"""The explanation that Korean law lets an owner ask for."""

import pytest

from sbwarn import explain
from sbwarn.messages import say
from tests.consult.one_shop import falling, young

HEADINGS = ("what", "inputs", "criteria", "result", "missing", "quality", "rights")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_explanation_has_all_its_parts(language):
    score = falling()
    told = explain(score, language=language)

    for name in HEADINGS:
        assert say(f"explain.heading.{name}", into=language) in told
    assert score.score_id in told
    assert "30" in told.split(say("explain.heading.rights", into=language))[1]
    for reason in (*score.reasons, *score.strengths):
        assert reason.text(language, "owner") in told


def test_it_tells_the_criteria_with_their_share_and_what_is_not_used():
    told = explain(falling(), language="en")

    assert "Sales " in told
    assert "Not used: name, age, sex" in told
    assert "synthetic" in told


def test_an_abstention_is_explained_as_no_disadvantage():
    told = explain(young(), language="en")

    assert "No risk was estimated" in told
    assert "no disadvantage" in told


def test_it_tells_inputs_by_name_and_never_an_amount():
    told = explain(falling(), language="en")

    assert "sales (24 months)" in told
    assert "rent (1 month)" in told
    assert "12,000,000" not in told
