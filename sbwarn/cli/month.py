"""Commands of the month: score, monthly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sbwarn.cli.model import MODELS
from sbwarn.cli.progress import step
from sbwarn.errors import InputError
from sbwarn.messages import LANGUAGES, Language, number, say

if TYPE_CHECKING:
    import pandas as pd

    from sbwarn.releases.record import Release
    from sbwarn.scoring.month import ScoredMonth
    from sbwarn.tables.history import History

BACK = 3
"""Months that a change of risk looks back."""


@click.command("score")
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option(
    "--as-of", required=True, help="Month at whose end you stand, YYYY-MM; nothing public later is used."
)
@click.option("--release", default=None, help="Name under --models, or a folder; left out: the current one.")
@click.option(
    "--models", type=click.Path(path_type=Path), default=MODELS, show_default=True, help="Folder of releases."
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Parquet file, one row a shop.")
def score_command(dataset: Path, as_of: str, release: str | None, models: Path, out: Path) -> None:
    """Score every shop known as of a month; shops that cannot be scored stay in the table with the reason.

    The month's peers are written beside it (`….peers.parquet`): `score_business(…, peers=…)` then gives the same.

    \b
    Example:
      sbwarn score data/texas --as-of 2016-09 --release <id> --out scores.parquet
    """
    from sbwarn.engines.local import score_month
    from sbwarn.indicators.peerfile import write_peers
    from sbwarn.releases.load import load_release
    from sbwarn.tables.atomic import whole_file
    from sbwarn.tables.dataset import read_dataset
    from sbwarn.tables.history import History

    model = load_release(release, models=models)
    with step(say("cli.steps.score"), length=2) as tick:
        month = score_month(History(read_dataset(dataset)), as_of, model)
        tick(month.as_of)
        with whole_file(out) as fresh:
            month.scores.to_parquet(fresh, index=False)
        write_peers(month.peers, out.with_suffix(".peers.parquet"))
    scored = int((month.scores["status"] == "scored").sum())
    click.echo(say("cli.scored", scored=scored, others=len(month.scores) - scored, out=out))


@click.command("monthly")
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option("--as-of", required=True, help="Month of the report, YYYY-MM; nothing public later is used.")
@click.option("--release", default=None, help="Name under --models, or a folder; left out: the current one.")
@click.option(
    "--models", type=click.Path(path_type=Path), default=MODELS, show_default=True, help="Folder of releases."
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the report.")
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
@click.option(
    "--ledger", default=None, help="Record the watch list's alerts in this ledger, e.g. sqlite:///ledger.db."
)
def monthly_command(
    dataset: Path, as_of: str, release: str | None, models: Path, out: Path, capacity: int, language: Language,
    ledger: str | None,
) -> None:  # fmt: skip
    """Write the monthly risk report: page, workbook, score tables, summary.

    \b
    Example:
      sbwarn monthly data/texas --as-of 2016-09 --release <id> --out reports/2016-09
    """
    from sbwarn.ledger.book import Ledger
    from sbwarn.releases.load import load_release
    from sbwarn.tables.dataset import read_dataset
    from sbwarn.tables.history import History

    model = load_release(release, models=models)
    month, watch = reported(
        History(read_dataset(dataset)), as_of, model, out=out, capacity=capacity, language=language
    )
    if ledger:
        with Ledger.open(ledger) as book:
            count = book.record_alerts(watch, as_of=month.as_of, release=model.id)
        click.echo(say("cli.recorded", count=count))
    click.echo(say("cli.reported", page=out / "report.html"))


def reported(
    history: History, as_of: str, release: Release, *, out: Path, capacity: int, language: Language
) -> tuple[ScoredMonth, pd.DataFrame]:
    """A month's report in a folder, with bars; the scored month and its watch list."""
    from sbwarn.engines.local import premises, score_month
    from sbwarn.places.vacancy import vacancy
    from sbwarn.reports.monthly import write_monthly
    from sbwarn.watch.watchlist import WatchPolicy, watch_list

    with step(say("cli.steps.score"), length=2) as tick:
        month = score_month(history, as_of, release)
        tick(month.as_of)
        before = _earlier(history, month.as_of, release)
    with step(say("cli.steps.report"), length=2) as tick:
        watch = watch_list(month.scores, before, policy=WatchPolicy(capacity=capacity))
        tick("watch")
        empty = vacancy(premises(history.as_known(as_of)))
        write_monthly(month, watch, empty, accounting(history), out, language=language)
    return month, watch


def _earlier(history: History, as_of: str, release: Release) -> pd.DataFrame | None:
    """The scores of three months earlier, as they would have been then; None if nothing was known."""
    from sbwarn.engines.local import score_month
    from sbwarn.tables.month import as_month

    try:
        return score_month(history, as_month(as_of) - BACK, release, explain=False).scores
    except InputError:
        return None


def accounting(history: History) -> pd.DataFrame:
    """`table, rows_in, used, excluded, rejected, repaired`, one row a table of the data set."""
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "table": table,
                **{name: account[name] for name in ("rows_in", "used", "excluded", "rejected")},
                "repaired": sum(account["repairs"].values()),
            }
            for table, account in history.dataset.accounts.items()
        ]
    )


def riskiest(month: ScoredMonth, count: int) -> list[str]:
    """The riskiest shops in a line each, with their first reason."""
    worst = month.scores.sort_values(["risk_6m", "shop_id"], ascending=[False, True]).head(count)
    from sbwarn.messages import language

    return [
        say(
            "cli.risky", shop=row["shop_id"], name=row["name"] or "–", level=say(f"levels.{row['level']}"),
            risk=number(row["risk_6m"], "share"), reason=str(row[f"reasons_{language()}"]).split("\n")[0],
        )
        for _, row in worst.iterrows()
    ]  # fmt: skip
