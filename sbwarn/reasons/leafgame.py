"""Shapley values of single leaves: what each column contributes, for every pattern of fulfilled conditions."""

from __future__ import annotations

from math import comb

import numpy as np


def leaf_game(share: np.ndarray, value: np.ndarray) -> np.ndarray:
    """What each column on the way to a leaf contributes to the log-odds, columns × leaves × patterns.

    Bit j of a pattern is set where a row fulfils the leaf's condition on column j. A column that a coalition does not
    know counts with the share of the training rows that went on.

    Args:
        share: That share, within [0, 1], columns × leaves.
        value: Log-odds of each leaf.

    Source: Lundberg et al. (2020), path-dependent TreeSHAP; a leaf is a product of its columns, so that the sum over
    coalitions of a size is an elementary symmetric polynomial.

    A leaf of 8 that a quarter of the rows reach: 2 is expected, 0 or 8 comes.

    >>> leaf_game(np.array([[0.25]]), np.array([8.0])).tolist()
    [[[-2.0, 6.0]]]
    """
    known, absent = _mean_of_coalitions(share), _left_out(share)
    told = np.empty((len(share), *known.shape))
    for column, own in enumerate(share):
        # Patterns without the column's bit, and with it: the others' part is the same.
        halves = (len(value), -1, 2, 1 << column)
        others = known.reshape(halves)[:, :, 0] * absent.reshape(halves)[:, :, 1]
        for fulfilled in (0, 1):
            told[column].reshape(halves)[:, :, fulfilled] = (value * (fulfilled - own))[
                :, None, None
            ] * others
    return told


def _left_out(share: np.ndarray) -> np.ndarray:
    """Product of the shares of the columns that each pattern lacks, leaves × patterns."""
    found = np.ones((share.shape[1], 1))
    for each in share:
        found = np.concatenate([found * each[:, None], found], axis=1)
    return found


def _mean_of_coalitions(share: np.ndarray) -> np.ndarray:
    """For each pattern: over coalitions of its columns, the shares of those left out, with Shapley's weights.

    Leaves × patterns; the pattern of all columns has no one left to join and means nothing.
    """
    columns, leaves = share.shape
    by_size = np.zeros((columns + 1, leaves, 1 << columns))
    by_size[0, :, 0] = 1.0
    for column, each in enumerate(share):
        before, after = slice(0, 1 << column), slice(1 << column, 2 << column)
        without = by_size[: column + 1, :, before]
        by_size[: column + 1, :, after] = without * each[:, None]
        by_size[1 : column + 2, :, after] += without
    found = np.zeros(by_size.shape[1:])
    # Not a matrix product: its order of adding hangs on the processor.
    for size in range(columns):
        found += by_size[size] / (columns * comb(columns - 1, size))
    return found
