"""Everything that one score was computed from, and the score itself: enough to compute it again, bit for bit.

Recorded are the shop's id, the months and facts that an indicator reads, and digests. A name, a telephone number or an
address is not; a position, and what the business alone may tell, only where the release of the score reads it.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sbwarn.indicators.build import catalogue
from sbwarn.indicators.neighbours import NEIGHBOURS
from sbwarn.replay.digests import canonical, digest_text, once, peers_digest, plain, release_digest
from sbwarn.tables.month import as_month
from sbwarn.tables.panel import DEPTH, NEVER, QUANTITIES, Panel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sbwarn.indicators.peertable import PeerTable
    from sbwarn.releases.record import Release
    from sbwarn.scoring.record import Score

PROTOCOL = 1
"""Format of a recorded score. Raise it when a reader of the old number would misread the new files."""
HORIZON = 6
TEXTS = ("industry", "district")
MONTHS = ("opened", "closed")
"""Facts that are months as whole numbers, `NEVER` where unknown."""
NUMBERS = ("floor_area", "lease_ends", "is_chain", "transit_m", "voucher_since", "moved", "operator_since")
POSITION = ("lon", "lat")
FACTS = (*TEXTS, *MONTHS, *NUMBERS, *POSITION)
"""What may be recorded of a shop beside its id; `name` and `site` are read by no indicator."""
INPUT = (
    "shop_id", "as_of", "country", "lags", "facts", "monthly", "release", "release_digest", "peers_digest", "synthetic",
    "explained", "horizon",
)  # fmt: skip
"""Fields of a record that went in; the peers by their digest."""
ID_BYTES, ID_GROUP = 60 // 8 + 1, 4
"""Sixty bits in three groups of four: short enough to be read out, long enough for a million shops a month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What one score was computed from, and what came out."""

    shop_id: str
    as_of: str
    """The month, "YYYY-MM"."""
    country: str
    lags: Mapping[str, int]
    """By quantity, months between its last row and `as_of`."""
    facts: Mapping[str, str | int | float]
    """By name of `FACTS`, as the panel held it; unknown ones are absent. Months count from 1970-01."""
    monthly: Mapping[str, Mapping[str, float]]
    """By quantity and month; unknown months are absent."""
    release: str
    release_digest: str
    peers_digest: str
    synthetic: bool
    explained: bool
    """False if the score was made without reasons."""
    horizon: int
    """Months ahead that the score speaks of."""
    result: Mapping[str, Any]
    """The score as plain values, in no language; what is unknown is absent."""
    peers: PeerTable = field(repr=False, compare=False)
    input_digest: str = field(init=False)
    """SHA-256 of what went in, in hexadecimal."""
    result_digest: str = field(init=False)
    """SHA-256 of what came out, in hexadecimal."""
    score_id: str = field(init=False)
    """The name of the score: the same inputs, release and result give the same one, everywhere."""

    def __post_init__(self) -> None:
        digests = digest_text(canonical(self.input_page())), digest_text(canonical(self.result))
        found = (*digests, score_id(*digests, self.release))
        for name, value in zip(("input_digest", "result_digest", "score_id"), found, strict=True):
            object.__setattr__(self, name, value)

    def window(self, quantity: str) -> tuple[str, str]:
        """The first and the last month that the record could hold of a quantity."""
        # A quantity that came into the code later closes as sales do.
        last = as_month(self.as_of) - self.lags.get(quantity, self.lags["sales"])
        return str(last - (DEPTH - 1)), str(last)

    def input_page(self) -> dict[str, Any]:
        """What went in, as plain values; the peers by their digest."""
        return {"protocol": PROTOCOL, **{name: getattr(self, name) for name in INPUT}}


def score_id(input_digest: str, result_digest: str, release: str) -> str:
    """The short name of a score.

    >>> score_id("in", "out", "city-2026-09-2555c265")
    'i7s7-lvdb-4zk4'
    """
    whole = hashlib.sha256(canonical([input_digest, result_digest, release]).encode()).digest()
    letters = base64.b32encode(whole[:ID_BYTES]).decode().lower()
    return "-".join(letters[start : start + ID_GROUP] for start in range(0, 3 * ID_GROUP, ID_GROUP))


def result_of(score: Score) -> dict[str, Any]:
    """A score as plain values in no language: every field by which two scores are told apart."""
    page: dict[str, Any] = plain(score)
    return page


def recorded_of(
    panel: Panel,
    peers: PeerTable,
    release: Release,
    scores: Sequence[Score],
    *,
    synthetic: bool = False,
    explained: bool = True,
    horizon: int = HORIZON,
) -> list[Recorded]:
    """One record a shop of the panel, in its order.

    Args:
        panel: What was scored.
        peers: The peers that were compared with.
        release: The release that was scored with.
        scores: What `score_panel` said of the panel.
        synthetic: As it was told to `score_panel`; so the two below.
        explained: Whether reasons were asked for.
        horizon: Months ahead that the scores speak of.
    """
    read = once(_may_be_read, release)
    if not _on_the_map(read):
        peers = once(_without_positions, peers)
    shared: dict[str, Any] = {
        "as_of": str(panel.as_of),
        "country": panel.country,
        "lags": {name: int(lag) for name, lag in panel.lags.items()},
        "release": release.id,
        "release_digest": release_digest(release),
        "peers_digest": peers_digest(peers),
        "peers": peers,
        "synthetic": synthetic,
        "explained": explained,
        "horizon": horizon,
    }
    return [
        Recorded(
            shop_id=str(shop_id),
            facts=_facts(panel, shop, read),
            monthly=_monthly(panel, shop, read),
            result=result_of(scores[shop]),
            **shared,
        )
        for shop, shop_id in enumerate(panel.shops.ids)
    ]


def _may_be_read(release: Release) -> frozenset[str]:
    """Inputs that any indicator may read: so two releases can be told apart on the same months.

    What only the business may tell, and where it stands, is among them only if this release reads it.
    """
    own = set(release.indicators)
    return frozenset(
        name
        for fact in catalogue()
        for name in fact.reads
        if fact.name in own or not (fact.private or name in NEIGHBOURS)
    )


def _on_the_map(read: frozenset[str]) -> bool:
    return not read.isdisjoint(NEIGHBOURS)


def _without_positions(peers: PeerTable) -> PeerTable:
    """The peers without shops on the map."""
    if peers.points is None and peers.surroundings.units is None:
        return peers
    return peers.without_positions()


def _facts(panel: Panel, shop: int, read: frozenset[str]) -> dict[str, str | int | float]:
    shops = panel.shops
    found: dict[str, str | int | float] = {}
    for name in FACTS if _on_the_map(read) else FACTS[: -len(POSITION)]:
        value = getattr(shops, name)[shop]
        if name in TEXTS:
            if value is not None:
                found[name] = str(value)
        elif name in MONTHS:
            if value != NEVER:
                found[name] = int(value)
        elif value == value:  # noqa: PLR0124 - NaN is not itself
            found[name] = float(value)
    return found


def _monthly(panel: Panel, shop: int, read: frozenset[str]) -> dict[str, dict[str, float]]:
    found = {}
    end = panel.as_of.ordinal
    for quantity in QUANTITIES:
        # The sales decide whether a shop is scored at all, whatever the indicators read.
        if quantity in read or quantity == "sales":
            column = panel.quantities[quantity][:, shop].tolist()
            months = zip(_months(end - panel.lags[quantity]), column, strict=True)
            known = {month: amount for month, amount in months if amount == amount}  # noqa: PLR0124 - NaN is not itself
            if known:
                found[quantity] = known
    return found


@lru_cache(maxsize=64)
def _months(last: int) -> tuple[str, ...]:
    """The months of a window as text, by the number of its last one; a script asks for the same ones again and again."""
    return tuple(str(as_month("1970-01") + (last - back)) for back in range(DEPTH - 1, -1, -1))
