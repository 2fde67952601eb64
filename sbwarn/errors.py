"""Every deliberate failure, on one page: one class for each thing that a caller can do about it."""

from __future__ import annotations


class SbwarnError(Exception):
    """A failure that the library foresaw; its text says what, where, what was wanted and the next step."""


class InputError(SbwarnError):
    """Fix the data: a file, table, row or value is not what was declared."""


class SettingError(SbwarnError):
    """Fix the call: an argument, option or configuration key cannot be used."""


class CatalogueError(SbwarnError):
    """Fix the code: an indicator, label rule, schema or message is declared wrongly."""


class ReleaseError(SbwarnError):
    """Choose another model: a release is missing, damaged, or made for other code."""


class StoreError(SbwarnError):
    """Free the place: an output folder, lock, database or tracking store cannot be used."""
