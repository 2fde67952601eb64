"""The command that asks what the house would have said, and what came of it: backtest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sbwarn.cli.progress import step
from sbwarn.errors import SettingError
from sbwarn.messages import LANGUAGES, Language, say

if TYPE_CHECKING:
    from sbwarn.backtest.figures import BacktestFigures
    from sbwarn.backtest.run import Backtest
    from sbwarn.tables.history import History

FITS = 5
"""Models that a quarter fits at least, for the length of the bar."""
PARTS = 12
"""Parts of the figures that tell that they are done, besides the quarters."""
HEADLINES = {
    "auc": "auc",
    "precision": "burden/capacity/precision",
    "median": "lead/median",
    "never": "lead/never",
}
"""What the command says: the card of the page, and its figure."""


@click.command("backtest")
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option(
    "--from", "first", required=True, help="First as-of month: retrained there, and every quarter after."
)
@click.option("--to", "last", required=True, help="Last as-of month to score, YYYY-MM.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("backtest"),
    show_default=True,
    help="Folder to write.",
)
@click.option("--label", default=None, help="Label rule; left out: the one that fits.")
@click.option("--seed", default=1, show_default=True, help="Same data and seed, same figures.")
@click.option(
    "--trees", default=300, show_default=True, help="Trees of each model; fewer are faster and rougher."
)
@click.option(
    "--capacity", default=120, show_default=True, help="Shops that the office can visit in a month."
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="ko",
    show_default=True,
    help="Language of the report.",
)
def backtest_command(
    dataset: Path, first: str, last: str, out: Path, label: str | None, seed: int, trees: int, capacity: int,
    language: Language,
) -> None:  # fmt: skip
    """Retrain at each quarter as it was known then, score the months after, and tell what came of it.

    \b
    Example:
      sbwarn backtest data/texas --from 2015-11 --to 2017-07 --out backtest
    """
    from sbwarn.reports.backtest import refuse_foreign, write_backtest
    from sbwarn.reports.extras import report_library
    from sbwarn.tables.dataset import read_dataset
    from sbwarn.tables.history import History

    if capacity < 1:
        raise SettingError(say("backtest.errors_capacity", got=capacity))
    # What would be refused or missing after ten minutes is asked for before.
    refuse_foreign(out)
    for library in ("jinja2", "matplotlib"):
        report_library(library)
    found, told = tested(
        History(read_dataset(dataset)), first, last, label=label, seed=seed, trees=trees, capacity=capacity
    )
    with step(say("backtest.step_report"), length=1) as tick:
        write_backtest(found, told, out, language=language)
        tick("backtest.html")
    for line in headlines(found, told):
        click.echo(line)
    click.echo(say("backtest.written", page=out / "backtest.html"))


def tested(
    history: History, first: str, last: str, *, label: str | None, seed: int, trees: int, capacity: int
) -> tuple[Backtest, BacktestFigures]:
    """A backtest and its figures, with bars."""
    from sbwarn.backtest.figures import backtest_figures
    from sbwarn.backtest.run import backtest
    from sbwarn.tables.month import QUARTER, as_month, month_range
    from sbwarn.training.fit import Settings

    origins = len(month_range(first, last)[::QUARTER])
    months = as_month(last, argument="--to").ordinal - history.first_month.ordinal
    with step(say("backtest.step_run"), length=max(months, 1) + origins * FITS) as tick:
        found = backtest(
            history, first, last, label=label, seed=seed, settings=Settings(trees=trees), progress=tick
        )
    with step(say("backtest.step_figures"), length=len(found.quarters) + PARTS) as tick:
        told = backtest_figures(found, capacity=capacity, progress=tick)
    return found, told


def headlines(found: Backtest, told: BacktestFigures) -> list[str]:
    """The first line of the page, and the figures that are read first; synthetic ones say so."""
    from sbwarn.backtest.figures import OURS
    from sbwarn.reports.backtestpage import shown

    mark = say("cli.synthetic") if found.synthetic else ""
    six = told.overall.get("6", {}).get("all", {}).get(OURS, {})
    figures = {**told.measures, **six}
    lines = [
        say("backtest.figure_line", name=say(f"backtest.card.{card}"), value=shown(figure, path.rpartition("/")[2]),
            n=f"{figure.n:,}", events=f"{figure.events:,}") + mark
        for card, path in HEADLINES.items()
        for figure in (figures.get(path),)
        if figure
    ]  # fmt: skip
    made = say(
        "backtest.quarters",
        made=len(found.quarters),
        first=found.quarters[0].origin,
        last=found.quarters[-1].origin,
        left=len(found.left_out),
    )
    return [told.standing.line() + mark, *lines, made]
