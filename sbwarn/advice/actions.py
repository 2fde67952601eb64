"""The registered actions: what each changes in a shop's own inputs, how far it may go, and what it can never touch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from sbwarn.advice.facts import Condition, read_conditions
from sbwarn.advice.programmes import LEVELS, shipped_programmes
from sbwarn.advice.tables import Entry, Kinds, check_keys, in_every_language, read_entries, wrong_key
from sbwarn.assets import folder
from sbwarn.errors import SettingError
from sbwarn.messages import knows, say
from sbwarn.messages import language as spoken
from sbwarn.tables.panel import DEPTH

if TYPE_CHECKING:
    from sbwarn.advice.programmes import Programmes
    from sbwarn.messages import Language

Cost = Literal["none", "low", "middle", "high"]
StepUnit = Literal["share", "points", "months"]
Direction = Literal["up", "down", "either"]

CHANGEABLE: Mapping[str, Direction] = {
    "sales": "up", "transactions": "up", "customers": "up", "returning_share": "up",
    "rent": "down", "maintenance": "down", "rent_days_late": "down",
    "delivery": "either", "cancelled": "either", "labour": "either", "utilities": "either",
}  # fmt: skip
"""Quantities of a panel that an action may change, in the months in force alone, and the way it may move each."""
CHANGEABLE_FACTS: Mapping[str, Direction] = {"lease_ends": "up"}
"""The same of facts of `Shops`. Whatever stands in neither is fixed or protected."""
READ_AS: Mapping[str, str] = {"lease_ends": "lease_left"}
"""Under which name indicators read a fact of `Shops`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an action of size x does to one input: value × (1 + times · x), or + plus · x, or + times · x · another input.

    Raises:
        SettingError: the input is fixed or protected, or would move the wrong way; so no action can be made of it.
    """

    input: str
    times: float = 0.0
    plus: float = 0.0
    plus_of: str = ""
    """The other input, of which times · x is added; the input itself is not multiplied."""

    def __post_init__(self) -> None:
        known = {**CHANGEABLE, **CHANGEABLE_FACTS}
        if self.input not in known or (self.plus_of and self.plus_of not in CHANGEABLE):
            raise SettingError(say("advice.errors.fixed", input=f"{self.input} {self.plus_of}".strip()))
        way = "up" if self.times + self.plus > 0 else "down"
        if known[self.input] not in ("either", way):
            raise SettingError(say(f"advice.errors.only_{known[self.input]}", input=self.input))
        if bool(self.times) == bool(self.plus) or (self.times and self.input in CHANGEABLE_FACTS):
            raise SettingError(say("advice.errors.change", input=self.input))


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that a shop can do."""

    id: str
    name: Mapping[str, str]
    """By language."""
    programmes: tuple[str, ...]
    """Ids of the programmes that support it."""
    basis: str
    """What its steps rest on, for whoever keeps the file."""
    ending: bool = False
    """True for a way to end well: it changes nothing and is offered to shops beyond help."""
    lever: str = ""
    cost: Cost = "none"
    unit: StepUnit = "share"
    steps: tuple[float, ...] = ()
    """Sizes that may be tried, rising: its feasible range."""
    changes: tuple[Change, ...] = ()
    needs: tuple[Condition, ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """The inputs that it changes; the first is the one without which it says nothing."""
        return tuple(change.input for change in self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One action, and how far it goes."""

    action: str
    size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """Every action of a file, in its order, and how they are searched."""

    actions: tuple[Action, ...]
    months: int
    """Closed months over which an action is taken to have been in force."""
    least_fall: float
    """Of the risk, for a counterfactual to be told."""
    enough: float
    """Share of the widest step's fall that the told step brings at least."""
    most: int
    beyond_help: tuple[str, ...]
    """Classes of risk in which the endings are offered if nothing helps, or nothing leads out of the gravest."""
    cost: Mapping[str, float]
    """Weight of each class of cost."""

    def named(self, action: str) -> Action:
        """The action of this id.

        Raises:
            SettingError: the catalogue has none.
        """
        for each in self.actions:
            if each.id == action:
                return each
        raise SettingError(
            say("advice.errors.no_action", action=action, known=", ".join(each.id for each in self.actions))
        )

    @property
    def tried(self) -> tuple[Action, ...]:
        """The actions that change something."""
        return tuple(action for action in self.actions if not action.ending)

    @property
    def endings(self) -> tuple[Action, ...]:
        """The ways to end well."""
        return tuple(action for action in self.actions if action.ending)

    def title(self, step: Step, *, plain: bool = False, language: Language | None = None) -> str:
        """A step in words: what is done, and how far; `plain` in the words that an owner uses."""
        action, into = self.named(step.action), language or spoken()
        size = f"{step.size:.0f}" if action.unit == "months" else f"{100 * step.size:g}"
        key = f"advice.actions.{action.id}.{'plain' if plain else 'title'}"
        if knows(key):
            return say(key, into=into, size=size)
        return say(f"advice.sized.{action.unit}", into=into, name=action.name[into], size=size)


@cache
def shipped_actions() -> Actions:
    """The actions of `data_schemas/actions.toml`.

    >>> shipped_actions().named("rent_renegotiation").inputs
    ('rent',)
    """
    return read_actions(folder("data_schemas") / "actions.toml")


HEAD: Kinds = {
    "months": int, "least_fall": float, "enough": float, "most": int, "beyond_help": list, "cost": dict,
    "action": list,
}  # fmt: skip
EVERY: Kinds = {"id": str, "name": dict, "programmes": list, "basis": str}
ENDING: Kinds = {**EVERY, "ending": bool}
TRIED: Kinds = {
    **EVERY, "lever": str, "cost": str, "unit": str, "steps": list, "changes": list, "needs": list,
}  # fmt: skip
CHANGE: Kinds = {"input": str, "times": float, "plus": float, "plus_of": str}


def read_actions(path: str | Path, *, programmes: Programmes | None = None) -> Actions:
    """The actions that a file declares, in the layout of `data_schemas/actions.toml`.

    Args:
        path: The file.
        programmes: Those that its actions may name; None for the ones that are shipped.

    Raises:
        SettingError: the file cannot be read, an entry is wrong, or an action would change what is fixed or protected.
    """
    head, entries = read_entries(Path(path), head=HEAD, array="action")
    where, known = Path(path).name, programmes or shipped_programmes()
    _check_head(head, where)
    helps = {programme.id for programme in known.programmes}
    return Actions(
        actions=tuple(_action(entry, helps, f"{where} {name}") for name, entry in entries.items()),
        cost={name: float(weight) for name, weight in head["cost"].items()},
        beyond_help=tuple(head["beyond_help"]),
        **{key: head[key] for key in ("months", "least_fall", "enough", "most")},
    )


def _check_head(head: Entry, where: str) -> None:
    right = {
        "months": 1 <= head["months"] <= DEPTH,
        "least_fall": 0 < head["least_fall"] < 1,
        "enough": 0 < head["enough"] <= 1,
        "most": head["most"] >= 1,
        "beyond_help": set(head["beyond_help"]) <= set(LEVELS),
        "cost": set(head["cost"]) == set(get_args(Cost)) and min(head["cost"].values()) > 0,
    }
    for key, holds in right.items():
        if not holds:
            raise wrong_key(where, key, head[key])


def _action(entry: Entry, helps: set[str], where: str) -> Action:
    ending = entry.get("ending", False)
    check_keys(entry, ENDING if ending else TRIED, where=where, optional=("needs",))
    strange = [name for name in entry["programmes"] if name not in helps]
    if strange or not entry["programmes"]:
        raise wrong_key(where, "programmes", strange)
    every = {
        "id": entry["id"],
        "name": in_every_language(entry, "name", where=where),
        "programmes": tuple(entry["programmes"]),
        "basis": entry["basis"],
    }
    if ending:
        return Action(**every, ending=True)
    for key, choices in (("cost", get_args(Cost)), ("unit", get_args(StepUnit))):
        if entry[key] not in choices:
            raise wrong_key(where, key, entry[key])
    return Action(
        **every,
        **{key: entry[key] for key in ("lever", "cost", "unit")},
        steps=_steps(entry["steps"], where),
        changes=_changes(entry["changes"], where),
        needs=read_conditions(entry.get("needs", []), where=where),
    )


def _steps(told: list[object], where: str) -> tuple[float, ...]:
    sizes = tuple(size for size in told if isinstance(size, float) and size > 0)
    if not sizes or len(sizes) != len(told) or list(sizes) != sorted(set(sizes)):
        raise wrong_key(where, "steps", told)
    return sizes


def _changes(told: list[Entry], where: str) -> tuple[Change, ...]:
    if not told:
        raise wrong_key(where, "changes", told)
    for entry in told:
        check_keys(entry, CHANGE, where=where, optional=("times", "plus", "plus_of"))
    try:
        return tuple(Change(**entry) for entry in told)
    except SettingError as refusal:
        raise SettingError(f"{where}: {refusal}") from refusal
