"""BLAS is held to one thread while a question is on its way, and only then."""

import threading

import pytest

import kgllm
from kgllm.retrieval.threads import _libraries, one_thread


def threads() -> list[int]:
    return [library["num_threads"] for library in _libraries().info()]


@pytest.fixture
def usual():
    """More threads than one, where BLAS can have them."""
    with _libraries().limit(limits=2):
        yield threads()


def test_one_while_a_question_is_asked(usual):
    asked = []

    class Watching:
        name = "watching"

        def encode(self, texts):
            import numpy as np

            asked.append(threads())
            return np.ones((len(texts), 4), np.float32) / 2

    qa = kgllm.GraphQA(kgllm.load([("Inception", "directed by", "Christopher Nolan")]), encoder=Watching())
    asked.clear()
    assert qa.ask("Who directed Inception?").entities[0].name == "Christopher Nolan"
    assert asked and all(set(counts) <= {1} for counts in asked)
    assert threads() == usual


def test_questions_that_overlap_leave_it_as_it_was(usual):
    inside, leave = threading.Event(), threading.Event()

    def ask() -> None:
        with one_thread():
            inside.set()
            leave.wait(10)

    other = threading.Thread(target=ask)
    with one_thread():
        other.start()
        assert inside.wait(10)
    leave.set()
    other.join()
    assert threads() == usual


def test_an_error_leaves_it_as_it_was(usual):
    with pytest.raises(RuntimeError, match="lost"), one_thread():
        raise RuntimeError("lost")
    assert threads() == usual
