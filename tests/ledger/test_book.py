"""The ledger: what is recorded, what is refused, and how it is counted."""

from __future__ import annotations

import multiprocessing
import sqlite3
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from sbwarn.errors import InputError, SettingError, StoreError
from sbwarn.ledger import store
from sbwarn.ledger.book import DECISIONS, KINDS, LEDGER_COLUMNS, Ledger
from sbwarn.messages import knows, speaking

MARCH = "2025-03"


def watch(*shops: str, risk: float = 0.3) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "rank": range(1, len(shops) + 1),
            "shop_id": list(shops),
            "quadrant": "level",
            "risk_6m": risk,
            "change_3m": float("nan"),
            "level": "alert",
            "review_on": "2025-04-30",
        }
    )


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def ledger(url):
    with Ledger.open(url) as opened:
        yield opened


def visit(ledger: Ledger, shop: str, *, day: int = 9) -> int:
    return ledger.record_action(shop, as_of=MARCH, kind="consulting", decision="visit", on=date(2025, 4, day))


def outcome(ledger: Ledger, shop: str, *, event: bool, month: int = 9) -> None:
    ledger.record_outcome(shop, as_of=MARCH, event=event, on=date(2025, month, 30))


def test_the_same_list_recorded_twice_adds_nothing(ledger):
    assert ledger.record_alerts(watch("A", "B"), as_of=MARCH, release="r1") == 2
    assert ledger.record_alerts(watch("A", "B", "C", risk=0.9), as_of=MARCH, release="r1") == 1

    assert list(ledger.table()["risk_6m"]) == [0.3, 0.3, 0.9]


def test_another_release_or_month_is_another_alert(ledger):
    ledger.record_alerts(watch("A"), as_of=MARCH, release="r1")

    assert ledger.record_alerts(watch("A"), as_of=MARCH, release="r2") == 1
    assert ledger.record_alerts(watch("A"), as_of="2025-04", release="r1") == 1


def test_the_month_is_understood_in_any_usual_spelling(ledger):
    ledger.record_alerts(watch("A"), as_of="202503", release="r1")

    assert ledger.record_alerts(watch("A"), as_of="2025-03", release="r1") == 0


def test_what_was_recorded_is_there_after_opening_again(url):
    with Ledger.open(url) as first:
        first.record_alerts(watch("A"), as_of=MARCH, release="r1")
        visit(first, "A")

    with Ledger.open(url) as second:
        [row] = second.table().to_dict("records")

    assert (row["shop_id"], row["as_of"], row["release"], row["rank"]) == ("A", MARCH, "r1", 1)
    assert (row["kind"], row["decision"], row["action_on"]) == ("consulting", "visit", "2025-04-09")


def test_an_empty_ledger_is_an_empty_table(ledger):
    assert ledger.table().empty
    assert tuple(ledger.table().columns) == LEDGER_COLUMNS
    assert ledger.record_alerts(watch(), as_of=MARCH, release="r1") == 0


def test_an_unanswered_alert_has_no_action_and_no_outcome(ledger):
    ledger.record_alerts(watch("A"), as_of=MARCH, release="r1")

    row = ledger.table().iloc[0]

    assert row[["change_3m", "kind", "decision", "action_on", "by", "event", "outcome_on"]].isna().all()
    assert not row["acted"]


def test_a_change_that_is_unknown_everywhere_is_still_a_number_column(ledger):
    ledger.record_alerts(watch("A"), as_of=MARCH, release="r1")

    assert ledger.table()["change_3m"].dtype == float


def test_the_last_action_is_the_latest_day_and_then_the_latest_entry(ledger):
    ledger.record_alerts(watch("A", "B"), as_of=MARCH, release="r1")
    visit(ledger, "A", day=20)
    visit(ledger, "A", day=9)
    visit(ledger, "B", day=9)
    ledger.record_action(
        "B", as_of=MARCH, kind="education", decision="offer", on=date(2025, 4, 9), by="consultant"
    )

    table = ledger.table().set_index("shop_id")

    assert table.loc["A", "action_on"] == "2025-04-20"
    assert list(table.loc["B", ["kind", "by"]]) == ["education", "consultant"]


def test_a_later_outcome_corrects_an_earlier_one(ledger):
    ledger.record_alerts(watch("A"), as_of=MARCH, release="r1")
    outcome(ledger, "A", event=False)
    outcome(ledger, "A", event=True)

    assert list(ledger.table()["event"]) == [True]


def test_actions_are_numbered(ledger):
    ledger.record_alerts(watch("A"), as_of=MARCH, release="r1")

    assert [visit(ledger, "A"), visit(ledger, "A")] == [1, 2]


@pytest.mark.parametrize(
    "moment",
    [datetime(2025, 4, 1, 15, 30), datetime(2025, 4, 1, 0, 30, tzinfo=ZoneInfo("Asia/Seoul"))],  # noqa: DTZ001
)
def test_a_moment_is_recorded_as_its_own_day(ledger, moment):
    ledger.record_alerts(watch("A"), as_of=MARCH, release="r1")
    ledger.record_action("A", as_of=MARCH, kind="none", decision="no_action", on=moment)

    assert list(ledger.table()["action_on"]) == ["2025-04-01"]


