"""Everything that one score was computed from, and the score itself: enough to compute it again, bit for bit.

Recorded are the shop's id, the months and facts that an indicator reads, and digests. A name, a telephone number or an
address is not; a position, and what the business alone may tell, only where the release of the score reads it.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from sbwarn.indicators.build import catalogue
from sbwarn.indicators.neighbours import NEIGHBOURS
from sbwarn.replay.digests import REMEMBERED, canonical, digest_text, peers_digest, plain, release_digest
from sbwarn.tables.panel import DEPTH, NEVER, QUANTITIES, Panel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sbwarn.indicators.peertable import PeerTable
    from sbwarn.releases.record import Release
    from sbwarn.scoring.record import Score

PROTOCOL = 1
"""Format of a recorded score. Raise it when a reader of the old number would misread the new files."""
HORIZON = 6
NOT_RESULT = ("score_id", "input_digest", "result_digest")
"""Fields of a score that follow from its digests, and so cannot be in them."""
TEXTS = ("industry", "district")
MONTHS = ("opened", "closed")
"""Facts that are months as whole numbers, `NEVER` where unknown."""
NUMBERS = ("floor_area", "lease_ends", "is_chain", "transit_m", "voucher_since", "moved", "operator_since")
POSITION = ("lon", "lat")
FACTS = (*TEXTS, *MONTHS, *NUMBERS, *POSITION)
"""What may be recorded of a shop beside its id; `name` and `site` are read by no indicator."""
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

    def input_page(self) -> dict[str, Any]:
        """What went in, as plain values; the peers by their digest."""
        names = (
            "shop_id", "as_of", "country", "lags", "facts", "monthly", "release", "release_digest", "peers_digest",
            "synthetic", "explained", "horizon",
        )  # fmt: skip
        return {"protocol": PROTOCOL, **{name: plain(getattr(self, name)) for name in names}}

    @property
    def input_digest(self) -> str:
        """SHA-256 of what went in, in hexadecimal."""
        return digest_text(canonical(self.input_page()))

    @property
    def result_digest(self) -> str:
        """SHA-256 of what came out, in hexadecimal."""
        return digest_text(canonical(self.result))

    @property
    def score_id(self) -> str:
        """The name of the score: the same inputs, release and result give the same one, everywhere."""
        return score_id(self.input_digest, self.result_digest, self.release)


def score_id(input_digest: str, result_digest: str, release: str) -> str:
    """The short name of a score.

    >>> score_id("in", "out", "city-2026-09-2555c265")
    'i7s7-lvdb-4zk4'
    """
    whole = hashlib.sha256(canonical([input_digest, result_digest, release]).encode()).digest()
    letters = base64.b32encode(whole[:ID_BYTES]).decode().lower()
    return "-".join(letters[start : start + ID_GROUP] for start in range(0, 3 * ID_GROUP, ID_GROUP))


def result_of(score: Score) -> dict[str, Any]:
    """A score as plain values in no language, without what follows from its digests."""
    page: dict[str, Any] = plain(score)
    return {name: value for name, value in page.items() if name not in NOT_RESULT}


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
    read = _may_be_read(release)
    if not read & NEIGHBOURS.keys():
        peers = _without_positions(peers)
    shared: dict[str, Any] = {
        "as_of": str(panel.as_of),
        "country": panel.country,
        "lags": {name: int(lag) for name, lag in sorted(panel.lags.items())},
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


_lock = Lock()
_bare: dict[int, tuple[PeerTable, PeerTable]] = {}


def _without_positions(peers: PeerTable) -> PeerTable:
    """The peers without shops on the map; the same object for the same peers, so that its digest is worked out once."""
    if peers.points is None and peers.surroundings.units is None:
        return peers
    held = _bare.get(id(peers))
    if held is None:
        held = (peers, peers.without_positions())
        with _lock:
            if len(_bare) >= REMEMBERED:
                _bare.clear()
            _bare[id(peers)] = held
    return held[1]


def _facts(panel: Panel, shop: int, read: frozenset[str]) -> dict[str, str | int | float]:
    shops = panel.shops
    names = FACTS if read & NEIGHBOURS.keys() else tuple(name for name in FACTS if name not in POSITION)
    found: dict[str, str | int | float] = {}
    for name in names:
        value = getattr(shops, name)[shop]
        if name in TEXTS:
            if value is not None:
                found[name] = str(value)
        elif name in MONTHS:
            if value != NEVER:
                found[name] = int(value)
        elif not np.isnan(value):
            found[name] = float(value)
    return found


def _monthly(panel: Panel, shop: int, read: frozenset[str]) -> dict[str, dict[str, float]]:
    found = {}
    for quantity in QUANTITIES:
        column = panel.quantities[quantity][:, shop]
        known = np.flatnonzero(~np.isnan(column))
        # The sales decide whether a shop is scored at all, whatever the indicators read.
        if len(known) and (quantity in read or quantity == "sales"):
            last = panel.as_of - panel.lags[quantity]
            found[quantity] = {str(last - (DEPTH - 1 - int(row))): float(column[row]) for row in known}
    return found
