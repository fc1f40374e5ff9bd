"""How names of relations and questions are read where both scripts, acronyms or small words meet."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.retrieval.paths.kinds import written
from kgllm.retrieval.reading.question import read
from kgllm.types import Literal
from kgllm.words import relation_words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("number of SMs", ["number", "sm"]),
        ("CPU型号", ["cpu", "型号"]),
        ("每个SM的CUDA核心数", ["每个", "sm", "的", "cuda", "核心数"]),
        ("出版时间", ["出版时间"]),
        ("hasGenre", ["genre"]),
    ],
)
def test_the_words_of_a_name(name: str, words: list[str]) -> None:
    found = relation_words(name).words
    assert [word for word, _ in found] == words
    assert sum(share for _, share in found) == pytest.approx(1)


def test_small_words_count_where_a_relation_is_named_with_them() -> None:
    assert [word.text for word in read("Who is it called?").words if word.around is None] == []
    assert [word.text for word in read("Who is it named after?", {"nam after"}).words if word.around is None] == ["named", "after"]

    assert [word.text for word in read("Who is it named after?").words if word.around is None] == ["named", "after"]


def test_what_something_is_named_after_is_not_what_it_is() -> None:
    roses = [
        ("Peace", "kind", "hybrid tea"),
        ("Peace", "bred by", "Francis Meilland"),
        ("Olm", "kind", "climber"),
        ("Olm", "namesake", "Ida Olm"),
    ]
    qa = kgllm.GraphQA(kgllm.load(roses))
    assert qa.ask("Who was Peace named after?").abstained
    assert [end.name for end in qa.ask("Who is Olm named after?").entities] == ["Ida Olm"]
    assert kgllm.GraphQA(kgllm.load([("雪山", "类别", "月季"), ("雪山", "培育者", "林岸")])).ask("雪山以谁命名？").abstained


def test_how_many_times_asks_for_no_time() -> None:
    assert [word.text for word in read("How many times did Ada win the cup?").words] == ["Ada", "win", "cup"]


def test_a_particle_starts_no_chinese_word() -> None:
    assert "的" not in [word.text for word in read("它的芯片是什么", {"的芯", "芯片"}).words]


@pytest.mark.parametrize("text", ["54.2 billion", "900 GB/s", "1 : 5", "35%", "12,000"])
def test_quantities_are_numbers(text: str) -> None:
    assert written(Literal(text)) == "number"


def test_a_light_word_counts_where_it_is_all_that_is_asked_for() -> None:
    def weight(question: str, word: str) -> float:
        return next(one.weight for one in read(question, ()).words if one.text == word)

    assert weight("what types are the films directed by Ada", "types") > weight("what types of films did Ada direct", "types")
    assert weight("what happened after the war", "happened") < 0.5


def test_a_preposition_may_stand_in_front() -> None:
    texts = [word.text for word in read("After whom was Kepler named?", {"nam after"}).words if word.around is None]
    assert texts == ["After", "Kepler", "named"]
    assert [word.text for word in read("After whom was Kepler named?").words if word.around is None] == ["Kepler"]


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("2020年发布的GPU有哪些？", "GPU"),
        ("哪些GPU采用HBM2e显存？", "GPU"),
        ("哪部电影是郭帆导演的？", "电影"),
        ("吴京主演了哪些电影？", "电影"),
        ("NVIDIA开发了多少款显卡？", "显卡"),
        ("北京的人口是多少？", ""),
        ("流浪地球的导演是谁？", ""),
    ],
)
def test_the_noun_that_a_chinese_question_asks_for(question: str, noun: str) -> None:
    asked = read(question)
    assert "".join(asked.words[n].text for n in asked.head) == noun
