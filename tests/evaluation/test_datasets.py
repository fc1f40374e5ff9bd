"""Files of questions: what is read, and what is said of a bad one."""

from __future__ import annotations

import gzip
import json

import pytest

from kgllm.errors import ConfigError, GraphParseError, WrongTypeError
from kgllm.evaluation import read_questions
from kgllm.evaluation.datasets import questions_of

GOOD = {"id": "q1", "question": "流浪地球的导演是谁？", "topics": ["流浪地球"], "answers": ["郭帆"], "hops": 1, "lang": "zh"}


def write(tmp_path, *lines: object, name: str = "q.jsonl"):
    path = tmp_path / name
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return path


def test_fields_are_read_and_others_let_be(tmp_path):
    (row,) = read_questions(write(tmp_path, GOOD, ""))
    assert (row.id, row.topics, row.answers, row.hops, row.answerable) == ("q1", ("流浪地球",), ("郭帆",), 1, True)


def test_gzip(tmp_path):
    path = tmp_path / "q.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(GOOD).encode()))
    assert read_questions(path)[0].question == GOOD["question"]


def test_a_mark_of_the_encoding_is_no_part_of_the_first_line(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps(GOOD), encoding="utf-8-sig")
    assert read_questions(path)[0].question == GOOD["question"]


def test_no_answers_means_unanswerable(tmp_path):
    assert not read_questions(write(tmp_path, {**GOOD, "answers": []}))[0].answerable


def test_a_sample_is_seeded(tmp_path):
    path = write(tmp_path, *({**GOOD, "id": str(i)} for i in range(50)))
    ids = [row.id for row in read_questions(path, n=5, seed=1)]
    assert ids == [row.id for row in read_questions(path, n=5, seed=1)] != [row.id for row in read_questions(path, n=5, seed=2)]
    assert len(read_questions(path, n=500)) == 50


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not a line of JSON in UTF-8: '{'"),
        ("[" * 100_000, "not a line of JSON"),
        ("[1]", "must be an object"),
        ({"answers": []}, '"question" must be a text'),
        ({**GOOD, "question": " "}, '"question" must be a text'),
        ({"question": "who?"}, 'no "answers"'),
        ({**GOOD, "answers": "郭帆"}, '"answers" must be a list of names'),
        ({**GOOD, "answers": None}, '"answers" must be a list of names'),
        ({**GOOD, "topics": [["x"]]}, '"topics" must be a list of names'),
        ({**GOOD, "hops": "2"}, '"hops" must be a whole number'),
        ({**GOOD, "hops": True}, '"hops" must be a whole number'),
    ],
)
def test_a_bad_line_is_refused_with_file_and_line(tmp_path, line, said):
    with pytest.raises(GraphParseError, match=said) as error:
        read_questions(write(tmp_path, GOOD, line))
    assert "q.jsonl:2" in str(error.value)


def test_bytes_that_are_no_utf8(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_bytes(b"\xff\xfe\n")
    with pytest.raises(GraphParseError, match="q.jsonl:1"):
        read_questions(path)


def test_a_broken_gzip(tmp_path):
    path = tmp_path / "q.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(GOOD).encode() * 1000)[:60])
    with pytest.raises(GraphParseError, match="q.jsonl.gz"):
        read_questions(path)


def test_absent_and_empty_files(tmp_path):
    with pytest.raises(ConfigError, match="no file of questions"):
        read_questions(tmp_path / "absent.jsonl")
    with pytest.raises(ConfigError, match="holds no questions"):
        read_questions(write(tmp_path, ""))
    with pytest.raises(ConfigError, match="n must be"):
        read_questions(write(tmp_path, GOOD), n=0)


def test_dicts(tmp_path):
    assert questions_of([GOOD])[0].id == "q1"
    assert questions_of({"question": "?", "answers": [i]} for i in (1, 2.5))[1].answers == ("2.5",)
    for bad in (GOOD, 7, None):
        with pytest.raises(WrongTypeError):
            questions_of(bad)
    with pytest.raises(GraphParseError, match="question 2"):
        questions_of([GOOD, "who?"])
    with pytest.raises(ConfigError, match="no questions"):
        questions_of([])
