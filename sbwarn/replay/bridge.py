"""A bridge from one score of a shop to another: what each of five switches brought, in parts that add up.

A switch stands at `before` or `after`, and a risk is worked out for each of the 32 settings:

- data: whose facts of the shop and whose 37 months are read; with the later ones come the new months.
- revisions: whose print of the months that both records hold: corrected since, told late, or withdrawn.
- season: whose month the shop stands in: the calendar of working days and feasts, and how long ago a date lies.
- peers: whose peer table, with districts, trades and premises, the shop is compared with.
- model: which release scores, with its indicators and calibration, and the months after which it counts one as closed.

Figures keep their place counted back from the last closed month. So with the later data in the earlier season, the
later months are read as if they ended at the earlier month; were they cut off there instead, or the earlier ones laid
into the later calendar, the last months would be unknown, and the bridge would tell of a silence that never was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Literal

import numpy as np

from sbwarn.errors import InputError, SettingError
from sbwarn.indicators.build import build, named
from sbwarn.messages import Language, say
from sbwarn.releases.predict import HORIZONS, risks
from sbwarn.replay.changes import Moved, News, log_odds_of, moved, news
from sbwarn.replay.replay import panel_of
from sbwarn.replay.shares import STEP, apportioned, in_steps, shapley
from sbwarn.tables.panel import QUANTITIES, Panel, Shops

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sbwarn.releases.record import Release
    from sbwarn.replay.recorded import Recorded

Switch = Literal["data", "revisions", "season", "peers", "model"]
SWITCHES: tuple[Switch, ...] = ("data", "revisions", "season", "peers", "model")
SIDES = (0, 1)
"""Before and after: columns of a panel, places in a pair."""
CLOSE = 1e-9
"""Distance from the recorded risk beyond which the code computes something else than it did; forgives the last bits
of another processor's exponential."""
WIDTH = len("-100.0")
TENTHS = 10
"""A reader sees tenths of a percentage point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A change in one unit, split into what each switch brought.

    Every number is a whole multiple of 2⁻⁴⁴ (6·10⁻¹⁴), so that sums are exact in binary, in whatever order they are
    taken: `data + revisions + season + peers + model == change == after - before`.
    """

    before: float
    """The recorded score to the nearest multiple; so `after`."""
    after: float
    data: float
    """The shop's own new months and facts."""
    revisions: float
    """Its past months that were corrected or told late."""
    season: float
    """The month that it stands in."""
    peers: float
    """Its peers and surroundings."""
    model: float
    """The release."""

    @property
    def change(self) -> float:
        """How far the score moved: the sum of the parts."""
        return self.after - self.before

    def to_dict(self) -> dict[str, float]:
        """The parts, the ends and the change as plain values."""
        names = ("before", "after", "change", *SWITCHES)
        return {name: float(getattr(self, name)) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """How a shop came from one score to another."""

    shop_id: str
    score_ids: tuple[str, str]
    """The earlier score and the later one; so the pairs below."""
    as_of: tuple[str, str]
    releases: tuple[str, str]
    horizon: int
    """Months ahead of the risk that is spoken of."""
    points: Parts
    """The risk in percentage points."""
    log_odds: Parts
    moved: tuple[Moved, ...]
    """The shop's own indicators that moved the risk most, seen with the later month, peers and model."""
    news: News
    """What became known of the shop in between."""
    demonstration: bool
    """True if either release learnt from a simulated city."""

    def to_dict(self, language: Language | None = None) -> dict[str, object]:
        """The whole bridge as plain values, ready for JSON."""
        return {
            "shop_id": self.shop_id,
            "score_ids": list(self.score_ids),
            "as_of": list(self.as_of),
            "releases": list(self.releases),
            "horizon": self.horizon,
            "points": self.points.to_dict(),
            "log_odds": self.log_odds.to_dict(),
            "moved": [
                {
                    "indicator": each.indicator,
                    "before": each.before,
                    "after": each.after,
                    "push": each.push,
                    "text": each.text(language),
                }
                for each in self.moved
            ],
            "news": {
                "new": {table: list(months) for table, months in self.news.new.items()},
                "corrected": {table: list(months) for table, months in self.news.corrected.items()},
                "facts": list(self.news.facts),
            },
            "demonstration": self.demonstration,
        }

    def text(self, language: Language | None = None) -> str:
        """The bridge in sentences; the parts that are shown add up to the change that is shown."""
        before, after, parts = _in_tenths(self.points)
        lines = [
            say(
                "bridge.headline",
                into=language,
                shop=self.shop_id,
                horizon=self.horizon,
                first=self.as_of[0],
                last=self.as_of[1],
                before=f"{before / TENTHS:.1f}",
                after=f"{after / TENTHS:.1f}",
                change=_signed(after - before),
            ),
            *(
                say(f"bridge.parts.{name}", into=language, points=_signed(part).rjust(WIDTH))
                for name, part in parts.items()
            ),
        ]
        lines += self.news.lines(language)
        if self.moved:
            lines.append(say("bridge.moved_most", into=language))
            lines += [f"  {'+' if each.push > 0 else '-'} {each.text(language)}" for each in self.moved]
        lines.append(say("bridge.caution", into=language))
        if self.demonstration:
            told = ", ".join(dict.fromkeys(self.releases))
            lines.append(say("score.demonstration", into=language, release=told))
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()


def bridge(
    before: Recorded, after: Recorded, *, releases: tuple[Release, Release], horizon: int | None = None
) -> Bridge:
    """The change of a shop's risk from one score to another, split into data, revisions, season, peers and model.

    Each part is a Shapley value: what turning the switch brings, averaged over every order in which the five switches
    can be turned. The order in which they are named does not matter; the way back is the same with the other sign.

    Args:
        before: The score that the bridge starts from.
        after: The score that it leads to, of the same shop.
        releases: The releases of the two scores (see `release_of`).
        horizon: Months ahead: 3, 6 or 12; None for the later score's.

    Raises:
        InputError: two shops, a score that holds no risk, or one that this code does not give again.
        SettingError: another horizon.

    Source: Shapley (1953), A value for n-person games.
    """
    ahead = after.horizon if horizon is None else horizon
    if ahead not in HORIZONS:
        raise SettingError(say("bridge.wrong_horizon", got=repr(ahead)))
    records = (before, after)
    _check(records, releases)
    # The shop in each setting of the first two switches, side by side.
    panels = [panel_of(_printed(records[data], records[shown])) for data, shown in product(SIDES, SIDES)]
    found = _every_setting(panels, records, releases, ahead)
    _check_ends(records, found, ahead)
    return Bridge(
        shop_id=after.shop_id,
        score_ids=(before.score_id, after.score_id),
        as_of=(before.as_of, after.as_of),
        releases=(before.release, after.release),
        horizon=ahead,
        points=_parts({turned: 100.0 * risk for turned, risk in found.items()}),
        log_odds=_parts({turned: log_odds_of(risk) for turned, risk in found.items()}),
        moved=moved(
            _side_by_side([panels[0], panels[-1]], season=1, model=1), after.peers, releases[1], horizon=ahead
        ),
        news=news(before, after),
        demonstration=any(release.demonstration for release in releases),
    )


def _printed(record: Recorded, other: Recorded) -> Recorded:
    """The record with the other's values in the months that both could hold."""
    if other is record:
        return record
    monthly = {}
    for quantity in record.monthly.keys() | other.monthly.keys():
        (first, last), (start, end) = record.window(quantity), other.window(quantity)
        own = record.monthly.get(quantity, {}).items()
        others = other.monthly.get(quantity, {}).items()
        monthly[quantity] = {month: amount for month, amount in own if not start <= month <= end}
        monthly[quantity] |= {month: amount for month, amount in others if first <= month <= last}
    return replace(record, monthly=monthly)


def _every_setting(
    panels: Sequence[Panel],
    records: tuple[Recorded, Recorded],
    releases: tuple[Release, Release],
    horizon: int,
) -> dict[frozenset[str], float]:
    """The risk for each set of switches that stand at `after`.

    The model's own figure, where a score would abstain too: a setting between two scores may know too little for one.
    """
    found: dict[frozenset[str], float] = {}
    for season, peers, model in product(SIDES, SIDES, SIDES):
        panel, release = _side_by_side(panels, season=season, model=model), releases[model]
        values = build(panel, records[peers].peers, wanted=named(release.indicators))
        _, risk = risks(release.booster, release.calibration, values)
        column = risk[:, HORIZONS.index(horizon)].tolist()
        for (data, shown), worth in zip(product(SIDES, SIDES), column, strict=True):
            sides = zip(SWITCHES, (data, shown, season, peers, model), strict=True)
            found[frozenset(name for name, side in sides if side)] = worth
    return found


def _side_by_side(panels: Sequence[Panel], *, season: int, model: int) -> Panel:
    """The shop with the figures of each panel, in the month of one score, with the lags of another."""
    ends = panels[0], panels[-1]
    shops = {name: np.concatenate([getattr(each.shops, name) for each in panels]) for name in Shops.__slots__}
    quantities = {
        name: np.concatenate([each.quantities[name] for each in panels], axis=1) for name in QUANTITIES
    }
    return replace(ends[season], shops=Shops(**shops), quantities=quantities, lags=ends[model].lags)


def _parts(worth: Mapping[frozenset[str], float]) -> Parts:
    steps = {turned: in_steps(value) for turned, value in worth.items()}
    shares = {name: share * STEP for name, share in shapley(steps).items()}
    return Parts(
        before=steps[frozenset()] * STEP,
        after=steps[frozenset(SWITCHES)] * STEP,
        **shares,
    )


def _in_tenths(points: Parts) -> tuple[int, int, dict[Switch, int]]:
    """Both ends and the parts in tenths of a percentage point; the parts add up to the difference of the ends."""
    before, after = (round(TENTHS * Fraction(end)) for end in (points.before, points.after))
    exact = [TENTHS * Fraction(getattr(points, name)) for name in SWITCHES]
    return before, after, dict(zip(SWITCHES, apportioned(exact, after - before), strict=True))


def _signed(tenths: int) -> str:
    return f"{tenths / TENTHS:+.1f}" if tenths else "0.0"


def _check(records: tuple[Recorded, Recorded], releases: tuple[Release, Release]) -> None:
    """Refuse two scores between which no bridge leads."""
    before, after = records
    if before.shop_id != after.shop_id:
        raise InputError(say("bridge.two_shops", first=repr(before.shop_id), second=repr(after.shop_id)))
    if releases[0].currency != releases[1].currency:
        raise InputError(
            say("bridge.two_currencies", first=releases[0].currency, second=releases[1].currency)
        )
    for record in records:
        status = str(record.result.get("status"))
        if status != "scored":
            raise InputError(
                say(
                    "bridge.no_risk",
                    id=record.score_id,
                    as_of=record.as_of,
                    why=say(f"score.status.{status}"),
                )
            )


def _check_ends(
    records: tuple[Recorded, Recorded], found: Mapping[frozenset[str], float], horizon: int
) -> None:
    """Refuse a bridge whose ends are not the recorded scores."""
    for record, turned in zip(records, (frozenset[str](), frozenset(SWITCHES)), strict=True):
        wanted = float(record.result["risk"][str(horizon)])
        if not abs(found[turned] - wanted) <= CLOSE:
            raise InputError(
                say("bridge.not_the_same", id=record.score_id, recorded=wanted, replayed=found[turned])
            )
