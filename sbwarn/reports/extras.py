"""The libraries that only a report needs: loaded when one is written, with a helpful word if they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from sbwarn.errors import SettingError
from sbwarn.messages import say

if TYPE_CHECKING:
    from types import ModuleType


def report_library(name: str) -> ModuleType:
    """The module of this name.

    Raises:
        SettingError: it is not installed.

    >>> report_library("jinja2").__name__
    'jinja2'
    """
    try:
        return import_module(name)
    except ImportError as missing:
        raise SettingError(say("errors.extra", what=say("report.what"), extra="report")) from missing
