"""Gates: each end of an interval, each way to loosen one, each way to write the file wrongly."""

import json
import math
import tomllib
from dataclasses import replace
from importlib.resources import files

import pytest

from sbwarn.errors import SettingError
from sbwarn.gates.gate import Gate
from sbwarn.gates.gates import Gates, check_loosening, judge, lines, read_gates, title
from sbwarn.gates.loosening import as_gate
from sbwarn.messages import LANGUAGES, catalogue, speaking
from sbwarn.releases.record import Figure

SHIPPED = tomllib.loads((files("sbwarn.gates") / "gates.toml").read_text("utf-8"))["gate"]
NAN = float("nan")


def figure(value, low=None, high=None) -> Figure:
    return Figure(
        value=value,
        low=value - 0.02 if low is None else low,
        high=value + 0.02 if high is None else high,
        n=900,
        events=80,
    )


def gates(*each: Gate) -> Gates:
    return Gates(gates=each, source="here")


def own(tmp_path, text: str) -> Gates:
    path = tmp_path / "own.toml"
    path.write_text(text, "utf-8")
    return read_gates(path)


def entry(**keys) -> str:
    return "[[gate]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())


def one(page: Gates, name: str) -> Gate:
    return next(gate for gate in page.gates if gate.name == name)


@pytest.mark.parametrize(
    ("gate", "passed"),
    [
        (Gate(name="g", measure="m", use="value", least=0.7), True),
        (Gate(name="g", measure="m", use="value", least=0.71), False),
        (Gate(name="g", measure="m", use="low", least=0.69), False),
        (Gate(name="g", measure="m", use="high", least=0.75), True),
        (Gate(name="g", measure="m", use="value", most=0.7), True),
        (Gate(name="g", measure="m", use="high", most=0.74), False),
        (Gate(name="g", measure="m", use="low", most=0.65), True),
        (Gate(name="g", measure="m", least=0.6, most=0.8), True),
        (Gate(name="g", measure="m", least=0.6, most=0.65), False),
    ],
)
def test_the_chosen_end_of_the_interval_has_to_keep_to_the_bounds(gate, passed):
    verdict = judge(gates(gate), {"m": figure(0.7, 0.65, 0.75)}, {}, synthetic=False)[0]

    assert verdict.passed is passed
    assert verdict.holds is passed
    assert (verdict.value, verdict.low, verdict.high, verdict.n, verdict.events) == (0.7, 0.65, 0.75, 900, 80)


@pytest.mark.parametrize("optional", [True, False])
@pytest.mark.parametrize("measures", [{}, {"m": figure(NAN, NAN, NAN)}])
def test_what_was_not_measured_stands_in_the_way_unless_that_is_allowed(measures, optional):
    gate = Gate(name="g", measure="m", least=0.5, optional=optional)

    verdict = judge(gates(gate), measures, {}, synthetic=False)[0]

    assert verdict.passed is None
    assert verdict.holds is optional
    assert math.isnan(verdict.value)


def test_an_interval_without_the_end_that_is_asked_for_is_no_measurement():
    gate = Gate(name="g", measure="m", use="low", least=0.5)

    assert judge(gates(gate), {"m": figure(0.9, low=NAN)}, {}, synthetic=False)[0].passed is None


def test_a_figure_is_found_among_the_measures_first_and_then_by_its_path():
    gate = Gate(name="g", measure="6/all/ours/auc", least=0.5)
    metrics = {"6": {"all": {"ours": {"auc": figure(0.4)}}}}

    by_path = judge(gates(gate), {}, metrics, synthetic=False)[0]
    by_name = judge(gates(gate), {"6/all/ours/auc": figure(0.6)}, metrics, synthetic=False)[0]
    half_a_path = judge(gates(replace(gate, measure="6/all")), {}, metrics, synthetic=False)[0]

    assert (by_path.passed, by_name.passed, half_a_path.passed) == (False, True, None)


