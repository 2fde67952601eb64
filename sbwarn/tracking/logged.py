"""What became of something that was to be logged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sbwarn.messages import say

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """It has arrived, or waits, or is lost; whichever it is, nothing was raised."""

    run_id: str | None = None
    """The finished run; None if there is none (yet)."""
    missing: tuple[str, ...] = ()
    """For a change of the release in force: releases that the store does not hold, so that no alias points there."""
    waiting: Path | None = None
    """Where it waits for `sbwarn sync`; None if it has arrived, or could not be kept either."""
    why: str = ""
    """Why it has not arrived, in one line with the store's address and without its secrets; empty if it has."""

    @property
    def arrived(self) -> bool:
        """True if the store holds it."""
        return not self.why

    def __str__(self) -> str:
        """The run's id, or where the run waits."""
        return self.run_id or str(self.waiting or "–")

    def warning(self) -> str | None:
        """One line for the user; None if all is well."""
        if self.waiting is not None:
            return say("registry.waits", why=self.why, path=self.waiting)
        if self.why:
            return say("registry.lost", why=self.why)
        if self.missing:
            return say("registry.missing", releases=", ".join(self.missing))
        return None
