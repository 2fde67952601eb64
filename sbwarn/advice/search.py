"""The search for counterfactuals: every action and every pair over the declared steps, many shops at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.advice.actions import Step, shipped_actions
from sbwarn.advice.counterfactual import Counterfactual, PassedOver, Search
from sbwarn.advice.facts import facts_of
from sbwarn.advice.variants import Reader
from sbwarn.errors import SettingError
from sbwarn.messages import say
from sbwarn.releases.predict import HORIZONS
from sbwarn.scoring.panel import score_panel

if TYPE_CHECKING:
    from sbwarn.advice.actions import Action, Actions
    from sbwarn.advice.counterfactual import Nothing, PassedReason
    from sbwarn.advice.facts import Facts
    from sbwarn.advice.variants import Reading, Variant
    from sbwarn.indicators.peertable import PeerTable
    from sbwarn.releases.record import Release
    from sbwarn.scoring.record import Score
    from sbwarn.tables.panel import Panel

AT_ONCE = 32
"""Shops whose variants are read in one panel: a few thousand columns, which is little memory."""
SIX = HORIZONS.index(6)
SAME = 1e-9
"""Difference below which two values of an indicator are one."""
SILENT: Mapping[str, Nothing] = {
    "closed": "closed", "no_recent_sales": "stopped", "too_short": "too_short", "too_little": "too_short",
}  # fmt: skip
"""Why nothing is looked for, by the reason for which there is no score."""
ENDED = ("closed", "stopped")


def counterfactuals(
    panel: Panel,
    peers: PeerTable,
    release: Release,
    *,
    shops: Sequence[int] | None = None,
    facts: Sequence[Facts] | None = None,
    horizon: int = 6,
    actions: Actions | None = None,
) -> list[Search]:
    """What would lower the risk of each shop; an answer does not depend on which other shops are asked about.

    Args:
        panel: What was known on the day.
        peers: The peers that the shops are compared with, as for the score.
        release: The model, as for the score.
        shops: Places in the panel; None for all.
        facts: For each of `shops`, what is known of it (see `facts_of`); None: what the data tell.
        horizon: Months of the risk: 3, 6 or 12.
        actions: From `read_actions`; None for the ones that are shipped.

    Raises:
        SettingError: another horizon.
    """
    if horizon not in HORIZONS:
        raise SettingError(say("advice.errors.horizon", got=horizon, wanted=", ".join(map(str, HORIZONS))))
    chosen = list(range(len(panel.shops))) if shops is None else list(shops)
    told: Sequence[Facts] = [facts_of(panel, peers, shop) for shop in chosen] if facts is None else facts
    known = dict(zip(chosen, told, strict=True))
    reader = Reader(panel, peers, release, actions or shipped_actions())
    blocks = (chosen[start : start + AT_ONCE] for start in range(0, len(chosen), AT_ONCE))
    return [search for block in blocks for search in _answers(reader, block, known, horizon)]


def _answers(reader: Reader, shops: list[int], facts: Mapping[int, Facts], horizon: int) -> list[Search]:
    """One search a shop: single actions are read in one panel, then the pairs that may help in another."""
    scores = score_panel(reader.panel.only(shops), reader.peers, reader.release, explain=False)
    cases = [
        _Case(reader, shop, score, facts[shop], horizon) for shop, score in zip(shops, scores, strict=True)
    ]
    readings = reader.read([variant for case in cases for variant in case.singles()])
    for case in cases:
        case.weigh_singles(readings)
    readings |= reader.read([variant for case in cases for variant in case.pairs()], base=readings)
    return [case.search(readings) for case in cases]


class _Case:
    """One shop, and what is found out about each action."""

    def __init__(self, reader: Reader, shop: int, score: Score, facts: Facts, horizon: int) -> None:
        self.reader, self.catalogue = reader, reader.actions
        self.shop, self.score, self.facts, self.horizon = shop, score, facts, horizon
        self.passed: dict[str, PassedOver] = {}
        """The actions that are not told, by id."""
        self.tried: dict[str, tuple[int, ...]] = {}
        """The ones that may be tried, by id: the places of their moves, by step. None without a score."""
        self.falls: dict[str, np.ndarray] = {}
        """The ones of which some step helps, by id: by how much each step lowers the risk."""
        self.helpful: list[Variant] = []
        place = 0
        for action in self.catalogue.tried if score.scored else ():
            against = self._against(action)
            if against:
                self.passed[action.id] = against
            else:
                self.tried[action.id] = tuple(range(place, place + len(action.steps)))
            place += len(action.steps)

    def _against(self, action: Action) -> PassedOver | None:
        """Why an action is out of the question before anything is read; None if it is not."""
        if not self.reader.reads(action):
            return PassedOver(action=action.id, reason="not_read")
        if not self.reader.knows(action, self.shop):
            return PassedOver(action=action.id, reason="unknown_input")
        for need in action.needs:
            if need.answer(self.facts) == "no":
                return PassedOver(action=action.id, reason="not_needed", need=need)
        return None

    def singles(self) -> list[Variant]:
        """The shop as it is, and each step of each action alone; nothing without a score."""
        moves = [(move,) for each in self.tried.values() for move in each]
        return [(self.shop, each) for each in [(), *moves]] if self.score.scored else []

    def weigh_singles(self, readings: Mapping[Variant, Reading]) -> None:
        """The step to tell of each action, or why none is."""
        for action, moves in self.tried.items():
            falls = np.array([self._fall(readings, (move,)) for move in moves])
            step = chosen_step(falls, least=self.catalogue.least_fall, enough=self.catalogue.enough)
            if isinstance(step, str):
                self.passed[action] = PassedOver(action=action, reason=step)
            else:
                self.helpful.append((self.shop, (moves[step],)))
            if (falls > 0).any() and step != "unsteady":
                self.falls[action] = falls

    def pairs(self) -> list[Variant]:
        """Every pair of steps of two actions that help and work through different levers."""
        return [
            (self.shop, moves)
            for one, other in self._couples()
            for moves in product(self.tried[one], self.tried[other])
        ]

    def _couples(self) -> list[tuple[str, str]]:
        lever = {action.id: action.lever for action in self.catalogue.tried}
        return [(one, other) for one, other in combinations(self.falls, 2) if lever[one] != lever[other]]

    def _helpful_pairs(self, readings: Mapping[Variant, Reading]) -> list[Variant]:
        """The pairs to tell: each adds to the better of its two what a single action has to bring."""
        told: list[Variant] = []
        for one, other in self._couples():
            first, second = self.tried[one], self.tried[other]
            fall = np.array([[self._fall(readings, (a, b)) for b in second] for a in first])
            steps = chosen_pair(
                fall, self.falls[one], self.falls[other],
                least=self.catalogue.least_fall, enough=self.catalogue.enough,
            )  # fmt: skip
            if steps:
                told.append((self.shop, (first[steps[0]], second[steps[1]])))
        return told

    def _fall(self, readings: Mapping[Variant, Reading], moves: tuple[int, ...]) -> float:
        """By how much moves lower the risk; NaN if they are not possible."""
        return self.score.risk[self.horizon] - _risk(readings[self.shop, moves], self.horizon)

    def search(self, readings: Mapping[Variant, Reading]) -> Search:
        """What is said of the shop, once its singles are weighed and its pairs are read."""
        told = [*self.helpful, *self._helpful_pairs(readings)]
        ranked = sorted((self._counterfactual(readings, variant) for variant in told), key=_worth)
        few, score = self._few(ranked), self.score
        beyond, nothing = self._nothing(few)
        return Search(
            shop_id=score.shop_id,
            as_of=score.as_of,
            release=score.release,
            horizon=self.horizon,
            months=self.catalogue.months,
            risk=score.risk[self.horizon],
            level=score.level,
            found=few,
            passed_over=self._passed_over(few) if score.scored else (),
            endings=tuple(action.id for action in self.catalogue.endings) if beyond else (),
            nothing=nothing,
        )

    def _counterfactual(self, readings: Mapping[Variant, Reading], variant: Variant) -> Counterfactual:
        """One variant beside the shop as it is."""
        moves, after = [self.reader.moves[move] for move in variant[1]], readings[variant]
        needs = [need for action, _ in moves for need in action.needs]
        return Counterfactual(
            actions=tuple(Step(action=action.id, size=size) for action, size in moves),
            risk_before=self.score.risk[self.horizon],
            risk_after=_risk(after, self.horizon),
            changed=_changed(self.reader.release.indicators, readings[self.shop, ()], after),
            horizon=self.horizon,
            months=self.catalogue.months,
            level_after=_level(self.reader.release, after),
            weight=sum(self.catalogue.cost[action.cost] for action, _ in moves),
            to_check=_once(name for need in needs for name in need.missing(self.facts)),
            programmes=_once(name for action, _ in moves for name in action.programmes),
        )

    def _nothing(self, told: Sequence[Counterfactual]) -> tuple[bool, Nothing]:
        """Whether the shop is beyond help, so that the endings are offered; and why nothing is told, if nothing is."""
        if not self.score.scored:
            silent = SILENT[self.score.status]
            return silent in ENDED, silent
        levels = [each.level for each in self.reader.release.levels]
        stays = all(each.level_after == levels[-1] for each in told)
        beyond = self.score.level in self.catalogue.beyond_help and stays
        low = self.score.level == levels[0]
        nothing: Nothing = "beyond_help" if beyond else "low_already" if low else "nothing_helps"
        return beyond, "" if told else nothing

    def _few(self, ranked: list[Counterfactual]) -> tuple[Counterfactual, ...]:
        """The ones to tell, in their order: of each way of working the best, then the next best of all."""
        best: dict[frozenset[str], Counterfactual] = {}
        for each in ranked:
            levers = frozenset(self.catalogue.named(step.action).lever for step in each.actions)
            best.setdefault(levers, each)
        rest = [each for each in ranked if each not in best.values()]
        return tuple(sorted([*best.values(), *rest][: self.catalogue.most], key=_worth))

    def _passed_over(self, told: Sequence[Counterfactual]) -> tuple[PassedOver, ...]:
        """Why each action that is not told is not: for one that helps, because others do more for their cost."""
        named = {step.action for each in told for step in each.actions}
        return tuple(
            self.passed.get(action.id) or PassedOver(action=action.id, reason="others_first")
            for action in self.catalogue.tried
            if action.id not in named
        )


def chosen_step(fall: np.ndarray, *, least: float, enough: float) -> int | PassedReason:
    """The place of the step to tell, the smallest that brings most of what the whole range would; or why there is none.

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
    if best < least:
        return "too_little" if best > 0 else "no_fall"
    step = int(np.flatnonzero(fall >= max(least, enough * best))[0])
    return step if _keeps(fall[step:], enough * fall[step]) else "unsteady"


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
    best = np.nan_to_num(fall, nan=-np.inf).max()
    alone = np.nan_to_num(np.concatenate([first, second])).max()
    worth = (fall >= enough * best) & (fall >= max(alone, 0.0) + least)
    places = sorted(zip(*np.nonzero(worth), strict=True), key=lambda place: (int(sum(place)), place))
    for one, other in places:
        if _keeps(fall[one:, other:], enough * fall[one, other]):
            return int(one), int(other)
    return None


def _keeps(beyond: np.ndarray, least: float) -> bool:
    """True if no larger step that is possible brings less."""
    return bool((np.isnan(beyond) | (beyond >= least)).all())


def _changed(names: Sequence[str], before: Reading, after: Reading) -> dict[str, tuple[float, float]]:
    """By indicator, its value before and after, where they differ."""
    # A ratio of two months that grew alike may differ in its last bits: that is no other value.
    differs = ~np.isclose(before.values, after.values, rtol=SAME, atol=SAME, equal_nan=True)
    pairs = zip(names, before.values.tolist(), after.values.tolist(), differs.tolist(), strict=True)
    return {name: (was, now) for name, was, now, differ in pairs if differ}


def _risk(reading: Reading, horizon: int) -> float:
    return float(reading.risk[HORIZONS.index(horizon)])


def _level(release: Release, reading: Reading) -> str:
    lower = np.array([level.lower for level in release.levels])
    place = int(np.searchsorted(lower, reading.risk[SIX], side="right")) - 1
    return release.levels[max(place, 0)].level


def _worth(each: Counterfactual) -> tuple[float, float, str]:
    """The order of telling: the largest fall for its cost first."""
    return -each.fall / each.weight, each.risk_after, str(each.actions)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
