"""Settings chosen on later months: a small declared search, kept after every trial, the same however often it stops.

Each trial fits the model of every fold and is judged by the log-loss of the fold's later months, at the best level of
each. What is tried next is a function of the seed and of the trials so far alone, so a search that was killed goes on as
if it had not been. The default settings are the first trial, and they stay unless another beats them by more than one
standard error, with other seeds than the one under which it was found.

Both guards were needed on the Texas receipts. By the plain log-loss the winner of twenty trials was the one whose mean
risk had drifted least in two quarters, and ranked the shops worse than the default; and one setting under four seeds
differed as much as two settings do.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from sbwarn.errors import InputError, SettingError, StoreError
from sbwarn.messages import say
from sbwarn.releases.record import Figure
from sbwarn.tables.atomic import whole_file
from sbwarn.training.calibrate import NORMAL_95, log_loss, paired_by_fold, shape_loss
from sbwarn.training.dropout import lots
from sbwarn.training.fit import DEFAULT, Settings, fit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from sbwarn.training.rows import HazardRows
    from sbwarn.training.trial import Fold

KEPT = "search.json"
"""The file in the folder of a study. It holds settings and losses, and a digest of the data: no shop, no row."""
TREES = "trees"
"""Told as a share of the default's trees: a search for a model of few trees stays one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What `search.toml` allows."""

    trials: int
    sample: int
    """Rows of a fold to learn from, at most."""
    at_random: int
    """Trials before the sampler learns from what it saw."""
    confirmed_by: int
    """Other seeds under which the best has to beat the default."""
    space: Mapping[str, tuple[float, ...]]
    """Setting → the values that it may take, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One trial."""

    settings: Settings
    log_loss: float
    """Mean over the folds, each counted alike, of the loss of their later rows at the best level."""
    as_forecast: float
    """The same with the level that was forecast."""
    by_fold: tuple[float, ...]
    gain: float
    """The default's log-loss less this one's."""
    error: float
    """Standard error of the gain, over shops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search leaves."""

    settings: Settings
    """The best, if it beats the default by more than one standard error, and again under other seeds; else the default."""
    better: bool
    """False if the default stays."""
    log_loss: float
    """Of the chosen settings, under the search's own seed."""
    default_log_loss: float
    gain: Figure
    """The default's log-loss less that of the best trial, chosen or not: under other seeds, if it came so far. `n` counts
    the later rows of all folds."""
    trials: tuple[Tried, ...]
    rows: tuple[int, ...]
    """Rows that each fold learnt from."""

    def facts(self) -> dict[str, Any]:
        """The search as plain JSON, for the record of a release.

        Returns:
            Keys `better, log_loss, default_log_loss, gain, rows, settings, trials`.
        """
        return {
            "better": self.better,
            "log_loss": self.log_loss,
            "default_log_loss": self.default_log_loss,
            "gain": asdict(self.gain),
            "rows": list(self.rows),
            "settings": _plain(self.settings),
            "trials": [
                {
                    **_plain(each.settings),
                    "log_loss": each.log_loss,
                    "as_forecast": each.as_forecast,
                    "gain": each.gain,
                    "error": each.error,
                }
                for each in self.trials
            ],
        }


