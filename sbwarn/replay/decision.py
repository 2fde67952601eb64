"""What people decided after a score, and what was objected to it: lines added beside the score, never taken away.

A score decides nothing. Every decision is a person's, told by role; none of the decisions that can be kept shuts a shop
out; and whoever objects has the case looked at again by a person.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from sbwarn.errors import InputError, SettingError, StoreError
from sbwarn.messages import Language, say
from sbwarn.replay.archive import found_score
from sbwarn.replay.digests import canonical, digest_text
from sbwarn.tables.atomic import PRIVATE

if TYPE_CHECKING:
    from collections.abc import Mapping

Choice = Literal["visit", "call", "ask_data", "support", "refer", "close_orderly", "no_action"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
"""What can be decided; `decision.choices.*` of the catalogue has the words. Turning a shop away is not among them."""
ReasonCode = Literal[
    "sales", "rent", "costs", "customers", "surroundings", "lease",
    "owner_asked", "owner_declined", "seen_on_site", "already_helped", "no_need",
]  # fmt: skip
REASON_CODES: tuple[ReasonCode, ...] = get_args(ReasonCode)
"""Why it was decided; `decision.reasons.*` of the catalogue has the words."""
Outcome = Literal["pending", "upheld", "changed"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""Of an objection: not answered yet, the decision stands, the decision was changed."""

