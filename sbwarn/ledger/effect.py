"""Helped shops beside unhelped ones: a comparison, and why it is not yet an effect."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sbwarn.messages import say
from sbwarn.tables.wilson import wilson

EFFECT_COLUMNS = ("acted", "alerts", "outcomes", "events", "crisis_share", "low", "high", "note")


def compare(ledger: pd.DataFrame) -> pd.DataFrame:
    """How many alerted shops came into crisis, without and with help.

    Consultants choose whom to help, and a shop that falls early leaves little time for help; so the two rows differ
    for more reasons than the help, and `note` says so in the language in force.

    Args:
        ledger: `Ledger.table()`; of it `shop_id`, `as_of`, `acted` and `event`.

    Returns:
        `EFFECT_COLUMNS`, two rows, not helped first. An alert counts once a shop and month, however many releases
        raised it. `crisis_share` is events / outcomes, `low` and `high` its 95 % Wilson interval; NaN where no
        outcome is known.

    >>> ledger = pd.DataFrame({
    ...     "shop_id": ["A", "B", "C"], "as_of": "2025-03", "acted": [False, False, True],
    ...     "event": pd.array([True, False, None], dtype="boolean")})
    >>> compare(ledger)[["acted", "alerts", "outcomes", "crisis_share"]]
       acted  alerts  outcomes  crisis_share
    0  False       2         2           0.5
    1   True       1         0           NaN
    """
    alerts = ledger.drop_duplicates(["shop_id", "as_of"])
    acted = np.array([False, True])
    groups = [alerts.loc[alerts["acted"] == side, "event"] for side in acted]
    outcomes = np.array([group.notna().sum() for group in groups])
    events = np.array([group.sum() for group in groups])
    share = np.divide(events, outcomes, out=np.full(len(groups), np.nan), where=outcomes > 0)
    low, high = wilson(events, outcomes)
    columns = (acted, [len(group) for group in groups], outcomes, events, share, low, high)
    compared = pd.DataFrame(dict(zip(EFFECT_COLUMNS, columns, strict=False)))
    return compared.assign(note=say("ledger.not_randomised"))
