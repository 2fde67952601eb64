"""The data card: tables, months, gaps and revisions of what a release learnt from, as it was known then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sbwarn.indicators.build import catalogue
from sbwarn.indicators.inputs import tables_of
from sbwarn.messages import UNKNOWN
from sbwarn.releases.markdown import code, escaped
from sbwarn.tables.panel import QUANTITIES
from sbwarn.tables.schema import TABLES, table_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sbwarn.releases.markdown import Side
    from sbwarn.releases.record import Release

TABLE_COLUMNS = ("table", "rows", "owners", "months", "revised")
DELIVERED = ("rows_in", "used", "excluded", "rejected", "repaired")
SHOWN = 12
"""Hexadecimal digits of a digest; release.json holds all of them."""


def data_part(
    release: Release, side: Side, delivery: Mapping[str, Mapping[str, int]] | None = None
) -> list[str]:
    """What was public when the release was trained, by table and quantity.

    Args:
        release: Its facts under "data" are what `training.datafacts` tells; empty for protocol 1.
        side: The language.
        delivery: By table, what an import kept; None if nobody asked.
    """
    lines, facts = side.section("data"), release.facts.get("data", {})
    told = {
        "dataset": escaped(release.dataset),
        "currency": escaped(release.currency),
        "as_of": release.as_of,
    }
    if facts:
        about = {"country": escaped(facts["country"]), "trading": side.number(facts["trading"])}
        lines += [side.say("datacard:set", **told, **about) + side.mark, *_tables(facts, side)]
        lines += [*_lacking(facts, side), *_read(release, facts, side), *_unknown(release, facts, side)]
    else:
        lines += [side.say("datacard:plain", **told) + side.mark, *_digests(release, side)]
    return [*lines, *_delivery(side, delivery)]


def _tables(facts: Mapping[str, Any], side: Side) -> list[str]:
    rows = [
        (
            side.word("datacard.table", table),
            side.number(each["rows"]),
            side.say(f"datacard:of.{each['of']}", n=side.number(each["owners"])),
            f"{each['first']} … {each['last']}" if each["first"] else UNKNOWN,
            side.number(each["revised"]),
        )
        for table, each in facts["tables"].items()
    ]
    head = [side.say(f"datacard:head.{name}") for name in TABLE_COLUMNS]
    return [*side.table(head, rows, sides="lrll"), side.say("datacard:revised")]


def _lacking(facts: Mapping[str, Any], side: Side) -> list[str]:
    lacking = [side.word("datacard.table", table) for table in TABLES if table not in facts["tables"]]
    line = (
        side.say("datacard:lacking", tables=", ".join(lacking)) if lacking else side.say("datacard:complete")
    )
    return ["", line]


def _read(release: Release, facts: Mapping[str, Any], side: Side) -> list[str]:
    """Which of the tables the indicators read: what is not read has no part in a score."""
    reads = {fact.name: {table for each in fact.reads for table in tables_of(each)} for fact in catalogue()}
    read = set().union(*(reads.get(name, set()) for name in release.indicators))
    idle = [side.word("datacard.table", table) for table in facts["tables"] if table not in read]
    told = ", ".join(side.word("datacard.table", table) for table in TABLES if table in read)
    lines = ["", side.say("datacard:read", tables=told)]
    return [*lines, side.say("datacard:not_read", tables=", ".join(idle))] if idle else lines


def _unknown(release: Release, facts: Mapping[str, Any], side: Side) -> list[str]:
    rows = [
        (
            side.word("datacard.table", QUANTITIES[quantity][0]) if quantity in QUANTITIES else UNKNOWN,
            _title(quantity, side),
            side.number(share, "share"),
            code(release.data[quantity][:SHOWN]) if quantity in release.data else UNKNOWN,
        )
        for quantity, share in facts["unknown"].items()
    ]
    head = [side.say(f"datacard:head.{name}") for name in ("table", "quantity", "unknown", "digest")]
    return ["", side.say("datacard:unknown"), *side.table(head, rows, sides="llrl")]


def _title(quantity: str, side: Side) -> str:
    if quantity not in QUANTITIES:
        return code(quantity)
    table, column = QUANTITIES[quantity]
    # A quantity may be made from columns, and then has no field of its own.
    names = {field.name: field for field in table_schema(table).fields}
    if column not in names:
        return side.word("datacard.quantity", quantity)
    return escaped(names[column].title_ko if side.language == "ko" else names[column].title)


def _digests(release: Release, side: Side) -> list[str]:
    told = ", ".join(f"{name} {code(digest[:SHOWN])}" for name, digest in release.data.items())
    return ["", side.say("datacard:digests", digests=told)] if told else []


def _delivery(side: Side, delivery: Mapping[str, Mapping[str, int]] | None) -> list[str]:
    if not delivery:
        return ["", side.say("datacard:no_delivery")]
    head = [side.say(f"datacard:head.{name}") for name in ("table", *DELIVERED)]
    rows = [
        (side.word("datacard.table", table), *(side.number(account[part]) for part in DELIVERED))
        for table, account in delivery.items()
    ]
    return ["", side.say("datacard:delivery"), *side.table(head, rows)]
