"""The month in a file for machines: counts, sources, and the fingerprints of the other files."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING

from sbwarn.tables.digest import digest_file

if TYPE_CHECKING:
    from pathlib import Path

    from sbwarn.reports.accounts import Account
    from sbwarn.reports.facts import MonthFacts
    from sbwarn.reports.listed import ListedShop

SUMMARY = "summary.json"
"""Every report folder holds it: it marks the folder as ours."""


def write_summary(
    facts: MonthFacts, listed: tuple[ListedShop, ...], accounts: tuple[Account, ...], folder: Path
) -> None:
    """Writes `summary.json`, last of all, with the SHA-256 of each file that is in the folder by then."""
    files = {path.name: digest_file(path) for path in sorted(folder.iterdir())}
    page = {
        **_numbers(facts),
        "watch_list": len(listed),
        "accounting": [asdict(one) for one in accounts],
        "files": files,
    }
    text = json.dumps(page, ensure_ascii=False, allow_nan=False, indent=2)
    (folder / SUMMARY).write_text(text + "\n", encoding="utf-8", newline="\n")


def _numbers(facts: MonthFacts) -> dict[str, object]:
    return {
        "dataset": facts.dataset,
        "as_of": facts.as_of,
        "release": facts.release,
        "synthetic": facts.synthetic,
        "synthetic_data": facts.synthetic_data,
        "demonstration_release": facts.demonstration,
        "currency": facts.currency,
        "shops": facts.shops,
        "scored": facts.scored,
        "levels": dict(facts.by_level),
        "not_scored": dict(facts.by_status),
        "expected_crises_6m": {
            "crises": _plain(facts.expected.crises),
            "low": _plain(facts.expected.low),
            "high": _plain(facts.expected.high),
            "n": facts.expected.n,
            "synthetic": facts.synthetic,
        },
    }


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)
