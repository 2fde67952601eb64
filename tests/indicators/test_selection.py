"""The default set: what a model learns from, and why the rest is left out."""

import re

import pytest

from sbwarn.errors import CatalogueError
from sbwarn.indicators import selection
from sbwarn.indicators.build import catalogue
from sbwarn.indicators.selection import default_set, left_out
from sbwarn.training.baselines import MOMENTUM


def test_the_default_set_is_the_catalogue_without_private_facts_and_what_never_helps():
    chosen = {fact.name for fact in default_set()}

    private = {fact.name for fact in catalogue() if fact.private}
    assert chosen == {fact.name for fact in catalogue()} - private - set(left_out())
    assert {fact.name for fact in default_set(private=True)} == chosen | private


def test_every_indicator_that_is_left_out_says_why_with_a_figure_or_a_policy():
    for name, why in left_out().items():
        assert re.search(r"[+-]0\.\d{4} .*n \d", why) or "policy" in why, name


def test_the_rule_of_thumb_that_has_to_be_beaten_is_in_the_default_set():
    assert MOMENTUM in {fact.name for fact in default_set()}


def test_a_name_that_the_catalogue_lacks_is_refused(monkeypatch):
    left_out.cache_clear()
    monkeypatch.setattr(selection, "catalogue", lambda: catalogue()[:3])

    with pytest.raises(CatalogueError, match="which is no indicator"):
        left_out()
    left_out.cache_clear()
