"""Texts of any kind are read for several names and for times, and fail nowhere."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kgllm.words.alike import alike
from kgllm.words.joined import conjoined, described, each, of_field
from kgllm.words.timed import ordered, stated_years, when

PIECES = st.lists(
    st.sampled_from([*"AB安波的和在 ,，？?_.-", "2005", "1984", "T1486", "PW_2037", " and ", " before ", "之前", "年", "the same ", "是"]),
    max_size=12,
)


@st.composite
def told(draw):
    """A text and the places of some names in it, in order and apart."""
    text = "".join(draw(PIECES))
    edges = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    return text, list(zip(edges[::2], edges[1::2], strict=False))


@given(told())
@settings(max_examples=200, deadline=None)
def test_any_text_is_read(question):
    text, names = question
    for year in stated_years(text, names):
        assert 1000 <= year.value < 2100 and str(year.value) in text and len(year.without) < len(text)
    for name in names:
        when(text, name)
    parts = (*conjoined(text, names), *described(text, names), *(part for _, part in (*each(text, names), *of_field(text, names, bool))))
    assert all(isinstance(part, str) for part in parts)
    alike(text, names)
    ordered(text, names)


def test_a_year_within_a_word_is_none():
    assert [year.value for year in stated_years("Did the PW2037 fly in 2005?", [])] == [2005]
    assert [year.value for year in stated_years("PW2037在2005年飞过吗？", [])] == [2005]
    assert stated_years("the 12345 and the x_1984", []) == []
