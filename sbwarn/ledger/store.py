"""The ledger's tables and statements: the only file that knows the database library."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
from sqlalchemy import (
    Boolean,
    Column,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    create_engine,
    event,
    insert,
    inspect,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from sbwarn.errors import InputError, SettingError, StoreError
from sbwarn.messages import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

VERSION = 1
"""Raise it with any change of the tables below: an older ledger is then refused instead of being misread."""

BUSY_SECONDS = 30
"""How long one writer waits for another."""

Row = dict[str, object]

_metadata = MetaData()

# Months and days are text, YYYY-MM and YYYY-MM-DD: they sort as time does and read the same in every database.
SCHEMA = Table("ledger_schema", _metadata, Column("version", Integer, primary_key=True, autoincrement=False))

ALERTS = Table(
    "alerts",
    _metadata,
    Column("alert_id", Integer, primary_key=True),
    Column("shop_id", String, nullable=False),
    Column("as_of", String, nullable=False),
    Column("release", String, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("quadrant", String, nullable=False),
    Column("level", String, nullable=False),
    Column("risk_6m", Float, nullable=False),
    Column("change_3m", Float),
    Column("review_on", String, nullable=False),
    UniqueConstraint("shop_id", "as_of", "release"),
)

# What was done for a shop, and what became of it, answers the month's alert whichever release raised it.
ACTIONS = Table(
    "actions",
    _metadata,
    Column("action_id", Integer, primary_key=True),
    Column("shop_id", String, nullable=False, index=True),
    Column("as_of", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("decision", String, nullable=False),
    Column("action_on", String, nullable=False),
    Column("by", String),
)

OUTCOMES = Table(
    "outcomes",
    _metadata,
    Column("outcome_id", Integer, primary_key=True),
    Column("shop_id", String, nullable=False, index=True),
    Column("as_of", String, nullable=False),
    Column("event", Boolean, nullable=False),
    Column("outcome_on", String, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Store:
    """A database with the ledger's tables in it; rows are only ever added."""

    engine: Engine

    def add_alerts(self, alerts: Sequence[Row], *, as_of: str, release: str) -> int:
        """How many of these alerts are new; a shop that the month and release already have is left as it was."""
        known = select(ALERTS.c.shop_id).where(ALERTS.c.as_of == as_of, ALERTS.c.release == release)
        with transaction(self.engine) as connection:
            recorded = set(connection.scalars(known))
            fresh = [alert for alert in alerts if alert["shop_id"] not in recorded]
            if fresh:
                connection.execute(insert(ALERTS), fresh)
        return len(fresh)

    def add_action(self, action: Row) -> int:
        """The number of the new action.

        Raises:
            InputError: no alert of that shop and month exists.
        """
        return self._add_answer(ACTIONS, action)

    def add_outcome(self, outcome: Row) -> int:
        """The number of the new outcome.

        Raises:
            InputError: no alert of that shop and month exists.
        """
        return self._add_answer(OUTCOMES, outcome)

    def _add_answer(self, table: Table, answer: Row) -> int:
        shop_id, as_of = answer["shop_id"], answer["as_of"]
        alert = select(ALERTS.c.alert_id).where(ALERTS.c.shop_id == shop_id, ALERTS.c.as_of == as_of).limit(1)
        key = next(iter(table.primary_key.columns))
        with transaction(self.engine) as connection:
            if connection.scalar(alert) is None:
                raise InputError(say("ledger.no_such_alert", shop=repr(shop_id), as_of=as_of))
            return int(connection.execute(insert(table).returning(key), answer).scalar_one())

    def rows(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Alerts, actions and outcomes as of one moment, each in the order in which it was recorded."""
        with transaction(self.engine) as connection:
            alerts, actions, outcomes = (_rows(connection, table) for table in (ALERTS, ACTIONS, OUTCOMES))
        return alerts, actions, outcomes


def open_store(url: str) -> Store:
    """The store at this address; its tables are made if the database is empty.

    Raises:
        SettingError: the address cannot be read, or its database driver is not installed.
        StoreError: the database cannot be reached, is not a ledger, or is one of another version.
    """
    try:
        engine = create_engine(url, **_options(url))
    except ArgumentError as error:
        raise SettingError(say("ledger.bad_url", why=error)) from error
    except ModuleNotFoundError as error:
        raise SettingError(say("ledger.no_driver", driver=error.name)) from error
    if engine.dialect.name == "sqlite":
        _take_turns(engine)
    try:
        _create_or_check(engine)
    except StoreError:
        engine.dispose()
        raise
    return Store(engine)


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """All of the block is recorded, or nothing.

    Raises:
        StoreError: the database refuses: missing folder, locked, read-only, damaged, unreachable.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        why = getattr(error, "orig", None) or error
        raise StoreError(say("ledger.store_failed", url=_shown(engine), why=why)) from error


def _options(url: str) -> dict[str, dict[str, int]]:
    return {"connect_args": {"timeout": BUSY_SECONDS}} if make_url(url).get_backend_name() == "sqlite" else {}


def _take_turns(engine: Engine) -> None:
    """Let SQLite writers queue before they read, so that none decides on rows that another is changing.

    The driver's own late BEGIN would let two processes both see an empty database, and the second one fail.
    Source: SQLAlchemy, "SQLite transactions and the sqlite3 driver".
    """

    @event.listens_for(engine, "connect")
    def leave_begin_to_us(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def queue(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _create_or_check(engine: Engine) -> None:
    with transaction(engine) as connection:
        if not inspect(connection).has_table(SCHEMA.name):
            # Without "if not exists": a table of the same name that is not ours must not be taken over.
            _metadata.create_all(connection, checkfirst=False)
            connection.execute(insert(SCHEMA), {"version": VERSION})
        versions = list(connection.scalars(select(SCHEMA.c.version)))
    if versions != [VERSION]:
        got = ", ".join(map(str, versions)) or "-"
        raise StoreError(say("ledger.other_version", url=_shown(engine), got=got, wanted=VERSION))


def _rows(connection: Connection, table: Table) -> pd.DataFrame:
    found = connection.execute(select(table).order_by(*table.primary_key.columns))
    return pd.DataFrame(found.mappings().all(), columns=[column.name for column in table.columns])


def _shown(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)
