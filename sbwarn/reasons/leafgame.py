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
    patterns = np.arange(1 << len(share))
    full = len(patterns) - 1
    known, absent = _mean_of_coalitions(share), _products(share)
    told = np.empty((len(share), len(value), len(patterns)))
    for column, own in enumerate(share):
        bit = 1 << column
        others = known[:, patterns & ~bit] * absent[:, full ^ (patterns | bit)]
        told[column] = value[:, None] * (np.where(patterns & bit, 1.0, 0.0) - own[:, None]) * others
    return told


def _products(share: np.ndarray) -> np.ndarray:
    """Product of the shares of the columns in each pattern, leaves × patterns."""
    found = np.ones((share.shape[1], 1))
    for each in share:
        found = np.concatenate([found, found * each[:, None]], axis=1)
    return found


def _mean_of_coalitions(share: np.ndarray) -> np.ndarray:
    """For each pattern: over coalitions of its columns, the shares of those left out, with Shapley's weights.

    Leaves × patterns; the pattern of all columns has no one left to join and means nothing.
    """
    columns, leaves = share.shape
    by_size = np.ones((1, leaves, 1))
    for each in share:
        without = by_size * each[:, None]
        joined = np.concatenate([np.zeros_like(by_size[:1]), by_size])
        joined[:-1] += without
        by_size = np.concatenate([_one_more(by_size), joined], axis=2)
    found = np.zeros(by_size.shape[1:])
    # Not a matrix product: its order of adding hangs on the processor.
    for size in range(columns):
        found += by_size[size] / (columns * comb(columns - 1, size))
    return found


def _one_more(by_size: np.ndarray) -> np.ndarray:
    """The same with a size that no coalition has."""
    return np.concatenate([by_size, np.zeros_like(by_size[:1])])
