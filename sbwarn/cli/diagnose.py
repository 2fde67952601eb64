"""Commands about one shop: diagnose, explain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sbwarn.cli.replay import here
from sbwarn.errors import SettingError
from sbwarn.messages import LANGUAGES, Language, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sbwarn.scoring.record import Score

AUDIENCES = ("owner", "consultant")
FACTS = {
    "industry": "industry_code",
    "district": "district_id",
    "opened": "opened_on",
    "area": "floor_area_m2",
    "lease_ends": "lease_ends_on",
    "name": "name",
}
"""Options about the shop itself, and the columns of the shops schema that they fill."""


@click.command("diagnose")
@click.argument("shop")
@click.option("--data", type=click.Path(path_type=Path), default=None, help="Data set that SHOP is in.")
@click.option(
    "--sales", type=click.Path(path_type=Path), default=None, help="CSV or xlsx file: month, sales."
)
@click.option("--rent", default=None, help="Monthly rent as a number, or a file: month, rent.")
@click.option(
    "--footfall", type=click.Path(path_type=Path), default=None, help="File: month, persons a weekday."
)
@click.option("--unit", default=None, help="Unit of the amounts: 원, 천원, 만원 …; left out: 원.")
@click.option(
    "--industry", default=None, help="Industry code, if SHOP is in no data set; so for the next four."
)
@click.option("--district", default=None, help="District id.")
@click.option("--opened", default=None, help="Opening day, YYYY-MM-DD.")
@click.option("--area", default=None, help="Floor area in m².")
@click.option("--lease-ends", default=None, help="Last day of the lease, YYYY-MM-DD.")
@click.option(
    "--trade-name",
    default="",
    help="Name of the trade for the sheet; left out: of the data set, else its code.",
)
@click.option("--district-name", default="", help="Name of the district for the sheet; likewise.")
@click.option("--contact", default="", help="Whom the owner may ask; left out: what the release says.")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="Day for the rules of the programmes; left out: the last of the month.",
)
@click.option("--name", default=None, help="Name of the shop as the sheet shall show it.")
@click.option(
    "--as-of", default=None, help="Month at whose end you stand, YYYY-MM; left out: after the last sales."
)
@click.option(
    "--horizon", type=click.Choice(["3", "6", "12"]), default="6", show_default=True, help="Months ahead."
)
@click.option("--release", default=None, help="Name under --models, or a folder; left out: the current one.")
@click.option(
    "--models",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder of releases; left out: models, else the shipped ones.",
)
@click.option(
    "--peers", type=click.Path(path_type=Path), default=None, help="Peers that `sbwarn score` wrote."
)
@click.option(
    "--out", type=click.Path(path_type=Path), default=None, help="Diagnosis sheet to write, .pdf or .html."
)
@click.option("--keep", type=click.Path(path_type=Path), default=None, help="Folder to keep the score in.")
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="ko", show_default=True, help="Language of the sheet."
)
@click.option(
    "--for",
    "audience",
    type=click.Choice(AUDIENCES),
    default="owner",
    show_default=True,
    help="Who reads the sheet.",
)
def diagnose_command(
    shop: str,
    data: Path | None,
    out: Path | None,
    keep: Path | None,
    language: Language,
    audience: str,
    **told: Any,
) -> None:
    """Score one shop, tell the result, and write its diagnosis sheet of one page.

    SHOP is an id in --data, or any id together with --sales, --industry and --district.

    \b
    Examples:
      sbwarn diagnose S000017 --data data/city --as-of 2026-09 --out S000017.pdf
      sbwarn diagnose A17 --sales sales.xlsx --unit 만원 --industry coffee --district naseong --rent 150 --out A17.pdf
    """
    from sbwarn.consult.business import score_business
    from sbwarn.releases.load import find_release

    score = score_business(
        shop if data else _facts(shop, told), told["sales"], _rent(told["rent"]), told["footfall"],
        data=data, unit=told["unit"], as_of=told["as_of"], horizon=int(told["horizon"]), language=language,
        release=find_release(told["release"], models=told["models"] or here()), peers=told["peers"],
    )  # fmt: skip
    click.echo(str(score))
    if keep:
        click.echo(say("cli.kept", into=language, id=score.keep(keep), folder=keep))
    if out:
        names = _names(score, data, language)
        score.sheet(
            out,
            audience=audience,
            industry=told["trade_name"] or names.get("industries", ""),
            district=told["district_name"] or names.get("districts", ""),
            contact=told["contact"],
            on=told["on"] and told["on"].date(),
        )
        click.echo(say("cli.sheet", into=language, out=out))


def _facts(shop: str, told: Mapping[str, Any]) -> dict[str, str]:
    """What is told of a shop that is in no data set."""
    facts = {column: str(told[option]) for option, column in FACTS.items() if told[option]}
    if told["sales"] is None:
        raise SettingError(say("cli.no_shop"))
    return {"shop_id": shop, **facts}


def _names(score: Score, data: Path | None, language: Language) -> dict[str, str]:
    """What the data set calls the shop's trade and district, by table; what it has no name for is left out."""
    from sbwarn.consult.origin import origin_of
    from sbwarn.tables.dataset import read_dataset

    tables = read_dataset(data).tables if data else {}
    origin = origin_of(score)
    codes = {"industries": origin.panel.shops.industry, "districts": origin.panel.shops.district}
    keys = {"industries": "industry_code", "districts": "district_id"}
    found = {}
    for table, of in codes.items():
        if table not in tables:
            continue
        rows = tables[table]
        mine = rows.loc[rows[keys[table]] == of[origin.place]]
        for column in ("name_en", "name") if language == "en" else ("name",):
            known = mine[column].dropna() if column in mine else mine.index[:0]
            if len(known) and table not in found:
                found[table] = str(known.iloc[-1])
    return found


def _rent(told: str | None) -> Path | float | str | None:
    """A number, an amount in words, or the file that holds the rent."""
    return Path(told) if told and Path(told).is_file() else told


@click.command("explain")
@click.argument("score_id")
@click.option(
    "--in",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder in which the score was kept.",
)
@click.option(
    "--models",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder of releases; left out: models, else the shipped ones.",
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="ko",
    show_default=True,
    help="Language of the answer.",
)
def explain_command(score_id: str, folder: Path, models: Path | None, language: Language) -> None:
    """Explain a kept score in plain words: what went in, by which criteria, what came out, what one may do.

    \b
    Example:
      sbwarn explain 4xkq-7ab2-m3fz --in scores
    """
    from sbwarn.consult.keep import kept

    click.echo(kept(score_id, folder, models=models or here()).explain(language))
