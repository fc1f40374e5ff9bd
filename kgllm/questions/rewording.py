"""Other wordings by a language model, kept only where the question still means the same to kgllm itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kgllm.questions.values import Question

if TYPE_CHECKING:
    from kgllm.answering.qa import GraphQA

_ASK = {
    "en": "Say this question in other words. Keep every name exactly as it is, and ask for the same thing. Answer with the question alone.\n\nQuestion: {}\nIn other words:",
    "zh": "换一种说法问下面的问题。名称一个字都不要改，问的必须是同一件事。只回答问题本身。\n\n问题：{}\n换一种说法：",
}
_LONGEST = 400
_YES = ("yes", "是")


def paraphrase(qa: GraphQA, llm: Any) -> Callable[[Question], str | None]:
    """A function for `iterate(…, paraphrase=…)`: `llm` (a callable of prompts, or anything that `GraphQA` takes) words each question
    anew; the wording is kept where all names are still in it and `qa` reaches the same answers by it (None otherwise).

    >>> import kgllm
    >>> qa = kgllm.GraphQA(kgllm.load([("Inception", "directed by", "Christopher Nolan")]))
    >>> asked = Question(id="1", question="Who directed Inception?", answers=("Christopher Nolan",), mentions=("Inception",), kind="one_hop", language="en")
    >>> paraphrase(qa, lambda prompts: ["By whom was Inception directed?" for _ in prompts])(asked)
    'By whom was Inception directed?'
    >>> paraphrase(qa, lambda prompts: ["Who is he?" for _ in prompts])(asked) is None
    True
    """
    from kgllm.llms import as_llm
    from kgllm.types import Prompt

    model = as_llm(llm)

    def again(question: Question) -> str | None:
        text = _ASK[question.language].format(question.question.partition("\n")[0])
        prompt = Prompt(messages=({"role": "user", "content": text},), text=text, served={}, tokens=0, exact=False, stop=("\n",))
        said = next(iter(model.generate([prompt])), "").strip().partition("\n")[0].strip().strip('"“”')
        options = question.question.partition("\n")[1:]
        said += "".join(options) if question.choices else ""
        return said if means_the_same(qa, question, said) else None

    return again


def means_the_same(qa: GraphQA, question: Question, text: str) -> bool:
    """Whether a wording keeps every name and, asked through `qa`, leads to the same answers (or to none, for the same reason, where
    there are none)."""
    if not text or len(text) > _LONGEST or text == question.question or any(name not in text for name in question.mentions):
        return False
    found = qa.ask(text.partition("\n")[0])
    names = {entity.name for entity in found.entities}
    if question.kind == "count":
        return found.value is not None and [f"{found.value:g}"] == list(question.answers)
    if question.kind == "yes_no":
        return found.verdict is (question.answers[0] in _YES)
    if question.kind == "choice":
        return names & set(question.choices) == set(question.answers)
    if question.kind == "unanswerable":
        return found.abstained and found.code == qa.ask(question.question).code
    return not found.abstained and names == set(question.answers)
