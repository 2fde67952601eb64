"""Names as MLflow allows them, the same for the same thing in every run."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from sbwarn.releases.names import stem_of

if TYPE_CHECKING:
    from sbwarn.releases.record import Release

LONGEST = 250
"""Letters that MLflow grants to the name of a metric, parameter or tag."""
HORIZONS = "3-6-12"
_FOREIGN = re.compile(r"[^A-Za-z0-9_ .\-]")
_SIGN = "-u"
_LIKE_NUMBER = re.compile(r"-(?=u[0-9a-f]{4})")


def key(name: str) -> str:
    """A metric's, parameter's or tag's name in the letters that MLflow allows; two names never become one.

    What it refuses becomes the letter's number; a slash stays a slash, with something on both of its sides.

    >>> key("segment/district/종로/auc"), key("lead/share_3"), key("gate/auc >= .65")
    ('segment/district/-uc885-ub85c/auc', 'lead/share_3', 'gate/auc -u003e-u003d .65')
    >>> key("a//b"), key("../a")
    ('a/-u/b', '-u002e-u002e/a')
    """
    whole = "/".join(map(_part, name.split("/")))
    if len(whole) <= LONGEST:
        return whole
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f"{whole[: LONGEST - len(digest) - 1].rstrip('/.')}-{digest}"


def _part(part: str) -> str:
    if part in {"", _SIGN}:
        return _SIGN + _numbered(part)
    if not part.strip("."):
        return _numbered(part)
    # What looks like a letter's number in the name itself is not one.
    plain = _LIKE_NUMBER.sub(lambda found: _numbered(found.group()), part)
    return _FOREIGN.sub(lambda found: _numbered(found.group()), plain)


def _numbered(letters: str) -> str:
    digits = letters.encode("utf-16-be").hex()
    return "".join(_SIGN + digits[at : at + 4] for at in range(0, len(digits), 4))


def label_name(release: Release) -> str:
    """The label rule without its version, "silent_3"."""
    return release.label.split()[0]


def experiment_name(label: str, horizons: str = HORIZONS) -> str:
    """One experiment for each label rule and set of horizons.

    >>> experiment_name("closed+silent_3")
    'sbwarn/closed+silent_3/3-6-12'
    """
    return f"sbwarn/{label}/{horizons}"


def model_name(dataset: str, label: str) -> str:
    """The registered model of a data set and a label rule; its versions are the releases.

    >>> model_name("Texas (2016)", "closed+silent_3")
    'sbwarn-texas-2016-closed+silent_3'
    """
    return f"sbwarn-{stem_of(dataset)}-{label}"
