"""Two things that a question says of one: both must be so, or each is told."""

from __future__ import annotations

import pytest

import kgllm
from kgllm.types import Entity
from kgllm.words import is_han

FILMS = [("Olm", "Ann", "Bea"), ("Ulm", "Ann", "Ann"), ("Elm", "Bea", "Cid"), ("Ilm", "Cid", "Cid")]
LIVES = [("Ann", "Rome", "Oslo", "Rome"), ("Bea", "Oslo", "Oslo", "Rome"), ("Cid", "Rome", "Rome", "Oslo")]
HAN_FILMS = [("奥姆", "安明", "贝华"), ("乌姆", "安明", "安明"), ("埃姆", "贝华", "陈西"), ("伊姆", "陈西", "陈西")]
HAN_LIVES = [("安明", "罗马", "巴黎"), ("贝华", "奥斯陆", "罗马"), ("陈西", "罗马", "罗马")]


def of(kind, name):
    return Entity(name, types=(kind,))


@pytest.fixture(scope="module")
def english():
    facts = [
        (of("film", film), said, of("person", who))
        for film, *people in FILMS
        for said, who in zip(("directed by", "written by"), people, strict=True)
    ]
    facts += [
        (of("person", who), said, of("city", where))
        for who, *places in LIVES
        for said, where in zip(("born in", "raised in", "died in"), places, strict=True)
    ]
    return kgllm.GraphQA(kgllm.load([*facts, (of("person", "Ann"), "married to", of("person", "Cid"))]))


@pytest.fixture(scope="module")
def chinese():
    facts = [
        (of("电影", film), said, of("人物", who)) for film, *people in HAN_FILMS for said, who in zip(("导演", "编剧"), people, strict=True)
    ]
    facts += [
        (of("人物", who), said, of("城市", where))
        for who, *places in HAN_LIVES
        for said, where in zip(("出生地", "去世地"), places, strict=True)
    ]
    return kgllm.GraphQA(kgllm.load(facts))


@pytest.fixture
def qa(question, english, chinese):
    return chinese if is_han(question) else english


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Is Ann the director and the writer of Olm?", False),
        ("Is Ann both the director and the writer of Ulm?", True),
        ("Did Cid direct and write Ilm?", True),
        ("Did Cid direct and write Elm?", False),
        ("Was Olm directed and written by Ann?", False),
        ("Is Olm directed by Ann and written by Bea?", True),
        ("Is Olm directed by Ann and written by Cid?", False),
        ("Is Ann married to Cid and the director of Olm?", True),
        ("Is Ann married to Cid and the director of Elm?", False),
        ("Was Cid born and raised in Rome?", True),
        ("Was Ann born and raised in Rome?", False),
        ("Were Ann and Bea born in Rome?", False),
        ("Was Bea born in Rome?", False),  # she died there
        ("Was Ann raised in Rome?", False),  # born there
        ("Is Ann the writer of Olm?", False),  # its director
        ("Are the director and the writer of Olm the same person?", False),
        ("Are the director and writer of Ulm the same?", True),
        ("Is the director of Olm also its writer?", False),
        ("Did the same person write and direct Ilm?", True),
        ("安明是奥姆的导演和编剧吗？", False),
        ("安明是乌姆的导演和编剧吗？", True),
        ("安明既是奥姆的导演又是编剧吗？", False),
        ("奥姆的导演和编剧是同一个人吗？", False),
        ("乌姆的导演和编剧是同一人吗？", True),
        ("陈西出生和去世都在罗马吗？", True),
        ("安明的出生地和去世地相同吗？", False),
        ("陈西的出生地和去世地一样吗？", True),
    ],
)
def test_both_must_be_so(qa, question, verdict):
    answer = qa.ask(question)
    assert answer.verdict is verdict, answer.text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Where was Ann born and raised?", "born: Rome [1]; raised: Oslo [2]"),
        ("Where were the director and the writer of Olm born?", "director: Rome [2]; writer: Oslo [4]"),
        ("Who was born and died in Rome?", "Ann [2]"),
        ("Who was born and raised in Rome?", "Cid [2]"),
        ("Who directed and wrote Ulm?", "Ann [2]"),
        ("安明出生和去世在哪里？", "出生：罗马 [1]；去世：巴黎 [2]"),
        ("奥姆的导演和编剧分别出生在哪里？", "导演：罗马 [2]；编剧：奥斯陆 [4]"),
        ("奥姆的导演和编剧是谁？", "导演：安明 [1]；编剧：贝华 [2]"),
        ("谁出生和去世都在罗马？", "陈西 [2]"),
    ],
)
def test_each_is_told_and_who_has_both_is_found(qa, question, text):
    assert qa.ask(question).text == text
