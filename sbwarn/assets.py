"""Where the schemas and the shipped models lie: in the installed package, else in the checkout beside it."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `data_schemas` or `models` of this installation.

    A wheel carries both under `sbwarn/_assets`; a checkout and an editable install have them beside the
    package, where people edit them, so the checkout is asked first.

    >>> folder("data_schemas").joinpath("sales.json").is_file()
    True
    """
    beside = PACKAGE.parent / name
    return (
        beside
        if (PACKAGE.parent / "pyproject.toml").is_file() and beside.is_dir()
        else PACKAGE / "_assets" / name
    )
