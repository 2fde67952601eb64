"""What holds for every test: English messages, and examples that are the same in every run."""

from __future__ import annotations

import os

from hypothesis import settings

os.environ["SBWARN_LANGUAGE"] = "en"

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")
