"""The search for counterfactuals: every action and every pair over the declared steps, many shops at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sbwarn.advice.actions import Actions, Step, shipped_actions
from sbwarn.advice.cases import Case, case_of
from sbwarn.advice.counterfactual import Counterfactual, Nothing, PassedOver, Search
from sbwarn.advice.facts import Facts, facts_of
from sbwarn.advice.readings import Reader, Readings, Variant
from sbwarn.advice.weighing import pairs_to_read, weigh_pairs, weigh_singles
from sbwarn.errors import SettingError
from sbwarn.messages import say
from sbwarn.releases.predict import HORIZONS
from sbwarn.scoring.panel import LEAST, known_share

if TYPE_CHECKING:
    from sbwarn.indicators.peertable import PeerTable
    from sbwarn.releases.record import Release
    from sbwarn.tables.panel import Panel

AT_ONCE = 32
"""Shops whose variants are read in one panel: a few thousand columns, which is little memory."""
SIX = HORIZONS.index(6)
STOPPED = ("closed", "stopped")


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
    known = [facts_of(panel, peers, shop) for shop in chosen] if facts is None else list(facts)
    catalogue = actions or shipped_actions()
    reader = Reader(
        panel=panel, peers=peers, release=release, months=catalogue.months,
        moves=[(action, size) for action in catalogue.tried for size in action.steps],
    )  # fmt: skip
    cases = [case_of(reader, catalogue, shop, told) for shop, told in zip(chosen, known, strict=True)]
    teller = _Teller(reader, catalogue, horizon)
    found: list[Search] = []
    for start in range(0, len(cases), AT_ONCE):
        found += _answers(reader, catalogue, teller, cases[start : start + AT_ONCE])
    return found


def _answers(reader: Reader, catalogue: Actions, teller: _Teller, cases: Sequence[Case]) -> list[Search]:
    """One search a case: single actions are read in one panel, then the pairs that may help in another."""
    first = reader.read([variant for case in cases for variant in case.singles()])
    cases = [_silent_if_little(case, first, reader.release) for case in cases]
    column = HORIZONS.index(teller.horizon)
    singles = {case.shop: weigh_singles(catalogue, case, first, column) for case in cases if not case.silent}
    second = reader.read(
        [
            variant
            for case in cases
            if not case.silent
            for variant in pairs_to_read(catalogue, case, singles[case.shop])
        ],
        base=first,
    )
    found = []
    for case in cases:
        if case.silent:
            found.append(teller.silent(case))
            continue
        single = singles[case.shop]
        before = float(first.risk_of((case.shop, ()))[column])
        pairs = weigh_pairs(catalogue, case, single, before, second, column)
        told = [(variant, first) for variant in single.told] + [(variant, second) for variant in pairs]
        found.append(
            teller.told(
                case, first, [teller.counterfactual(case, first, *each) for each in told], single.passed
            )
        )
    return found


def _silent_if_little(case: Case, first: Readings, release: Release) -> Case:
    """The case, silent where a score would abstain: then nothing can be said of what would lower it."""
    if case.silent:
        return case
    values = first.values[[first.row[case.shop, ()]]]
    little = known_share(values, np.array(release.weights))[0] < LEAST
    return replace(case, silent="too_short") if little else case


class _Teller:
    """Puts readings into records."""

    def __init__(self, reader: Reader, catalogue: Actions, horizon: int) -> None:
        self._reader, self._catalogue, self.horizon = reader, catalogue, horizon
        self._column = HORIZONS.index(horizon)
        self._lower = np.array([level.lower for level in reader.release.levels])

    def counterfactual(
        self, case: Case, first: Readings, variant: Variant, readings: Readings
    ) -> Counterfactual:
        """One variant beside the shop as it is."""
        moves = [self._reader.moves[move] for move in variant[1]]
        after = readings.risk_of(variant)
        needs = [need for action, _ in moves for need in action.needs]
        return Counterfactual(
            actions=tuple(Step(action=action.id, size=size) for action, size in moves),
            risk_before=float(first.risk_of((case.shop, ()))[self._column]),
            risk_after=float(after[self._column]),
            changed=first.changed(variant, readings, self._reader.release.indicators),
            horizon=self.horizon,
            months=self._catalogue.months,
            level_after=self._level(after),
            weight=sum(self._catalogue.cost[action.cost] for action, _ in moves),
            to_check=_once(name for need in needs for name in need.missing(case.facts)),
            programmes=_once(name for action, _ in moves for name in action.programmes),
        )

    def told(
        self, case: Case, first: Readings, listed: list[Counterfactual], passed: Mapping[str, PassedOver]
    ) -> Search:
        """What is said of a shop that can be scored."""
        risk = first.risk_of((case.shop, ()))
        level = self._level(risk)
        beyond = level in self._catalogue.beyond_help
        kept = [each for each in listed if not beyond or each.level_after not in self._catalogue.beyond_help]
        kept.sort(key=_worth)
        nothing: Nothing = ""
        if not kept:
            normal = level == self._reader.release.levels[0].level
            nothing = "beyond_help" if beyond else "low_already" if normal else "nothing_helps"
        few = self._few(kept)
        return self._search(
            case,
            risk=float(risk[self._column]),
            level=level,
            found=few,
            passed_over=self._passed_over({**case.passed, **passed}, kept, few),
            endings=self._endings() if beyond else (),
            nothing=nothing,
        )

    def _passed_over(
        self, known: Mapping[str, PassedOver], kept: list[Counterfactual], few: Sequence[Counterfactual]
    ) -> tuple[PassedOver, ...]:
        """Why each action that is not told is not: one of those known, or its place in the order."""
        told, helpful = ({step.action for each in some for step in each.actions} for some in (few, kept))
        return tuple(
            known.get(action.id)
            or PassedOver(action=action.id, reason="others_first" if action.id in helpful else "stays_beyond")
            for action in self._catalogue.tried
            if action.id not in told
        )

    def _few(self, ranked: list[Counterfactual]) -> tuple[Counterfactual, ...]:
        """The ones to tell, in their order: of each way of working the best, then the next best of all."""
        best: dict[frozenset[str], Counterfactual] = {}
        for each in ranked:
            levers = frozenset(self._catalogue.named(step.action).lever for step in each.actions)
            best.setdefault(levers, each)
        rest = [each for each in ranked if each not in best.values()]
        return tuple(sorted([*best.values(), *rest][: self._catalogue.most], key=_worth))

    def silent(self, case: Case) -> Search:
        """What is said of a shop that cannot be scored."""
        endings = self._endings() if case.silent in STOPPED else ()
        return self._search(
            case, risk=float("nan"), level="not_scored", found=(), passed_over=(), endings=endings,
            nothing=case.silent,
        )  # fmt: skip

    def _search(self, case: Case, **told: object) -> Search:
        panel = self._reader.panel
        return Search(
            shop_id=str(panel.shops.ids[case.shop]),
            as_of=str(panel.as_of),
            release=self._reader.release.id,
            horizon=self.horizon,
            months=self._catalogue.months,
            **told,  # type: ignore[arg-type]
        )

    def _endings(self) -> tuple[str, ...]:
        return tuple(action.id for action in self._catalogue.endings)

    def _level(self, risk: np.ndarray) -> str:
        place = int(np.searchsorted(self._lower, risk[SIX], side="right")) - 1
        return self._reader.release.levels[max(place, 0)].level


def _worth(each: Counterfactual) -> tuple[float, float, str]:
    """The order of telling: the largest fall for its cost first."""
    return -each.fall / each.weight, each.risk_after, str(each.actions)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
