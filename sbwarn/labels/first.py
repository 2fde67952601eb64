"""Whichever comes first of several crises."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import numpy as np

from sbwarn.labels.events import Events


def first_of(found: Mapping[str, Events]) -> Events:
    """The events of several rules as those of one: the next crisis of a shop is the earliest of theirs.

    An answer is known for good once every rule's is. A shop that one of them loses from sight is lost to all, from
    that month on.

    Args:
        found: By name of the rule, over the same shops.
    """
    every = list(found.values())
    return Events(
        shop_ids=every[0].shop_ids,
        parts=tuple(part for events in every for part in events.parts),
        left=reduce(np.minimum, [events.left for events in every]),
        mature=min(events.mature for events in every),
        excluded={
            f"{rule}: {name}": count
            for rule, events in found.items()
            for name, count in events.excluded.items()
        },
    )
