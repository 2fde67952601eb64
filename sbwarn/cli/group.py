"""The group of all commands; each file of commands is imported when one of its commands is asked for."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

import click

from sbwarn import __version__
from sbwarn.messages import LANGUAGES, speaking

if TYPE_CHECKING:
    from collections.abc import Mapping

HOMES: Mapping[str, str] = {
    "simulate": "data",
    "import": "data",
    "check": "data",
    "features": "features",
    "indicators": "features",
    "labels": "labels",
    "importance": "model",
    "backtest": "backtest",
    "retrain": "model",
    "evaluate": "model",
    "compare": "compare",
    "card": "card",
    "promote": "registry",
    "rollback": "registry",
    "releases": "registry",
    "sync": "registry",
    "score": "month",
    "monthly": "month",
    "diagnose": "diagnose",
    "explain": "diagnose",
    "replay": "replay",
    "decide": "replay",
    "object": "replay",
    "ledger": "outcomes",
    "demo": "demo",
}
"""Each command and the file of this folder that holds it, in the order of the work."""


class Commands(click.Group):
    """Commands by name, loaded on demand so that `sbwarn --help` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Names in the order of the work."""
        return list(HOMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of this name."""
        if cmd_name not in HOMES:
            return None
        home = import_module(f"sbwarn.cli.{HOMES[cmd_name]}")
        command: click.Command = getattr(home, f"{cmd_name}_command")
        return command


def surroundings() -> str:
    """The language that the machine speaks, as far as it is one of ours."""
    chosen = os.environ.get("SBWARN_LANGUAGE")
    return chosen or ("ko" if os.environ.get("LANG", "").startswith("ko") else "en")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sbwarn")
@click.option(
    "--language", type=click.Choice(LANGUAGES), default=surroundings, help="Language of messages: ko or en."
)
@click.pass_context
def sbwarn(context: click.Context, language: str) -> None:
    """Early warning for small shops: see that a shop is sliding before it closes.

    \b
    Example:
      sbwarn demo --out demo
    """
    context.with_resource(speaking(language))
