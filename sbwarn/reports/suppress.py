"""Small cells: which rows of a table must be hidden so that nobody's figures can be read, or worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

LEAST = 5
"""A cell of fewer shops is never shown."""


def hidden_cells(n: ArrayLike, *, already: ArrayLike | None = None, least: int = LEAST) -> np.ndarray:
    """True for each cell to hide, given that the total of all cells is public.

    Whoever subtracts the cells shown from the total gets the hidden cells together. So at least two are hidden, and
    together they hold at least `least` shops; to get there, the smallest cells shown are hidden too. An empty cell
    hides nobody and is always shown.

    Args:
        n: Shops in each cell, shape (cells,).
        already: Cells that are hidden for another reason, shape (cells,).
        least: Fewest shops of a cell that may be shown.

    Returns:
        Booleans of the same shape. All cells of a total below `least` are hidden.

    >>> hidden_cells([40, 3, 9, 0, 12]).tolist()
    [False, True, True, False, False]
    """
    size = np.asarray(n, dtype=int)
    hidden: np.ndarray = (size > 0) & (size < least)
    if already is not None:
        hidden |= np.asarray(already, dtype=bool) & (size > 0)
    while hidden.any() and (hidden.sum() < 2 or size[hidden].sum() < least):  # noqa: PLR2004
        shown = np.flatnonzero(~hidden & (size > 0))
        if not len(shown):
            break
        hidden[shown[np.argmin(size[shown])]] = True
    return hidden