def test_two_releases_share_the_action_of_their_month(ledger):
    ledger.record_alerts(watch("A"), as_of=MARCH, release="r1")
    ledger.record_alerts(watch("A"), as_of=MARCH, release="r2")
    visit(ledger, "A")

    assert list(ledger.table()["acted"]) == [True, True]


def test_a_decision_against_help_is_not_help(ledger):
    ledger.record_alerts(watch("A"), as_of=MARCH, release="r1")
    ledger.record_action("A", as_of=MARCH, kind="none", decision="no_action", on=date(2025, 4, 9))

    assert list(ledger.table()["acted"]) == [False]


def test_help_stays_help_when_the_last_decision_is_to_stop(ledger):
    ledger.record_alerts(watch("A"), as_of=MARCH, release="r1")
    visit(ledger, "A", day=9)
    ledger.record_action("A", as_of=MARCH, kind="none", decision="no_action", on=date(2025, 4, 20))

    assert list(ledger.table()["decision"]) == ["no_action"]
    assert list(ledger.table()["acted"]) == [True]


def test_help_that_began_after_the_outcome_did_not_act_on_the_alert(ledger):
    ledger.record_alerts(watch("A", "B"), as_of=MARCH, release="r1")
    for shop in ("A", "B"):
        outcome(ledger, shop, event=True, month=4)
    visit(ledger, "A", day=30)
    ledger.record_action("B", as_of=MARCH, kind="closure_support", decision="offer", on=date(2025, 5, 1))

    assert list(ledger.table()["acted"]) == [True, False]


def test_the_comparison_counts_known_outcomes_only_and_says_what_it_is_not(ledger):
    ledger.record_alerts(watch("A", "B", "C", "D", "E", "F"), as_of=MARCH, release="r1")
    for shop in ("A", "B", "C"):
        visit(ledger, shop)
    for shop, event in {"A": True, "B": False, "D": True, "E": True}.items():
        outcome(ledger, shop, event=event)

    effect = ledger.effect()

    assert effect[["acted", "alerts", "outcomes", "events", "crisis_share"]].values.tolist() == [
        [False, 3, 2, 2, 1.0],
        [True, 3, 2, 1, 0.5],
    ]
    # Wilson at 1 of 2 by hand: centre 0.5, half sqrt(z²/8 + z⁴/16)/(2 + z²) = 0.4055 with z² = 3.8415.
    assert list(effect.loc[1, ["low", "high"]]) == pytest.approx([0.0945, 0.9055], abs=1e-4)
    assert set(effect["note"]) == {"not randomised: a comparison, not an effect"}
    with speaking("ko"):
        assert set(ledger.effect()["note"]) == {"무작위 배정이 아님: 비교일 뿐 효과가 아닙니다"}


def test_a_shop_alerted_by_two_releases_counts_once(ledger):
    ledger.record_alerts(watch("A"), as_of=MARCH, release="r1")
    ledger.record_alerts(watch("A"), as_of=MARCH, release="r2")

    assert list(ledger.effect()["alerts"]) == [1, 0]


def test_an_empty_ledger_compares_nothing(ledger):
    effect = ledger.effect()

    assert list(effect["alerts"]) == [0, 0]
    assert effect[["crisis_share", "low", "high"]].isna().all(axis=None)


def test_an_outcome_without_its_alert_names_shop_and_month(ledger):
    ledger.record_alerts(watch("A"), as_of=MARCH, release="r1")

    with pytest.raises(InputError, match="no alert for shop 'B' in 2025-03"):
        outcome(ledger, "B", event=True)
    with pytest.raises(InputError, match="no alert for shop 'A' in 2025-02"):
        ledger.record_outcome("A", as_of="2025-02", event=True, on=date(2025, 9, 30))


def test_an_action_without_its_alert_is_refused_and_leaves_no_trace(ledger):
    with pytest.raises(InputError, match="no alert for shop 'A' in 2025-03"):
        visit(ledger, "A")

    ledger.record_alerts(watch("A"), as_of=MARCH, release="r1")
    assert ledger.table()["kind"].isna().all()


@pytest.mark.parametrize(
    ("kind", "decision", "says"),
    [
        ("prayer", "visit", "kind 'prayer' is not known; use one of diagnosis"),
        ("consulting", "maybe", "decision 'maybe' is not known; use one of visit, offer, no_action"),
        ("none", "visit", "kind 'none' contradicts decision 'visit'"),
        ("consulting", "no_action", "kind 'consulting' contradicts decision 'no_action'"),
    ],
)
def test_an_action_outside_the_lists_is_refused(ledger, kind, decision, says):
    ledger.record_alerts(watch("A"), as_of=MARCH, release="r1")

    with pytest.raises(SettingError, match=says):
        ledger.record_action("A", as_of=MARCH, kind=kind, decision=decision, on=date(2025, 4, 9))


