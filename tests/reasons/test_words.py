"""Every indicator that may be told is told: to three audiences, in two languages, as a reason and as a strength."""

import re
import shutil
from dataclasses import replace
from math import nan

import pytest

from sbwarn import messages
from sbwarn.errors import CatalogueError, SettingError
from sbwarn.indicators.build import catalogue
from sbwarn.messages import HERE, LANGUAGES, knows, number
from sbwarn.reasons.measure import MEASURES, TELLS_PEERS
from sbwarn.reasons.record import Reason
from sbwarn.reasons.words import MOVES, NO_SIDE, RANKS

TOLD = [fact for fact in catalogue() if fact.tells]
AUDIENCES = ("consultant", "owner", "file")
SIZES = {
    "money": (8_123_456.0, 0.0),
    "money_per_area": (32_543.0, 0.0),
    "share": (0.123, 0.0, 1.0),
    "change": (0.123, -0.123, 0.0, -1.0),
    "ratio": (0.876, 1.234, 12.0),
    "months": (1.0, 14.0, 0.0),
    "days": (1.0, 14.0, 0.0),
    "count": (1.0, 4.0, 3.0),
    "people": (1_222.0, 0.0),
    "metres": (480.0, 0.0),
    "flag": (1.0, 0.0),
}
"""By unit: values that a shop may have, and among them its peers'."""
JARGON = {
    "ko": r"중앙값|지표|변동계수|MAD|엔트로피|로그|모형|점포",
    "en": r"\bz\b|percentile|median|log-odds|standard deviation|indicator|\bmodel\b|peers",
}

each_language = pytest.mark.parametrize("language", LANGUAGES)
each_audience = pytest.mark.parametrize("audience", AUDIENCES)


def reason(name, value, peer_value=nan, *, push=0.4):
    fact = next(fact for fact in TOLD if fact.name == name)
    return Reason(
        indicator=name,
        value=value,
        peer_value=peer_value,
        push=push,
        together=1,
        group=fact.group,
        unit=fact.unit,
        currency="KRW",
        beside=fact.beside,
    )


def every():
    """Each indicator with every value beside every other and beside unknown peers, on both sides."""
    return [told for fact in TOLD for told in sides_of(fact)]


def sides_of(fact):
    sizes = (1.0, 2.0, 3.0, 4.0) if fact.name == "change_class" else SIZES[fact.unit]
    return [
        reason(fact.name, value, peers, push=push)
        for value in sizes
        for peers in (*sizes, nan)
        for push in (0.4, -0.4)
    ]


@each_language
@each_audience
def test_every_told_indicator_is_told_in_whole_sentences(audience, language):
    for told in every():
        text = told.text(language, audience)

        assert re.fullmatch(r"[^{}]+\.", text), text
        assert not re.search(r"\bnan\b|–|  |\+0\.0+(%| )|\b1 (months|days)\b|\b(\S+) \2\b", text), text
        assert bool(re.search("[가-힣]", text)) == (language == "ko"), text


@each_language
def test_an_owner_hears_no_jargon(language):
    for told in every():
        text = told.text(language, "owner")

        assert not re.search(JARGON[language], text), text


def test_an_owner_is_spoken_to_politely():
    for told in every():
        text = re.sub(r"\([^)]*\)", "", told.text("ko", "owner"))
        sentences = re.split(r"(?<=\D)[.?] ?", text.removesuffix("."))

        assert all(re.search("(요|지요)$", sentence) for sentence in sentences), sentences


@each_language
@each_audience
def test_a_reason_does_not_sound_like_a_strength(audience, language):
    for fact in TOLD:
        value = 1.0 if fact.unit in ("flag", "count") else SIZES[fact.unit][0]
        raises, lowers = (
            reason(fact.name, value, push=push).text(language, audience) for push in (0.4, -0.4)
        )

        # A consultant hears the plain fact; which heading it stands under says the rest.
        assert (raises == lowers) == (audience == "consultant"), fact.name


@each_language
@each_audience
def test_a_value_is_set_beside_that_of_the_peers_by_the_word_for_its_side(audience, language):
    below, above = (reason("sales_mom", value, 0.03).text(language, audience) for value in (-0.12, 0.08))

    lower, higher = {"ko": ("낮", "높"), "en": ("lower", "higher")}[language]
    told = [text.replace("위험을 높이", "").replace("위험을 낮추", "") for text in (below, above)]
    assert [(lower in text, higher in text) for text in told] == [(True, False), (False, True)]
    assert "(+3.0%)" in below


@each_language
@each_audience
@pytest.mark.parametrize("peers", [nan, 0.0301], ids=["unknown", "printed alike"])
def test_peers_that_are_unknown_or_print_the_same_are_left_out(peers, audience, language):
    alone = reason("rent_share_of_sales", 0.0304).text(language, audience)

    assert reason("rent_share_of_sales", 0.0304, peers).text(language, audience) == alone
    assert "(" not in alone


@each_language
@each_audience
@pytest.mark.parametrize("name", TELLS_PEERS)
def test_a_comparison_with_the_peers_is_not_compared_again(name, audience, language):
    assert reason(name, 0.4, 1.0).text(language, audience) == reason(name, 0.4).text(language, audience)


@each_audience
def test_what_is_unknown_is_never_a_reason(audience):
    with pytest.raises(CatalogueError, match="sales_mom"):
        reason("sales_mom", nan, 0.03).text("en", audience)


def test_another_audience_is_refused():
    with pytest.raises(SettingError, match=r"'landlord'.*consultant, owner, file"):
        reason("sales_mom", 0.1).text("en", "landlord")


