"""What is recorded of a score: enough for it, and no more."""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from sbwarn.indicators.build import catalogue
from sbwarn.indicators.neighbours import NEIGHBOURS
from sbwarn.indicators.peerfile import read_peers, write_peers
from sbwarn.releases.load import load_release
from sbwarn.replay import digests
from sbwarn.replay.archive import page_of
from sbwarn.replay.digests import canonical, once, peers_digest, plain, release_digest
from sbwarn.replay.recorded import recorded_of
from sbwarn.scoring.panel import score_panel
from tests import recorded_city, small_city

NAN = float("nan")


@pytest.fixture(scope="module")
def record():
    return recorded_city.pairs()[0][0]


def personal(panel):
    """The panel with names and addresses of shops that nobody could overlook."""
    count = len(panel.shops)
    names = np.array(["Kim Cheolsu 010-1234-5678"] * count, dtype=object)
    return replace(panel, shops=replace(panel.shops, name=names, site=names))


def some_of(month):
    """The first shops of a month."""
    return small_city.history().as_known(month).only(range(10))


def records_of(panel, release):
    peers = small_city.scored().peers
    return recorded_of(panel, peers, release, score_panel(panel, peers, release))


def test_no_name_and_no_site_of_a_shop_is_recorded():
    panel = personal(some_of(small_city.LAST))
    whole = canonical([page_of(each) for each in records_of(panel, small_city.release())])

    assert "Kim" not in whole
    assert "010-1234" not in whole


def test_a_name_does_not_change_what_a_score_is_called():
    panel = some_of(small_city.LAST)
    release = small_city.release()

    assert [each.score_id for each in records_of(personal(panel), release)] == [
        each.score_id for each in records_of(panel, release)
    ]


def test_positions_are_recorded_only_for_a_release_that_reads_them():
    panel = some_of(small_city.LAST)
    release = small_city.release()
    facts = [fact for fact in catalogue() if fact.name in release.indicators]
    blind = replace(
        release,
        id="city-2026-03-b11nd000",
        indicators=tuple(fact.name for fact in facts if not NEIGHBOURS.keys() & set(fact.reads)),
    )
    peers = small_city.scored().peers
    scores = score_panel(panel, peers, release, explain=False)

    seeing, blinded = (recorded_of(panel, peers, model, scores)[0] for model in (release, blind))

    assert {"lon", "lat"} <= seeing.facts.keys()
    assert not {"lon", "lat"} & blinded.facts.keys()
    assert seeing.peers.points is not None
    assert blinded.peers.points is None
    assert blinded.peers.surroundings.units is None


def test_an_unknown_month_is_absent_and_no_zero(record):
    sales = record.monthly["sales"]

    assert all(not math.isnan(amount) for amount in sales.values())
    assert set(sales) <= {
        f"{year}-{month:02d}" for year in (2023, 2024, 2025, 2026) for month in range(1, 13)
    }


def test_what_is_unknown_is_left_out_of_the_page():
    assert plain({"percentile": NAN, "name": None, "pair": (NAN, 1.0)}) == {"pair": [None, 1.0]}


def test_the_shortest_digits_give_the_number_back():
    drawn = np.random.default_rng(1).lognormal(size=1000)

    assert canonical(plain(drawn)) == "[" + ",".join(repr(float(each)) for each in drawn) + "]"


def test_the_digest_of_peers_survives_writing_and_reading(tmp_path, record):
    write_peers(record.peers, tmp_path / "peers.parquet")

    assert peers_digest(read_peers(tmp_path / "peers.parquet")) == record.peers_digest


def test_one_number_in_one_peer_group_changes_the_digest_of_peers(record):
    changed = record.peers.series["sales_median"].copy()
    changed[-1, 0] = np.nextafter(changed[-1, 0], np.inf)
    other = replace(record.peers, series={**record.peers.series, "sales_median": changed})

    assert peers_digest(other) != record.peers_digest


def test_a_release_has_the_same_digest_whenever_it_is_loaded():
    assert release_digest(load_release(small_city.release_folder())) == release_digest(small_city.release())


def test_another_model_has_another_digest():
    assert release_digest(recorded_city.other_release()) != release_digest(small_city.release())


@pytest.mark.parametrize(
    "change",
    [
        {"shop_id": "another"},
        {"as_of": "2026-05"},
        {"release": "city-2026-03-00000000"},
        {"peers_digest": "0" * 64},
        {"monthly": {}},
        {"facts": {}},
        {"horizon": 12},
        {"result": {}},
    ],
)
def test_any_other_input_or_result_gives_another_score_id(record, change):
    assert replace(record, **change).score_id != record.score_id


def test_scores_of_a_month_have_ids_of_their_own():
    month = recorded_city.recorded(recorded_city.LATER)

    assert len({each.score_id for each in month}) == len(month)


def test_a_shop_recorded_alone_has_the_id_that_it_has_among_all():
    month = recorded_city.recorded(recorded_city.EARLIER)
    alone = small_city.history().as_known(recorded_city.EARLIER).only([3])
    release = small_city.release()
    scores = score_panel(alone, month[3].peers, release)

    assert recorded_of(alone, month[3].peers, release, scores)[0].score_id == month[3].score_id


class Table:
    """Stands for a peer table; many are made and dropped, so that their addresses come again."""

    def __init__(self, number):
        self.number = number


def number_of(table):
    return table.number


def test_a_record_at_the_address_of_another_that_is_gone_is_not_taken_for_it():
    for number in range(5_000):
        table = Table(number)
        assert once(number_of, table) == once(number_of, table) == number


def test_what_is_remembered_does_not_grow_and_threads_do_not_mix_it_up():
    held = [Table(number) for number in range(50)]
    drawn = np.random.default_rng(1).integers(0, len(held), (16, 2_000))

    def wrong(numbers):
        return sum(once(number_of, held[number]) != number for number in numbers)

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(wrong, drawn.tolist())) == 0
    assert len(digests._known) <= digests.REMEMBERED


def test_a_field_that_two_records_are_not_told_apart_by_is_no_part_of_a_digest(record):
    peers = replace(record.peers)
    object.__setattr__(peers, "_cells", None)

    assert peers_digest(peers) == record.peers_digest
