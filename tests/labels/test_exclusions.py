"""When an end is no crisis, because the business goes on."""

import numpy as np
import pytest

from sbwarn.labels.events import FAR
from sbwarn.labels.rules import find_events, label_rule
from sbwarn.tables.month import as_month
from tests.labels.tables import every_month, history, shop

END = as_month("2025-03").ordinal


def ended(**facts: str):
    """Events of a shop that sold last in March 2025 and closed then, with these facts."""
    known = history(
        [shop("A", closed="2025-03-20", known="2025-04-02"),
         shop("A", closed="2025-03-20", known="2025-10-20", **facts), shop("B")],
        every_month("A", "2024-01", "2025-03") + every_month("B", "2024-01", "2025-12"),
    )  # fmt: skip
    return lambda rule, as_of="2025-12": find_events(label_rule(rule), known, as_month(as_of))


@pytest.mark.parametrize("rule", ["closed", "silent_3"])
@pytest.mark.parametrize(("fact", "exclusion"), [("operator_since", "transfer"), ("moved_on", "relocation")])
@pytest.mark.parametrize(
    ("day", "goes_on"),
    [
        ("2025-01-31", False),
        ("2025-02-01", True),
        ("2025-03-31", True),
        ("2025-09-30", True),
        ("2025-10-01", False),
    ],
)
def test_a_hand_over_or_a_move_counts_from_a_month_before_the_end_to_six_after_it(
    rule, fact, exclusion, day, goes_on
):
    events = ended(**{fact: day})(rule)

    assert events.month[0] == (FAR if goes_on else END)
    assert events.left[0] == (END if goes_on else FAR)
    assert events.excluded[exclusion] == int(goes_on)
    assert sum(events.excluded.values()) == int(goes_on)


def test_a_hand_over_that_is_not_public_yet_excludes_nothing():
    events = ended(operator_since="2025-04-01")("closed", "2025-09")

    assert events.month[0] == END
    assert events.excluded["transfer"] == 0


def test_an_event_that_two_exclusions_would_take_is_counted_once():
    events = ended(operator_since="2025-04-01", moved_on="2025-04-01")("closed")

    assert events.excluded == {"same_name_successor": 0, "transfer": 1, "relocation": 0}


def test_a_shop_that_lives_is_not_excluded_by_a_move():
    known = history([shop("B", moved_on="2025-04-01")], every_month("B", "2024-01", "2025-12"))

    events = find_events(label_rule("silent_3"), known, as_month("2025-12"))

    assert np.array_equal(events.left, [FAR])
    assert sum(events.excluded.values()) == 0