def test_an_owner_hears_a_change_as_a_verb_and_not_as_a_sign():
    assert (
        reason("sales_mom", -0.12)
        .text("ko", "owner")
        .startswith("지난달 매출은 그 전달과 비교해 12.0% 줄었어요.")
    )
    assert (
        reason("sales_mom", 0.12)
        .text("ko", "owner")
        .startswith("지난달 매출은 그 전달과 비교해 12.0% 늘었어요.")
    )
    assert (
        reason("sales_mom", -1e-5)
        .text("ko", "owner")
        .startswith("지난달 매출은 그 전달과 비교해 거의 그대로예요.")
    )
    assert "-" not in reason("rating_change_6m", -0.5).text("en", "owner").partition(".")[0]


def test_an_owner_hears_amounts_in_three_figures_and_a_consultant_all_of_them():
    level = reason("sales_level", 13_294_667.0, 21_735_000.0)

    assert (
        "KRW 13,300,000 a month. That is lower than usual for similar shops (KRW 21,700,000)."
        in level.text("en", "owner")
    )
    assert "KRW 13,294,667" in level.text("en")


def test_the_words_for_one_answer_are_not_said_of_the_other():
    stayed = "한자리를 지켜 오신 것이 힘이 되고 있어요."

    assert stayed in reason("moved_recently", 0.0, push=-0.4).text("ko", "owner")
    assert stayed not in reason("moved_recently", 1.0, push=-0.4).text("ko", "owner")


def test_most_peers_is_said_only_of_most_peers():
    ends = reason("lease_renewal_soon", 1.0)

    assert "most of the peers" in replace(ends, peer_value=0.0).text("en")
    for answer in (0.0, 1.0):
        told = replace(ends, value=answer)
        assert replace(told, peer_value=0.5).text("en") == told.text("en")


@each_audience
def test_a_class_is_no_number_that_could_be_higher(audience):
    assert reason("change_class", 2.0, 4.0).text("en", audience) == reason("change_class", 2.0).text(
        "en", audience
    )
    assert "expanding" in reason("change_class", 2.0).text("en", audience)


def test_the_lower_end_of_a_band_is_told_as_such():
    assert (
        reason("peers_median_age", 36.0, 24.0)
        .text("en")
        .endswith("than the median of all shops (24 months or more).")
    )
    assert (
        reason("peers_median_age", 24.0, 0.0)
        .text("ko")
        .endswith("전체 점포의 중앙값(6개월 미만)보다 깁니다.")
    )


def test_none_at_all_has_a_sentence_of_its_own_and_no_figure_to_compare():
    assert (
        reason("decline_streak", 0.0, 1.0).text("en")
        == "Sales of the last month did not fall below the month before."
    )
    assert (
        reason("decline_streak", 0.0)
        .text("ko", "owner")
        .startswith("지난달 매출은 그 전달보다 줄지 않았어요.")
    )


def test_a_change_of_a_share_is_told_in_percentage_points():
    rise = reason("rent_share_change_12m", 0.045, 0.001)

    assert (
        rise.text("ko")
        == "임대료 부담률의 1년 사이 변화는 +4.5%포인트입니다. 동종 점포의 중앙값(+0.1%포인트)보다 높습니다."
    )
    assert "rose by 4.5 percentage points" in rise.text("en", "owner")


def test_a_rank_stands_in_the_file_as_korean_readers_count_ranks():
    assert "순위는 상위 30.0%임" in reason("rank_among_peers", 0.7).text("ko", "file")


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("vacancy_unit_rate", "공실률(호수)은 "),
        ("vacancy_sampled_rate", "공실률(면적)은 "),
        ("sales_3m_vs_prev3", "3개월 매출 추세는 "),
    ],
)
def test_the_particle_fits_the_last_sound_of_the_label(name, start):
    assert reason(name, 0.2).text("ko", "file").startswith(start)


def test_the_file_says_what_the_factor_does_to_the_risk():
    assert reason("sales_mom", -0.1).text("en", "file").endswith("raises the assessed risk.")
    assert reason("sales_mom", 0.1, push=-0.1).text("ko", "file").endswith("위험을 낮추는 요인임.")


def test_both_pages_have_the_sentences_that_an_indicator_needs():
    for fact in TOLD:
        pages = (f"owner.{fact.name}", f"indicators.{fact.name}")

        assert all(knows(f"{pages[0]}.{side}") for side in ("reason", "strength")), fact.name
        if fact.unit == "flag":
            assert all(knows(f"{page}.{answer}") for page in pages for answer in ("yes", "no")), fact.name
        else:
            assert knows(f"{pages[0]}.fact"), fact.name


def test_no_list_of_names_holds_a_name_that_there_is_not():
    names = {fact.name for fact in TOLD}

    assert {*MEASURES, *TELLS_PEERS, *RANKS, NO_SIDE} <= names


@each_language
def test_verbs_of_an_owner_page_are_all_there(language):
    assert all(knows(f"owner.moves.{verb}_{way}") for verb in MOVES for way in ("up", "down", "flat"))


def test_the_owners_page_and_the_other_language_are_read_only_when_they_are_asked_for(tmp_path, monkeypatch):
    (tmp_path / "en").mkdir()
    for page in ("indicators", "score", "units"):
        shutil.copy(HERE / "en" / f"{page}.toml", tmp_path / "en")
    monkeypatch.setattr(messages, "HERE", tmp_path)
    messages._page.cache_clear()
    told = reason("decline_streak", 3.0, 0.0)

    try:
        assert all(told.text("en", audience) for audience in ("consultant", "file"))
        with pytest.raises(CatalogueError, match="owner"):
            told.text("en", "owner")
    finally:
        messages._page.cache_clear()


def test_an_amount_in_another_currency_keeps_its_code():
    told = replace(reason("sales_level", 8_000.0), currency="USD")

    assert number(8_000.0, "money", into="ko", currency="USD") in told.text("ko", "owner")
