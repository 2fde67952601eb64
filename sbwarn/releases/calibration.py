"""Calibration as numbers in JSON: what turns log-odds into probabilities, and how sure they are."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

EDGE = 1e-6
"""No hazard is told as certain or impossible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """Crisis rates observed among shops of about the same risk, for one horizon."""

    upper: tuple[float, ...]
    """Upper end of the risk of each band, ascending; the last band has no end."""
    low: tuple[float, ...]
    high: tuple[float, ...]
    """95 % Wilson interval of the rate observed in each band."""
    n: tuple[int, ...]

    def interval(self, risk: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Low and high end for each risk, widened to hold the risk itself; NaN where nothing was observed."""
        if not self.n:
            nothing = np.full(len(risk), np.nan)
            return nothing, nothing
        band = np.searchsorted(np.array(self.upper[:-1]), risk, side="left")
        return np.minimum(np.array(self.low)[band], risk), np.maximum(np.array(self.high)[band], risk)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A line through the log-odds of each interval (Platt); its slope was found on later months than the model's."""

    slope: tuple[float, ...]
    intercept: tuple[float, ...]
    n: tuple[int, ...]
    """Out-of-time rows behind each interval's slope; 0: the slope of all intervals together stands in."""
    bands: tuple[Bands, ...]
    """By horizon."""

    def hazards(self, log_odds: np.ndarray) -> np.ndarray:
        """Calibrated hazards, same shape as `log_odds`.

        >>> plain = Calibration(slope=(1.0,), intercept=(0.0,), n=(0,), bands=())
        >>> plain.hazards(np.array([[0.0]])).tolist()
        [[0.5]]
        """
        straight = np.array(self.intercept) + np.array(self.slope) * log_odds
        return np.asarray(np.clip(1.0 / (1.0 + np.exp(-straight)), EDGE, 1.0 - EDGE))

    def to_json(self) -> str:
        """The calibration as text; numbers keep every bit."""
        return json.dumps(asdict(self), indent=1, allow_nan=False) + "\n"


PLAIN = Calibration(slope=(1.0, 1.0, 1.0), intercept=(0.0, 0.0, 0.0), n=(0, 0, 0), bands=())
"""A model taken at its word."""


def calibration_of(text: str) -> Calibration:
    """The calibration that `to_json` wrote.

    Raises:
        KeyError, TypeError, ValueError: the text is something else.
    """
    page: dict[str, Any] = json.loads(text)
    bands = tuple(Bands(**{name: tuple(values) for name, values in band.items()}) for band in page["bands"])
    return Calibration(
        slope=tuple(map(float, page["slope"])),
        intercept=tuple(map(float, page["intercept"])),
        n=tuple(map(int, page["n"])),
        bands=bands,
    )