def test_a_day_before_the_month_was_over_is_refused(ledger):
    ledger.record_alerts(watch("A"), as_of=MARCH, release="r1")

    ledger.record_outcome("A", as_of=MARCH, event=True, on=date(2025, 3, 31))
    with pytest.raises(InputError, match=r"outcome for shop 'A' is dated 2025-03-30, .*2025-03-31"):
        ledger.record_outcome("A", as_of=MARCH, event=True, on=date(2025, 3, 30))
    with pytest.raises(InputError, match="dated NaT"):
        ledger.record_outcome("A", as_of=MARCH, event=True, on=pd.NaT)


def test_a_watch_list_that_cannot_be_recorded_is_refused(ledger):
    with pytest.raises(InputError, match="lacks the columns level"):
        ledger.record_alerts(watch("A").drop(columns="level"), as_of=MARCH, release="r1")
    with pytest.raises(InputError, match="'A' occurs twice"):
        ledger.record_alerts(watch("A", "A"), as_of=MARCH, release="r1")
    with pytest.raises(InputError, match="'A' is on the watch list without a risk"):
        ledger.record_alerts(watch("A", risk=float("nan")), as_of=MARCH, release="r1")

    assert ledger.table().empty


def test_every_choice_has_words_in_both_languages():
    assert all(knows(f"ledger.kinds.{kind}") for kind in KINDS)
    assert all(knows(f"ledger.decisions.{decision}") for decision in DECISIONS)


def test_without_the_extra_the_ledger_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    monkeypatch.delitem(sys.modules, "sbwarn.ledger.store")
    monkeypatch.delattr("sbwarn.ledger.store")

    with pytest.raises(SettingError, match=r'pip install "sbwarn\[ledger\]"'):
        Ledger.open("sqlite://")


def test_an_address_that_is_none_is_refused_without_showing_its_password():
    with pytest.raises(SettingError, match="address cannot be read") as refusal:
        Ledger.open("nosuchbase://clerk:secret@host/ledger")

    assert "secret" not in str(refusal.value)


def test_a_missing_driver_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg2", None)

    with pytest.raises(SettingError, match="needs the Python package psycopg2"):
        Ledger.open("postgresql+psycopg2://host/ledger")


def test_a_missing_folder_is_a_store_error(tmp_path):
    with pytest.raises(StoreError, match="unable to open database file"):
        Ledger.open(f"sqlite:///{tmp_path / 'nowhere' / 'ledger.db'}")


def test_a_file_that_is_no_database_is_a_store_error(tmp_path):
    (tmp_path / "ledger.db").write_text("shop_id,as_of\n" * 100)

    with pytest.raises(StoreError, match="file is not a database"):
        Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")


def test_a_ledger_of_another_version_is_refused(url, tmp_path):
    Ledger.open(url).close()
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other, other:
        other.execute("UPDATE ledger_schema SET version = 2")

    with pytest.raises(StoreError, match="has version 2, this code reads version 1"):
        Ledger.open(url)


def test_a_foreign_database_is_left_as_it_was(url, tmp_path):
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other, other:
        other.execute("CREATE TABLE outcomes (anything TEXT)")

    with pytest.raises(StoreError, match="table outcomes already exists"):
        Ledger.open(url)

    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("outcomes",)]


def test_a_ledger_locked_for_too_long_is_a_store_error(url, tmp_path, monkeypatch):
    monkeypatch.setattr(store, "BUSY_SECONDS", 0)
    with Ledger.open(url) as ledger, closing(sqlite3.connect(tmp_path / "ledger.db")) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreError, match="database is locked"):
            ledger.record_alerts(watch("A"), as_of=MARCH, release="r1")


def test_two_processes_may_create_one_ledger_at_once(url, tmp_path):
    spawn = multiprocessing.get_context("spawn")
    creators = [spawn.Process(target=Ledger.open, args=(url,)) for _ in range(2)]

    for creator in creators:
        creator.start()
    for creator in creators:
        creator.join(timeout=60)

    assert [creator.exitcode for creator in creators] == [0, 0]
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as made:
        assert made.execute("SELECT version FROM ledger_schema").fetchall() == [(1,)]


def test_two_that_create_a_ledger_wait_for_a_third_and_then_for_each_other(url, tmp_path):
    def create() -> None:
        Ledger.open(url).close()

    held_then_twice(tmp_path, create)

    with closing(sqlite3.connect(tmp_path / "ledger.db")) as made:
        assert made.execute("SELECT version FROM ledger_schema").fetchall() == [(1,)]


def test_two_that_record_one_list_at_once_record_it_once(ledger, tmp_path):
    counts = held_then_twice(
        tmp_path, lambda: ledger.record_alerts(watch("A", "B"), as_of=MARCH, release="r1")
    )

    assert sorted(counts) == [0, 2]
    assert len(ledger.table()) == 2


def held_then_twice(tmp_path, work):
    """What two threads return that both set to work while a third party holds the database."""
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(work) for _ in range(2)]
            time.sleep(0.3)
            holder.execute("ROLLBACK")
            return [one.result() for one in both]