ANSWER_DAYS = 30
"""Within which a request for an explanation or an objection has to be answered, by Korean law."""
DECISIONS = "decisions"
LONGEST_BY, LONGEST_NOTE = 40, 300
MACHINES = re.compile(
    r"\W*(sbwarn|system|model|machine|computer|program|ai|auto|automat\w*|자동|자동화|자동결정|시스템|모형|모델|프로그램|컴퓨터|인공지능)\W*",
    re.I,
)
"""What no person is called by."""
DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
PERSONAL = re.compile(r"(?:\d[\s().-]{0,3}){7,}|[^\s@]+@[^\s@]+")
"""Seven digits or more, however they are set apart (telephone, resident, business, card and account numbers), and
addresses of mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided, with the score as one of the grounds."""

    score_id: str
    on: str
    """The day, "YYYY-MM-DD"."""
    decision: Choice
    reason_code: ReasonCode
    by: str
    """Role or initials of the person who decided."""
    note: str | None = None
    score_was_one_ground: Literal[True] = True
    """Always: what was decided without a look at the score is not kept beside it."""

    def text(self, language: Language | None = None) -> str:
        """The decision as a sentence."""
        return say(
            "decision.decided",
            into=language,
            on=self.on,
            by=self.by,
            decision=say(f"decision.choices.{self.decision}", into=language),
            reason=say(f"decision.reasons.{self.reason_code}", into=language),
            note=_noted(self.note),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """An objection to a score or to what was decided after it, or the answer to one."""

    score_id: str
    on: str
    outcome: Outcome
    """"pending" for the objection itself; the answer is "upheld" (the decision stands) or "changed"."""
    by: str | None = None
    """Role or initials of the person who answered; None for the objection itself."""
    note: str | None = None

    def text(self, language: Language | None = None) -> str:
        """The objection as a sentence, with the day by which it has to be answered."""
        return say(
            f"decision.outcomes.{self.outcome}",
            into=language,
            on=self.on,
            by=self.by,
            due=self.due,
            note=_noted(self.note),
        )

    @property
    def due(self) -> str:
        """The last day for an answer to an objection of this day.

        >>> Objection(score_id="q4pg-pygo-tagm", on="2026-10-01", outcome="pending").due
        '2026-10-31'
        """
        return str(date.fromisoformat(self.on) + timedelta(days=ANSWER_DAYS))


Entry: TypeAlias = "Decision | Objection"
KINDS: Mapping[str, type[Entry]] = {"decision": Decision, "objection": Objection}


def decide(
    folder: str | Path,
    score_id: str,
    *,
    decision: str,
    by: str,
    reason_code: str,
    on: date,
    note: str | None = None,
) -> Decision:
    """The decision, now kept in `decisions/<score id>.jsonl` beside the score; only the owner can read the file.

    Args:
        folder: Where the score was kept.
        score_id: As `keep` gave it.
        decision: One of `CHOICES`.
        by: Role or initials of the person who decided ("team 2"); never a name, and never a machine.
        reason_code: The main reason, one of `REASON_CODES`.
        on: The day of the decision.
        note: What else the file should tell, in a sentence without personal data.

    Raises:
        SettingError: an unknown decision or reason.
        InputError: there is no such score, nobody decided, or a text holds personal data.
        StoreError: the disk refuses.
    """
    name, _ = found_score(folder, score_id)
    _one_of("decision", decision, CHOICES)
    _one_of("reason_code", reason_code, REASON_CODES)
    kept = Decision(
        score_id=name,
        on=_day(on),
        decision=decision,  # type: ignore[arg-type]
        reason_code=reason_code,  # type: ignore[arg-type]
        by=_person(by),
        note=_note(note),
    )
    _add(folder, kept)
    return kept


def object_to(
    folder: str | Path,
    score_id: str,
    *,
    on: date,
    outcome: str = "pending",
    by: str | None = None,
    note: str | None = None,
) -> Objection:
    """The objection, or a person's answer to it, now kept beside the score.

    Args:
        folder: Where the score was kept.
        score_id: As `keep` gave it.
        on: The day on which it was raised or answered.
        outcome: "pending" raises an objection; "upheld" (the decision stands) or "changed" answers it.
        by: Role or initials of the person who answered; an answer needs one.
        note: What else the file should tell, in a sentence without personal data.

    Raises:
        SettingError: an unknown outcome.
        InputError: there is no such score, an answer without a person or without an objection, or personal data.
        StoreError: the disk refuses.
    """
    name, _ = found_score(folder, score_id)
    _one_of("outcome", outcome, OUTCOMES)
    answers = outcome != "pending"
    raised = [each for each in decisions_of(folder, name) if isinstance(each, Objection)]
    if answers and not (raised and raised[-1].outcome == "pending"):
        raise InputError(say("decision.nothing_to_answer", id=name))
    person = _person(by) if answers or by is not None else None
    kept = Objection(score_id=name, on=_day(on), outcome=outcome, by=person, note=_note(note))  # type: ignore[arg-type]
    _add(folder, kept)
    return kept


def decisions_of(folder: str | Path, score_id: str) -> tuple[Entry, ...]:
    """What was decided after a score and what was objected, in the order in which it was kept.

    Raises:
        InputError: there is no such score, or the file is not what was written.
    """
    name, _ = found_score(folder, score_id)
    path = _file(folder, name)
    if not path.is_file():
        return ()
    lines = path.read_text("utf-8").splitlines()
    return tuple(_read(line, name, path, number) for number, line in enumerate(lines, start=1))


def _read(line: str, name: str, path: Path, number: int) -> Entry:
    try:
        page = json.loads(line)
        digest, kind = page.pop("digest"), page.pop("kind")
        entry = KINDS[kind](**page)
    except (ValueError, KeyError, TypeError, AttributeError) as damage:
        raise InputError(say("decision.damaged", path=path, line=number)) from damage
    if entry.score_id != name or _line(entry) != line or digest != _digest(entry):
        raise InputError(say("decision.damaged", path=path, line=number))
    return entry


def _add(folder: str | Path, entry: Entry) -> None:
    """One more line, in one write, so that two writers' lines cannot mix."""
    path = _file(folder, entry.score_id)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE)
        try:
            os.write(handle, (_line(entry) + "\n").encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as refusal:
        raise StoreError(say("errors.cannot_write", path=path, why=refusal.strerror or refusal)) from refusal


def _line(entry: Entry) -> str:
    return canonical({**_page(entry), "digest": _digest(entry)})


def _digest(entry: Entry) -> str:
    return digest_text(canonical(_page(entry)))


def _page(entry: Entry) -> dict[str, object]:
    kind = next(name for name, record in KINDS.items() if isinstance(entry, record))
    told = {name: value for name, value in asdict(entry).items() if value is not None}
    return {"kind": kind, **told}


def _file(folder: str | Path, name: str) -> Path:
    return Path(folder) / DECISIONS / f"{name}.jsonl"


def _one_of(argument: str, got: str, choices: tuple[str, ...]) -> None:
    if got not in choices:
        raise SettingError(
            say("decision.no_such_choice", argument=argument, got=repr(got), choices=", ".join(choices))
        )


def _day(on: date) -> str:
    if not isinstance(on, date):
        raise SettingError(say("errors.no_such_day", argument="on", got=repr(on)))
    return on.isoformat()[: len("2026-10-01")]


def _person(by: str | None) -> str:
    """Who decided. A decision without a person would be the score's own."""
    told = _harmless("by", by or "", longest=LONGEST_BY)
    if not re.search(r"[^\W\d_]", told) or MACHINES.fullmatch(told):
        raise InputError(say("decision.nobody"))
    return told


def _note(note: str | None) -> str | None:
    return _harmless("note", note, longest=LONGEST_NOTE) or None if note is not None else None


def _harmless(argument: str, text: str, *, longest: int) -> str:
    """The text on one line; a text that could name or find a person is refused, and not repeated in the refusal."""
    told = " ".join(unicodedata.normalize("NFKC", text).split())
    if len(told) > longest:
        raise InputError(say("decision.too_long", argument=argument, got=len(told), most=longest))
    if PERSONAL.search(DAY.sub("", told)):
        raise InputError(say("decision.personal", argument=argument))
    return told


def _noted(note: str | None) -> str:
    return f" ({note})" if note else ""
