"""What a score was made from, asked of the score itself; and its record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sbwarn.errors import SettingError
from sbwarn.messages import say
from sbwarn.replay.recorded import recorded_of

if TYPE_CHECKING:
    from sbwarn.replay.recorded import Recorded
    from sbwarn.scoring.origin import Origin
    from sbwarn.scoring.record import Score


def origin_of(score: Score) -> Origin:
    """What the score was made from.

    Raises:
        SettingError: it no longer knows, for it was read from a file.
    """
    if score.origin is None:
        raise SettingError(say("errors.no_origin", shop=score.shop_id))
    return score.origin


def recorded(score: Score) -> Recorded:
    """Everything that the score was computed from, and the score itself: its digests and its id.

    Raises:
        SettingError: the score was read from a file.
    """
    origin = origin_of(score)
    return recorded_of(
        origin.alone, origin.peers, origin.release, [score],
        synthetic=score.synthetic, explained=origin.explained, horizon=score.horizon,
    )[0]  # fmt: skip
