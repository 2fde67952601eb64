"""What every indicator promises by itself, and that it can speak: finite, modest about months, named in two languages."""

from __future__ import annotations

import string

import pytest

from sbwarn.indicators.build import catalogue
from sbwarn.indicators.inputs import CALENDAR
from sbwarn.indicators.manifest import available_after_days, tables_of
from sbwarn.messages import catalogue as sentences
from sbwarn.tables.schema import TABLES, table_schema
from tests.promises import formulas
from tests.promises.way import library

EVERY = pytest.mark.parametrize("fact", catalogue(), ids=lambda fact: fact.name)
TONGUES = pytest.mark.parametrize("tongue", ["ko", "en"])
LAGS = {table: table_schema(table).lag_months for table in TABLES}


FORMULAS = (
    formulas.every_value_is_finite_or_unknown,
    formulas.inputs_are_left_as_they_were,
    formulas.where_nothing_is_known_nothing_is_said,
    formulas.months_before_the_window_do_not_matter,
    formulas.the_oldest_declared_month_matters,
    formulas.declared_months_are_kept,
    formulas.threads_and_blocks_change_no_bit,
    formulas.some_shop_has_a_figure,
)


@pytest.mark.parametrize("promise", FORMULAS, ids=lambda promise: promise.__name__)
def test_no_indicator_breaks_a_promise(promise):
    assert promise(library()) == frozenset()


@EVERY
def test_it_waits_as_long_as_the_slowest_of_its_tables_and_no_longer(fact):
    waits = available_after_days([fact], LAGS)

    tables = [table for table in tables_of(fact) if table != "calendar"]
    assert waits == {fact.name: 31 * max((LAGS[table] for table in tables), default=0)}
    assert tables or set(fact.reads) <= set(CALENDAR)


@TONGUES
@EVERY
def test_it_has_a_label_and_a_reason_that_tells_the_value(fact, tongue):
    known = sentences(tongue)

    gaps = {gap for _, gap, _, _ in string.Formatter().parse(known[f"indicators.{fact.name}.reason"])}
    assert known[f"indicators.{fact.name}.label"].strip()
    assert "value" in gaps or not fact.tells


@EVERY
def test_both_languages_tell_the_same_figures(fact):
    gaps = [
        {
            gap
            for _, gap, _, _ in string.Formatter().parse(sentences(tongue)[f"indicators.{fact.name}.reason"])
            if gap
        }
        for tongue in ("ko", "en")
    ]

    assert gaps[0] == gaps[1]


@EVERY
def test_its_formula_is_told_by_its_first_sentence(fact):
    first = (fact.function.__doc__ or "").strip().splitlines()[0]

    assert first.endswith((".", ":"))
    assert fact.source