def test_a_gate_for_other_data_gives_no_verdict_and_the_others_keep_their_order():
    page = gates(
        Gate(name="b", measure="m", least=0.5),
        Gate(name="real", measure="m", least=0.5, on="real"),
        Gate(name="a", measure="m", least=0.5, on="synthetic"),
    )

    assert [each.name for each in judge(page, {}, {}, synthetic=True)] == ["b", "a"]
    assert [each.name for each in judge(page, {}, {}, synthetic=False)] == ["b", "real"]


def test_every_shipped_gate_tells_in_both_languages_what_it_is_and_why():
    for gate in SHIPPED:
        for tongue in LANGUAGES:
            assert title(gate["name"], into=tongue) != gate["name"]
            assert f"gates.why.{gate['name']}" in catalogue(tongue)
        assert catalogue("en")[f"gates.why.{gate['name']}"] == gate["why"]
    told = {key.removeprefix("gates.why.") for key in catalogue("en") if key.startswith("gates.why.")}
    assert told == {gate["name"] for gate in SHIPPED}


def test_no_shipped_gate_was_loosened():
    assert [gate.name for gate in read_gates().gates if gate.reason or gate.removed] == []


@pytest.mark.parametrize(
    ("synthetic", "value", "failed"),
    [
        (False, 0.86, {"ceiling_trading_6"}),
        (False, 0.85, set()),
        (False, 0.91, {"ceiling_trading_6", "ceiling_all_6"}),
        (True, 0.91, set()),
        (True, 0.93, {"ceiling_synthetic_6"}),
    ],
)
def test_too_good_fails(synthetic, value, failed):
    part = {"ours": {"auc": figure(value)}}

    verdicts = judge(read_gates(), {}, {"6": {"all": part, "trading": part}}, synthetic=synthetic)

    assert {each.name for each in verdicts if each.passed is False} == failed


@pytest.mark.parametrize(
    ("low", "high", "failed"),
    [(0.48, 0.53, set()), (0.51, 0.55, {"permuted_not_above"}), (0.44, 0.49, {"permuted_not_below"})],
)
def test_permuted_labels_have_to_be_at_chance_from_both_sides(low, high, failed):
    verdicts = judge(read_gates(), {"permuted/auc": figure((low + high) / 2, low, high)}, {}, synthetic=False)

    assert {each.name for each in verdicts if each.passed is False} == failed


def test_a_planted_leak_has_to_break_the_highest_ceiling():
    ceilings = [gate["most"] for gate in SHIPPED if gate["name"].startswith("ceiling")]

    assert one(read_gates(), "planted_leak").rule == f"value >= {max(ceilings)}"


def test_a_city_adds_its_own_gates_behind_the_shipped_ones(tmp_path):
    page = own(
        tmp_path, entry(name="fair", measure="fairness/district/adverse_impact", least=0.8, why="our council")
    )

    assert [gate.name for gate in page.gates] == [*(gate["name"] for gate in SHIPPED), "fair"]
    assert page.gates[-1].rule == "value >= 0.8"
    assert page.facts()["why"]["fair"] == "our council"


@pytest.mark.parametrize(
    ("keys", "rule"),
    [
        ({"name": "seed_spread", "most": 0.01}, "value <= 0.01"),
        ({"name": "seed_spread", "use": "high"}, "high <= 0.02"),
        ({"name": "calibration_slope", "least": 0.9}, "0.9 <= value <= 1.25"),
        ({"name": "seed_spread", "least": 0.0}, "0.0 <= value <= 0.02"),
        ({"name": "champion_drift", "optional": False}, "low <= 0.25"),
    ],
)
def test_tightening_is_free_and_what_is_not_given_stays(tmp_path, keys, rule):
    page = own(tmp_path, entry(**keys))

    changed, shipped = one(page, keys["name"]), one(read_gates(), keys["name"])
    assert changed.rule == rule
    assert (changed.measure, changed.why) == (shipped.measure, shipped.why)
    assert len(page.gates) == len(SHIPPED)


