"""When not to answer, and how that is said. A reason is a short code, then words.

| code | meaning |
|---|---|
| empty_question | the question is empty, or nothing but spaces |
| nothing_linked | no entity of the graph is named in the question, or none of the seeds given is in the graph |
| nothing_found | entities are linked, and no fact of theirs leads anywhere |
| undecided | no word says what of a thing is asked for, and the graph tells several things of it alike |
| below_threshold | paths were found, and none explains what the question asks |
| ambiguous | several things are called nearly as the question says, and they have different answers |
| yes_or_no | the question asks whether something is so, and the graph's best path says something else |
| unchecked | the question states a condition (a year, an order, another name) that no fact was found to check |
| negation | the question asks for what something is not |
| comparison | the question compares things that it names, or asks for what is before, after, more or less than a value |
| units | a number is asked for that would be made of values in different units or currencies |
| too_many | the question compares more things, or asks for more of a kind, than `Limits.members` lets be read |
| model_abstained | the model was given the facts, said that they do not hold the answer, and cited none of them |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kgllm.answering.forms import form_of, names_a_stranger
from kgllm.answering.measured import another_address, another_measure, another_noun, no_time, of_another, unmeasured
from kgllm.answering.symbolic import of_another_truth
from kgllm.answering.vague import named
from kgllm.types import Answer, Evidence, Node, Prompt
from kgllm.words.language import language_of

THRESHOLD = 0.5
"""A confidence below this abstains. `kgllm.retrieval.scoring.score.confidence` puts what nothing explains below it."""

REASONS = {
    "empty_question": ("the question is empty", "问题是空的"),
    "nothing_linked": ("no entity of the graph is named in the question", "问题中没有图谱里的实体"),
    "nothing_found": ("the linked entities have no facts that lead to an answer", "链接到的实体没有相关的事实"),
    "undecided": ("it does not say what of it is asked for", "它没有说明要问的是哪一方面"),
    "ambiguous": ("several things are called so, and have different answers", "有几个叫这个名字的，答案各不相同"),
    "below_threshold": ("no path of the graph explains what the question asks", "图谱中没有能解释该问题的路径"),
    "yes_or_no": ("it asks whether something is so, and no fact says yes or no to that", "它问的是对不对，而没有事实说明是或否"),
    "unchecked": ("it states a condition that no fact was found to check", "它所说的条件中有一项没有事实可以核对"),
    "negation": ("it asks for what something is not, and paths only say what it is", "它问的是不是什么，而路径只能说明是什么"),
    "comparison": ("it compares, and there are no values to compare it by", "它要作比较，而没有可供比较的数值"),
    "units": ("the values are in different units, which are not put together", "这些数值的单位不同，不能合在一起计算"),
    "too_many": ("there is more to be compared than the limits let be read", "要比较的东西多于限制所允许读取的"),
    "model_abstained": ("the model found no answer in the facts that it was given", "模型在所给事实中没有找到答案"),
}
NO_SEED = ("none of the given seeds is in the graph", "图谱中没有所给的起点")
"""The words of `nothing_linked` where the caller said what to start from."""
OTHER_FORMS = ("yes_or_no", "unchecked", "negation", "comparison", "undecided")
"""Reasons of the question's form: there are facts, which a model may still answer from."""
UNEXPLAINED = ("below_threshold", "ambiguous", "nothing_found", "nothing_linked")
"""Reasons that nothing was found for the question's words: a model may know others for them."""
NOT_ANSWERED = ("This kind of question is not answered without a model", "不借助模型无法回答这类问题")
NOTHING_ASKED = ("Nothing is asked", "没有提出问题")
UNCLEAR = ("It is not clear what is meant", "不清楚问的是哪一个")
NOT_IN_GRAPH = ("The graph does not hold the answer", "图谱中没有答案")


def code_for(evidence: Evidence, confidence: float, threshold: float, lot: Sequence[Node]) -> str | None:
    """The code of the reason to abstain, or None to answer. `lot`: the things among which the answer is drawn by lot."""
    if not evidence.question.strip():
        return "empty_question"
    if "declined" in evidence.settings:
        return str(evidence.settings["declined"])
    if evidence.settings.get("form") == "field" and lot:
        return "ambiguous"
    if "form" in evidence.settings:  # it compares, or asks for all of a kind, and was found to be answered or to be too much
        return "too_many" if not evidence.paths else "below_threshold" if confidence < threshold else None
    if not evidence.seeds:
        return "nothing_linked"
    if not evidence.paths or not evidence.paths[0].endpoints:
        return "nothing_found"
    another = another_measure(evidence) or another_address(evidence) or another_noun(evidence)
    another = another or no_time(evidence) or of_another(evidence, confidence)
    if confidence < threshold or another:
        return "below_threshold"
    if evidence.paths[0].features.get("undecided"):
        return "undecided"
    form = form_of(evidence) or ("comparison" if unmeasured(evidence) else None)
    form = form or ("yes_or_no" if of_another_truth(evidence) else None)
    form = form or ("ambiguous" if lot else None)
    return form or ("unchecked" if names_a_stranger(evidence) else None)


def for_a_model(draft: Answer, *, unsure: bool) -> bool:
    """Whether a model that sees facts may still answer: it puts them into the form of answer that is asked for, or (`unsure`) reads what
    they have to do with a question whose words nothing explains."""
    return draft.code in OTHER_FORMS or (unsure and draft.code in UNEXPLAINED)


def has_facts(draft: Answer) -> bool:
    """Whether there are facts that a model can be shown."""
    return draft.evidence is not None and bool(draft.evidence.facts)


def abstention(
    evidence: Evidence,
    code: str,
    *,
    confidence: float,
    settings: Mapping[str, Any],
    text: str = "",
    prompt: Prompt | None = None,
    seeded: bool = False,
    lot: Sequence[Node] = (),
) -> Answer:
    """An answer that says why there is none. `text` is the model's own words, where it spoke; `seeded`: seeds were given; `lot`: what may be
    meant, where that is `ambiguous`."""
    chinese = language_of(evidence.question) == "zh"
    words = (NO_SEED if seeded and code == "nothing_linked" else REASONS[code])[chinese]
    if code == "ambiguous":
        words += named(lot, chinese=chinese)
    openings = {"empty_question": NOTHING_ASKED, "ambiguous": UNCLEAR, **dict.fromkeys(OTHER_FORMS, NOT_ANSWERED)}
    said = openings.get(code, NOT_IN_GRAPH)
    return Answer(
        question=evidence.question,
        text=text or (f"{said[1]}：{words}。" if chinese else f"{said[0]}: {words}."),
        entities=(),
        confidence=confidence,
        abstained=True,
        reason=f"{code}: {words}",
        evidence=evidence,
        prompt=prompt,
        timings=evidence.timings,
        settings=settings,
    )
