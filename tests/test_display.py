"""Nothing that a graph holds moves the cursor, the reading order, or rich's markup."""

from __future__ import annotations

import pytest

from kgllm.display import as_text, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("流浪地球 (2019)", "流浪地球 (2019)"),
        ("a\x00b", "a\\u0000b"),
        ("\x1b[2J", "\\u001b[2J"),
        ("line\nnext\ttab", "line\\nnext\\ttab"),
        ("\u202eevil", "\\u202eevil"),
        ("\ud800", "\\ud800"),
        ("👩‍🚀 می‌شود", "👩‍🚀 می‌شود"),
    ],
)
def test_controls_are_escaped_and_words_left_alone(text, shown):
    assert visible(text) == shown


def test_a_long_text_is_cut():
    assert visible("x" * 100, 10) == "x" * 9 + "…"


def test_square_brackets_are_no_markup():
    assert as_text("[red]x[/red] [1]").plain == "[red]x[/red] [1]"
