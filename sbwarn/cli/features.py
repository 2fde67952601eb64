"""Commands about the indicators themselves: features, indicators."""

from __future__ import annotations

from pathlib import Path

import click

from sbwarn.cli.progress import step
from sbwarn.messages import LANGUAGES, language, say

SHOWN = 6
"""Indicators that are named where an input is missing."""


@click.command("features")
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option(
    "--as-of", required=True, help="Month at whose end you stand, YYYY-MM; nothing public later is used."
)
@click.option("--from", "first", default=None, help="First month of a range that ends with --as-of.")
@click.option(
    "--private", is_flag=True, help="Also the facts of the business itself, where you may hold them."
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Parquet file (or .csv), one row a shop."
)
def features_command(dataset: Path, as_of: str, first: str | None, private: bool, out: Path) -> None:  # noqa: FBT001
    """Write the indicators of every shop known as of a month, or of each month of a range.

    An indicator without its input is unknown, and the summary says which input is missing.

    \b
    Example:
      sbwarn features data/city --as-of 2026-09 --out features.parquet
      sbwarn features data/city --from 2026-01 --as-of 2026-09 --out features.parquet
    """
    from sbwarn.engines.features import KEYS, build_features, lacking
    from sbwarn.tables.atomic import whole_file
    from sbwarn.tables.dataset import read_dataset
    from sbwarn.tables.month import month_range

    with step(say("cli.steps.features"), length=2) as tick:
        months = month_range(first or as_of, as_of)
        features = build_features(read_dataset(dataset), months, private=private)
        found = features.attrs.pop("coverage")
        tick(as_of)
        table = features.assign(as_of=features["as_of"].astype(str))
        with whole_file(out) as fresh:
            if out.suffix == ".csv":
                table.to_csv(fresh, index=False)
            else:
                table.to_parquet(fresh, index=False)
    click.echo(say("cli.featured", rows=len(table), indicators=table.shape[1] - len(KEYS), out=out))
    known = [each for each in found if each.known]
    click.echo(say("cli.known", known=len(known), all=len(found), shops=found[0].shops, as_of=as_of))
    for name, without in lacking(found).items():
        more = ", …" if len(without) > SHOWN else ""
        click.echo(
            say("cli.lacking", input=name, count=len(without), names=", ".join(without[:SHOWN]) + more)
        )


@click.command("indicators")
@click.option(
    "--dataset", type=click.Path(path_type=Path), default=None, help="Also tell how far each is known there."
)
@click.option("--as-of", default=None, help="Month of that data set; left out: its last.")
@click.option(
    "--language", "tongue", type=click.Choice(LANGUAGES), default=None, help="Language of the page: ko or en."
)
@click.option(
    "--out", type=click.Path(path_type=Path), default=None, help="Markdown file; left out: the screen."
)
def indicators_command(dataset: Path | None, as_of: str | None, tongue: str | None, out: Path | None) -> None:
    """The catalogue as a page: name, formula, window, unit, direction, source, tables, and how far each is known.

    \b
    Example:
      sbwarn indicators --dataset data/city --out indicators.md
    """
    from sbwarn.messages import checked_language
    from sbwarn.reports.catalogue import catalogue_page, known_in

    shares = known_in(dataset, as_of) if dataset else None
    page = catalogue_page(shares, language=checked_language(tongue) if tongue else language())
    if out is None:
        click.echo(page, nl=False)
        return
    out.write_text(page, "utf-8")
    click.echo(say("cli.written", out=out))
