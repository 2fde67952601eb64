"""The catalogue of indicators as a Markdown page: what each says, from what, how fast, and how far it is known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sbwarn.indicators.build import catalogue
from sbwarn.indicators.inputs import origin_of
from sbwarn.indicators.manifest import available_after_days
from sbwarn.indicators.selection import left_out
from sbwarn.messages import Language, say
from sbwarn.tables.schema import TABLES, table_schema

if TYPE_CHECKING:
    from sbwarn.indicators.mechanism import Indicator

COLUMNS = (
    "name",
    "label",
    "formula",
    "months",
    "unit",
    "riskier",
    "source",
    "inputs",
    "days",
    "known",
    "default",
)


def known_in(dataset: Path, as_of: str | None = None) -> dict[str, float]:
    """By indicator, the share of the trading shops for which it is known as of a month; None: the last of the data set."""
    from sbwarn.engines.features import build_features
    from sbwarn.tables.dataset import read_dataset
    from sbwarn.tables.month import as_month

    data = read_dataset(dataset)
    month = as_of or str(as_month(data.months[1]) + data.lags["sales"])
    found = build_features(data, month, private=True).attrs["coverage"]
    return {each.name: each.known / each.shops for each in found}


def catalogue_page(shares: Mapping[str, float] | None, *, language: Language) -> str:
    """The page, a table a family.

    Args:
        shares: From `known_in`; None leaves the column empty.
        language: Of the headings, labels and formulas; the Korean label stands beside an English one.
    """
    families = dict.fromkeys(fact.family for fact in catalogue())
    count = len(catalogue())
    private = sum(fact.private for fact in catalogue())
    lines = [f"# {say('catalogue.title', into=language)}", ""]
    lines += [say("catalogue.lead", into=language, count=count, private=private), ""]
    for family in families:
        lines += [f"## {say(f'catalogue.families.{family}', into=language)}", ""]
        lines += _table([fact for fact in catalogue() if fact.family == family], shares, language)
        lines.append("")
    lines += _left_out(language)
    return "\n".join(lines).rstrip() + "\n"


def _table(facts: list[Indicator], shares: Mapping[str, float] | None, language: Language) -> list[str]:
    days = available_after_days(catalogue(), {table: table_schema(table).lag_months for table in TABLES})
    head = [say(f"catalogue.head.{name}", into=language) for name in COLUMNS]
    rows = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for fact in facts:
        cells = {
            "name": f"`{fact.name}`",
            "label": _label(fact, language),
            "formula": say(f"indicators.{fact.name}.formula", into=language),
            "months": str(fact.months),
            "unit": say(f"catalogue.units.{fact.unit}", into=language),
            "riskier": say(f"catalogue.riskier.{fact.riskier or 'either'}", into=language),
            "source": f"{fact.source} v{fact.version}",
            "inputs": ", ".join(dict.fromkeys(origin_of(name) for name in fact.reads)),
            "days": str(days[fact.name]),
            "known": f"{shares[fact.name]:.0%}" if shares else "",
            "default": say(f"catalogue.default.{_standing(fact)}", into=language),
        }
        rows.append("| " + " | ".join(cells[name] for name in COLUMNS) + " |")
    return rows


def _label(fact: Indicator, language: Language) -> str:
    korean = say(f"indicators.{fact.name}.label", into="ko")
    return korean if language == "ko" else f"{say(f'indicators.{fact.name}.label', into='en')} · {korean}"


def _standing(fact: Indicator) -> str:
    if fact.private:
        return "private"
    return "no" if fact.name in left_out() else "yes"


def _left_out(language: Language) -> list[str]:
    if not left_out():
        return []
    lines = [f"## {say('catalogue.left_out', into=language)}", ""]
    lines += [f"- `{name}`: {why}" for name, why in left_out().items()]
    return lines
