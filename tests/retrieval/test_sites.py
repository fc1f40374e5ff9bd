"""A word in one form is not taken for another word that only looks like it without its last letter."""

import pytest

import kgllm

FACTS = [
    *((f"Board of {what}", "url", f"http://{what.lower()}.example") for what in ("Works", "Trade")),
    ("Board of Works", "address", "1 Quay Street"),
    ("Hill House", "plane", "A320"),
]


@pytest.mark.parametrize(
    "question", ["Who sits on the Board of Works?", "How many people sit on the Board of Trade?", "What plan has Hill House?"]
)
def test_one_who_sits_is_no_web_site(question):
    assert kgllm.GraphQA(kgllm.load(FACTS)).ask(question).abstained


def test_a_site_is_one_in_both_numbers():
    qa = kgllm.GraphQA(kgllm.load([*FACTS, ("Board of Works", "archaeological site", "Ford Hill")]))
    assert [end.name for end in qa.ask("What archaeological sites does the Board of Works have?").entities] == ["Ford Hill"]
    assert qa.ask("What is the web site of the Board of Trade?").text.startswith("http://trade.example")
