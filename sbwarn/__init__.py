"""Early warning for small shops: the public names, imported on first use.

`import sbwarn` loads neither pandas, lightgbm nor mlflow; each name below loads what it needs when it is
first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sbwarn.consult.advice import advise as advise
    from sbwarn.consult.business import score_business as score_business
    from sbwarn.consult.business import score_businesses as score_businesses
    from sbwarn.consult.explanation import explain as explain
    from sbwarn.consult.keep import keep as keep
    from sbwarn.consult.keep import kept as kept
    from sbwarn.engines.features import build_features as build_features
    from sbwarn.reasons.record import Reason as Reason
    from sbwarn.releases.load import load_release as load_release
    from sbwarn.replay.decision import decide as decide
    from sbwarn.reports.sheet import write_sheet as write_sheet
    from sbwarn.scoring.record import Score as Score
    from sbwarn.tables.dataset import read_dataset as read_dataset

__version__ = "0.1.0"

_HOMES = {
    "Reason": "sbwarn.reasons.record",
    "Score": "sbwarn.scoring.record",
    "advise": "sbwarn.consult.advice",
    "build_features": "sbwarn.engines.features",
    "decide": "sbwarn.replay.decision",
    "explain": "sbwarn.consult.explanation",
    "keep": "sbwarn.consult.keep",
    "kept": "sbwarn.consult.keep",
    "load_release": "sbwarn.releases.load",
    "read_dataset": "sbwarn.tables.dataset",
    "score_business": "sbwarn.consult.business",
    "score_businesses": "sbwarn.consult.business",
    "write_sheet": "sbwarn.reports.sheet",
}

__all__ = [
    "Reason",
    "Score",
    "__version__",
    "advise",
    "build_features",
    "decide",
    "explain",
    "keep",
    "kept",
    "load_release",
    "read_dataset",
    "score_business",
    "score_businesses",
    "write_sheet",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'sbwarn' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
