"""A shop named by its id in a data set."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from sbwarn.errors import InputError, SettingError, StoreError
from sbwarn.given.call import given_of
from sbwarn.tables.dataset import write_dataset
from sbwarn.tables.history import SINCE, History
from sbwarn.tables.month import as_month, ordinal
from tests import small_city

AS_OF = "2026-06"


def column_of(months: dict[str, float], panel, quantity: str) -> np.ndarray:
    rows = np.full(len(panel.quantities[quantity]), np.nan)
    for month, amount in months.items():
        rows[ordinal(as_month(month)) - ordinal(panel.month_of_row(quantity, 0))] = amount
    return rows


@pytest.mark.parametrize("place", [0, 57, 200])
def test_a_shop_of_a_data_set_has_the_months_and_facts_of_its_panel(place):
    panel = small_city.history().as_known(AS_OF)
    shops = panel.shops

    found = given_of(str(shops.ids[place]), data=small_city.history(), as_of=AS_OF)

    for quantity, rows in panel.quantities.items():
        wanted = rows[:, place]
        np.testing.assert_array_equal(column_of(found.monthly.get(quantity, {}), panel, quantity), wanted)
    facts = found.facts
    assert (facts["industry_code"], facts["district_id"]) == (shops.industry[place], shops.district[place])
    assert facts.get("floor_area_m2", np.nan) == pytest.approx(shops.floor_area[place], nan_ok=True)
    for name, column in {**SINCE, "lease_ends": "lease_ends_on", "opened": "opened_on"}.items():
        month = getattr(shops, name)[place]
        told = ordinal(as_month(facts[column])) if column in facts else month
        assert told == pytest.approx(month, nan_ok=True)
    assert found.as_of == panel.as_of
    assert found.lags == small_city.dataset().lags


def test_a_folder_a_data_set_and_a_history_say_the_same(tmp_path):
    folder = tmp_path / "city"
    write_dataset(small_city.dataset(), folder)
    shop = str(small_city.history().as_known(AS_OF).shops.ids[3])

    told = [
        given_of(shop, data=each, as_of=AS_OF)
        for each in (folder, str(folder), small_city.dataset(), small_city.history())
    ]

    assert all(each == told[0] for each in told[1:])
    assert told[0].notes[0].kind == "dataset"


def test_the_day_one_stands_on_is_the_first_on_which_the_last_sales_were_closed():
    shop = str(small_city.history().as_known(small_city.LAST).shops.ids[0])
    last = as_month(small_city.dataset().tables["sales"]["month"].max())

    assert given_of(shop, data=small_city.history()).as_of == last + 1


def test_what_is_handed_over_counts_instead_of_the_table_of_the_data_set():
    history = small_city.history()
    panel = history.as_known(AS_OF)
    shop = str(panel.shops.ids[np.flatnonzero(~np.isnan(panel.quantities["rent"][-1]))[0]])

    recorded = given_of(shop, data=history, as_of=AS_OF)
    found = given_of(
        shop, {"2026-04": 5, "2026-05": "6"}, {"monthly_rent": 7, "ends_on": "2030-01-31"}, data=history
    )

    assert str(found.as_of) == AS_OF
    assert found.monthly["sales"] == {"2026-04": 5.0, "2026-05": 6.0}
    assert "transactions" not in found.monthly, (
        "the sales of one source and the receipts of another do not mix"
    )
    assert found.monthly["rent"] == {AS_OF: 7.0}
    assert found.monthly["footfall_weekday"] == recorded.monthly["footfall_weekday"]
    assert str(found.facts["lease_ends_on"]) == "2030-01-31"
    assert {note.argument for note in found.notes if note.kind == "instead"} == {"sales", "rent"}


def test_threads_that_ask_for_different_months_get_each_their_own():
    history = History(small_city.dataset())
    months = ["2025-09", "2025-12", "2026-03", "2026-06"]
    shop = str(history.as_known(months[0]).shops.ids[5])
    alone = {month: given_of(shop, data=history, as_of=month) for month in months}

    with ThreadPoolExecutor(8) as pool:
        together = list(
            pool.map(lambda call: given_of(shop, data=history, as_of=months[call % 4]), range(64))
        )

    assert together == [alone[months[call % 4]] for call in range(64)]


@pytest.mark.parametrize(
    ("shop", "options", "error", "text"),
    [
        ("A17", {}, InputError, r"shop: got the id 'A17' alone; industry_code, district_id is missing"),
        ("123-45-67890", {}, InputError, r"shop: got the id text of 12 characters alone"),
        (17, {}, InputError, r"shop: got the id '17' alone"),
        ("nowhere", {"data": "history"}, InputError, r"shop: 'nowhere' is not in data set city as of 2026-06 \(\d+ shops are\)"),
        ("A17", {"data": "/no/such/folder"}, InputError, r"is no data set"),
        ("A17", {"data": "history", "currency": "USD"}, InputError, r"data: data set city is in KRW; the release wants USD"),
        ("A17", {"data": "history", "as_of": "1990-01"}, InputError, r"nothing was public"),
        ({"industry_code": "a", "district_id": "b"}, {"data": "history"}, SettingError, r"data: shop is a dict, not an id"),
    ],
)  # fmt: skip
def test_an_id_that_cannot_be_looked_up_is_refused(shop, options, error, text):
    given = {"as_of": AS_OF, **options}
    if given.get("data") == "history":
        given["data"] = small_city.history()

    with pytest.raises(error, match=text):
        given_of(shop, **given)


def test_a_folder_that_was_damaged_is_refused(tmp_path):
    folder = tmp_path / "city"
    write_dataset(small_city.dataset(), folder)
    (folder / "sales.parquet").write_bytes(b"PAR1")

    with pytest.raises((InputError, StoreError), match="not the ones that were written"):
        given_of("A17", data=folder)
