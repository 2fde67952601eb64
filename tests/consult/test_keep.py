"""A score laid away and taken out again."""

import json

import pytest

from sbwarn import keep, kept
from sbwarn.errors import InputError
from tests.consult.one_shop import falling, young


@pytest.mark.parametrize("make", [falling, young])
def test_a_kept_score_comes_out_again_to_the_last_bit(make, tmp_path):
    score = make()
    again = kept(keep(score, tmp_path), tmp_path)

    assert again.score_id == score.score_id
    assert again.result_digest == score.result_digest
    assert [reason.text("ko") for reason in again.reasons] == [reason.text("ko") for reason in score.reasons]


def test_the_id_hangs_on_inputs_horizon_and_result_and_on_nothing_else():
    assert falling().score_id == falling(language="ko").score_id
    assert len({falling().score_id, falling(horizon=3).score_id, falling(reasons=False).score_id}) == 3


def test_a_score_whose_file_was_changed_is_refused(tmp_path):
    name = falling().keep(tmp_path)
    path = tmp_path / "scores" / f"{name}.json"
    page = json.loads(path.read_text("utf-8"))
    page["result"]["risk"]["6"] = 0.01
    path.write_text(json.dumps(page), "utf-8")

    with pytest.raises(InputError, match=name):
        kept(name, tmp_path)