LOOSER = [
    ({"name": "seed_spread", "most": 0.03}, "value <= 0.02", "value <= 0.03"),
    ({"name": "seed_spread", "use": "low"}, "value <= 0.02", "low <= 0.02"),
    ({"name": "discrimination_all", "least": 0.6}, "low >= 0.68", "low >= 0.6"),
    ({"name": "discrimination_all", "use": "value"}, "low >= 0.68", "value >= 0.68"),
    ({"name": "seed_spread", "optional": True}, "value <= 0.02", "may stay unmeasured"),
    ({"name": "seed_spread", "on": "real"}, "seeds/spread value <= 0.02", "(real)"),
    ({"name": "lead_never", "measure": "lead/share_3"}, "lead/observable_6/never", "lead/share_3"),
    ({"name": "seed_spread", "remove": True}, "seed_spread", "removed"),
    ({"name": "calibration_slope", "most": 1.5}, "0.8 <= value <= 1.25", "0.8 <= value <= 1.5"),
]


@pytest.mark.parametrize(("keys", "old", "new"), LOOSER)
def test_loosening_is_refused_with_the_gate_its_old_and_its_new_bound(tmp_path, keys, old, new):
    with pytest.raises(SettingError) as refusal:
        own(tmp_path, entry(**keys))

    for part in (keys["name"], old, new, "own.toml", "reason"):
        assert part in str(refusal.value)


@pytest.mark.parametrize(("keys", "old", "new"), LOOSER)
def test_loosening_with_a_reason_is_kept_and_shown(tmp_path, keys, old, new):
    page = own(tmp_path, entry(**keys, reason="half a year of data"))

    verdict = one(page, keys["name"]).verdict(figure(0.5))
    assert verdict.reason == "half a year of data"
    assert "half a year of data" in lines([verdict], synthetic=False)[0]


def test_a_removed_gate_still_stands_in_the_list_and_in_nobodys_way(tmp_path):
    page = own(tmp_path, entry(name="seed_spread", remove=True, reason="one seed only"))

    verdict = one(page, "seed_spread").verdict(figure(0.5))
    assert (verdict.rule, verdict.passed, verdict.holds, verdict.value) == ("removed", None, True, 0.5)
    assert lines([verdict], synthetic=False)[0].startswith("removed: spread of five seeds")


def test_a_higher_ceiling_asks_more_of_the_planted_leak(tmp_path):
    page = own(tmp_path, entry(name="ceiling_synthetic_6", most=0.95, reason="denser data"))

    assert one(page, "planted_leak").rule == "value >= 0.95"


def test_the_champions_gates_are_the_measure_too(tmp_path):
    tight = own(tmp_path, entry(name="seed_spread", most=0.01))
    champion = judge(tight, {}, {}, synthetic=False)

    check_loosening(tight, champion, synthetic=False)
    with pytest.raises(SettingError, match=r"seed_spread was seeds/spread value <= 0.01.*value <= 0.02"):
        check_loosening(read_gates(), champion, synthetic=False)


def test_a_gate_that_the_champion_had_cannot_just_vanish(tmp_path):
    mine = entry(name="fair", measure="fairness/district/adverse_impact", least=0.8, why="our council")
    champion = judge(own(tmp_path, mine), {}, {}, synthetic=True)

    with pytest.raises(SettingError, match=r"fair was .*would now be removed"):
        check_loosening(read_gates(), champion, synthetic=True)


def test_a_reason_stands_for_one_loosening_only(tmp_path):
    first = own(tmp_path, entry(name="seed_spread", most=0.03, reason="few shops"))
    champion = judge(first, {}, {}, synthetic=False)

    check_loosening(first, champion, synthetic=False)
    again = own(tmp_path, entry(name="seed_spread", most=0.05, reason="few shops"))
    with pytest.raises(SettingError, match="seed_spread"):
        check_loosening(again, champion, synthetic=False)
    anew = own(tmp_path, entry(name="seed_spread", most=0.05, reason="still fewer shops"))
    check_loosening(anew, champion, synthetic=False)


def test_a_gate_that_no_longer_judges_the_champions_data_is_looser(tmp_path):
    mine = entry(name="fair", measure="fairness/district/adverse_impact", least=0.8, why="our council")
    champion = judge(own(tmp_path, mine), {}, {}, synthetic=False)
    narrowed = own(tmp_path, mine + 'on = "synthetic"\n')

    with pytest.raises(SettingError, match="fair"):
        check_loosening(narrowed, champion, synthetic=False)


