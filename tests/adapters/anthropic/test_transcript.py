"""A talk as data, within a budget."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from tests.adapters.anthropic.stage import TALK
from titus_adapters.anthropic.transcript import Line, tokens, transcript
from titus_core.calls.conversations import Speaker, Turn

TURNS = st.lists(
    st.builds(
        Turn, speaker=st.sampled_from(Speaker), text=st.text(max_size=300), at=st.integers(min_value=0, max_value=9999)
    ),
    max_size=40,
)


def lines_of(written: str) -> list[Line]:
    return [json.decode(line, type=Line) for line in written.split("\n") if line]


def test_every_turn_is_a_line_with_its_speaker_and_second() -> None:
    assert lines_of(transcript(TALK)) == [Line(turn.speaker.value, turn.at, turn.text) for turn in TALK]


def test_turns_without_words_are_left_out() -> None:
    assert transcript((Turn(Speaker.CALLER, "  ", 0), Turn(Speaker.AGENT, "", 1))) == ""


def test_half_a_character_can_be_sent() -> None:
    assert lines_of(transcript((Turn(Speaker.CALLER, "a\ud800b", 0),))) == [Line("caller", 0, "a?b")]


def test_a_line_of_any_kind_within_a_speech_ends_no_line_of_ours() -> None:
    said = "a\nb\r\nc\u2028d\x85e\x0bf"
    assert lines_of(transcript((Turn(Speaker.CALLER, said, 0),))) == [Line("caller", 0, said)]


def test_the_beginning_and_the_end_of_a_long_talk_are_kept() -> None:
    turns = [Turn(Speaker.CALLER, f"Sentence {number} of this very long talk", number) for number in range(1000)]
    lines = lines_of(transcript(turns, 1000))
    (gap,) = [place for place, line in enumerate(lines) if line.turns_left_out]
    assert len(lines) - 1 + lines[gap].turns_left_out == 1000
    assert abs(gap - (len(lines) - 1 - gap)) <= 1
    kept = [line.seconds for line in lines if not line.turns_left_out]
    assert kept == sorted(kept)
    assert (kept[0], kept[-1]) == (0, 999)


def test_one_endless_speech_leaves_room_for_the_others() -> None:
    lines = lines_of(transcript((TALK[0], Turn(Speaker.CALLER, "Well " * 10_000, 5), TALK[2]), 1000))
    assert [line.text for line in lines[::2]] == [TALK[0].text, TALK[2].text]
    assert "[left out]" in lines[1].text


@given(TURNS, st.integers(min_value=200, max_value=3000))
def test_the_budget_is_kept_and_nothing_said_can_end_the_block(turns: list[Turn], budget: int) -> None:
    written = transcript(turns, budget)
    assert tokens(written) <= budget + tokens('{"turns_left_out":1000}') + 1
    assert "<" not in written
    assert ">" not in written
    seconds = [line for line in lines_of(written) if not line.turns_left_out]
    said = [turn.at for turn in turns if turn.text.strip()]
    places = iter(said)
    assert all(line.seconds in places for line in seconds)


@given(st.lists(st.text(max_size=50), min_size=2, max_size=5))
def test_more_words_never_count_less(texts: list[str]) -> None:
    joined = ["".join(texts[:many]) for many in range(len(texts) + 1)]
    assert all(tokens(short) <= tokens(long) for short, long in pairwise(joined))
