"""Questions in traditional characters are read as those in simplified ones, and told as they were asked."""

import pytest

import kgllm
from kgllm import GraphQA
from kgllm.words.names import read_as

PAINTERS = [
    {"id": 1, "name": "沈石田", "born_year": 1427, "died_year": 1509, "hometown": "長洲"},
    {"id": 2, "name": "唐伯虎", "born_year": 1470, "died_year": 1524, "hometown": "吳縣"},
]
PICTURES = [
    {"id": 1, "title": "廬山高圖", "painter": 1},
    {"id": 2, "title": "夜坐圖", "painter": 1},
    {"id": 3, "title": "騎驢歸思圖", "painter": 2},
]
FACTS = [("紅樓館", "館長", "趙嘉"), ("紅樓館", "開館時間", "1998"), ("青瓦館", "館長", "錢樂"), ("青瓦館", "開館時間", "2006")]


@pytest.fixture(scope="module")
def painters():
    return GraphQA(kgllm.load({"painters": PAINTERS, "pictures": PICTURES}, refers={"painter": "painters"}))


@pytest.fixture(scope="module")
def museums():
    return GraphQA(kgllm.load(FACTS))


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("沈石田生於哪一年？", {"1427"}),
        ("騎驢歸思圖的畫家是誰？", {"唐伯虎"}),
        ("沈石田和唐伯虎誰先出生？", {"沈石田"}),
        ("騎驢歸思圖的畫家死於哪一年？", {"1524"}),
    ],
)
def test_over_english_fields(painters, question, names):
    answer = painters.ask(question)
    assert {entity.name for entity in answer.entities} == names
    assert answer.question == question
    assert answer.evidence.question == question
    assert all(link.mention.text in question for link in answer.evidence.links)


@pytest.mark.parametrize(
    ("question", "names"), [("紅樓館的館長是誰？", {"趙嘉"}), ("红楼馆的馆长是谁？", {"趙嘉"}), ("青瓦館什麼時候開館？", {"2006"})]
)
def test_over_traditional_relations(museums, question, names):
    assert {entity.name for entity in museums.ask(question).entities} == names


def test_yes_or_no_ends_with_either_form(painters):
    assert painters.ask("沈石田比唐伯虎出生得早嗎？").verdict is True


def test_words_keep_what_is_theirs():
    assert read_as("著作") == "著作"
    assert read_as("乾隆") == "乾隆"
    assert read_as("Who wrote 三國演義?") == "Who wrote 三国演义?"
