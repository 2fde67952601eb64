"""Commands that make and look at data sets: simulate, import, check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sbwarn.cli.progress import step
from sbwarn.errors import SettingError
from sbwarn.messages import knows, say

if TYPE_CHECKING:
    from sbwarn.tables.dataset import DataSet


@click.command("simulate")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder of the data set to write."
)
@click.option("--shops", default=4000, show_default=True, help="Shops alive at about the middle.")
@click.option("--months", default=48, show_default=True, help="Months of history.")
@click.option("--last", default="2026-09", show_default=True, help="Month at whose end the city stands.")
@click.option("--seed", default=1, show_default=True, help="Same seed, same city.")
def simulate_command(out: Path, shops: int, months: int, last: str, seed: int) -> None:
    """Write the data set of a simulated city (synthetic data).

    \b
    Example:
      sbwarn simulate --out data/city --shops 4000 --months 48 --seed 1
    """
    dataset = simulated(out, shops=shops, months=months, last=last, seed=seed)
    first, end = dataset.months
    click.echo(
        say(
            "cli.simulated",
            shops=dataset.tables["shops"]["shop_id"].nunique(),
            first=first,
            last=end,
            out=out,
        )
    )


def simulated(out: Path, *, shops: int, months: int, last: str, seed: int) -> DataSet:
    """A simulated city as a data set in a folder, with a bar."""
    from sbwarn.simulate.city import simulate_city
    from sbwarn.tables.check import check_table
    from sbwarn.tables.dataset import dataset_of, write_dataset
    from sbwarn.tables.schema import table_schema

    with step(say("cli.steps.simulate"), length=months) as tick:
        city = simulate_city(shops=shops, months=months, last=last, seed=seed, progress=tick)
    with step(say("cli.steps.check"), length=len(city.tables)) as tick:
        checked = {}
        for table, rows in city.tables.items():
            checked[table] = check_table(rows, table_schema(table), where=table)
            tick(table)
        dataset = dataset_of(checked, name="city", currency="KRW", synthetic=True)
        return write_dataset(dataset, out)


@click.command("import")
@click.argument("source")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=None, help="Folder of the data set to write.")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    default=None,
    help="Data set that the files join; it is written to --out, or in its own place.",
)
@click.option("--name", default=None, help="Name of the data set; the folder's name if left out.")
@click.option("--currency", default=None, help="Currency, if it is not the source's.")
def import_command(
    source: str,
    files: tuple[Path, ...],
    out: Path | None,
    into: Path | None,
    name: str | None,
    currency: str | None,
) -> None:
    """Turn an agency's FILES into a data set; SOURCE says how they are laid out (`plain`: the library's own tables).

    \b
    Example:
      sbwarn import texas_receipts receipts/*.gz --out data/texas
      sbwarn import plain shops.csv sales.csv rent.xlsx --out data/mine
      sbwarn import seoul_footfall footfall_by_dong.csv --into data/mine
    """
    from sbwarn.tables.dataset import read_dataset, write_dataset
    from sbwarn.tables.enrich import enriched
    from sbwarn.tables.source import import_files, read_source

    target = out or into
    if target is None:
        raise SettingError(say("errors.no_out"))
    declared = read_source(source)
    base = read_dataset(into) if into else None
    with step(say("cli.steps.read"), length=len(files) or 1) as tick:
        dataset = import_files(
            declared, files, name=name or target.name, currency=currency, complete=base is None, progress=tick
        )
        if base is not None:
            dataset = enriched(base, dataset)
        dataset = write_dataset(dataset, target)
    for line in accounts(dataset):
        click.echo(line)
    if dataset.missing:
        click.echo(say("cli.part", missing=", ".join(dataset.missing)))
    click.echo(say("cli.imported", out=target))


@click.command("check")
@click.argument("dataset", type=click.Path(path_type=Path))
@click.option(
    "--rejects", type=click.Path(path_type=Path), default=None, help="Write the rejected rows to this CSV."
)
def check_command(dataset: Path, rejects: Path | None) -> None:
    """Say what was read, repaired, left out and rejected, and which months are covered.

    \b
    Example:
      sbwarn check data/texas --rejects rejects.csv
    """
    from sbwarn.tables.atomic import whole_file
    from sbwarn.tables.dataset import read_dataset

    found = read_dataset(dataset)
    for line in (*accounts(found), *coverage(found)):
        click.echo(line)
    lost = found.tables["rejects"]
    for row in lost.head(5).itertuples():
        click.echo(
            say(
                "cli.reject",
                table=row.table,
                row=row.row,
                column=row.column,
                rule=row.rule,
                value=row.value,
                expected=row.expected,
            )
        )
    if rejects is not None:
        with whole_file(rejects) as fresh:
            lost.to_csv(fresh, index=False, encoding="utf-8-sig")
        click.echo(say("cli.rejects_written", rows=len(lost), out=rejects))


def accounts(dataset: DataSet) -> list[str]:
    """A line a table: rows in = used + excluded + rejected; then what was mended and noticed."""
    lines = []
    for table, account in dataset.accounts.items():
        lines.append(
            say(
                "cli.account",
                table=table,
                rows_in=f"{account['rows_in']:,}",
                used=f"{account['used']:,}",
                excluded=f"{account['excluded']:,}",
                rejected=f"{account['rejected']:,}",
            )
        )
        for kind in ("excluded_by", "rejected_by", "repairs", "notes"):
            lines.extend(
                say("cli.account_part", what=say(f"cli.{kind}"), rule=meaning(rule), count=f"{count:,}")
                for rule, count in account[kind].items()
            )
    return lines


def meaning(rule: str) -> str:
    """What a rule, repair or oddity is called, with its key; the key alone where the catalogue has no more to say."""
    return f"{say(f'kinds.{rule}')} ({rule})" if knows(f"kinds.{rule}") else rule


def coverage(dataset: DataSet) -> list[str]:
    """A line for each of the last months: shops with a report, against the month before."""
    if dataset.missing:
        return [say("cli.part", missing=", ".join(dataset.missing))]
    sales = dataset.tables["sales"]
    shops = sales.groupby(sales["month"].dt.strftime("%Y-%m"))["shop_id"].nunique()
    lines = [say("cli.coverage", first=shops.index[0], last=shops.index[-1], months=len(shops))]
    lines.extend(
        say("cli.coverage_month", month=month, shops=f"{count:,}") for month, count in shops.tail(4).items()
    )
    return lines
