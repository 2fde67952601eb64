"""A progress bar for each step, on the error stream; plain lines where there is no terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Tick = Callable[[str], None]


@contextmanager
def step(title: str, *, length: int) -> Iterator[Tick]:
    """A bar of `length` ticks; call the value with a word after each. It ends full."""
    with click.progressbar(
        length=length, label=f"{title:<34}", file=sys.stderr, show_eta=False, item_show_func=_shown
    ) as bar:
        done = 0

        def tick(word: str) -> None:
            nonlocal done
            if done < length:
                done += 1
                bar.update(1, word)

        yield tick
        bar.update(length - done, "")


def _shown(word: str | None) -> str:
    return word or ""
