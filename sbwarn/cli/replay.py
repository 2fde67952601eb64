"""Commands of a kept score: replay it and tell what changed since, decide, object."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sbwarn.cli.model import MODELS
from sbwarn.errors import InputError
from sbwarn.messages import LANGUAGES, Language, language, say, speaking

if TYPE_CHECKING:
    from datetime import datetime

    from sbwarn.releases.record import Release
    from sbwarn.replay.recorded import Recorded

DIFFERS = 1
"""Exit code where a score did not come out as it was recorded."""
FOLDER = click.option(
    "--in",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder in which the scores were kept.",
)
ON = click.option("--on", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day, YYYY-MM-DD.")
NOTE = click.option("--note", default=None, help="A sentence for the file, without personal data.")


def here() -> Path | None:
    """The folder of releases beside which somebody works; None, the shipped ones, where there is none."""
    return MODELS if MODELS.is_dir() else None


@click.command("replay")
@click.argument("score_id")
@FOLDER
@click.option(
    "--against", default=None, help="Another score of the shop; left out: its newest one in the folder."
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=None,
    help="A data set: as the shop would be scored now.",
)
@click.option("--as-of", default=None, help="Month of the score from --data, YYYY-MM.")
@click.option("--release", default=None, help="Release for --data; left out: the current one.")
@click.option(
    "--models",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder of releases; left out: models, else the shipped ones.",
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
    score_id: str, folder: Path, against: str | None, data: Path | None, as_of: str | None, release: str | None,
    models: Path | None, horizon: str | None, tongue: Language | None,
) -> None:  # fmt: skip
    """Compute score SCORE_ID again from what was recorded of it, and tell what changed since.

    What changed is told up to the shop's newest score in the folder, to the one --against names, or to the one that
    --data gives as of --as-of. Exits with 1 if a score comes out differently; each field that differs is told.

    \b
    Example:
      sbwarn replay q4pg-pygo-tagm --in scores --against 7xkd-m2ae-hw3c --models models
    """
    from sbwarn.replay.archive import newest_of, recorded_in

    if (data is None) != (as_of is None) or (data is not None and against is not None):
        raise click.UsageError("--data and --as-of go together, and without --against")
    with speaking(tongue or language()):
        first = recorded_in(folder, score_id)
        model = _same(first, models)
        _decided(folder, first.score_id)
        if data is not None and as_of is not None:
            last, later = _now(first, data, as_of, release, models)
        else:
            name = against or newest_of(folder, first.shop_id)
            if name is None or (against is None and name == first.score_id):
                return
            last = recorded_in(folder, name)
            later = _same(last, models)
        _bridged(
            (first, last), (model, later), int(horizon) if horizon else None, asked=bool(against or data)
        )


@click.command("decide")
@click.argument("score_id")
@FOLDER
@click.option(
    "--decision", required=True, help="visit, call, ask_data, support, refer, close_orderly, no_action."
)
@click.option("--by", required=True, help="Role or initials of the person who decided; never a name.")
@click.option(
    "--reason", required=True, help="Main reason: sales, rent, costs, customers, surroundings, lease, …"
)
@ON
@NOTE
def decide_command(
    score_id: str, folder: Path, decision: str, by: str, reason: str, on: datetime, note: str | None
) -> None:
    """Keep what a person decided, with score SCORE_ID as one of the grounds.

    \b
    Example:
      sbwarn decide q4pg-pygo-tagm --in scores --decision visit --by "team 2" --reason sales --on 2026-10-01
    """
    from sbwarn.replay.decision import decide

    entry = decide(folder, score_id, decision=decision, by=by, reason_code=reason, on=on.date(), note=note)
    click.echo(say("decision.kept", id=entry.score_id, entry=entry.text()))


@click.command("object")
@click.argument("score_id")
@FOLDER
@click.option(
    "--outcome",
    default="pending",
    show_default=True,
    help="pending raises an objection; upheld (the decision stands) or changed answers it.",
)
@click.option("--by", default=None, help="Role or initials of the person who answers.")
@ON
@NOTE
def object_command(
    score_id: str, folder: Path, outcome: str, by: str | None, on: datetime, note: str | None
) -> None:
    """Keep an objection to score SCORE_ID or to what was decided after it, or a person's answer to one.

    \b
    Example:
      sbwarn object q4pg-pygo-tagm --in scores --on 2026-10-05
      sbwarn object q4pg-pygo-tagm --in scores --on 2026-10-12 --outcome changed --by "team 3"
    """
    from sbwarn.replay.decision import object_to

    entry = object_to(folder, score_id, outcome=outcome, by=by, on=on.date(), note=note)
    click.echo(say("decision.kept", id=entry.score_id, entry=entry.text()))


def _same(recorded: Recorded, models: Path | None) -> Release:
    """The release of a score that comes out as it was recorded; else what differs is told, and that is the end."""
    from sbwarn.replay.replay import differences, release_of, replay

    release = release_of(recorded, models=models or here())
    score = replay(recorded, release=release)
    found = differences(recorded, score)
    facts: dict[str, Any] = {
        "id": recorded.score_id,
        "shop": recorded.shop_id,
        "as_of": recorded.as_of,
        "release": recorded.release,
    }
    if found:
        click.echo(say("bridge.not_same", **facts, count=len(found)))
        for each in found:
            click.echo(f"  {each.text()}")
        sys.exit(DIFFERS)
    click.echo(say("bridge.same", **facts))
    click.echo(str(score))
    return release


def _decided(folder: Path, score_id: str) -> None:
    from sbwarn.replay.decision import decisions_of

    entries = decisions_of(folder, score_id)
    click.echo(say("decision.heading" if entries else "decision.none"))
    for entry in entries:
        click.echo(f"  {entry.text()}")


def _now(
    recorded: Recorded, data: Path, as_of: str, name: str | None, models: Path | None
) -> tuple[Recorded, Release]:
    """The shop as a data set knows it by a month, and the release that scored it."""
    from sbwarn.consult.business import score_business
    from sbwarn.consult.origin import recorded as recorded_score
    from sbwarn.releases.load import load_release

    release = load_release(name, models=models or here())
    score = score_business(
        recorded.shop_id, data=data, as_of=as_of, release=release, horizon=recorded.horizon
    )
    return recorded_score(score), release


def _bridged(
    records: tuple[Recorded, Recorded],
    releases: tuple[Release, Release],
    horizon: int | None,
    *,
    asked: bool,
) -> None:
    """The bridge; where nobody asked for one and none leads there, why not."""
    from sbwarn.replay.bridge import bridge

    try:
        click.echo(str(bridge(*records, releases=releases, horizon=horizon)))
    except InputError as none:
        if asked:
            raise
        click.echo(str(none))
