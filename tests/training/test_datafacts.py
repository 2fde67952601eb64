"""The facts of the data card: counted by hand, cut at the day, and the same whatever came later."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from sbwarn.tables.history import History
from sbwarn.training.datafacts import data_facts, delivery_facts
from sbwarn.training.rows import scorable
from tests import small_city

MONTH = "2026-03"
DAY = pd.Timestamp("2026-03-31")


def test_tables_are_counted_as_they_were_public():
    facts = data_facts(small_city.history(), MONTH)["tables"]
    tables = small_city.dataset().tables

    for name in ("shops", "sales", "rent", "footfall", "market", "premises", "support"):
        public = tables[name][tables[name]["known_on"] <= DAY]
        assert facts[name]["rows"] == len(public) < len(tables[name]), name
    sales = tables["sales"][tables["sales"]["known_on"] <= DAY]
    assert facts["sales"]["owners"] == sales["shop_id"].nunique()
    assert facts["sales"]["first"] == f"{sales['month'].min():%Y-%m}"
    assert facts["sales"]["last"] == f"{sales['month'].max():%Y-%m}" == "2026-02"
    prints = sales.groupby(["shop_id", "month"]).size()
    assert facts["sales"]["revised"] == (prints > 1).sum() > 0
    assert facts["footfall"]["of"] == "district"
    assert facts["premises"]["of"] == "site"
    assert facts["shops"]["first"] is None


def test_the_unknown_share_counts_the_last_year_of_the_shops_that_could_be_scored():
    history = small_city.history()
    panel = history.as_known(MONTH)
    alive = np.flatnonzero(scorable(panel))
    # Footfall and sales are closed one month later: the last closed month is February.
    last = pd.Period(MONTH, "M").ordinal - 1
    unknown = months = 0
    for shop in alive:
        for back in range(12):
            if last - back >= panel.shops.opened[shop]:
                months += 1
                unknown += bool(np.isnan(panel.quantities["transactions"][-1 - back, shop]))

    facts = data_facts(history, MONTH)

    assert facts["trading"] == len(alive)
    assert facts["unknown"]["transactions"] == round(unknown / months, 4) > 0.05
    assert 0 < facts["unknown"]["sales"] < 0.05


def test_nothing_that_was_public_later_changes_the_facts():
    cut = History(small_city.known_by("2026-03-31"))

    assert json.dumps(data_facts(cut, MONTH)) == json.dumps(data_facts(small_city.history(), MONTH))


def test_a_table_that_was_not_public_yet_is_not_there():
    # Programmes of help begin after a third of the months: in the first year the table says nothing.
    facts = data_facts(small_city.history(), "2024-08")

    assert "support" not in facts["tables"]
    assert "sales" in facts["tables"]


def test_facts_are_plain_json_without_a_shop_in_them():
    text = json.dumps(data_facts(small_city.history(), MONTH), allow_nan=False)

    assert not [shop for shop in small_city.dataset().tables["shops"]["shop_id"] if shop in text]


def test_what_a_delivery_kept_is_told_by_table():
    told = delivery_facts(small_city.dataset())

    assert list(told)[:2] == ["shops", "sales"]
    for table, account in told.items():
        assert account["rows_in"] == account["used"] + account["excluded"] + account["rejected"], table
