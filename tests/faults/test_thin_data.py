"""Data that is thin or odd gives unknown indicators and counted rejects, never an exception, an infinity or a zero."""

import numpy as np
import pandas as pd
import pytest

from sbwarn import build_features
from sbwarn.engines.features import KEYS
from sbwarn.errors import InputError
from sbwarn.tables.check import check_table
from sbwarn.tables.dataset import DataSet, dataset_of
from sbwarn.tables.schema import table_schema

MONTHS = [str(month) for month in pd.period_range("2023-06", "2026-06", freq="M")]
AS_OF = "2026-07"


def register(*ids: str, district: str = "D0") -> pd.DataFrame:
    return pd.DataFrame(
        {"shop_id": ids, "industry_code": "cafe", "district_id": district, "known_on": "2020-01-01"}
    )


def sold(shop: str, months: list[str] = MONTHS, amount: float = 5e6, **more: object) -> pd.DataFrame:
    return pd.DataFrame({"shop_id": shop, "month": months, "amount": amount, **more})


def dataset(**tables: pd.DataFrame) -> DataSet:
    checked = {name: check_table(rows, table_schema(name), where=name) for name, rows in tables.items()}
    return dataset_of(checked, name="thin", currency="KRW")


def features(**tables: pd.DataFrame) -> pd.DataFrame:
    """The whole catalogue, finite or unknown."""
    found = build_features(dataset(**tables), AS_OF, private=True)
    assert not np.isinf(found.drop(columns=list(KEYS)).to_numpy()).any()
    return found.set_index("shop_id")


def test_a_shop_with_two_months_knows_its_level_and_no_year():
    found = features(shops=register("A", "B"), sales=pd.concat([sold("A"), sold("B", MONTHS[-2:], 3e6)]))

    assert found.loc["B", "sales_level"] == 3e6
    assert found.loc["B", "sales_mom"] == 0
    assert found.loc["B", ["sales_yoy", "sales_slope_8m", "sales_cv_12m", "sales_yoy_feast"]].isna().all()


def test_one_shop_alone_is_its_own_peer():
    found = features(shops=register("A"), sales=sold("A"))

    assert found.loc["A", "sales_against_peers"] == 1
    assert found.loc["A", "district_exit_rate"] == 0


def test_a_district_with_one_shop_speaks_through_the_city():
    many = [f"S{number:02d}" for number in range(12)]
    shops = pd.concat([register(*many), register("LONE", district="D9")])

    found = features(shops=shops, sales=pd.concat([*(sold(shop) for shop in many), sold("LONE", amount=9e6)]))

    # Alone it would be worth once its own median; beside the city's it is 9 over 5.
    assert found.loc["LONE", "sales_against_peers"] == pytest.approx(1.8)


def test_a_month_that_nobody_reported_is_unknown_and_not_zero():
    hole = [month for month in MONTHS if month != "2026-06"]

    found = features(shops=register("A"), sales=sold("A", hole))

    assert np.isnan(found.loc["A", "sales_mom"])
    assert found.loc["A", "sales_zero_months_6m"] == 0
    assert found.loc["A", "months_reported_6m"] == pytest.approx(5 / 6)


def test_zero_denominators_are_unknown():
    nothing = sold("A", amount=0.0, transactions=0.0, cancelled=0.0, delivery=0.0)
    rent = pd.DataFrame({"shop_id": "A", "month": MONTHS, "monthly_rent": 0.0, "deposit": 0.0})
    costs = pd.DataFrame(
        {"shop_id": "A", "month": MONTHS, "labour": 0.0, "utilities": 0.0, "energy_kwh": 0.0}
    )

    found = features(shops=register("A"), sales=nothing, rent=rent, costs=costs).loc["A"]

    unknown = ["sales_mom", "rent_share_of_sales", "sales_per_rent", "fixed_cost_cover", "energy_change_12m",
               "cancel_rate_3m", "delivery_share_3m", "ticket_size_change", "rent_change_12m"]  # fmt: skip
    assert found[unknown].isna().all()
    assert found["sales_zero_months_6m"] == 6


@pytest.mark.parametrize("value", ["inf", "-inf", "1e999", float("inf")])
def test_an_infinite_amount_is_rejected_with_its_rule(value):
    rows = sold("A").astype({"amount": object})
    rows.loc[3, "amount"] = value

    checked = check_table(rows, table_schema("sales"), where="sales.csv")

    assert checked.rejects[["row", "column", "rule"]].to_numpy().tolist() == [[3, "amount", "type"]]
    assert checked.rows_in == len(checked.rows) + 1


def test_a_refund_larger_than_the_sales_is_rejected_and_its_month_unknown():
    rows = sold("A")
    rows.loc[len(rows) - 1, "amount"] = -2e5

    data = dataset(shops=register("A"), sales=rows)

    assert data.accounts["sales"]["rejected_by"] == {"minimum": 1}
    found = build_features(data, AS_OF).set_index("shop_id")
    assert np.isnan(found.loc["A", "sales_mom"])
    assert not np.isnan(found.loc["A", "sales_level"])


def test_an_industry_outside_the_code_book_lacks_the_book_s_facts_alone():
    book = pd.DataFrame(
        {"industry_code": ["hair"], "name": ["미용"], "gross_margin": [0.8], "usual_rent_share": [0.1]}
    )
    rent = pd.DataFrame({"shop_id": "A", "month": MONTHS, "monthly_rent": 1e6})
    costs = pd.DataFrame({"shop_id": "A", "month": MONTHS, "labour": 1e6, "utilities": 2e5})

    found = features(shops=register("A"), sales=sold("A"), rent=rent, costs=costs, industries=book).loc["A"]

    assert found[["rent_over_usual", "fixed_cost_cover"]].isna().all()
    assert found["rent_share_of_sales"] == pytest.approx(0.2)


def test_sales_of_no_shop_at_all_are_refused_in_words():
    with pytest.raises(InputError, match="sales"):
        dataset(shops=register("A"), sales=sold("Z"))


@pytest.mark.parametrize("column", ["transactions", "cancelled", "delivery"])
def test_a_missing_optional_column_leaves_the_others_as_they_are(column):
    more = {"transactions": 100.0, "cancelled": 1e5, "delivery": 1e6}
    whole = features(shops=register("A"), sales=sold("A", **more))
    without = features(shops=register("A"), sales=sold("A", **{k: v for k, v in more.items() if k != column}))

    known = without.columns[without.loc["A"].notna()]
    assert 0 < len(known) < whole.loc["A"].notna().sum()
    pd.testing.assert_frame_equal(without[known], whole[known], check_exact=True)
