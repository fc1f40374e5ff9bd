"""Questions written from a graph, each with its complete answer and the facts that prove it.

generate               drawn, worded, split and written out
draw, ends             what is asked about, and what stands at the ends of relations
make, unanswerable     one question of each kind; those that have no answer
english, english_kinds, chinese   how they are said
naming, phrases, templates        how a relation may be worded: by its name, by the phrase books, by the user
noise, rewording       how users really write; other wordings by a model
measure, values        numbers and times that can be compared; the questions themselves
splits, formats        parts that do not leak; training data

>>> import kgllm
>>> graph = kgllm.load([("Inception", "directed by", "Christopher Nolan"), ("Memento", "directed by", "Christopher Nolan")])
>>> [question] = list(kgllm.questions.iterate(graph, 1, kinds=["inverse"], split_by=None, noise=0))
>>> question.topics, question.answers
(('Christopher Nolan',), ('Inception', 'Memento'))
"""

from kgllm.questions.generate import generate, iterate
from kgllm.questions.values import KINDS, Question

__all__ = ["KINDS", "Question", "dataset_of", "formatted", "generate", "iterate", "paraphrase", "read", "write", "write_templates"]

_WHERE = {
    "dataset_of": "formats",
    "formatted": "formats",
    "read": "formats",
    "write": "formats",
    "paraphrase": "rewording",
    "write_templates": "templates",
}


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name not in _WHERE:
        raise AttributeError(f"module 'kgllm.questions' has no attribute {name!r}")
    return getattr(import_module(f"kgllm.questions.{_WHERE[name]}"), name)
