"""What a weighing of indicators leaves in MLflow."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from sbwarn.tracking.logged import Logged
from sbwarn.tracking.names import experiment_name
from sbwarn.tracking.outbox import Entry
from sbwarn.tracking.sending import send

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sbwarn.training.importance import Importance


def log_importance(
    found: Importance, table: Path, *, uri: str | None = None, outbox: Path | None = None
) -> Logged:
    """The finished run that holds what each family and indicator is worth, or where it waits.

    Args:
        found: What was measured.
        table: A file with the same figures, to keep beside them.
        uri: A store or server; None for the SQLite store in `mlruns/`.
        outbox: Where the run waits if the store cannot be used; None for the folder beside the store.
    """
    entry = Entry(
        kind="run",
        name=f"{found.dataset}-{found.as_of}",
        experiment=experiment_name(found.label.split()[0], "importance"),
        tags={"as_of": found.as_of, "label": found.label, "synthetic": str(found.synthetic).lower()},
        params={"origins": " ".join(found.origins)},
        metrics=dict(_metrics(found)),
    )
    return send(entry, lambda folder: _fill(folder, table), uri=uri, outbox=outbox)


def _metrics(found: Importance) -> Iterator[tuple[str, float]]:
    for row in found.whole.to_dict("records"):
        for measure in ("auc", "ap", "n", "events"):
            yield f"{row['horizon']}m/whole/{measure}", float(row[measure])
    for row in found.losses.to_dict("records"):
        name = f"{row['horizon']}m/{row['way']}/{row['kind']}/{row['name']}"
        for measure in ("auc_loss", "auc_low", "auc_high", "ap_loss"):
            yield f"{name}/{measure}", float(row[measure])


def _fill(folder: Path, table: Path) -> None:
    (folder / "importance").mkdir()
    shutil.copyfile(table, folder / "importance" / table.name)
