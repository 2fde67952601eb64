"""How far the rate of shops like this may lie from its risk: Venn–ABERS over resamples of shops, by depth grade.

The Venn–ABERS pair alone is as narrow as one shop among those that were seen. Its interval is made wide enough for
the shops that come next by three things:

- the shops: the pair is found again on resamples of whole shops, whose months are no independent evidence;
- the months: each resample lives in a month whose level lies `MONTHS_APART` from that of the months that were seen,
  because a few months in a row do not show how far a year moves;
- the depth: where the rate of a grade lay away from what its risks said, or is known from few shops, that counts as
  well. A shop of which less is known never gets the narrower interval.

It covers, in 95 of 100 cases, the crisis rate of the shops of about this risk and this depth in a month to come, for
as long as the crises come as they do within the years that were seen. It does not cover a break of the times, and it
says nothing of which of these shops it will be.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.releases.calibration import FAR
from sbwarn.releases.venn import GRADES, NOTHING, Venn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STEPS = 100
BEND = 1.5
"""Steps are narrow where the risk is high and the rate climbs fast: above step i lie (1 − i / `STEPS`) ^ 1.5 of the rows."""
DRAWS = 200
MONTHS_APART = 0.1
"""Standard deviation, in log-odds, of the crisis rate from month to month. Texas, 29 months: .096 at three months."""
UNSEEN = 0.5
"""The same of a depth grade of which nothing was seen: its rate may well be half as high again."""
DIGITS = 1e6
"""Ends are told to the sixth digit, rounded outwards."""


def venn(risk: np.ndarray, happened: np.ndarray, shop: np.ndarray, grade: np.ndarray, *, seed: int) -> Venn:
    """The steps of one horizon, from rows that the model had not seen.

    Args:
        risk: Within the horizon, one a row.
        happened: Outcomes, 0 or 1.
        shop: Whose row it is.
        grade: Number of its depth grade in `GRADES`.
        seed: Same rows and seed, same steps.

    Source: Vovk, Petej and Fedorova (2015) for the pair; Efron and Tibshirani (1993), ch. 13, for the quantiles.

    >>> seen = venn(np.array([0.1, 0.9]), np.array([0, 1]), np.array(["a", "b"]), np.array([0, 0]), seed=1)
    >>> seen.p0, seen.p1
    ((0.0, 0.5), (0.5, 1.0))
    """
    if not len(risk):
        return NOTHING
    step, ends = _steps(risk)
    seen = happened.astype(float)
    count, crises = (np.bincount(step, each) for each in (np.ones(len(seen)), seen))
    p0, p1 = pair(count, crises)
    drawn = np.array([pair(*each) for each in _resampled(step, seen, shop, len(ends) + 1, seed=seed)])
    month = _normal_quantiles(DRAWS)[np.random.default_rng(seed).permutation(DRAWS)]
    low, high = [], []
    for apart in levels_apart((p1 / (1.0 - p0 + p1))[step], seen, shop, grade):
        moved = _moved(drawn, np.hypot(apart, MONTHS_APART) * month)
        low.append(_down(np.quantile(moved[:, 0], 0.025, axis=0)))
        high.append(_up(np.quantile(moved[:, 1], 0.975, axis=0)))
    return Venn(
        at=tuple(map(float, ends)), p0=_down(p0), p1=_up(p1), low=tuple(low), high=tuple(high), n=len(risk)
    )


def pair(count: np.ndarray, crises: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What isotonic regression gives one more shop of each step: as one without a crisis, and as one with.

    Args:
        count: Rows of each step, the least risky first.
        crises: How many of them had one.

    >>> p0, p1 = pair(np.array([3.0, 1.0]), np.array([0.0, 1.0]))
    >>> p0.tolist(), p1.tolist()
    ([0.0, 0.5], [0.25, 1.0])
    """
    # Backwards and with the outcomes exchanged, one without a crisis is one with.
    return 1.0 - _with_one_more(count[::-1], (count - crises)[::-1])[::-1], _with_one_more(count, crises)


