"""What is handed to an indicator: every name, for a panel with nothing around it and for one with something."""

import numpy as np
import pytest

from sbwarn.indicators.inputs import INPUTS, MONTHLY, Inputs, months_kept, origin_of, table_of
from sbwarn.indicators.peertable import peer_table
from sbwarn.tables.schema import TABLES, table_schema
from tests import small_city
from tests.indicators.test_build import panel


def block(whole) -> dict[str, np.ndarray]:
    """All inputs of all shops."""
    return Inputs(whole, peer_table(whole), frozenset(INPUTS)).block(0, len(whole.shops))


@pytest.mark.parametrize(
    "whole", [panel, lambda: small_city.history().as_known("2026-08")], ids=["bare", "city"]
)
def test_every_name_is_handed_over_in_its_shape(whole):
    found = whole()

    handed = block(found)

    assert set(handed) == set(INPUTS)
    for name, values in handed.items():
        if name in MONTHLY:
            assert values.shape[0] == months_kept(name), name
        assert values.shape[-1] in (1, len(found.shops)), name


def test_a_panel_without_surroundings_knows_nothing_of_places():
    handed = block(panel())

    for name in (
        "residents",
        "vacancy_sampled",
        "gross_margin",
        "near_trading",
        "city_months_open",
        "events",
    ):
        assert np.isnan(handed[name]).all(), name


def test_the_city_knows_something_of_every_input():
    handed = block(small_city.history().as_known("2026-08"))

    assert [name for name, values in handed.items() if np.isnan(values).all()] == []


@pytest.mark.parametrize("name", INPUTS)
def test_every_input_has_an_origin_in_the_schemas(name):
    table, _, column = origin_of(name).partition(".")

    assert table == table_of(name)
    assert table in (*TABLES, "calendar")
    if column:
        assert column == "customer_mix" or table_schema(table).field(column)
