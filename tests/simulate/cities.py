"""One large and one small simulated city, made once a process: the tests here read, never write."""

from __future__ import annotations

from functools import cache

from sbwarn.simulate.city import City, simulate_city


@cache
def large_city() -> City:
    """A city in which rates can be measured."""
    return simulate_city(shops=4000, months=48, last="2026-09", seed=1)


@cache
def small_city() -> City:
    """About as small as a city may be."""
    return simulate_city(shops=60, months=24, last="2026-09", seed=2)
