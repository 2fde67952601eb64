"""The command line: a few lines a command; the work is done in the rooms below."""

from __future__ import annotations

import sys

from sbwarn.cli.group import sbwarn
from sbwarn.errors import SbwarnError


def main() -> None:
    """Run the command that was typed; a foreseen failure is a sentence and exit code 1, never a traceback."""
    try:
        sbwarn.main(standalone_mode=True)
    except SbwarnError as failure:
        print(f"sbwarn: {failure}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
