"""Names that a release may have: nothing that could leave its folder."""

from __future__ import annotations

import re

from sbwarn.errors import ReleaseError
from sbwarn.messages import say

MANIFEST = "MANIFEST"
ALLOWED = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
RESERVED = {"con", "prn", "aux", "nul"}


def check_name(name: str) -> str:
    """The name itself.

    Raises:
        ReleaseError: other than up to 80 small letters, digits, "-" and "_".

    >>> check_name("texas-2016-08-1a2b3c4d")
    'texas-2016-08-1a2b3c4d'
    """
    if not ALLOWED.fullmatch(name) or name in RESERVED:
        raise ReleaseError(say("errors.release_name", name=repr(name)))
    return name