def test_the_rule_of_every_verdict_can_be_read_back():
    for gate in read_gates().gates:
        again = as_gate(gate.verdict(None))
        assert (again.use, again.least, again.most, again.measure) == (
            gate.use,
            gate.least,
            gate.most,
            gate.measure,
        )


def test_a_rule_that_nobody_wrote_is_refused():
    verdict = replace(read_gates().gates[0].verdict(None), rule="about 0.7")

    with pytest.raises(SettingError, match=r"'about 0\.7' cannot be read"):
        as_gate(verdict)


def test_the_digest_depends_on_what_is_asked_and_not_on_how_it_is_laid_out(tmp_path):
    plain = own(tmp_path, entry(name="seed_spread", most=0.01)).digest
    remarked = own(tmp_path, "# remark\n\n" + entry(most=0.01, name="seed_spread")).digest
    other = own(tmp_path, entry(name="seed_spread", most=0.011)).digest

    assert plain == remarked
    assert len({plain, other, read_gates().digest}) == 3


BAD = [
    ("[[gate]\n", ["own.toml", "cannot be read"]),
    ("gate = 3\n", ["[[gate]]"]),
    ("limit = 3\n", ["[[gate]]", "limit"]),
    (entry(measure="m", least=1, why="w"), ["gate #1", "name"]),
    (entry(name="g", measure="m", least=1, why="w", lest=2), ["gate g", "lest", "least"]),
    (entry(name="g", measure="m", least="1", why="w"), ["gate g", "least = '1'", "finite number"]),
    (entry(name="g", measure="m", least=True, why="w"), ["gate g", "least = True", "finite number"]),
    ('[[gate]]\nname = "g"\nmeasure = "m"\nwhy = "w"\nleast = nan\n', ["gate g", "least = nan", "finite"]),
    (entry(name="g", measure="m", least=1, why="w", use="middle"), ["gate g", "use = 'middle'", "low or high"]),
    (entry(name="g", measure="m", least=1, why="w", on="texas"), ["gate g", "on = 'texas'", "synthetic"]),
    (entry(name="g", measure="m", least=1, why="w", optional=1), ["gate g", "optional = 1", "true or false"]),
    (entry(name="g", measure="m", least=1, why="w", reason=""), ["gate g", "reason = ''"]),
    (entry(name="g", least=1, why="w"), ["gate g", "measure is missing"]),
    (entry(name="g", measure="m", least=1), ["gate g", "why is missing"]),
    (entry(name="g", measure="m", why="w"), ["gate g", "least, most"]),
    (entry(name="g", measure="m", least=2, most=1, why="w"), ["gate g", "least <= most"]),
    (entry(name="g", measure="m", above="roof", why="w"), ["gate g", "above = 'roof'", "a most"]),
    (entry(name="g", measure="m", least=1, why="w") * 2, ["gate g occurs twice"]),
    (entry(name="g", measure="m", least=1, why="w", remove=True), ["gate g", "removed", "reason"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "parts"), BAD)
@pytest.mark.parametrize("tongue", LANGUAGES)
def test_a_file_that_is_written_wrongly_is_refused_with_the_place(tmp_path, text, parts, tongue):
    with speaking(tongue), pytest.raises(SettingError) as refusal:
        own(tmp_path, text)

    if tongue == "en":
        for part in parts:
            assert part in str(refusal.value)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SettingError, match=r"none\.toml cannot be read as gates"):
        read_gates(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("value", "synthetic", "shown"),
    [
        (0.03, False, "FAILED: spread of five seeds, value <= 0.02: 0.030 (0.010–0.050), n=900, crises=80"),
        (0.01, True, "passed: spread of five seeds, value <= 0.02: 0.010 (-0.010–0.030), n=900, crises=80"),
        (NAN, False, "NOT MEASURED: spread of five seeds, value <= 0.02"),
    ],
)
def test_a_verdict_is_told_with_its_figure_and_synthetic_ones_say_so(value, synthetic, shown):
    verdict = one(read_gates(), "seed_spread").verdict(figure(value))

    line = lines([verdict], synthetic=synthetic, into="en")[0]

    assert line.startswith(shown)
    assert ("synthetic" in line) is synthetic
