"""Calibration: a curve through the log-odds, and its kind, chosen on later months.

The curve comes from later months than the fit: it says how far a model's certainty holds. The level of a released
model comes from the rows that it learnt from. Measured on the Texas receipts: a level taken from an earlier model's
later months carried that model's drift into the release (mean risk .046 where .056 was seen), a release that kept its
last months for calibration alone lost .02 of AUC, and the level of its own rows was right (.056).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.figures.line import STEPS, line
from sbwarn.releases.calibration import FAR, KINDS, PLAIN, Bent, Calibration, Kind, Stepped, Straight
from sbwarn.releases.predict import INTERVALS
from sbwarn.releases.record import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sbwarn.releases.calibration import Curve
    from sbwarn.training.rows import HazardRows

FEWEST_EVENTS = 50
"""Crises of an interval below which the curve of all intervals stands in for its own."""
NORMAL_95 = 1.96
"""Standard errors on either side of a 95 % interval."""


def calibrate(
    log_odds: np.ndarray, interval: np.ndarray, happened: np.ndarray, *, kind: Kind = "platt"
) -> Calibration:
    """A curve and a level for each interval, from rows that the model had not seen; without intervals.

    Args:
        log_odds: Of each row's own interval.
        interval: Number of the interval of each row.
        happened: Outcomes, 0 or 1.
        kind: Of the curves: "none" finds only the level.
    """
    if not _tells(happened):
        return replace(PLAIN, kind=kind, curves=(_UNCHANGED[kind],) * len(INTERVALS))
    together = _fitted(kind, log_odds, happened) or (_UNCHANGED[kind], 0.0)
    found, counts = [], []
    for number in range(len(INTERVALS)):
        mine = interval == number
        enough = happened[mine].sum() >= FEWEST_EVENTS
        found.append((enough and _fitted(kind, log_odds[mine], happened[mine])) or together)
        counts.append(int(mine.sum()) if enough else 0)
    return Calibration(
        kind=kind,
        curves=tuple(curve for curve, _ in found),
        level=tuple(level for _, level in found),
        n=tuple(counts),
        venn=(),
    )


def anchored(
    seen: Calibration, log_odds: np.ndarray, interval: np.ndarray, happened: np.ndarray
) -> Calibration:
    """The curves of later months, with the level at which the mean risk of these rows is the rate seen in them.

    Args:
        seen: Curves from rows that their model had not seen.
        log_odds: Of the model to calibrate, on the rows that it learnt from.
        interval: Of each row.
        happened: Of each row.
    """
    levels = []
    for number, curve in enumerate(seen.curves):
        mine = interval == number
        if not _tells(happened[mine]):
            # Few months leave the farthest interval without an answer: the level of all rows stands in.
            mine = np.ones(len(interval), dtype=bool)
        levels.append(level_of(curve(log_odds[mine]), happened[mine]) if _tells(happened[mine]) else 0.0)
    return replace(seen, level=tuple(levels))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one model said of rows that it had not seen, and what came; arrays of one length."""

    log_odds: np.ndarray
    interval: np.ndarray
    happened: np.ndarray
    month: np.ndarray
    shop: np.ndarray

    @classmethod
    def of(cls, rows: HazardRows, log_odds: np.ndarray) -> Seen:
        """The rows of a fold's later months, with the log-odds that its model gave them."""
        return cls(
            log_odds=log_odds,
            interval=rows.interval,
            happened=rows.happened,
            month=rows.month,
            shop=rows.shop,
        )

    def where(self, keep: np.ndarray) -> Seen:
        """The rows that are kept."""
        return Seen(**{each.name: getattr(self, each.name)[keep] for each in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The kind of calibration that later months asked for, and what each kind would have cost."""

    kind: Kind
    log_loss: Mapping[Kind, float]
    """Mean over the judged rows; empty if there was nothing to judge by."""
    gain: Mapping[Kind, Figure]
    """Log-loss that each kind saves against none."""
    n: int
    """Rows that were judged."""
    events: int


def choose(seen: Sequence[Seen]) -> Chosen:
    """The simplest kind of calibration that no other beats by more than one standard error on later months.

    Each kind is fitted on the rows of the earlier origins and judged on those of the next one: always forward in time.
    A single origin is judged on the later half of its months. Every kind is judged at its best level on the judged
    rows, because it is the shape that is chosen: the level of a release comes from the rows of its own model.

    Args:
        seen: By origin, oldest first.

    >>> rng = np.random.default_rng(1)
    >>> odds, months = rng.normal(-2, 1.5, 8000), np.repeat([0, 1], 4000)
    >>> came = (rng.random(8000) < 1 / (1 + np.exp(-0.4 * odds))).astype(float)
    >>> all_first = np.zeros(8000, dtype=int)
    >>> choose([Seen(log_odds=odds, interval=all_first, happened=came, month=months, shop=np.arange(8000))]).kind
    'platt'
    """
    judged = _judged(seen)
    if judged is None:
        return Chosen(kind="none", log_loss={}, gain={}, n=0, events=0)
    rows, losses = judged
    kind: Kind = "none"
    for other in KINDS[1:]:
        saved, error = paired(losses[kind] - losses[other], rows.shop)
        if saved > error:
            kind = other
    n, events = len(rows.happened), int(rows.happened.sum())
    gains: dict[Kind, Figure] = {}
    for other in KINDS[1:]:
        saved, error = paired(losses["none"] - losses[other], rows.shop)
        gains[other] = Figure(
            value=saved, low=saved - NORMAL_95 * error, high=saved + NORMAL_95 * error, n=n, events=events
        )
    return Chosen(
        kind=kind, log_loss={name: float(loss.mean()) for name, loss in losses.items()}, gain=gains, n=n,
        events=events,
    )  # fmt: skip


def paired(gain: np.ndarray, shop: np.ndarray) -> tuple[float, float]:
    """Mean gain of the rows, and its standard error: shops are the independent pieces, not their months.

    Args:
        gain: Of each row, one way less the other.
        shop: Whose row it is.

    >>> paired(np.array([1.0, 1.0, -1.0, -1.0]), np.array(["a", "a", "b", "b"]))
    (0.0, 1.0)
    """
    _, owner = np.unique(shop, return_inverse=True)
    piece = np.bincount(owner, weights=gain) / len(gain)
    if len(piece) < 2:  # noqa: PLR2004
        return float(gain.mean()), float("inf")
    spread = float(((piece - piece.mean()) ** 2).sum()) * len(piece) / (len(piece) - 1)
    return float(gain.mean()), float(np.sqrt(spread))


def paired_by_fold(gains: Sequence[np.ndarray], shops: Sequence[np.ndarray]) -> tuple[float, float]:
    """Mean gain over folds that count alike, however many rows each has, and its standard error over shops.

    Args:
        gains: By fold, of each row, one way less the other.
        shops: By fold, whose row it is.

    >>> one, three = np.array([1.0]), np.zeros(3)
    >>> round(paired_by_fold([one, three], [np.array(["a"]), np.array(["a", "b", "c"])])[0], 9)
    0.5
    """
    rows = sum(map(len, gains))
    even = [gain * (rows / len(gains) / len(gain)) for gain in gains if len(gain)]
    return paired(np.concatenate(even), np.concatenate(shops))


def log_loss(log_odds: np.ndarray, happened: np.ndarray) -> np.ndarray:
    """−ln of the probability that was given to what came, for each row.

    >>> log_loss(np.array([0.0]), np.array([1.0])).round(4).tolist()
    [0.6931]
    """
    return np.asarray(np.logaddexp(0.0, log_odds) - happened * log_odds)


def shape_loss(log_odds: np.ndarray, interval: np.ndarray, happened: np.ndarray) -> np.ndarray:
    """Log-loss of each row when the level of each interval is the best that it could be.

    A quarter in which everything went better than forecast is one observation, however many shops it has. What many
    shops can tell is who is riskier and by how much: this loss is about that alone. An interval with one outcome only
    is counted as it was forecast.
    """
    found = np.array(log_odds, dtype=float)
    for number in np.unique(interval):
        mine = interval == number
        if _tells(happened[mine]):
            found[mine] += level_of(found[mine], happened[mine])
    return log_loss(found, happened)


def _judged(seen: Sequence[Seen]) -> tuple[Seen, dict[Kind, np.ndarray]] | None:
    """The rows that were judged, and the loss of each under each kind; None if nothing can be judged."""
    parts = [part for part in seen if len(part.happened)]
    if len(parts) == 1:
        middle = np.unique(parts[0].month)
        late = parts[0].month >= middle[len(middle) // 2]
        parts = [parts[0].where(~late), parts[0].where(late)]
    rounds = [(_joined(parts[:place]), parts[place]) for place in range(1, len(parts))]
    rounds = [(learnt, later) for learnt, later in rounds if learnt.happened.any()]
    if not rounds:
        return None
    losses: dict[Kind, np.ndarray] = {}
    for kind in KINDS:
        each = []
        for learnt, later in rounds:
            found = calibrate(learnt.log_odds, learnt.interval, learnt.happened, kind=kind)
            mapped = found.log_odds(later.log_odds, later.interval)
            each.append(shape_loss(mapped, later.interval, later.happened))
        losses[kind] = np.concatenate(each)
    return _joined([later for _, later in rounds]), losses


def _joined(parts: Sequence[Seen]) -> Seen:
    return Seen(
        **{each.name: np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Seen)}
    )


def level_of(log_odds: np.ndarray, happened: np.ndarray) -> float:
    """What must be added to the log-odds for the mean risk to be the rate that was seen (Newton's method).

    >>> round(level_of(np.zeros(4), np.array([0.0, 0.0, 0.0, 1.0])), 4) == round(float(np.log(1 / 3)), 4)
    True
    """
    level = 0.0
    for _ in range(STEPS):
        p = 1.0 / (1.0 + np.exp(-np.clip(level + log_odds, -FAR, FAR)))
        step = float((happened - p).sum() / (p * (1.0 - p)).sum())
        level += float(np.copysign(np.log1p(abs(step)), step))
        if abs(step) < 1e-9:  # noqa: PLR2004
            break
    return level


def _tells(happened: np.ndarray) -> bool:
    """True if both outcomes occur."""
    return bool(happened.any() and not happened.all())


def _fitted(kind: Kind, log_odds: np.ndarray, happened: np.ndarray) -> tuple[Curve, float] | None:
    """Curve and level; None if the best curve would turn the order of the shops round."""
    if not _tells(happened):
        return None
    found = _WAYS[kind](log_odds, happened)
    try:
        found[0].check()
    except ValueError:
        return None
    return found


def _unbent(log_odds: np.ndarray, happened: np.ndarray) -> tuple[Curve, float]:
    return Straight(), level_of(log_odds, happened)


def _straight(log_odds: np.ndarray, happened: np.ndarray) -> tuple[Curve, float]:
    slope, intercept = line(log_odds, happened)
    return Straight(slope=slope), intercept


def _bent(log_odds: np.ndarray, happened: np.ndarray) -> tuple[Curve, float]:
    """The logistic regression on ln p and −ln(1 − p); a slope below 0 is none, and the other is found again."""
    sides = [-np.logaddexp(0.0, -log_odds), np.logaddexp(0.0, log_odds)]
    level, a, b = _regression(sides, happened)
    if a < 0:
        a, (level, b) = 0.0, _regression(sides[1:], happened)
    elif b < 0:
        b, (level, a) = 0.0, _regression(sides[:1], happened)
    return Bent(a=a, b=b), level


def _stepped(log_odds: np.ndarray, happened: np.ndarray) -> tuple[Curve, float]:
    """Steps of the isotonic regression, each told by one knot in its middle.

    A step without a crisis, or with nothing but crises, is not certain: one more row of the mean rate is added to each.
    """
    from sklearn.isotonic import isotonic_regression

    odds, place, count = np.unique(log_odds, return_inverse=True, return_counts=True)
    crises = np.bincount(place, weights=happened)
    rates = isotonic_regression(crises / count, sample_weight=count.astype(float))
    step = np.append(0, np.cumsum(np.diff(rates) > 0))
    rows = np.bincount(step, weights=count)
    rate = (np.bincount(step, weights=crises) + happened.mean()) / (rows + 1.0)
    to = np.maximum.accumulate(np.log(rate / (1.0 - rate)))
    at = np.bincount(step, weights=count * odds) / rows
    return Stepped(at=tuple(at.tolist()), to=tuple(to.tolist()), slope=line(log_odds, happened)[0]), 0.0


_WAYS: Mapping[Kind, Callable[[np.ndarray, np.ndarray], tuple[Curve, float]]] = {
    "none": _unbent,
    "platt": _straight,
    "beta": _bent,
    "isotonic": _stepped,
}
_UNCHANGED: Mapping[Kind, Curve] = {
    "none": Straight(),
    "platt": Straight(),
    "beta": Bent(a=1.0, b=1.0),
    "isotonic": Stepped(at=(0.0,), to=(0.0,), slope=1.0),
}


def _regression(columns: Sequence[np.ndarray], happened: np.ndarray) -> tuple[float, ...]:
    """Intercept and slopes of a logistic regression: Newton's method with the damping of `line`."""
    # Sums, not matrix products: those would add in another order with another number of threads.
    design = [np.ones(len(happened)), *columns]
    found = np.array([0.0, *([1.0] * len(columns))])
    for _ in range(STEPS):
        odds = sum(weight * column for weight, column in zip(found, design, strict=True))
        p = 1.0 / (1.0 + np.exp(-np.clip(odds, -30, 30)))
        gradient = np.array([((happened - p) * column).sum() for column in design])
        curve = [p * (1.0 - p) * column for column in design]
        hessian = np.array([[(left * right).sum() for right in design] for left in curve])
        hessian[np.diag_indices(len(found))] += 1e-9
        step = np.linalg.solve(hessian, gradient)
        moved = sum(each * column for each, column in zip(step, design, strict=True))
        reach = float(np.abs(moved).max())
        step *= np.log1p(reach) / reach if reach > 0 else 1.0
        found = found + step
        if np.abs(step).max() < 1e-9:  # noqa: PLR2004
            break
    return tuple(map(float, found))
