"""Loosening: what a gate asks now beside what it asked before; easier to pass needs a reason that was not there yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sbwarn.errors import SettingError
from sbwarn.gates.gate import REMOVED, End, Gate, Kind
from sbwarn.messages import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sbwarn.releases.record import Verdict

STRICT_FIRST: Mapping[str, tuple[End, ...]] = {
    "least": ("low", "value", "high"),
    "most": ("high", "value", "low"),
}
"""By bound, the end that is hardest to keep to it first."""
RULE = re.compile(r"(?:(?P<least>\S+) <= )?(?P<use>value|low|high)(?: (?P<way>>=|<=) (?P<bound>\S+))?")


def refuse_loosening(
    gates: Sequence[Gate], before: Mapping[str, Gate], kinds: Mapping[str, Kind | None], *, source: str
) -> None:
    """Refuse what became easier to pass without a reason.

    Args:
        gates: As they stand now.
        before: As they stood, by name.
        kinds: By name, the data that each was for; None for both.
        source: The file of the gates as they stand now.

    Raises:
        SettingError: a gate is missing or looser, and nobody said why.
    """
    now = {gate.name: gate for gate in gates}
    for name, old in before.items():
        new = now.get(name)
        # The reason of an earlier loosening does not stand for one more.
        excused = new is not None and new.reason not in ("", old.reason)
        if new is not None and (excused or not _is_looser(old, new, kinds[name])):
            continue
        raise SettingError(
            say(
                "gates.errors_loosened",
                path=source,
                gate=name,
                old=_whole_rule(old, kinds[name]),
                new=_whole_rule(new, new.on) if new else REMOVED,
            )
        )


def _is_looser(old: Gate, new: Gate, kind: Kind | None) -> bool:
    """True if a figure could pass the new gate and not the old one, or fewer are asked for."""
    return (
        new.removed
        or new.measure != old.measure
        or new.on not in (None, kind)
        or (new.optional and not old.optional)
        or any(_is_easier(bound, old, new) for bound in STRICT_FIRST)
    )


def _is_easier(bound: str, old: Gate, new: Gate) -> bool:
    had, has = getattr(old, bound), getattr(new, bound)
    if had is None:
        return False
    order = STRICT_FIRST[bound]
    if has is None or order.index(new.use) > order.index(old.use):
        return True
    return bool(has < had if bound == "least" else has > had)


def _whole_rule(gate: Gate, kind: Kind | None) -> str:
    optional = f", {say('gates.states.optional')}" if gate.optional else ""
    return f"{gate.measure} {gate.rule}{f' ({kind})' if kind else ''}{optional}"


def as_gate(verdict: Verdict) -> Gate:
    """The gate behind a verdict, as far as it tells.

    Raises:
        SettingError: its rule cannot be read.
    """
    found = RULE.fullmatch(verdict.rule)
    if found is None:
        raise SettingError(say("gates.errors_rule", gate=verdict.name, got=repr(verdict.rule)))
    bounds: dict[str, Any] = {}
    if found["bound"]:
        bounds["least" if found["way"] == ">=" else "most"] = float(found["bound"])
    if found["least"]:
        bounds["least"] = float(found["least"])
    use: Any = found["use"]
    return Gate(
        name=verdict.name,
        measure=verdict.measure,
        use=use,
        optional=verdict.optional,
        reason=verdict.reason,
        **bounds,
    )
