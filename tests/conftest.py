"""What holds for every test: English messages, and examples that are the same in every run."""

from __future__ import annotations

import os

from hypothesis import settings

os.environ["SBWARN_LANGUAGE"] = "en"

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")

SLOWEST = ("tests/test_retraining_script.py", "tests/real/test_texas.py", "tests/cli/test_office.py")
"""Files of a minute or more: they go first, so that no worker waits for another at the end."""


def pytest_collection_modifyitems(items):
    rank = {name: place for place, name in enumerate(SLOWEST)}
    items.sort(key=lambda item: rank.get(item.nodeid.partition("::")[0], len(SLOWEST)))
