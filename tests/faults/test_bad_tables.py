"""What a careless delivery brings, and what each fault must get: a clear error, or a counted reject.

Every error names the file, the place, how many, and what to do next.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sbwarn.errors import InputError, SbwarnError, SettingError
from sbwarn.labels.rules import FAR, find_events, label_rule
from sbwarn.messages import LANGUAGES, speaking
from sbwarn.tables.dataset import DataSet, read_dataset, write_dataset
from sbwarn.tables.history import History
from sbwarn.tables.month import as_month
from sbwarn.tables.panel import NEVER
from sbwarn.tables.source import import_files, read_source

SHOPS = """
shop_id,industry_code,district_id,known_on
A,cafe,jochiwon,2025-12-31
B,cafe,jochiwon,2025-12-31
"""
SALES = """
shop_id,month,amount
A,2026-01,100
A,2026-02,110
B,2026-01,200
B,2026-02,210
"""


def delivered(folder: Path, **tables: str) -> DataSet:
    """The data set of these tables, written as CSV files and imported."""
    files = []
    for name, text in {"shops": SHOPS, "sales": SALES, **tables}.items():
        files.append(folder / f"{name}.csv")
        files[-1].write_text(text.lstrip("\n"), "utf-8")
    return import_files(read_source("plain"), files, name="delivered")


def refused(folder: Path, **tables: str) -> str:
    """What is said when these tables are refused."""
    with pytest.raises(InputError) as refusal:
        delivered(folder, **tables)
    return str(refusal.value)


def sales_of(dataset: DataSet, as_of: str) -> list[list[float]]:
    """The last two closed months × shops A and B, as known by the end of a month."""
    return History(dataset).as_known(as_of).quantities["sales"][-2:].tolist()


# Tables and columns


def test_a_missing_table_is_named_with_what_a_data_set_needs(tmp_path):
    (tmp_path / "shops.csv").write_text(SHOPS.lstrip(), "utf-8")

    with pytest.raises(InputError, match=r"table\(s\) sales are missing.*at least shops and sales"):
        import_files(read_source("plain"), [tmp_path / "shops.csv"], name="delivered")


def test_a_missing_file_is_named_with_its_path(tmp_path):
    with pytest.raises(InputError, match=r"shops\.csv: no such file; check the path"):
        import_files(read_source("plain"), [tmp_path / "shops.csv"], name="delivered")


def test_a_missing_column_is_named_with_the_file_the_columns_found_and_the_remedy(tmp_path):
    said = refused(tmp_path, sales="shop_id,month,sum\nA,2026-01,100\n")

    assert said == (
        "sales.csv: column(s) amount are missing (found: shop_id, month, sum); add them, or declare the file's own "
        "names in data_schemas/sources"
    )


def test_unknown_columns_are_named_with_the_file_the_columns_of_the_schema_and_the_remedy(tmp_path):
    said = refused(tmp_path, sales="shop_id,month,amount,mood,owner\nA,2026-01,100,good,Kim\n")

    assert said == (
        "sales.csv: column(s) mood, owner are not in the schema; expected some of shop_id, month, amount, "
        "transactions, cancelled, delivery, known_on; rename or remove them"
    )


def test_a_column_that_stands_twice_in_a_table_in_memory_is_named():
    from sbwarn.tables.check import check_table
    from sbwarn.tables.schema import table_schema

    table = pd.DataFrame([["A", "2026-01", 1, 2]], columns=["shop_id", "month", "amount", "amount"])

    with pytest.raises(InputError, match=r"sales: column name\(s\) amount occur twice.*rename"):
        check_table(table, table_schema("sales"), where="sales")


@pytest.mark.parametrize("text", ["", "\n\n", "shop_id,month,amount\n"])
def test_an_empty_table_is_named_with_what_was_expected_and_the_remedy(tmp_path, text):
    said = refused(tmp_path, sales=text)

    assert said.endswith("the table has no rows; expected at least one; ask for the file again")
    assert "sales.csv: " in said


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("shops", "shop_id,industry_code,district_id\n,cafe,jochiwon\n"),
        ("sales", "shop_id,month,amount\nA,2026-01,-5\n"),
    ],
)
def test_a_table_without_any_good_row_is_refused_with_the_count_and_the_first(tmp_path, table, text):
    said = refused(tmp_path, **{table: text})

    assert said.startswith(f"{table}: 1 rows break a rule, first ")
    assert "(row 2), expected" in said
    assert said.endswith("; mend or remove them")


def test_an_optional_table_without_any_good_row_is_as_good_as_none(tmp_path):
    dataset = delivered(tmp_path, rent="shop_id,month,monthly_rent\nZ,2026-01,5\n")

    panel = History(dataset).as_known("2026-03")

    assert dataset.accounts["rent"]["rejected_by"] == {"unknown_shop": 1}
    assert np.isnan(panel.quantities["rent"]).all()
    assert np.isnan(panel.shops.lease_ends).all()


# Values


@pytest.mark.parametrize(
    ("amount", "rule"),
    [("many", "type"), ('"1,23,4"', "type"), ("5원", "type"), ("inf", "type"), ("-1", "minimum"), ("1e300", "maximum")],
)  # fmt: skip
def test_a_wrong_value_is_a_counted_reject_with_file_row_column_and_what_was_wanted(tmp_path, amount, rule):
    dataset = delivered(tmp_path, sales=f"{SALES.strip()}\nB,2026-03,{amount}\n")

    assert dataset.accounts["sales"]["rejected_by"] == {rule: 1}
    assert dataset.tables["rejects"].to_dict("records") == [
        {"table": "sales", "row": 6, "column": "amount", "rule": rule, "value": amount.strip('"'),
         "expected": "number, >= 0, <= 10000000000000"}
    ]  # fmt: skip


@pytest.mark.parametrize(
    "month", ["2026-13", "2026-00", "2026-02-30", "2026-02-011", "26-02", "1026-02", "9999-12", "Feb 2026"]
)
def test_a_month_that_does_not_exist_is_a_counted_reject(tmp_path, month):
    dataset = delivered(tmp_path, sales=f"{SALES.strip()}\nB,{month},5\n")

    assert dataset.accounts["sales"]["rejected_by"] == {"type": 1}
    assert dataset.tables["rejects"][["row", "column", "value", "expected"]].values.tolist() == [
        [6, "month", month, "month (YYYY-MM)"]
    ]


def test_a_month_that_was_read_as_a_number_with_a_fraction_is_a_reject_and_never_january():
    from sbwarn.tables.check import check_table
    from sbwarn.tables.schema import table_schema

    october = pd.DataFrame({"shop_id": ["A"], "month": [2026.10], "amount": [5.0]})

    checked = check_table(october, table_schema("sales"), where="sales")

    assert checked.rejects[["column", "rule"]].values.tolist() == [["month", "type"]]


def test_a_stamp_with_a_zone_counts_for_the_day_on_its_own_clock():
    from sbwarn.tables.check import check_table
    from sbwarn.tables.schema import table_schema

    stamps = pd.to_datetime(["2026-02-01 00:30+09:00"])
    early_february = pd.DataFrame({"shop_id": ["A"], "month": stamps, "amount": [5.0]})

    checked = check_table(early_february, table_schema("sales"), where="sales")

    assert checked.rows["month"].tolist() == [pd.Timestamp("2026-02-01")]


def test_a_closing_before_the_opening_is_a_counted_reject_and_the_rest_goes_on(tmp_path):
    shops = """
