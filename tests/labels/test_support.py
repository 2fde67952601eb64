"""Help that shops received: the table, and what was known of it when."""

import numpy as np
import pytest

from sbwarn.labels.events import FAR
from sbwarn.labels.support import Helps, helps_of
from sbwarn.tables.dataset import read_dataset, write_dataset
from sbwarn.tables.month import as_month
from sbwarn.tables.source import import_files, read_source
from tests.labels.tables import every_month, history, shop

MAY = as_month("2025-05").ordinal


def helped(name: str, began: str, known: str | None = None) -> dict[str, object]:
    """A row of the support table."""
    return {"shop_id": name, "began_on": began, "programme": "finance", "known_on": known}


def helps(*rows: dict[str, object], as_of: str = "2025-12") -> Helps:
    """What was known of this help."""
    known = history([shop("A"), shop("B")], every_month("A", "2025-01", "2025-12"), support=list(rows))
    return helps_of(known, as_month(as_of))


def after(found: Helps, month: int = MAY) -> list[int]:
    """First help of A and of B after a month."""
    return found.after(np.array(["A", "B"]), month).tolist()


def test_the_first_help_after_the_month_counts():
    found = helps(helped("A", "2025-08-03"), helped("A", "2025-06-30"), helped("A", "2025-03-01"))

    assert after(found) == [MAY + 1, FAR]
    assert after(found, MAY + 1) == [MAY + 3, FAR]
    assert after(found, MAY + 3) == [FAR, FAR]


def test_help_within_the_month_is_not_after_it():
    assert after(helps(helped("B", "2025-05-31"))) == [FAR, FAR]


def test_help_that_becomes_public_later_is_not_known_yet():
    rows = [helped("A", "2025-06-10", known="2025-09-15")]

    assert helps(*rows, as_of="2025-08").none
    assert after(helps(*rows, as_of="2025-09")) == [MAY + 1, FAR]


def test_help_without_a_day_of_publication_is_public_on_the_day_on_which_it_began():
    rows = [helped("A", "2025-06-30")]

    assert helps(*rows, as_of="2025-05").none
    assert not helps(*rows, as_of="2025-06").none


def test_help_that_was_announced_before_it_began_is_known():
    assert after(helps(helped("A", "2025-08-01", known="2025-05-02"), as_of="2025-05")) == [MAY + 3, FAR]


def test_a_data_set_without_the_table_knows_of_no_help():
    found = helps()

    assert found.none
    assert after(found) == [FAR, FAR]


@pytest.fixture
def folder(tmp_path):
    """Plain files with help for A and for a shop that there is not."""
    (tmp_path / "shops.csv").write_text("shop_id,industry_code,district_id\nA,CAFE,D\n", "utf-8")
    (tmp_path / "sales.csv").write_text("shop_id,month,amount\nA,2025-01,5\n", "utf-8")
    (tmp_path / "support.csv").write_text(
        "shop_id,began_on,programme\nA,2025-06-10,컨설팅\nZ,2025-06-10,컨설팅\nA,,컨설팅\n", "utf-8"
    )
    return tmp_path


def test_the_table_is_imported_checked_written_and_read_like_the_others(folder):
    found = import_files(read_source("plain"), sorted(folder.glob("*.csv")), name="mine")

    back = read_dataset(write_dataset(found, folder / "out") and folder / "out")

    assert back.tables["support"]["programme"].tolist() == ["컨설팅"]
    assert back.accounts["support"]["rejected_by"] == {"required": 1, "unknown_shop": 1}
    assert back.lags["support"] == 0