def search(
    folds: Sequence[Fold],
    names: Sequence[str],
    *,
    seed: int,
    trials: int | None = None,
    study: Path | None = None,
    start: Settings = DEFAULT,
    plan: Declared | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Found:
    """The settings that forecast later months best, out of a small declared space.

    Args:
        folds: Origins, each with the rows to learn from and the later ones to be judged on.
        names: Of the columns.
        seed: Of the sampler, the sample and every fit: same folds and seed, same result.
        trials: How many, the default among them; None for as many as declared.
        study: Folder in which the trials are kept, so that a search that stops can go on; None keeps them in memory.
        start: The default settings: the first trial, and what holds for all that is not searched.
        plan: The space; None for the declared one.
        progress: Called with a word after each trial, kept ones included.

    Raises:
        SettingError: fewer than one trial.
        InputError: no later rows, or too few crises to learn from.
        StoreError: the folder holds a search over other data, or the disk refuses.
    """
    plan = plan or declared()
    wanted = plan.trials if trials is None else trials
    if wanted < 1:
        raise SettingError(say("search.errors_trials", got=wanted))
    course = _course(folds, names, start=start, seed=seed, sample=plan.sample)
    keeper = _Keeper(study=study, digest=_digest(course, plan, seed))
    kept, confirmed = keeper.read(start)
    tried: list[Tried] = []
    while len(tried) < wanted:
        if len(tried) < len(kept):
            tried.append(kept[len(tried)])
        else:
            settings = suggest(tried, start, plan, seed=seed) if tried else start
            tried.append(_repeated(settings, tried) or course.run(settings, (seed,)))
            keeper.write(tried, confirmed)
        progress(_told(tried, wanted))
    again = _repeated(_best(tried).settings, confirmed)
    if again is None and _beats(_best(tried)):
        again = course.run(_best(tried).settings, tuple(range(seed + 1, seed + 1 + plan.confirmed_by)))
        keeper.write(max(tried, kept, key=len), [*confirmed, again])
    return _found(tried, again, course)


@cache
def declared() -> Declared:
    """The space that `search.toml` declares.

    >>> 15 in declared().space["leaves"]
    True
    """
    page = tomllib.loads((files("sbwarn.training") / "search.toml").read_text("utf-8"))
    return Declared(
        trials=page["trials"],
        sample=page["sample"],
        at_random=page["at_random"],
        confirmed_by=page["confirmed_by"],
        space={name: tuple(values) for name, values in page["space"].items()},
    )


def suggest(tried: Sequence[Tried], start: Settings, plan: Declared, *, seed: int) -> Settings:
    """What to try next, by the tree-structured Parzen estimator: a function of its arguments alone.

    Args:
        tried: The trials so far.
        start: What holds for all that is not searched.
        plan: The space.
        seed: Of the sampler, mixed with the number of trials so far.

    Source: Bergstra, Bardenet, Bengio and Kégl (2011); Optuna's TPESampler.
    """
    import optuna

    # Places in the lists, not values: their order is what neighbouring settings have in common.
    places = {
        name: optuna.distributions.IntDistribution(0, len(values) - 1) for name, values in plan.space.items()
    }
    mixed = int(np.random.SeedSequence([seed, len(tried)]).generate_state(1)[0])
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        memory = optuna.create_study(
            sampler=optuna.samplers.TPESampler(seed=mixed, n_startup_trials=plan.at_random)
        )
        for each in tried:
            known = _places(each.settings, start, plan)
            if known is not None:
                memory.add_trial(optuna.create_trial(params=known, distributions=places, value=each.log_loss))
        params = memory.ask(places).params
    finally:
        optuna.logging.set_verbosity(before)
    return _settings({name: plan.space[name][place] for name, place in params.items()}, start)


def sampled(rows: HazardRows, most: int, *, seed: int) -> HazardRows:
    """At most so many rows: whole shops, drawn by their ids, in the order in which they stand.

    Args:
        rows: Rows of any number of shops.
        most: Rows to keep.
        seed: Of the draw. A shop's place in the queue depends on its id alone, so folds share their shops.
    """
    if len(rows.happened) <= most:
        return rows
    shops, owner, count = np.unique(rows.shop, return_inverse=True, return_counts=True)
    queue = np.argsort(lots(shops, f"search {seed}"), kind="stable")
    fits = np.zeros(len(shops), dtype=bool)
    fits[queue] = np.cumsum(count[queue]) <= most
    return rows.where(fits[owner])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """The folds, and what the default lost on each later row: every trial is compared with it, row by row."""

    parts: tuple[tuple[HazardRows, HazardRows], ...]
    names: tuple[str, ...]
    start: Settings
    default: dict[int, list[_Losses]] = field(default_factory=dict)
    """By seed, once it is known."""

    def run(self, settings: Settings, seeds: Sequence[int]) -> Tried:
        """These settings beside the default, under each of the seeds."""
        theirs = _mean([self._default(seed) for seed in seeds])
        ours = theirs if settings == self.start else _mean([self._losses(settings, seed) for seed in seeds])
        gains = [old.shape - new.shape for old, new in zip(theirs, ours, strict=True)]
        value, error = paired_by_fold(gains, [later.shop for _, later in self.parts])
        by_fold = tuple(float(each.shape.mean()) for each in ours)
        return Tried(
            settings=settings,
            log_loss=float(np.mean(by_fold)),
            as_forecast=float(np.mean([each.plain.mean() for each in ours])),
            by_fold=by_fold,
            gain=value,
            error=error,
        )

    def _default(self, seed: int) -> list[_Losses]:
        if seed not in self.default:
            self.default[seed] = self._losses(self.start, seed)
        return self.default[seed]

    def _losses(self, settings: Settings, seed: int) -> list[_Losses]:
        found = []
        for earlier, later in self.parts:
            booster = fit(earlier, self.names, settings, seed=seed)
            table = np.column_stack([later.values, later.interval.astype(float)])
            odds = np.asarray(booster.predict(table, raw_score=True))
            found.append(
                _Losses(
                    shape=shape_loss(odds, later.interval, later.happened),
                    plain=log_loss(odds, later.happened),
                )
            )
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Losses:
    """Of the later rows of one fold: at the best level, and as they were forecast."""

    shape: np.ndarray
    plain: np.ndarray


def _mean(runs: Sequence[Sequence[_Losses]]) -> list[_Losses]:
    """The mean loss of each row over several runs."""
    return [
        _Losses(
            shape=np.mean([each.shape for each in fold], axis=0),
            plain=np.mean([each.plain for each in fold], axis=0),
        )
        for fold in zip(*runs, strict=True)
    ]


def _course(
    folds: Sequence[Fold], names: Sequence[str], *, start: Settings, seed: int, sample: int
) -> _Course:
    parts = tuple(
        (sampled(each.earlier, sample, seed=seed), each.later) for each in folds if len(each.later.happened)
    )
    if not parts:
        raise InputError(say("search.errors_no_rows"))
    return _Course(parts=parts, names=tuple(names), start=start)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keeper:
    """Where the trials are kept: one file, replaced whole after each trial, so that a kill leaves the last whole one."""

    study: Path | None
    digest: str

    def read(self, start: Settings) -> tuple[list[Tried], list[Tried]]:
        """The trials, and what was confirmed, that were kept for the same data, space and seed."""
        if self.study is None or not (self.study / KEPT).is_file():
            return [], []
        path = self.study / KEPT
        try:
            page = json.loads(path.read_text("utf-8"))
            trials, confirmed = (
                [_as_tried(each, start) for each in page[name]] for name in ("trials", "confirmed")
            )
            digest = page["digest"]
        except (ValueError, KeyError, TypeError) as damage:
            raise StoreError(say("search.errors_damaged", path=path)) from damage
        if digest != self.digest:
            raise StoreError(say("search.errors_other", path=path))
        return trials, confirmed

    def write(self, trials: Sequence[Tried], confirmed: Sequence[Tried]) -> None:
        """Keep these trials, and what was confirmed."""
        if self.study is None:
            return
        page = {
            "digest": self.digest,
            "trials": [asdict(each) for each in trials],
            "confirmed": [asdict(each) for each in confirmed],
        }
        with whole_file(self.study / KEPT) as fresh:
            fresh.write_text(json.dumps(page, indent=1) + "\n", "utf-8")


def _as_tried(entry: Mapping[str, Any], start: Settings) -> Tried:
    return Tried(
        settings=replace(start, **entry["settings"]),
        by_fold=tuple(map(float, entry["by_fold"])),
        **{name: float(entry[name]) for name in ("log_loss", "as_forecast", "gain", "error")},
    )


def _digest(course: _Course, plan: Declared, seed: int) -> str:
    """What a study must have in common with the one that it goes on with."""
    total = hashlib.sha256()
    known = {
        "names": course.names,
        "start": asdict(course.start),
        "seed": seed,
        "plan": asdict(plan),
        "software": {name: version(name) for name in ("lightgbm", "numpy", "optuna")},
    }
    total.update(json.dumps(known, sort_keys=True).encode())
    for rows in (rows for part in course.parts for rows in part):
        for numbers in (rows.values, rows.interval, rows.happened, rows.month, rows.weight):
            total.update(np.ascontiguousarray(numbers, dtype="<f8").tobytes())
        total.update("\x1f".join(map(str, rows.shop.tolist())).encode())
    return total.hexdigest()


def _places(settings: Settings, start: Settings, plan: Declared) -> dict[str, int] | None:
    """Where the values of some settings stand in the lists; None if one is not declared."""
    at = {}
    for name, values in plan.space.items():
        mine = [_settings({name: value}, start) for value in values]
        stands = [place for place, each in enumerate(mine) if getattr(each, name) == getattr(settings, name)]
        if not stands:
            return None
        at[name] = stands[0]
    return at


def _settings(chosen: Mapping[str, float], start: Settings) -> Settings:
    changed: dict[str, Any] = dict(chosen)
    if TREES in changed:
        changed[TREES] = max(1, round(changed[TREES] * start.trees))
    return replace(start, **changed)


def _repeated(settings: Settings, tried: Sequence[Tried]) -> Tried | None:
    """The trial that already had these settings."""
    return next((each for each in tried if each.settings == settings), None)


def _best(tried: Sequence[Tried]) -> Tried:
    return min(tried, key=lambda each: each.log_loss)


def _beats(trial: Tried) -> bool:
    """True if the trial is better than the default by more than chance would have it."""
    return trial.gain > trial.error


def _found(tried: Sequence[Tried], again: Tried | None, course: _Course) -> Found:
    best = _best(tried)
    better = again is not None and _beats(best) and _beats(again)
    chosen, told = best if better else tried[0], again or best
    later = [part for _, part in course.parts]
    wide = NORMAL_95 * told.error
    return Found(
        settings=chosen.settings,
        better=better,
        log_loss=chosen.log_loss,
        default_log_loss=tried[0].log_loss,
        gain=Figure(
            value=told.gain,
            low=told.gain - wide,
            high=told.gain + wide,
            n=sum(len(part.happened) for part in later),
            events=int(sum(part.happened.sum() for part in later)),
        ),
        trials=tuple(tried),
        rows=tuple(len(earlier.happened) for earlier, _ in course.parts),
    )


def _told(tried: Sequence[Tried], wanted: int) -> str:
    best = min(each.log_loss for each in tried)
    return say("search.tried", done=len(tried), trials=wanted, best=f"{best:.5f}")


def _plain(settings: Settings) -> dict[str, Any]:
    return {**asdict(settings), "monotone": dict(settings.monotone)}
