"""A bridge from one score of a shop to another: what its own figures, the season, the peers and the model brought.

Four switches stand at `before` or `after`; a score is made for each of their sixteen settings:

- data: whose record the shop's facts and its 37 months of figures are taken from.
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
from sbwarn.messages import Language, say
from sbwarn.releases.predict import HORIZONS
from sbwarn.replay.moved import Moved, log_odds_of, moved
from sbwarn.replay.news import News, news
from sbwarn.replay.replay import panel_of
from sbwarn.replay.shares import STEP, apportioned, in_steps, shapley
from sbwarn.scoring.panel import score_panel
from sbwarn.tables.panel import NEVER, QUANTITIES, Panel, Shops

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sbwarn.releases.record import Release
    from sbwarn.replay.recorded import Recorded

Switch = Literal["data", "season", "peers", "model"]
SWITCHES: tuple[Switch, ...] = ("data", "season", "peers", "model")
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
    taken: `data + season + peers + model == change == after - before`.
    """

    before: float
    """The recorded score to the nearest multiple; so `after`."""
    after: float
    data: float
    """The shop's own new months and facts."""
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
    """The change of a shop's risk from one score to another, split into data, season, peers and model.

    Each part is a Shapley value: what turning the switch brings, averaged over every order in which the four switches
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
    panels = (panel_of(before), panel_of(after))
    found = _sixteen(panels, records, releases, ahead)
    _check_ends(records, found, ahead)
    return Bridge(
        shop_id=after.shop_id,
        score_ids=(before.score_id, after.score_id),
        as_of=(before.as_of, after.as_of),
        releases=(before.release, after.release),
        horizon=ahead,
        points=_parts({turned: 100.0 * risk for turned, risk in found.items()}),
        log_odds=_parts({turned: log_odds_of(risk) for turned, risk in found.items()}),
        moved=moved(_side_by_side(panels, season=1, model=1), after.peers, releases[1], horizon=ahead),
        news=news(before, after),
        demonstration=any(release.demonstration for release in releases),
    )


def _sixteen(
    panels: tuple[Panel, Panel],
    records: tuple[Recorded, Recorded],
    releases: tuple[Release, Release],
    horizon: int,
) -> dict[frozenset[str], float]:
    """The risk for each set of switches that stand at `after`: eight panels of the shop twice."""
    found: dict[frozenset[str], float] = {}
    for season, peers, model in product(SIDES, SIDES, SIDES):
        panel = _side_by_side(panels, season=season, model=model)
        scores = score_panel(panel, records[peers].peers, releases[model], explain=False)
        for data, score in enumerate(scores):
            sides = zip(SWITCHES, (data, season, peers, model), strict=True)
            found[frozenset(name for name, side in sides if side)] = score.risk[horizon]
    return found


def _side_by_side(panels: tuple[Panel, Panel], *, season: int, model: int) -> Panel:
    """The shop with its earlier figures and with its later ones, in the month of one record, its lags of another."""
    first, second = panels
    shops = {
        name: np.concatenate([getattr(first.shops, name), getattr(second.shops, name)])
        for name in Shops.__slots__
    }
    # Neither was closed on its own day; in the other's month, a closure to come would end the bridge.
    shops["closed"] = np.full(len(panels), NEVER)
    return replace(
        panels[season],
        shops=Shops(**shops),
        quantities={
            name: np.concatenate([first.quantities[name], second.quantities[name]], axis=1)
            for name in QUANTITIES
        },
        lags=panels[model].lags,
    )


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
