"""Which step of an action is told: the smallest that brings most of what the whole range would bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sbwarn.advice.counterfactual import PassedReason


def chosen_step(fall: np.ndarray, *, least: float, enough: float) -> int | PassedReason:
    """The place of the step to tell, or why there is none.

    Args:
        fall: By step, rising in size: by how much the risk falls; NaN for a step that is not possible.
        least: Below this a fall is not worth telling.
        enough: Share of the largest fall that the step has to bring; what larger steps must keep of its fall.

    >>> chosen_step(np.array([0.01, 0.05, 0.055]), least=0.01, enough=0.8)  # the third adds little
    1
    >>> chosen_step(np.array([0.02, -0.01]), least=0.01, enough=0.8)  # more of the same undoes it
    'unsteady'
    """
    if np.isnan(fall).all():
        return "out_of_range"
    best = float(np.nanmax(fall))
    if best <= 0:
        return "no_fall"
    if best < least:
        return "too_little"
    step = int(np.flatnonzero(fall >= max(least, enough * best))[0])
    beyond = fall[step:][~np.isnan(fall[step:])]
    return step if (beyond >= enough * fall[step]).all() else "unsteady"


def chosen_pair(
    fall: np.ndarray, first: np.ndarray, second: np.ndarray, *, least: float, enough: float
) -> tuple[int, int] | None:
    """The steps of two actions to tell together; None where one of them alone does nearly as much.

    Args:
        fall: Steps of the first × steps of the second: by how much the risk falls; NaN where it is not possible.
        first: By step, the fall of the first action alone.
        second: The same of the second.
        least: What the pair has to add to the better of its two, at whatever step that does most.
        enough: As for `chosen_step`.

    >>> alone, other = np.array([0.02, 0.03]), np.array([0.01])
    >>> chosen_pair(np.array([[0.06], [0.062]]), alone, other, least=0.01, enough=0.8)
    (0, 0)
    >>> chosen_pair(np.array([[0.025], [0.035]]), alone, other, least=0.01, enough=0.8) is None
    True
    """
    known = np.where(np.isnan(fall), -np.inf, fall)
    alone = np.nan_to_num(np.concatenate([first, second])).max()
    worth = (known >= enough * known.max()) & (known >= max(alone, 0.0) + least)
    places = sorted(zip(*np.nonzero(worth), strict=True), key=lambda place: (int(sum(place)), place))
    for one, other in places:
        beyond = known[one:, other:]
        if (beyond[np.isfinite(beyond)] >= enough * known[one, other]).all():
            return int(one), int(other)
    return None
