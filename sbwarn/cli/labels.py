"""The command about what a crisis is: labels."""

from __future__ import annotations

from pathlib import Path

import click

from sbwarn.cli.progress import step
from sbwarn.messages import say

HORIZONS = ("3", "6", "12")


@click.command("labels")
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option(
    "--as-of",
    default=None,
    help="Month at whose end you stand, YYYY-MM; left out: the last that holds sales.",
)
@click.option(
    "--rules",
    default=None,
    help="Rules, with commas between them; left out: all that the data set can answer. A+B is whichever comes first.",
)
@click.option(
    "--horizon", type=click.Choice(HORIZONS), default="6", show_default=True, help="Months ahead to compare."
)
@click.option(
    "--out", type=click.Path(path_type=Path), default=None, help="CSV file of the base rates of all horizons."
)
def labels_command(
    dataset: Path, as_of: str | None, rules: str | None, horizon: str, out: Path | None
) -> None:
    """Tell what each label rule finds: crises by month, since when that is sure, how far the rules agree.

    \b
    Example:
      sbwarn labels data/city
      sbwarn labels data/texas --as-of 2017-10 --rules silent_3,silent_3+sales_collapse --out labels.csv
    """
    from sbwarn.labels.agreement import overview
    from sbwarn.labels.page import page
    from sbwarn.labels.rules import answerable, find_events, label_rule
    from sbwarn.tables.atomic import whole_file
    from sbwarn.tables.dataset import read_dataset
    from sbwarn.tables.history import History
    from sbwarn.tables.month import as_month, month_range, ordinal
    from sbwarn.training.rows import scorable

    data = read_dataset(dataset)
    history = History(data)
    month = as_month(as_of, argument="as-of") if as_of else as_month(data.months[1]) + data.lags["sales"]
    named = [label_rule(name.strip()) for name in rules.split(",")] if rules else answerable(history, month)
    chosen = tuple({rule.name: rule for rule in named}.values())
    history.as_known(month)
    months = month_range(min(history.first_month, month), month)
    with step(say("labels.step"), length=len(months) + len(chosen)) as tick:
        found = {}
        for rule in chosen:
            found[rule.name] = find_events(rule, history, month)
            tick(rule.name)
        asked = {}
        for each in months:
            panel = history.as_known(each)
            asked[ordinal(each)] = panel.shops.ids[scorable(panel)]
            tick(str(each))
    told = overview(
        found, chosen, asked, dataset=data.name, synthetic=data.synthetic, as_of=month, horizon=int(horizon)
    )
    click.echo(page(told))
    if out is not None:
        with whole_file(out) as fresh:
            told.rates.assign(synthetic=data.synthetic).to_csv(fresh, index=False)
        click.echo(say("labels.written", rows=len(told.rates), out=out))
