"""One shop alone, among some and among all: the same score, bit for bit."""

import numpy as np
import pandas as pd
import pytest

from sbwarn.consult.business import score_business, score_businesses
from sbwarn.errors import InputError
from sbwarn.indicators.peerfile import write_peers
from sbwarn.scoring.panel import score_panel
from sbwarn.tables.month import as_month, from_ordinal, last_day
from sbwarn.tables.panel import NEVER
from tests import small_city


@pytest.fixture(scope="module")
def tables():
    given = small_city.dataset().tables
    return {name: given[name] for name in ("shops", "sales", "rent", "footfall", "customers", "costs")}


@pytest.fixture(scope="module")
def among_all():
    """What the month's batch says of every shop."""
    panel = small_city.history().as_known(small_city.LAST)
    scores = score_panel(panel, small_city.scored().peers, small_city.release())
    return {score.shop_id: said(score) for score in scores}


def said(score):
    """Everything but what was understood of the input, which hangs on the form in which it came."""
    return {name: told for name, told in score.to_dict().items() if name != "notes"}


def plain(scores):
    return {shop: said(score) for shop, score in scores.items()}


def many(tables, **more):
    given = {"as_of": small_city.LAST, "release": small_city.release(), "peers": small_city.scored().peers}
    return score_businesses(**tables, **{**given, **more})


def by_month(panel, names, shop):
    """A table of months with one column for each quantity, unknown months left out."""
    first = next(iter(names))
    rows = range(len(panel.quantities[first]))
    table = pd.DataFrame({"month": [str(panel.month_of_row(first, row)) for row in rows]})
    for quantity, column in names.items():
        table[column] = panel.quantities[quantity][:, shop]
    return table


def as_told(table, shop):
    """The rows of a shop as they were known by the last day."""
    rows = small_city.dataset().tables[table]
    public = rows["known_on"] <= pd.Timestamp(last_day(as_month(small_city.LAST)))
    known = rows.loc[public & (rows["shop_id"] == shop)].sort_values("known_on", kind="stable")
    return known.drop_duplicates("month", keep="last").drop(columns=["shop_id", "known_on"])


def alone(panel, shop):
    shops = panel.shops

    def day(month):
        return None if month == NEVER or np.isnan(month) else from_ordinal(int(month))

    return score_business(
        {
            "shop_id": shops.ids[shop],
            "industry_code": shops.industry[shop],
            "district_id": shops.district[shop],
            "name": shops.name[shop],
            "site_id": shops.site[shop],
            "opened_on": day(shops.opened[shop]),
            "closed_on": day(shops.closed[shop]),
            "floor_area_m2": shops.floor_area[shop],
            "lease_ends_on": day(shops.lease_ends[shop]),
            "lon": shops.lon[shop],
            "lat": shops.lat[shop],
            "transit_m": shops.transit_m[shop],
            "brand": {0.0: "none", 1.0: "a brand"}.get(shops.is_chain[shop]),
            "voucher_since": day(shops.voucher_since[shop]),
            "moved_on": day(shops.moved[shop]),
            "operator_since": day(shops.operator_since[shop]),
        },
        by_month(
            panel,
            {
                "sales": "amount",
                "transactions": "transactions",
                "cancelled": "cancelled",
                "delivery": "delivery",
            },
            shop,
        ),
        by_month(panel, {"rent": "monthly_rent", "deposit": "deposit", "maintenance": "maintenance"}, shop),
        by_month(
            panel,
            {
                "footfall_weekday": "weekday",
                "footfall_weekend": "weekend",
                "footfall_lunch": "lunch_share",
                "footfall_dinner": "dinner_share",
            },
            shop,
        ),
        customers=as_told("customers", shops.ids[shop]),
        costs=as_told("costs", shops.ids[shop]),
        as_of=small_city.LAST,
        release=small_city.release(),
        peers=small_city.scored().peers,
    )


def test_every_shop_alone_has_the_score_that_it_has_among_all(among_all):
    panel = small_city.history().as_known(small_city.LAST)

    found = {str(panel.shops.ids[shop]): said(alone(panel, shop)) for shop in range(len(panel.shops))}

    assert found == among_all
    assert sum(score["status"] == "scored" for score in found.values()) > 200


def test_all_shops_from_their_tables_have_the_batch_s_scores(tables, among_all):
    assert plain(many(tables)) == among_all


def test_the_month_s_table_holds_the_same_risks(among_all):
    for row in small_city.scored().scores.itertuples():
        score = among_all[row.shop_id]
        if row.status != "scored":
            assert score["risk"]["6"] is None
            continue
        assert (row.risk_3m, row.risk_6m, row.risk_12m) == tuple(score["risk"].values())
        assert [row.low_6m, row.high_6m] == score["interval"]["6"]
        assert (row.level, row.depth, row.percentile) == (score["level"], score["depth"], score["percentile"])
        assert row.reasons.split() == [reason["indicator"] for reason in score["reasons"]]


@pytest.mark.parametrize("count", [1, 2, 37])
def test_a_few_shops_have_the_scores_that_they_have_among_all(tables, among_all, count):
    ids = list(among_all)[5 : 5 + count]
    few = {
        name: rows[rows["shop_id"].isin(ids)] if "shop_id" in rows else rows for name, rows in tables.items()
    }

    # A table in which none of them stands is left out: an empty one would be a delivery that failed.
    assert plain(many({name: rows for name, rows in few.items() if len(rows)})) == {
        shop: among_all[shop] for shop in ids
    }


def test_the_order_of_rows_does_not_matter(tables, among_all):
    # Rows of one shop and month that became public on one day stay in their order: the later line is the newer word.
    mixed = {name: rows.iloc[::-1].sort_values("known_on", kind="stable") for name, rows in tables.items()}

    assert plain(many(mixed)) == among_all


def test_peers_from_a_file_are_the_peers(tables, among_all, tmp_path):
    write_peers(small_city.scored().peers, tmp_path / "peers.parquet")

    assert plain(many(tables, peers=tmp_path / "peers.parquet")) == among_all


def test_other_peers_change_the_scores_and_without_any_the_release_s_own_are_used(tables, among_all):
    own = plain(many(tables, peers=small_city.release().peers))

    assert plain(many(tables, peers=None)) == own
    assert own != among_all


def test_what_became_public_after_the_day_changes_no_score(tables):
    before = small_city.known_by("2026-05-31").tables
    cut = {name: before[name] for name in tables}

    assert plain(many(tables, as_of="2026-05")) == plain(many(cut, as_of="2026-05"))


def test_the_two_ways_ask_for_the_same_day_by_themselves(tables):
    shop = next(iter(many(tables)))
    mine = {name: rows[rows["shop_id"] == shop] for name, rows in tables.items() if "shop_id" in rows}

    found = score_businesses(mine["shops"], mine["sales"], release=small_city.release())

    last = mine["sales"]["month"].max()
    assert found[shop].as_of == str(last.to_period("M") + 1)


def test_rows_that_break_a_rule_are_refused_with_the_first_of_them(tables):
    broken = {**tables, "sales": tables["sales"].assign(amount=-1.0)}

    with pytest.raises(InputError, match=r"sales: \d+ rows break a rule, first amount = .*-1"):
        many(broken)


def test_a_table_without_a_column_is_refused_with_its_name(tables):
    with pytest.raises(InputError, match=r"shops: .*district_id"):
        many({**tables, "shops": tables["shops"].drop(columns="district_id")})


def test_an_as_of_month_before_anything_was_known_is_refused(tables):
    with pytest.raises(InputError, match="as_of 1999-01: nothing was public"):
        many(tables, as_of="1999-01")
