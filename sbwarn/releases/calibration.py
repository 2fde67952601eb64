"""Calibration as numbers in JSON: what turns log-odds into probabilities, and how sure they are.

A curve maps the model's log-odds to calibrated ones and never falls; a level is added behind it. Both stand apart
because they come from different rows: the curve from later months than its model learnt from, the level from the rows
of the model that is released. Every step works on each number alone, so that one shop gets the same bits as many.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from sbwarn.releases.venn import Venn, venn_of, venn_of_bands

if TYPE_CHECKING:
    from collections.abc import Mapping

EDGE = 1e-6
"""No hazard is told as certain or impossible."""
FAR = 40.0
"""Log-odds beyond which a hazard is certain or impossible by any measure: farther ones would only overflow."""
COMMON = (-4.6, 0.0)
"""Log-odds of hazards of 1 and 50 %: where nearly every shop lies."""

Kind = Literal["none", "platt", "beta", "isotonic"]
KINDS: tuple[Kind, ...] = ("none", "platt", "beta", "isotonic")
"""Ways to calibrate, the simplest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Straight:
    """A line through the log-odds; slope 1 takes the model at its word.

    Source: Platt (1999).
    """

    slope: float = 1.0

    def __call__(self, log_odds: np.ndarray) -> np.ndarray:
        """Calibrated log-odds without their level, same shape.

        >>> Straight(slope=0.5)(np.array([-2.0, 4.0])).tolist()
        [-1.0, 2.0]
        """
        return np.asarray(self.slope * log_odds)

    def check(self) -> None:
        """Refuse a line that would turn the order of the shops round.

        Raises:
            ValueError: it falls, or does not rise.
        """
        _wanted(self.slope > 0 and np.isfinite(self.slope))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bent:
    """`a` ln p − `b` ln(1 − p): one slope where the risk is low, another where it is high.

    Source: Kull, Silva Filho and Flach (2017), beta calibration.
    """

    a: float
    """Slope towards a risk of 0."""
    b: float
    """Slope towards a risk of 1."""

    def __call__(self, log_odds: np.ndarray) -> np.ndarray:
        """Calibrated log-odds without their level, same shape; with `a` = `b` = 1 the log-odds themselves.

        >>> Bent(a=1.0, b=1.0)(np.array([-2.0, 4.0])).round(9).tolist()
        [-2.0, 4.0]
        """
        return np.asarray(self.b * np.logaddexp(0.0, log_odds) - self.a * np.logaddexp(0.0, -log_odds))

    def check(self) -> None:
        """Refuse a curve that falls somewhere, or is flat.

        Raises:
            ValueError: a slope is below 0, or neither is above.
        """
        _wanted(min(self.a, self.b) >= 0 and 0 < max(self.a, self.b) < np.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stepped:
    """Knots with straight lines between them, and a slope beyond the first and the last.

    A flat end would rank all of the riskiest shops alike, and nobody could say whom to visit first.
    """

    at: tuple[float, ...]
    """Log-odds of the knots, rising."""
    to: tuple[float, ...]
    """Calibrated log-odds there, never falling."""
    slope: float
    """Beyond the knots."""

    def __call__(self, log_odds: np.ndarray) -> np.ndarray:
        """Calibrated log-odds without their level, same shape.

        >>> Stepped(at=(-2.0, 0.0), to=(-3.0, -1.0), slope=0.5)(np.array([-4.0, -1.0, 0.0, 2.0])).tolist()
        [-4.0, -2.0, -1.0, 0.0]
        """
        at, to = _knots(self.at), _knots(self.to)
        left = np.minimum(np.maximum(at.searchsorted(log_odds, side="right") - 1, 0), max(len(at) - 2, 0))
        right = np.minimum(left + 1, len(at) - 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            between = to[left] + (log_odds - at[left]) * ((to[right] - to[left]) / (at[right] - at[left]))
        # The last bits of a product must not lift a point above the knot to its right.
        inside = np.minimum(np.maximum(between, to[left]), to[right])
        below, above = np.minimum(log_odds - at[0], 0.0), np.maximum(log_odds - at[-1], 0.0)
        outside = np.where(below < 0, to[0] + self.slope * below, to[-1] + self.slope * above)
        return np.asarray(np.where((below < 0) | (above > 0) | (len(at) == 1), outside, inside))

    def check(self) -> None:
        """Refuse knots out of order, and a curve that falls somewhere.

        Raises:
            ValueError: there is no knot, or their numbers fall.
        """
        _wanted(len(self.at) == len(self.to) >= 1 and 0 < self.slope < np.inf)
        _wanted(np.isfinite([*self.at, *self.to]).all())
        _wanted((np.diff(self.at) > 0).all() and (np.diff(self.to) >= 0).all())


@lru_cache(maxsize=32)
def _knots(places: tuple[float, ...]) -> np.ndarray:
    """The knots as an array that nobody writes to, laid out once for one shop after another."""
    found = np.array(places)
    found.flags.writeable = False
    return found


Curve: TypeAlias = Straight | Bent | Stepped
SHAPES: Mapping[Kind, type[Straight | Bent | Stepped]] = {
    "none": Straight,
    "platt": Straight,
    "beta": Bent,
    "isotonic": Stepped,
}


@lru_cache(maxsize=64)
def _at(curve: Curve, log_odds: float) -> float:
    """A curve at one place: every push begins where the model does."""
    return float(curve(np.array([log_odds]))[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """For each interval a curve through the log-odds and a level behind it."""

    kind: Kind
    curves: tuple[Curve, ...]
    """By interval; found on later months than the ones that their models learnt from."""
    level: tuple[float, ...]
    """By interval; added to the calibrated log-odds."""
    n: tuple[int, ...]
    """Out-of-time rows behind each interval's curve; 0: the curve of all intervals together stands in."""
    venn: tuple[Venn, ...]
    """By horizon: how sure its risks are."""

    def hazards(self, log_odds: np.ndarray) -> np.ndarray:
        """Calibrated hazards, same shape as `log_odds`: rows × intervals.

        >>> PLAIN.hazards(np.zeros((1, 3))).tolist()
        [[0.5, 0.5, 0.5]]
        """
        columns = [curve(log_odds[..., place]) for place, curve in enumerate(self.curves)]
        odds = np.clip(np.array(self.level) + np.stack(columns, axis=-1), -FAR, FAR)
        return np.asarray(np.clip(1.0 / (1.0 + np.exp(-odds)), EDGE, 1.0 - EDGE))

    def log_odds(self, log_odds: np.ndarray, interval: np.ndarray) -> np.ndarray:
        """Calibrated log-odds of rows of one interval each.

        Args:
            log_odds: Of the model, one a row.
            interval: Number of each row's interval.

        >>> PLAIN.log_odds(np.array([-2.0, 1.0]), np.array([0, 2])).tolist()
        [-2.0, 1.0]
        """
        found = np.empty(len(log_odds))
        for place, curve in enumerate(self.curves):
            mine = interval == place
            found[mine] = self.level[place] + curve(log_odds[mine])
        return found

    def steepness(self, start: float, end: np.ndarray) -> np.ndarray:
        """By how much the calibrated log-odds rise for each unit that the model's rise from `start` to `end`.

        A push of the model in log-odds, times this number, is a push of the calibrated risk: the pushes of a shop,
        which lead from the base value to its log-odds, add up again.

        Args:
            start: Log-odds.
            end: Log-odds, rows × the first intervals; so is what comes out.

        >>> PLAIN.steepness(0.0, np.ones((1, 2))).tolist()
        [[1.0, 1.0]]
        """
        # Over a shorter way than this the difference of two curves is mostly rounding.
        apart = np.where(np.abs(end - start) < 1e-3, 1e-3, end - start)  # noqa: PLR2004
        found = np.empty_like(apart)
        for place, curve in enumerate(self.curves[: apart.shape[1]]):
            way = apart[:, place]
            if isinstance(curve, Straight):
                found[:, place] = curve.slope
            else:
                found[:, place] = (curve(start + way) - _at(curve, start)) / way
        return found

    @property
    def slope(self) -> tuple[float, ...]:
        """By interval, the slope of the curve where nearly every shop lies: the line's own where it is one.

        >>> PLAIN.slope
        (1.0, 1.0, 1.0)
        """
        start, end = COMMON
        return tuple(map(float, self.steepness(start, np.full((1, len(self.curves)), end))[0]))

    def to_json(self) -> str:
        """The calibration as text; numbers keep every bit."""
        page = asdict(replace(self, venn=())) | {"venn": [each.page() for each in self.venn]}
        return json.dumps(page, indent=1, allow_nan=False) + "\n"


PLAIN = Calibration(kind="none", curves=(Straight(),) * 3, level=(0.0,) * 3, n=(0,) * 3, venn=())
"""A model taken at its word."""


def calibration_of(text: str) -> Calibration:
    """The calibration that `to_json` wrote, or that protocol 2 did (`bands`), or 1 (`slope` and `intercept`, too).

    Raises:
        KeyError, TypeError, ValueError: the text is something else, or a risk would fall as the log-odds rise.

    >>> calibration_of(PLAIN.to_json()) == PLAIN
    True
    >>> calibration_of('{"slope": [0.9], "intercept": [-0.1], "n": [40], "bands": []}').curves
    (Straight(slope=0.9),)
    """
    page: dict[str, Any] = json.loads(text)
    if "slope" in page:
        page |= {"kind": "platt", "level": page["intercept"]}
        page["curves"] = [{"slope": slope} for slope in page["slope"]]
    shape = SHAPES[page["kind"]]
    read = Calibration(
        kind=page["kind"],
        curves=tuple(shape(**_numbers(curve)) for curve in page["curves"]),
        level=tuple(map(float, page["level"])),
        n=tuple(map(int, page["n"])),
        venn=tuple(map(venn_of_bands, page["bands"]) if "bands" in page else map(venn_of, page["venn"])),
    )
    _wanted(len(read.curves) == len(read.level) == len(read.n) >= 1 and np.isfinite(read.level).all())
    for curve in read.curves:
        curve.check()
    return read


def _numbers(curve: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: tuple(map(float, value)) if isinstance(value, list) else float(value)
        for name, value in curve.items()
    }


def _wanted(truth: object) -> None:
    if not truth:
        raise ValueError("calibration: a curve must rise with the log-odds")
