"""Names that a release may have: nothing that could leave its folder."""

from __future__ import annotations

import re

from sbwarn.errors import ReleaseError
from sbwarn.messages import say

MANIFEST = "MANIFEST"
ALLOWED = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
RESERVED = {"con", "prn", "aux", "nul"}
STEM = 40
"""Most letters that a data set lends to the name of its releases."""


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


def stem_of(dataset: str) -> str:
    """What the releases of a data set are called: its name, without what no release may be called.

    >>> stem_of("Texas (2016)"), stem_of("세종")
    ('texas-2016', 'data')
    """
    return re.sub(r"[^a-z0-9_]+", "-", dataset.lower())[:STEM].strip("-_") or "data"
