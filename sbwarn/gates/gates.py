"""Gates: what a release has to show, written before the run; loosening one needs a reason, and the reason is shown."""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from sbwarn.errors import SettingError
from sbwarn.gates.gate import REMOVED, End, Gate, Kind
from sbwarn.gates.loosening import as_gate, refuse_loosening
from sbwarn.messages import knows, number, say
from sbwarn.releases.record import Figure, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sbwarn.messages import Language
    from sbwarn.releases.record import Metrics

SHIPPED = "gates.toml"
"""The file beside this one, which holds unless a city's own file says more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """Every criterion that a release is judged by, in the order of the file."""

    gates: tuple[Gate, ...]
    source: str
    """The file, for messages."""

    @property
    def digest(self) -> str:
        """SHA-256 of what the gates say: another file with the same content has the same."""
        page = json.dumps([asdict(gate) for gate in self.gates], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(page.encode()).hexdigest()

    def facts(self) -> dict[str, Any]:
        """For the record of a release, as plain JSON: `digest`, and by gate `why` it is there."""
        return {"digest": self.digest, "why": {gate.name: gate.why for gate in self.gates}}


def read_gates(path: str | Path | None = None) -> Gates:
    """The shipped gates, with those of a city's own file.

    Args:
        path: The city's file: new gates are added behind the shipped ones; one of a shipped name changes the keys that
            it gives. None for the shipped gates alone.

    Raises:
        SettingError: the file cannot be read as gates, or loosens or removes a shipped one without a reason.

    >>> [gate.rule for gate in read_gates().gates if gate.name == "seed_spread"]
    ['value <= 0.02']
    """
    shipped = _entries((files("sbwarn.gates") / SHIPPED).read_text("utf-8"), SHIPPED)
    default = _gates(shipped, SHIPPED)
    if path is None:
        return default
    own = _entries(_text(Path(path)), str(path))
    together = _gates(
        {**shipped, **{name: {**shipped.get(name, {}), **each} for name, each in own.items()}}, str(path)
    )
    before = {gate.name: gate for gate in default.gates}
    kinds = {gate.name: gate.on for gate in default.gates}
    refuse_loosening(together.gates, before, kinds, source=str(path))
    return together


def check_loosening(gates: Gates, against: Sequence[Verdict], *, synthetic: bool) -> None:
    """Refuse gates that are easier to pass than the ones that the champion was judged by, and give no reason.

    Args:
        gates: Of the candidate.
        against: The champion's verdicts.
        synthetic: True if the champion learnt from a simulated city: what is not for such data did not judge it.

    Raises:
        SettingError: a gate is missing or looser, and nobody said why.
    """
    kind: Kind = "synthetic" if synthetic else "real"
    before = {verdict.name: as_gate(verdict) for verdict in against if verdict.rule != REMOVED}
    refuse_loosening(gates.gates, before, dict.fromkeys(before, kind), source=gates.source)


def judge(
    gates: Gates, measures: Mapping[str, Figure], metrics: Metrics, *, synthetic: bool
) -> tuple[Verdict, ...]:
    """Every criterion for data of this kind: passed, failed or not measured, in the order of the file.

    Args:
        gates: Written before the run.
        measures: Figures by flat name.
        metrics: Figures by horizon, population, model and measure.
        synthetic: True if the release learnt from a simulated city.

    >>> spread = Figure(value=0.03, low=0.02, high=0.04, n=900, events=80)
    >>> verdicts = judge(read_gates(), {"seeds/spread": spread}, {}, synthetic=False)
    >>> [(each.name, each.rule) for each in verdicts if each.passed is False]
    [('seed_spread', 'value <= 0.02')]
    """
    return tuple(
        gate.verdict(_figure(gate.measure, measures, metrics))
        for gate in gates.gates
        if gate.is_for(synthetic=synthetic)
    )


def title(name: str, *, into: Language | None = None) -> str:
    """What a gate is called; a city's own ones by their name.

    >>> title("seed_spread", into="en")
    'spread of five seeds'
    """
    return say(f"gates.names.{name}", into=into) if knows(f"gates.names.{name}") else name


def lines(verdicts: Iterable[Verdict], *, synthetic: bool, into: Language | None = None) -> list[str]:
    """A line a verdict, as a person reads it; synthetic ones say so."""
    mark = say("cli.synthetic", into=into) if synthetic else ""
    return [_line(verdict, into) + mark for verdict in verdicts]


def _line(verdict: Verdict, into: Language | None) -> str:
    states = {None: "unmeasured", True: "passed", False: "failed"}
    removed = verdict.rule == REMOVED
    state = "removed" if removed else states[verdict.passed]
    if not removed and verdict.passed is None and verdict.optional:
        state = "unmeasured_optional"
    line = say(
        "gates.verdict_alone" if math.isnan(verdict.value) else "gates.verdict",
        into=into,
        state=say(f"gates.states.{state}", into=into),
        title=title(verdict.name, into=into),
        rule=verdict.rule,
        value=_number(verdict.value),
        low=_number(verdict.low),
        high=_number(verdict.high),
        n=number(verdict.n, "count", into=into),
        events=number(verdict.events, "count", into=into),
    )
    return line + (say("gates.loosened", into=into, reason=verdict.reason) if verdict.reason else "")


def _number(value: float) -> str:
    return number(value) if math.isnan(value) else f"{value:.3f}"


def _figure(measure: str, measures: Mapping[str, Figure], metrics: Metrics) -> Figure | None:
    if measure in measures:
        return measures[measure]
    found: Any = metrics
    for step in measure.split("/"):
        if not isinstance(found, Mapping) or step not in found:
            return None
        found = found[step]
    return found if isinstance(found, Figure) else None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as refusal:
        raise SettingError(say("gates.errors_file", path=path, why=refusal)) from refusal


Entries = Mapping[str, Mapping[str, Any]]
KEYS: Mapping[str, type | tuple[type, ...]] = {
    "name": str, "measure": str, "use": str, "least": (int, float), "most": (int, float), "above": str,
    "optional": bool, "on": str, "why": str, "reason": str, "remove": bool,
}  # fmt: skip
CHOICES: Mapping[str, tuple[str, ...]] = {"use": get_args(End), "on": get_args(Kind)}


def _entries(text: str, source: str) -> dict[str, Mapping[str, Any]]:
    """The gates of one file by name, each key of the right kind."""
    try:
        page = tomllib.loads(text)
    except tomllib.TOMLDecodeError as damage:
        raise SettingError(say("gates.errors_file", path=source, why=damage)) from damage
    listed = page.get("gate")
    if set(page) - {"gate"} or not isinstance(listed, list):
        raise SettingError(say("gates.errors_table", path=source, got=", ".join(page) or "–"))
    found: dict[str, Mapping[str, Any]] = {}
    for place, entry in enumerate(listed, start=1):
        name = entry.get("name", f"#{place}") if isinstance(entry, Mapping) else f"#{place}"
        _check_entry(entry, str(name), source)
        if name in found:
            raise SettingError(say("gates.errors_twice", path=source, gate=name))
        found[name] = entry
    return found


def _check_entry(entry: Any, name: str, source: str) -> None:
    if not isinstance(entry, Mapping) or not entry.get("name"):
        raise _wrong(source, name, "name", entry, "name")
    for key, value in entry.items():
        if key not in KEYS:
            raise SettingError(
                say("gates.errors_key", path=source, gate=name, key=key, wanted=", ".join(KEYS))
            )
        # True is a number in Python and none in a file.
        right = isinstance(value, KEYS[key]) and (KEYS[key] is bool or not isinstance(value, bool))
        chosen = value in CHOICES[key] if key in CHOICES and right else right
        finite = not isinstance(value, float) or math.isfinite(value)
        if not (chosen and finite) or value == "":
            raise _wrong(source, name, key, value, key)


def _wrong(source: str, gate: str, key: str, got: object, wanted: str) -> SettingError:
    return SettingError(
        say(
            "gates.errors_value",
            path=source,
            gate=gate,
            key=key,
            got=repr(got),
            wanted=say(f"gates.wanted.{wanted}"),
        )
    )


def _gates(entries: Entries, source: str) -> Gates:
    return Gates(gates=tuple(_gate(entry, entries, source) for entry in entries.values()), source=source)


def _gate(entry: Mapping[str, Any], entries: Entries, source: str) -> Gate:
    name = entry["name"]
    for key in ("measure", "why"):
        if key not in entry:
            raise SettingError(
                say("gates.errors_lacks", path=source, gate=name, key=key, wanted=say(f"gates.wanted.{key}"))
            )
    bounds = _bounds(entry, entries, source)
    if entry.get("remove") and not entry.get("reason"):
        raise SettingError(say("gates.errors_loosened", path=source, gate=name, old=name, new=REMOVED))
    known = {each.name for each in fields(Gate)}
    told = {key: value for key, value in entry.items() if key in known and key not in ("least", "most")}
    return Gate(**told, **bounds, removed=bool(entry.get("remove")))


def _bounds(entry: Mapping[str, Any], entries: Entries, source: str) -> dict[str, Any]:
    """`least` and `most` as far as they are given; `above` is looked up."""
    name = entry["name"]
    found = {key: float(entry[key]) for key in ("least", "most") if key in entry}
    if "above" in entry:
        ceilings = [
            float(other["most"])
            for other in entries.values()
            if other["name"].startswith(entry["above"]) and "most" in other and not other.get("remove")
        ]
        if not ceilings:
            raise _wrong(source, name, "above", entry["above"], "above")
        # A bound of its own, beside the one that is looked up, can only ask for more.
        found["least"] = max([*ceilings, *([found["least"]] if "least" in found else [])])
    if not found or found.get("least", -math.inf) > found.get("most", math.inf):
        raise SettingError(
            say(
                "gates.errors_lacks",
                path=source,
                gate=name,
                key="least, most",
                wanted=say("gates.wanted.bounds"),
            )
        )
    return found
