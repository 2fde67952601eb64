"""Notes being taken while input is read: each kind once an argument, with its count."""

from __future__ import annotations

from sbwarn.given.record import Note


class Notes:
    """Takes notes; `taken` gives them in the order in which their kinds were first met."""

    def __init__(self) -> None:
        self._facts: dict[tuple[str, str, object], dict[str, object]] = {}

    def tell(self, kind: str, argument: str, **facts: object) -> None:
        """Note this; told twice with the same facts it is noted once."""
        self._facts.setdefault((kind, argument, tuple(facts.values())), facts)

    def count(self, kind: str, argument: str, **first: object) -> None:
        """Note one more of this kind; the other facts stay those of the first one."""
        facts = self._facts.setdefault((kind, argument, None), {"count": 0, **first})
        facts["count"] = int(str(facts["count"])) + 1

    def taken(self) -> tuple[Note, ...]:
        """Every note."""
        return tuple(
            Note(kind=kind, argument=argument, facts=facts)
            for (kind, argument, _), facts in self._facts.items()
        )
