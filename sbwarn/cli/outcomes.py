"""Commands of the ledger: what was done after an alert, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sbwarn.ledger.book import DECISIONS, KINDS, Decision, Kind, Ledger
from sbwarn.messages import say

if TYPE_CHECKING:
    from datetime import datetime

STORE = "sqlite:///ledger.db"


@click.group("ledger")
def ledger_command() -> None:
    """Keep what was done after an alert, and what came of it.

    \b
    Example:
      sbwarn monthly data/texas --as-of 2016-09 --out reports/2016-09 --ledger sqlite:///ledger.db
      sbwarn ledger visit MB638028 --as-of 2016-09 --on 2016-10-12 --kind diagnosis
      sbwarn ledger show
    """


@ledger_command.command("visit")
@click.argument("shop")
@click.option("--as-of", required=True, help="Month of the alert.")
@click.option("--on", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Day of the action.")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="Help; `none` goes with no_action.")
@click.option(
    "--decision",
    type=click.Choice(DECISIONS),
    default="visit",
    show_default=True,
    help="What a person decided: visit, offer, no_action.",
)
@click.option("--by", default=None, help="Role of the person who decided; never a name.")
@click.option("--store", default=STORE, show_default=True, help="Database of the ledger.")
def visit(
    shop: str, as_of: str, on: datetime, kind: Kind, decision: Decision, by: str | None, store: str
) -> None:
    """Record what a person decided and did after an alert.

    \b
    Example:
      sbwarn ledger visit MB638028 --as-of 2016-09 --on 2016-10-12 --kind diagnosis --by consultant
    """
    with Ledger.open(store) as book:
        book.record_action(shop, as_of=as_of, kind=kind, on=on.date(), by=by, decision=decision)
    click.echo(say("cli.ledger_kept", shop=shop, as_of=as_of))


@ledger_command.command("outcome")
@click.argument("shop")
@click.option("--as-of", required=True, help="Month of the alert.")
@click.option("--on", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Day on which it was known.")
@click.option("--crisis/--no-crisis", required=True, help="Whether the crisis came.")
@click.option("--store", default=STORE, show_default=True, help="Database of the ledger.")
def outcome(shop: str, as_of: str, on: datetime, *, crisis: bool, store: str) -> None:
    """Record whether the crisis came.

    \b
    Example:
      sbwarn ledger outcome MB638028 --as-of 2016-09 --on 2017-03-31 --no-crisis
    """
    with Ledger.open(store) as book:
        book.record_outcome(shop, as_of=as_of, event=crisis, on=on.date())
    click.echo(say("cli.ledger_kept", shop=shop, as_of=as_of))


@ledger_command.command("show")
@click.option("--store", default=STORE, show_default=True, help="Database of the ledger.")
def show(store: str) -> None:
    """Print alerts with their last action and outcome, and the crisis rates of both groups.

    \b
    Example:
      sbwarn ledger show --store sqlite:///ledger.db
    """
    with Ledger.open(store) as book:
        click.echo(book.table().to_string(index=False))
        click.echo(book.effect().to_string(index=False))
