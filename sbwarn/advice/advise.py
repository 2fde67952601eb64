"""Everything that may help a shop in one answer: what would lower the risk, and the programmes that fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sbwarn.advice.actions import shipped_actions
from sbwarn.advice.facts import Fact, facts_of
from sbwarn.advice.programmes import Fit, fitting
from sbwarn.advice.search import counterfactuals

if TYPE_CHECKING:
    from datetime import date

    from sbwarn.advice.actions import Actions
    from sbwarn.advice.counterfactual import Search
    from sbwarn.advice.programmes import Programmes
    from sbwarn.indicators.peertable import PeerTable
    from sbwarn.messages import Language
    from sbwarn.releases.record import Release
    from sbwarn.tables.panel import Panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What a consultant may put on the table besides the score."""

    search: Search
    programmes: tuple[Fit, ...]
    """Every programme, those that fit the shop's way first: going on, or ending well and starting again."""
    supporting: tuple[str, ...]
    """Ids of the programmes that support the endings that are offered and what was found."""

    def to_dict(
        self, language: Language | None = None, *, actions: Actions | None = None
    ) -> dict[str, object]:
        """The advice as plain values, ready for JSON; `actions`: the ones that were searched, if not the shipped."""
        return {
            "search": self.search.to_dict(language, actions=actions),
            "programmes": [fit.to_dict(language) for fit in self.programmes],
            "supporting": list(self.supporting),
        }


def advise(
    panel: Panel,
    peers: PeerTable,
    release: Release,
    *,
    on: date,
    shops: Sequence[int] | None = None,
    given: Mapping[str, Mapping[str, Fact | None]] | None = None,
    everywhere: Mapping[str, Fact | None] | None = None,
    private: bool = False,
    horizon: int = 6,
    actions: Actions | None = None,
    programmes: Programmes | None = None,
) -> list[Advice]:
    """The advice for each shop, in the order of `shops`. None of it reaches the score.

    Args:
        panel: What was known on the day.
        peers: As for the score.
        release: As for the score.
        on: The day one stands on, for the rules of the programmes.
        shops: Places in the panel; None for all.
        given: By `shop_id`, facts from the interview.
        everywhere: Facts that hold for every shop of the data set, like `{"in_sejong": True}`.
        private: As for `facts_of`.
        horizon: Months of the risk.
        actions: None for the ones that are shipped.
        programmes: None for the ones that are shipped.

    Raises:
        SettingError: a given fact has a strange name or kind, or the horizon is another one.
    """
    chosen = list(range(len(panel.shops))) if shops is None else list(shops)
    facts = [
        facts_of(
            panel, peers, shop, private=private,
            given={**(everywhere or {}), **(given or {}).get(str(panel.shops.ids[shop]), {})},
        )
        for shop in chosen
    ]  # fmt: skip
    searches = counterfactuals(
        panel, peers, release, shops=chosen, facts=facts, horizon=horizon, actions=actions
    )
    return [
        Advice(
            search=search,
            programmes=_in_order(fitting(known, on=on, level=search.level, programmes=programmes), search),
            supporting=_supporting(search, actions or shipped_actions()),
        )
        for search, known in zip(searches, facts, strict=True)
    ]


def _in_order(fits: list[Fit], search: Search) -> tuple[Fit, ...]:
    wanted = {"close", "again"} if search.endings and not search.found else {"stay"}
    return tuple(sorted(fits, key=lambda fit: not wanted & set(fit.programme.serves)))


def _supporting(search: Search, catalogue: Actions) -> tuple[str, ...]:
    endings = [name for ending in search.endings for name in catalogue.named(ending).programmes]
    return tuple(dict.fromkeys([*endings, *(name for each in search.found for name in each.programmes)]))
