"""Districts, the property market, premises and events, as known on a day."""

import numpy as np
import pandas as pd
import pytest

from sbwarn.tables.check import check_table
from sbwarn.tables.dataset import DataSet, dataset_of
from sbwarn.tables.history import History
from sbwarn.tables.schema import table_schema
from sbwarn.tables.surroundings import Surroundings

NAN = np.nan


def around(as_of: str, **tables: pd.DataFrame) -> Surroundings:
    """What is known of places as of a month, beside two shops in districts D0 and D1."""
    return History(dataset(**tables)).as_known(as_of).surroundings


def dataset(**tables: pd.DataFrame) -> DataSet:
    shops = pd.DataFrame(
        {"shop_id": ["A", "B"], "industry_code": ["cafe", "hair"], "district_id": ["D0", "D1"],
         "known_on": ["2020-01-01"] * 2}
    )  # fmt: skip
    sales = pd.DataFrame(
        {"shop_id": "A", "month": pd.period_range("2023-01", "2026-06", freq="M").astype(str), "amount": 5.0}
    )
    found = {"shops": shops, "sales": sales, **tables}
    checked = {name: check_table(rows, table_schema(name), where=name) for name, rows in found.items()}
    return dataset_of(checked, name="small", currency="KRW")


def of(found: Surroundings, name: str, district: str) -> float:
    """One fact of one district."""
    return float(found.facts[name][list(found.districts).index(district)])


def market(rows: list[tuple[str, str, float, str | None]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["district_id", "month", "vacancy_rate", "known_on"])


def test_a_district_is_told_as_it_was_known():
    rows = pd.DataFrame(
        {"district_id": ["D0", "D0"], "name": ["dong"] * 2, "residents": [100.0, 140.0],
         "known_on": ["2025-01-10", "2026-01-10"]}
    )  # fmt: skip

    assert of(around("2025-12", districts=rows), "residents", "D0") == 100
    assert of(around("2026-01", districts=rows), "residents", "D0") == 140
    assert np.isnan(of(around("2026-01", districts=rows), "residents", "D1"))


def test_a_designation_counts_from_its_day():
    rows = pd.DataFrame({"district_id": ["D0"], "name": ["dong"], "designated_on": ["2026-01-12"]})

    assert np.isnan(of(around("2025-12", districts=rows), "months_designated", "D0"))
    assert of(around("2026-03", districts=rows), "months_designated", "D0") == 2


def test_a_quarter_without_a_day_becomes_known_after_its_lag():
    rows = market([("D0", "2025-03", 0.2, None), ("D0", "2025-06", 0.3, None)])

    # The market closes two months late: as of July the last closed month is May.
    before, after = around("2025-07", market=rows), around("2025-08", market=rows)

    assert np.nanmax(before.windows["vacancy_sampled"][:, 0]) == 0.2
    assert after.windows["vacancy_sampled"][-1, 0] == 0.3
    assert before.windows["vacancy_sampled"][-3, 0] == 0.2


def test_a_revision_of_a_quarter_counts_once_public():
    rows = market([("D0", "2025-03", 0.2, "2025-05-20"), ("D0", "2025-03", 0.25, "2025-08-20")])

    assert around("2025-07", market=rows).windows["vacancy_sampled"][-3, 0] == 0.2
    assert around("2025-08", market=rows).windows["vacancy_sampled"][-4, 0] == 0.25


def test_a_late_quarter_waits_for_its_day():
    rows = market([("D0", "2025-03", 0.2, "2025-09-20")])

    assert np.isnan(around("2025-08", market=rows).windows["vacancy_sampled"]).all()


def premises(rows: list[tuple[str, str, float, str]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["site_id", "month", "vacant", "known_on"])
    return table.assign(district_id="D0", lon=127.25, lat=36.5, is_anchor=0.0)


def test_vacancy_is_of_the_latest_survey_that_was_public():
    rows = premises(
        [("U1", "2024-06", 0, "2024-08-01"), ("U2", "2024-06", 1, "2024-08-01"),
         ("U1", "2025-06", 1, "2025-08-01"), ("U2", "2025-06", 1, "2025-08-01")]
    )  # fmt: skip

    assert of(around("2025-07", premises=rows), "vacancy_units", "D0") == 0.5
    assert of(around("2025-08", premises=rows), "vacancy_units", "D0") == 1.0
    assert of(around("2025-08", premises=rows), "vacancy_units_before", "D0") == 0.5


def test_an_anchor_that_left_within_a_year_is_gone():
    rows = premises([("U1", "2024-06", 0, "2024-08-01"), ("U1", "2025-06", 1, "2025-08-01")])
    rows["is_anchor"] = [1.0, 0.0]

    before, after = around("2025-07", premises=rows).units, around("2025-08", premises=rows).units

    assert (before.anchor.tolist(), before.anchor_gone.tolist()) == ([True], [False])
    assert (after.anchor.tolist(), after.anchor_gone.tolist()) == ([False], [True])


def events(starts: str, ends: str | None, known: str | None, district: str | None = "D0") -> pd.DataFrame:
    return pd.DataFrame(
        {"event_id": ["E"], "district_id": [district], "kind": ["festival"], "starts_on": [starts], "ends_on": [ends],
         "known_on": [known]}
    )  # fmt: skip


def test_an_event_is_in_force_from_its_first_to_its_last_month():
    found = around("2026-06", events=events("2026-02-10", "2026-04-02", None)).windows["events"]

    # The last row is May.
    assert found[-5:, 0].tolist() == [0, 1, 1, 1, 0]
    assert found[-5:, 1].tolist() == [0, 0, 0, 0, 0]


def test_an_event_of_the_whole_city_is_everywhere():
    found = around("2026-06", events=events("2026-05-10", None, None, district=None)).windows["events"]

    assert found[-1].tolist() == [1, 1]


def test_an_event_is_unknown_before_it_is_announced():
    late = events("2026-02-10", "2026-04-02", "2026-07-01")

    assert not around("2026-06", events=late).windows["events"].any()


def test_without_tables_nothing_is_around():
    found = around("2026-06")

    assert found.facts == {}
    assert found.windows == {}
    assert found.units is None


def test_the_code_book_is_sorted_by_code():
    rows = pd.DataFrame(
        {"industry_code": ["hair", "cafe"], "name": ["미용", "카페"], "gross_margin": [0.8, 0.6]}
    )

    found = around("2026-06", industries=rows)

    assert found.industries.tolist() == ["cafe", "hair"]
    assert found.trades["gross_margin"].tolist() == [0.6, 0.8]
    assert np.isnan(found.trades["usual_rent_share"]).all()


@pytest.mark.parametrize(
    ("shares", "known"), [([0.1] * 10, True), ([0.1] * 9 + [None], False), ([0.2] * 10, False)]
)
def test_a_customer_mix_is_known_where_ten_shares_add_up(shares, known):
    cells = [name for name in table_schema("customers").names if name.endswith("0s_share")]
    rows = pd.DataFrame(
        {"shop_id": ["A"], "month": ["2026-05"], **dict(zip(cells, [[s] for s in shares], strict=True))}
    )

    panel = History(dataset(customers=rows)).as_known("2026-06")

    mix = panel.quantities["customer_mix"][-1, 0]
    assert (mix == pytest.approx(np.log(10))) if known else np.isnan(mix)
