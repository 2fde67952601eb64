"""`score_business` and `score_businesses`: a score from what a script has at hand."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sbwarn.errors import SettingError
from sbwarn.given.call import given_of
from sbwarn.given.laid import panel_of
from sbwarn.indicators.peerfile import read_peers
from sbwarn.indicators.peertable import PeerTable
from sbwarn.messages import checked_language, say, speaking
from sbwarn.releases.load import find_release, load_release
from sbwarn.releases.names import MANIFEST
from sbwarn.releases.record import Release
from sbwarn.scoring.panel import score_panel
from sbwarn.scoring.record import HORIZONS
from sbwarn.tables.digest import digest_file

if TYPE_CHECKING:
    import pandas as pd

    from sbwarn.given.call import MonthSaid
    from sbwarn.given.dataset import DataSaid
    from sbwarn.given.unit import UnitSaid
    from sbwarn.messages import Language
    from sbwarn.scoring.record import Score


def score_business(
    shop: object,
    sales: object = None,
    rent: object = None,
    footfall: object = None,
    *,
    transactions: object = None,
    customers: object = None,
    costs: object = None,
    profile: object = None,
    data: DataSaid = None,
    unit: UnitSaid = None,
    as_of: MonthSaid = None,
    horizon: int = 6,
    language: Language | None = None,
    reasons: bool = True,
    release: Release | str | Path | None = None,
    peers: PeerTable | str | Path | None = None,
) -> Score:
    """The risk that one shop comes into a crisis within 3, 6 and 12 months, with interval, reasons and strengths.

    Args:
        shop: A dict, Series, one-row DataFrame, dataclass or named tuple with `industry_code` and `district_id` (also in
            Korean); better with `shop_id, opened_on, floor_area_m2, lease_ends_on`. Or an id in `data`.
        sales: Sales by month: a dict month → amount, a Series, a DataFrame (which may hold every column of the sales
            schema), a CSV, xlsx or Parquet file, or a list of the last n closed months, which needs `as_of`. A month that
            is left out is unknown, not zero.
        rent: One number (the rent of the last closed month), any form that `sales` may have, or a lease: a record with
            `monthly_rent` and what is known of `deposit, starts_on, ends_on, maintenance_fee`.
        footfall: Persons a weekday in the shop's district, in any form that `sales` may have.
        transactions: Receipts, in any form that `sales` may have.
        customers: A DataFrame or a file with columns of the customers schema; so for `costs` and `profile`.
        costs: Wages, utilities, energy and late rent, by month.
        profile: Facts of the business itself, for a release that was trained with them.
        data: The data set that an id refers to, or its folder. What is handed over beside it counts instead.
        unit: Unit of the amounts of money: 원, 천원, 만원, 백만원, 억원 or the currency's code; or one an argument.
        as_of: The month at whose end you stand. None: the first month as of which the last of the sales counts as
            closed. Later months are left out: they were not known.
        horizon: Months ahead (3, 6 or 12) that the headline, the reasons and the advice speak of.
        language: "ko" or "en", for everything that the score says and for what is wrong with the input.
        reasons: False leaves reasons and strengths out; they cost most of the time.
        release: A release, its name or its folder; None for the one that is shipped (a demonstration).
        peers: The month's peers as written by `sbwarn score`; None for those of the release, or of the data set where all
            that is known of the shop comes from there: then the score is that of the monthly report.

    Raises:
        InputError: a value is missing, of the wrong kind or impossible; the text names the argument, what came and what
            was wanted.
        SettingError: `as_of`, `unit`, `horizon`, `language` or `data` is wrong.
        ReleaseError: the release is missing or damaged.

    >>> from sbwarn import score_business
    >>> months = [f"2026-{month:02d}" for month in range(1, 9)]
    >>> score = score_business(
    ...     shop={"shop_id": "A17", "industry_code": "I56-coffee", "district_id": "SJ01"},
    ...     sales=dict(zip(months, [1230, 1210, 1100, 920, 810, 600, 440, 310])),
    ...     rent=150,
    ...     unit="만원",
    ... )
    >>> 0 < score.risk[3] <= score.risk[6] <= score.risk[12] < 1
    True
    >>> score.demonstration
    True
    """
    checked_horizon(horizon)
    if language:
        with speaking(checked_language(language)):
            score = score_business(
                shop, sales, rent, footfall,
                transactions=transactions, customers=customers, costs=costs, profile=profile, data=data, unit=unit,
                as_of=as_of, horizon=horizon, reasons=reasons, release=release, peers=peers,
            )  # fmt: skip
            return replace(score, language=language)
    model = release_of(release)
    beside = (sales, rent, footfall, transactions, customers, costs, profile)
    if isinstance(shop, str) and data is not None and all(each is None for each in beside):
        from sbwarn.consult.city import scene_of

        scene = scene_of(data, shop, as_of, model)
        among = scene.peers if peers is None else peers_of(peers, model)
        alone = scene.panel.only([scene.place])
        return score_panel(alone, among, model, synthetic=scene.synthetic, explain=reasons, horizon=horizon)[
            0
        ]
    given = given_of(
        shop, sales, rent, footfall,
        transactions=transactions, customers=customers, costs=costs, profile=profile, as_of=as_of, unit=unit, data=data,
        currency=model.currency, lags=model.lags,
    )  # fmt: skip
    panel = panel_of(given, country=model.country)
    found = score_panel(panel, peers_of(peers, model), model, explain=reasons, horizon=horizon)[0]
    return replace(found, notes=given.notes) if given.notes else found


def score_businesses(
    shops: pd.DataFrame | str | Path,
    sales: pd.DataFrame | str | Path,
    rent: pd.DataFrame | str | Path | None = None,
    footfall: pd.DataFrame | str | Path | None = None,
    *,
    customers: pd.DataFrame | str | Path | None = None,
    costs: pd.DataFrame | str | Path | None = None,
    profile: pd.DataFrame | str | Path | None = None,
    unit: UnitSaid = None,
    as_of: MonthSaid = None,
    horizon: int = 6,
    language: Language | None = None,
    reasons: bool = True,
    release: Release | str | Path | None = None,
    peers: PeerTable | str | Path | None = None,
) -> dict[str, Score]:
    """The scores of many shops by `shop_id`; each equals what `score_business` says of the shop alone, bit for bit.

    Args:
        shops: Table of the shops schema (`shop_id, industry_code, district_id`, …) or its file; so for the others.
        sales: Table of the sales schema (`shop_id, month, amount`, …); with `known_on`, only what was public counts.
        rent: Table of the rent schema.
        footfall: Table of the footfall schema.
        customers: Table of the customers schema.
        costs: Table of the costs schema.
        profile: Table of the profile schema.
        unit: As for `score_business`; so for all below.
        as_of: None: the first month as of which the last sales of any shop count as closed.
        horizon: See `score_business`.
        language: See `score_business`.
        reasons: See `score_business`.
        release: See `score_business`.
        peers: See `score_business`.

    Raises:
        InputError: a table lacks a column, holds contradictions, or rows that break a rule.
        SettingError: `as_of`, `unit`, `horizon` or `language` is wrong.
        ReleaseError: the release is missing or damaged.
    """
    checked_horizon(horizon)
    if language:
        with speaking(checked_language(language)):
            found = score_businesses(
                shops, sales, rent, footfall,
                customers=customers, costs=costs, profile=profile, unit=unit, as_of=as_of, horizon=horizon,
                reasons=reasons, release=release, peers=peers,
            )  # fmt: skip
            return {shop: replace(score, language=language) for shop, score in found.items()}
    model = release_of(release)
    from sbwarn.given.many import dataset_of_call, stands_on
    from sbwarn.tables.history import History

    dataset = dataset_of_call(
        {
            "shops": shops, "sales": sales, "rent": rent, "footfall": footfall, "customers": customers, "costs": costs,
            "profile": profile,
        },
        unit=unit, currency=model.currency, lags=model.lags, country=model.country,
    )  # fmt: skip
    month = stands_on(as_of, dataset, model.lags)
    panel = History(dataset).as_known(month)
    scores = score_panel(panel, peers_of(peers, model), model, explain=reasons, horizon=horizon)
    return {score.shop_id: score for score in scores}


def checked_horizon(horizon: int) -> None:
    """Refuse a horizon that no release tells of.

    Raises:
        SettingError: it is not 3, 6 or 12.
    """
    if horizon not in HORIZONS:
        raise SettingError(say("errors.wrong_horizon", got=repr(horizon)))


def release_of(release: Release | str | Path | None) -> Release:
    """The release that was handed over, named, or shipped; loaded once for each content.

    Raises:
        ReleaseError: it is missing or damaged.
    """
    if isinstance(release, Release):
        return release
    folder = find_release(release)
    return _loaded(folder, digest_file(folder / MANIFEST) if (folder / MANIFEST).is_file() else "")


@lru_cache(maxsize=4)
def _loaded(folder: Path, _manifest: str) -> Release:
    """A folder that changes is loaded again."""
    return load_release(folder)


def peers_of(peers: PeerTable | str | Path | None, release: Release) -> PeerTable:
    """The peers that were handed over or lie in a file; those of the release where nobody says.

    Raises:
        ReleaseError: the file is missing or damaged.
    """
    if peers is None:
        return release.peers
    return peers if isinstance(peers, PeerTable) else read_peers(Path(peers))
