"""What the decorator attaches, and which indicators the catalogue refuses."""

from types import ModuleType

import numpy as np
import pytest

from sbwarn.errors import CatalogueError
from sbwarn.indicators import build, sales
from sbwarn.indicators.mechanism import collect, indicator


def module(name: str, *functions) -> ModuleType:
    """A module in which these functions were written."""
    made = ModuleType(name)
    for function in functions:
        function.__module__ = name
        vars(made)[function.__name__] = function
    return made


@pytest.fixture
def refuses(monkeypatch):
    """The catalogue of one family that holds these functions; the true one afterwards."""
    build.catalogue.cache_clear()

    def family(*functions):
        monkeypatch.setattr(build, "FAMILIES", (module("odd", *functions),))
        return build.catalogue()

    yield family
    monkeypatch.undo()
    build.catalogue.cache_clear()


def test_the_decorator_hands_back_the_same_function():
    def double(sales):
        return sales[-1] * 2

    assert indicator(months=1, unit="money", source="X")(double) is double


def test_the_facts_come_from_the_function_itself():
    @indicator(months=4, unit="ratio", source="X", riskier="low")
    def double(sales, floor_area):
        return sales[-1] / floor_area

    fact = double.indicator

    assert (fact.name, fact.reads, fact.months) == ("double", ("sales", "floor_area"), 4)
    assert fact.function is double


def test_the_family_is_the_file():
    assert sales.sales_mom.indicator.family == "sales"


@pytest.mark.parametrize("months", [0, -1])
def test_a_window_of_no_months_is_refused(months):
    with pytest.raises(CatalogueError, match=f"{months} months"):
        indicator(months=months, unit="money", source="X")


def test_two_indicators_of_one_name_are_refused():
    @indicator(months=1, unit="money", source="X")
    def twin(sales):
        return sales[-1]

    @indicator(months=1, unit="money", source="X")
    def other(sales):
        return sales[-1]

    one, two = module("one", twin), ModuleType("two")
    other.__module__ = "two"
    object.__setattr__(other.indicator, "name", "twin")
    two.other = other

    with pytest.raises(CatalogueError, match="'twin'"):
        collect([one, two])


def test_an_indicator_that_was_imported_from_elsewhere_is_not_collected_twice():
    borrowed = ModuleType("borrowed")
    borrowed.sales_mom = sales.sales_mom

    assert collect([borrowed]) == ()


def test_indicators_come_in_the_order_in_which_they_are_written():
    names = [fact.name for fact in collect([sales])]

    assert names[:3] == ["sales_level", "sales_mom", "sales_yoy"]


def test_an_input_that_there_is_not_is_refused(refuses):
    @indicator(months=1, unit="money", source="X")
    def weather(rainfall):
        return rainfall[-1]

    with pytest.raises(CatalogueError, match="rainfall"):
        refuses(weather)


def test_more_months_than_a_panel_keeps_are_refused(refuses):
    @indicator(months=38, unit="money", source="X")
    def long_ago(sales):
        return sales[-38]

    with pytest.raises(CatalogueError, match="37 are kept"):
        refuses(long_ago)


def test_more_months_than_a_peer_table_keeps_are_refused(refuses):
    @indicator(months=26, unit="money", source="X")
    def long_ago(sales, peer_sales_median):
        return sales[-26] / peer_sales_median[-26]

    with pytest.raises(CatalogueError, match="25 are kept"):
        refuses(long_ago)


def test_as_many_months_as_are_kept_are_accepted(refuses):
    @indicator(months=37, unit="money", source="X")
    def long_ago(sales):
        return sales[-37]

    assert [fact.name for fact in refuses(long_ago)] == ["long_ago"]


def test_named_keeps_the_order_that_was_asked_for():
    asked = ["sales_yoy", "sales_level"]

    assert [fact.name for fact in build.named(asked)] == asked


def test_a_name_that_the_catalogue_lacks_is_refused():
    with pytest.raises(CatalogueError, match="'moon_phase'"):
        build.named(["sales_level", "moon_phase"])


def test_an_indicator_is_handed_the_last_months_alone():
    @indicator(months=2, unit="count", source="X")
    def rows(sales):
        return np.array([float(len(sales)), sales[0, 0]])

    assert build.measure(rows.indicator, {"sales": np.array([[7.0], [8.0], [9.0]])}).tolist() == [2.0, 8.0]
