"""Early warning for small shops: the public names, imported on first use.

`import sbwarn` loads neither pandas, lightgbm nor mlflow; each name below loads what it needs when it is
first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sbwarn.engines.features import build_features as build_features
    from sbwarn.reasons.record import Reason as Reason
    from sbwarn.releases.load import load_release as load_release
    from sbwarn.scoring.business import score_business as score_business
    from sbwarn.scoring.business import score_businesses as score_businesses
    from sbwarn.scoring.record import Score as Score
    from sbwarn.tables.dataset import read_dataset as read_dataset

__version__ = "0.1.0"

_HOMES = {
    "Reason": "sbwarn.scoring.record",
    "Score": "sbwarn.scoring.record",
    "build_features": "sbwarn.engines.features",
    "load_release": "sbwarn.releases.load",
    "read_dataset": "sbwarn.tables.dataset",
    "score_business": "sbwarn.scoring.business",
    "score_businesses": "sbwarn.scoring.business",
}

__all__ = [
    "Reason",
    "Score",
    "__version__",
    "build_features",
    "load_release",
    "read_dataset",
    "score_business",
    "score_businesses",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'sbwarn' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
