"""The 95 % interval of an observed share: one formula, used wherever a rate is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Z95 = 1.959963984540054


def wilson(events: ArrayLike, n: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Low and high end of the share events / n, 95 % (Wilson score interval).

    Args:
        events: How often it happened; whole numbers, any shape.
        n: How often it could have, same shape.

    Returns:
        Two arrays in [0, 1], NaN where n is 0.

    Source: Wilson (1927), JASA 22:209-212.

    >>> low, high = wilson(10, 100)
    >>> round(float(low), 4), round(float(high), 4)
    (0.0552, 0.1744)
    """
    count = np.asarray(n, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.asarray(events, dtype=float) / count
        spread = Z95**2 / count
        centre = (share + spread / 2) / (1 + spread)
        half = np.sqrt(share * (1 - share) * spread + spread**2 / 4) / (1 + spread)
    return np.clip(centre - half, 0.0, 1.0), np.clip(centre + half, 0.0, 1.0)
