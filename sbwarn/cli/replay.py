"""The command that computes a past score again, and tells how the shop came from it to another: replay."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sbwarn.cli.model import MODELS
from sbwarn.messages import LANGUAGES, Language, language, say, speaking

if TYPE_CHECKING:
    from sbwarn.releases.record import Release
    from sbwarn.replay.recorded import Recorded

DIFFERS = 1
"""Exit code where a score did not come out as it was recorded."""


@click.command("replay")
@click.argument("score_id")
@click.option(
    "--in",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder in which the scores were kept.",
)
@click.option(
    "--against", default=None, help="Another score of the shop: tells what changed from SCORE_ID to it."
)
@click.option(
    "--models", type=click.Path(path_type=Path), default=MODELS, show_default=True, help="Folder of releases."
)
@click.option(
    "--horizon",
    type=click.Choice(["3", "6", "12"]),
    default=None,
    help="Months ahead; left out: the score's.",
)
@click.option(
    "--language",
    "tongue",
    type=click.Choice(LANGUAGES),
    default=None,
    help="Language of the answer; left out: that of the messages.",
)
def replay_command(
    score_id: str,
    folder: Path,
    against: str | None,
    models: Path,
    horizon: str | None,
    tongue: Language | None,
) -> None:
    """Compute score SCORE_ID again from what was recorded of it; with --against, split the change since.

    Exits with 1 if a score comes out differently from its record; each field that differs is told.

    \b
    Example:
      sbwarn replay q4pg-pygo-tagm --in scores --against 7xkd-m2ae-hw3c --models models
    """
    from sbwarn.replay.archive import recorded_in
    from sbwarn.replay.bridge import bridge
    from sbwarn.replay.replay import release_of

    with speaking(tongue or language()):
        records = [recorded_in(folder, name) for name in (score_id, against) if name is not None]
        releases = [release_of(record, models=models) for record in records]
        same = [_told(record, release) for record, release in zip(records, releases, strict=True)]
        if not all(same):
            sys.exit(DIFFERS)
        if against is not None:
            first, last = records
            ahead = int(horizon) if horizon else None
            click.echo(str(bridge(first, last, releases=(releases[0], releases[1]), horizon=ahead)))


def _told(recorded: Recorded, release: Release) -> bool:
    """True if the score comes out as it was recorded; says so, or says what differs."""
    from sbwarn.replay.replay import differences, replay

    score = replay(recorded, release=release)
    found = differences(recorded, score)
    facts: dict[str, Any] = {
        "id": recorded.score_id,
        "shop": recorded.shop_id,
        "as_of": recorded.as_of,
        "release": recorded.release,
    }
    if not found:
        click.echo(say("bridge.same", **facts))
        click.echo(str(score))
        return True
    click.echo(say("bridge.not_same", **facts, count=len(found)))
    for each in found:
        click.echo(f"  {each.text()}")
    return False
