"""The command about what a release is, for whoever has to answer for it: card."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sbwarn.errors import InputError
from sbwarn.messages import LANGUAGES, Language, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sbwarn.releases.record import Release

MODELS, OUT = Path("models"), Path("card.html")


@click.command("card")
@click.argument("release", required=False)
@click.option(
    "--models", type=click.Path(path_type=Path), default=MODELS, show_default=True, help="Folder of releases."
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=None,
    help="Its data set: adds what the import left out, rejected and mended.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), default=OUT, show_default=True, help="HTML file to write."
)
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="ko", show_default=True, help="Language of the page."
)
def card_command(release: str | None, models: Path, data: Path | None, out: Path, language: Language) -> None:
    """Write the card of RELEASE (left out: the current one) as a page: purpose, data, figures, gates, limits, law.

    The same card lies in the release's folder as card.md, in both languages.

    \b
    Example:
      sbwarn card texas-2016-08-1a2b3c4d --models models --out card.html --language en
    """
    from sbwarn.releases.load import load_release
    from sbwarn.reports.cardpage import card_page
    from sbwarn.tables.atomic import PUBLIC, whole_file

    found = load_release(release, models=models)
    page = card_page(found, language, delivery=_delivery(data, found) if data else None)
    with whole_file(out, mode=PUBLIC) as fresh:
        fresh.write_text(page, "utf-8")
    click.echo(say("card.written", out=out))


def _delivery(data: Path, release: Release) -> Mapping[str, Mapping[str, int]]:
    from sbwarn.tables.dataset import read_dataset
    from sbwarn.training.datafacts import delivery_facts

    dataset = read_dataset(data)
    if dataset.name != release.dataset:
        raise InputError(
            say(
                "card.errors_other_data",
                dataset=repr(dataset.name),
                id=release.id,
                wanted=repr(release.dataset),
            )
        )
    return delivery_facts(dataset)