def levels_apart(fitted: np.ndarray, happened: np.ndarray, shop: np.ndarray, grade: np.ndarray) -> np.ndarray:
    """How far, in log-odds, the rate of each depth grade may lie from what its risks say; never falling with depth.

    The root of two squares: the gap that was seen, drawn towards none where few shops show it, and how well it is
    known. A grade without a row gets the doubt of the grades below it, or `UNSEEN`.

    Args:
        fitted: Rate that the risk of each row stands for.
        happened: Outcomes, 0 or 1.
        shop: Whose row it is.
        grade: Number of its depth grade.
    """
    owner = np.unique(shop, return_inverse=True)[1]
    gaps, doubts = [], []
    for number in range(len(GRADES)):
        mine = grade == number
        rest = (happened - fitted)[mine]
        told = float((fitted * (1.0 - fitted))[mine].sum())
        noise = float((np.bincount(owner[mine], rest) ** 2).sum()) if mine.any() else 0.0
        certain = told**2 / noise if noise else 0.0
        known = certain / (certain + UNSEEN**-2)
        gaps.append(known * float(rest.sum()) / told if told else 0.0)
        doubts.append(UNSEEN * np.sqrt(1.0 - known))
    # What is known of shops of which less is known holds for the others, too.
    doubt = np.minimum.accumulate(doubts[::-1])[::-1]
    return np.asarray(np.maximum.accumulate(np.hypot(gaps, doubt)))


def _steps(risk: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number of each row's step, and the risk at which each step but the last ends."""
    shares = 1.0 - (1.0 - np.arange(1, STEPS) / STEPS) ** BEND
    ends = np.unique(np.sort(risk)[np.maximum((shares * len(risk)).astype(int) - 1, 0)])
    ends = ends[ends < risk.max()]
    return ends.searchsorted(risk), ends


def _resampled(
    step: np.ndarray, happened: np.ndarray, shop: np.ndarray, steps: int, *, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Rows and crises of each step, of as many shops drawn with replacement."""
    ids, owner = np.unique(shop, return_inverse=True)
    rng = np.random.default_rng(seed)
    for _ in range(DRAWS):
        weight = np.bincount(rng.integers(len(ids), size=len(ids)), minlength=len(ids))[owner]
        yield np.bincount(step, weight, steps), np.bincount(step, weight * happened, steps)


def _with_one_more(count: np.ndarray, crises: np.ndarray) -> np.ndarray:
    """Isotonic rate of each step with one more row in it, which had a crisis.

    The rate is the slope of the lower hull of the cumulative sums where the new row stands. Below the row the sums
    stay (moved by the row to the left and down), from it on they are those of all rows: the slope is the one of the
    edge that leads from the first part to the second, found for all steps in two passes over a stack.

    Source: Vovk, Petej and Fedorova (2015), algorithms 1 and 2.
    """
    x = [-1.0, 0.0, *np.cumsum(count).tolist()]
    y = [-1.0, 0.0, *np.cumsum(crises).tolist()]
    hull: list[tuple[float, float]] = []
    for point in zip(x, y, strict=True):
        while len(hull) > 1 and not _left(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    hull.reverse()
    before, rates = (-1.0, -1.0), []
    for place in range(1, len(x) - 1):
        (left, bottom), (right, top) = hull[-1], hull[-2]
        rates.append((top - bottom) / (right - left))
        # The step that is passed now lies below the new row: its sums move to the left and down.
        before = (before[0] + x[place + 1] - x[place], before[1] + y[place + 1] - y[place])
        if not _left(hull[-1], before, hull[-2]):
            continue
        hull.pop()
        while len(hull) > 1 and not _left(before, hull[-1], hull[-2]):
            hull.pop()
        hull.append(before)
    return np.array(rates)


def _left(first: Sequence[float], middle: Sequence[float], last: Sequence[float]) -> bool:
    """True if the way turns left at the middle: it lies below the line from the first to the last."""
    along, rise = middle[0] - first[0], middle[1] - first[1]
    return along * (last[1] - middle[1]) - rise * (last[0] - middle[0]) > 0


def _moved(rate: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Rates of each draw (first axis) with their log-odds raised by a number a draw."""
    with np.errstate(divide="ignore"):
        odds = np.log(rate) - np.log1p(-rate) + by[:, None, None]
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(odds, -FAR, FAR))))


def _normal_quantiles(count: int) -> np.ndarray:
    return np.array([NormalDist().inv_cdf((place + 0.5) / count) for place in range(count)])


def _down(rate: np.ndarray) -> tuple[float, ...]:
    return _rising(np.floor(rate * DIGITS))


def _up(rate: np.ndarray) -> tuple[float, ...]:
    return _rising(np.ceil(rate * DIGITS))


def _rising(rate: np.ndarray) -> tuple[float, ...]:
    """Only the last bits of a quantile fall."""
    return tuple((np.maximum.accumulate(np.clip(rate, 0.0, DIGITS)) / DIGITS).tolist())