shop_id,industry_code,district_id,opened_on,closed_on
A,cafe,jochiwon,2020-05-01,2019-05-01
B,cafe,jochiwon,2020-05-01,2026-05-01
"""

    dataset = delivered(tmp_path, shops=shops)

    assert dataset.accounts["shops"]["rejected_by"] == {"closed_before_opened": 1}
    assert dataset.accounts["sales"]["rejected_by"] == {"unknown_shop": 2}
    assert sorted(dataset.tables["rejects"][["table", "row"]].values.tolist()) == [
        ["sales", 2], ["sales", 3], ["shops", 2],
    ]  # fmt: skip
    assert set(dataset.tables["sales"]["shop_id"]) == {"B"}


# The same shop and month twice


def test_an_identical_row_is_dropped_and_counted(tmp_path):
    dataset = delivered(tmp_path, sales=f"{SALES.strip()}\nA,2026-01,100\n")

    account = dataset.accounts["sales"]
    assert (account["rows_in"], account["used"], account["excluded"], account["rejected"]) == (5, 4, 1, 0)
    assert account["excluded_by"] == {"identical": 1}


def test_contradicting_rows_are_refused_with_file_count_rows_example_and_remedy(tmp_path):
    said = refused(tmp_path, sales=f"{SALES.strip()}\nA,2026-01,101\n")

    assert said.startswith("sales.csv: 2 rows contradict each other: the same shop_id + month + known_on")
    assert "first row numbers 2, 6, for example {'shop_id': 'A', 'month': '2026-01-01'}" in said
    assert said.endswith("keep one of them, or give the later one a later known_on")


def test_of_many_contradictions_the_count_is_told_and_the_first_five_rows(tmp_path):
    lines = [f"A,2026-{month:02d},{amount}" for month in range(1, 5) for amount in (1, 2)]

    said = refused(tmp_path, sales="\n".join(["shop_id,month,amount", *lines]))

    assert "8 rows contradict" in said
    assert "first row numbers 2, 3, 4, 5, 6, for example" in said


# Time


def test_a_future_month_is_kept_and_changes_nothing_before_its_time(tmp_path):
    with_future = delivered(tmp_path, sales=f"{SALES.strip()}\nA,2027-06,999\n")

    assert sales_of(with_future, "2026-03") == sales_of(delivered(tmp_path), "2026-03")
    assert sales_of(with_future, "2027-07")[-1][0] == 999.0


def test_a_row_that_claims_to_be_public_before_its_month_is_a_counted_reject(tmp_path):
    dataset = delivered(
        tmp_path, sales="shop_id,month,amount,known_on\nA,2026-01,1,\nA,2027-06,999,2026-02-01\n"
    )

    assert dataset.accounts["sales"]["rejected_by"] == {"known_before_month": 1}


def test_an_as_of_before_the_data_is_refused_with_the_months_that_there_are(tmp_path):
    history = History(delivered(tmp_path))

    with pytest.raises(InputError, match=r"as_of 2025-11: nothing was public .* sales of 2026-01 to 2026-02"):
        history.as_known("2025-11")


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "2026", "next month", ""])
def test_an_as_of_that_is_no_month_is_refused_with_an_example(tmp_path, month):
    history = History(delivered(tmp_path))

    with pytest.raises(SettingError, match=rf"as_of: '{month}' is no month; write it as YYYY-MM"):
        history.as_known(month)


def test_sales_after_the_closing_day_are_let_pass_and_the_shop_stays_closed(tmp_path):
    shops = "shop_id,industry_code,district_id,closed_on\nA,cafe,jochiwon,2026-01-31\nB,cafe,jochiwon,\n"

    panel = History(delivered(tmp_path, shops=shops)).as_known("2026-03")

    assert [month == NEVER for month in panel.shops.closed] == [False, True]
    assert panel.quantities["sales"][-1].tolist() == [110.0, 210.0]


# Shops


def test_sales_of_a_shop_that_the_register_lacks_are_counted_rejects_with_their_row_in_the_file(tmp_path):
    dataset = delivered(tmp_path, sales=f"{SALES.strip()}\nC,2026-01,5\n")

    assert dataset.accounts["sales"]["rejected_by"] == {"unknown_shop": 1}
    assert dataset.tables["rejects"][["row", "column", "value"]].values.tolist() == [[6, "shop_id", "C"]]


def test_an_id_keeps_its_leading_zeros_and_a_name_may_be_na(tmp_path):
    shops = "shop_id,industry_code,district_id,name\n007,cafe,jochiwon,NA\n008,cafe,jochiwon,NULL\n"

    dataset = delivered(tmp_path, shops=shops, sales="shop_id,month,amount\n007,2026-01,5\n")

    assert dataset.tables["shops"][["shop_id", "name"]].values.tolist() == [["007", "NA"], ["008", "NULL"]]
    assert dataset.accounts["sales"]["used"] == 1


@pytest.mark.parametrize("columns", ["", ",name,site_id"])
def test_two_shops_of_which_no_name_is_known_are_not_the_same_shop(tmp_path, columns):
    blanks = "," * columns.count(",")
    shops = (
        f"shop_id,industry_code,district_id,closed_on{columns}\n"
        f"A,cafe,jochiwon,2026-02-15{blanks}\nB,cafe,jochiwon,{blanks}\n"
    )
    sales = "shop_id,month,amount\nA,2026-01,5\nA,2026-02,5\nB,2026-03,5\n"
    dataset = delivered(tmp_path, shops=shops, sales=sales)

    events = find_events(label_rule("closed"), History(dataset), as_month("2026-06"))

    assert events.month.tolist() == [as_month("2026-02").ordinal, FAR]
    assert events.left.tolist() == [FAR, FAR]


def test_a_data_set_means_the_same_before_and_after_it_was_written(tmp_path):
    shops = (
        "shop_id,industry_code,district_id,name,floor_area_m2\nA,cafe,jochiwon,,30\nB,cafe,jochiwon,달빛,\n"
    )
    dataset = delivered(tmp_path, shops=shops)

    again = read_dataset(write_dataset(dataset, tmp_path / "set") and tmp_path / "set")

    pd.testing.assert_frame_equal(again.tables["shops"], dataset.tables["shops"], check_exact=True)
    assert again.tables["shops"]["name"].tolist() == [None, "달빛"]


# Whatever comes


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_every_refusal_is_told_in_both_languages_with_the_file_in_it(tmp_path, tongue):
    with speaking(tongue):
        said = [
            refused(tmp_path, sales="shop_id,month\nA,2026-01\n"),
            refused(tmp_path, sales="shop_id,month,amount,x\nA,2026-01,1,1\n"),
            refused(tmp_path, sales="shop_id,month,amount\n"),
            refused(tmp_path, sales="shop_id,month,amount\nA,2026-01,1\nA,2026-01,2\n"),
            refused(tmp_path, sales="shop_id,month,amount\nA,2026-01\n"),
            refused(tmp_path, sales='shop_id,month,amount\nA,2026-01,"1\n'),
        ]

    assert all("sales.csv" in each for each in said)


def test_no_change_of_one_byte_gets_past_the_declared_errors_or_loses_a_row(tmp_path):
    rng = np.random.default_rng(41)
    whole = SALES.strip().encode()

    for _ in range(50):
        damaged = bytearray(whole)
        damaged[rng.integers(len(whole))] = rng.choice(list(b'\x00",\n\r -9\xb0\xff;x'))
        for name, content in (("shops", SHOPS.lstrip().encode()), ("sales", bytes(damaged))):
            (tmp_path / f"{name}.csv").write_bytes(content)
        try:
            dataset = import_files(
                read_source("plain"), [tmp_path / "shops.csv", tmp_path / "sales.csv"], name="damaged"
            )
            History(dataset).as_known("2026-03")
        except SbwarnError:
            continue
        account = dataset.accounts["sales"]
        assert account["used"] + account["excluded"] + account["rejected"] == account["rows_in"]
