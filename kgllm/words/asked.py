"""Questions for yes or no in their plain form: "Isn't A the capital of B?", "A is the capital of B, right?" and "难道A不是B的首都吗？" ask
whether A is the capital of B.

A negation that expects a yes is none, and what "yes" is said to is what is so. Other negations stay: "Did he not direct it?" may be
answered yes either way.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kgllm.words.language import language_of
from kgllm.words.questions import MEASURE, Span, yes_or_no
from kgllm.words.wrapped import unwrapped

_NOT = re.compile(r"^(\W*(?:is|are|was|were|do|does|did|has|have|had|ca|can|could|wo|would|should))n['’]t\b", re.IGNORECASE)
_TRUE = re.compile(
    r"^\W*(?:is|isn['’]t)\s+it\s+(?:really\s+|not\s+)?(?:true|correct|right|so|a\s+fact|the\s+case)\s+that\s+", re.IGNORECASE
)
_TAG = re.compile(
    r"\s*,\s*(?:right|correct|true|yes|no|eh|or\s+not|is\s+that\s+(?:so|right|correct|true)"
    r"|(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)(?:n['’]t)?\s+(?:it|he|she|they|that|this|there))(?=\s*[?.!]*\s*$)",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:The|A|An)\b")
_SPEAKS = re.compile(r"\b(?:is|are|was|were|do|does|did|has|have|had|the|of|than)\b", re.IGNORECASE)
_ASKED = re.compile(r"^\s*(?:请问|麻烦问一下|我想问一下)[，,：:\s]*")
_HAN_TAG = re.compile(
    r"(?:[，,]\s*(?:这|这个)?(?:是吧|是吗|是么|是不是|是的吧|没错吧|不是吗|属实吗|是真的吗|对不|正确吗)|[，,]?\s*(?:对吧|对吗|对么|对不对|是不是这样|是这样吗))(?=[？?。\s]*$)"
)
_GUESSED = re.compile(r"(?<!对)吧(?=[？?]?\s*$)")
_RHETORIC = re.compile(r"难道(?:说)?")
_NOT_SO = re.compile(r"(?:并)?(?<!是)不(?=是)")
_NEVER = re.compile(r"(?:从来|从)?(?:没有|没|不)(?!过)")
_HAN_TWICE = re.compile(r"([^是的，,？?]+)的([^的，,？?]+?)还是([^的，,？?]+)的\2(?=[？?。呢\s]*$)")
_TWICE = re.compile(r"\b(the [a-z]+(?: [a-z]+)?) of ([^,?]+?) or \1 of ", re.IGNORECASE)
_HAS = re.compile(
    r"^\W*(?:(?:does|do|did|has|have|had)\s+\0\s+(?:ever\s+)?(?:have\s+|has\s+|had\s+)?(?:any|an?|some)\s+(?P<noun>[^,?]+?)"
    r"|(?:is|are|was|were)\s+there\s+(?:any|an?|some)\s+(?P<there>[^,?]+?)\s+(?:of|to|for|in)\s+\0)\W*$",
    re.IGNORECASE,
)
_HAN_HAS = re.compile(r"^[\s《“]*\0[\s》”]*(?:是否有|有没有|有)(?:什么|任何)?([^，,？?]+?)(?:吗|么|没有|呢)?[？?。\s]*$")
_BETWEEN = re.compile(rf"(?:哪(?:[些几]|{MEASURE})|(?:多少|几){MEASURE}?|(?:所有|全部)的?|列出)([^\W\d]{{1,8}}?)$")
_MEANS = re.compile(r"^(.*?\bwhat)\s+(?:do|does|did)\s+(.+?)\s+mean(\W*)$", re.IGNORECASE)
_MEANINGS = ("meaning", "definition", "explanation", "description")
_ENDS = re.compile(r"[吗么](?=[？?。\s]*$)")


def between_asking(question: str, end: int) -> Span:
    """Where something stands between what asks and a noun that begins at `end`, in Chinese; an empty place, where nothing does.

    >>> question = "奥姆有哪些红色灯？"
    >>> question[slice(*between_asking(question, question.index("灯")))], between_asking("哪些灯", 2)
    ('红色', (0, 0))
    """
    found = _BETWEEN.search(question[:end])
    return (0, 0) if found is None else found.span(1)


def meaning_said(question: str, is_field: Callable[[str], bool]) -> str:
    """A question for what something means as one for the field of a graph that says so, where it has one; any other as it is.

    >>> meaning_said("What does the code of Olm mean?", {"meaning", "code"}.__contains__), meaning_said("What does Olm mean?", set().__contains__)
    ('What is the meaning of the code of Olm?', 'What does Olm mean?')
    """
    found = _MEANS.match(question)
    noun = None if found is None else next((one for one in _MEANINGS if is_field(one)), None)
    return question if found is None or noun is None else f"{found[1]} is the {noun} of {found[2]}{found[3]}"


def plainly_asked(question: str) -> str:
    """A question for yes or no in its plain form; any other as it is.

    >>> plainly_asked("Isn't Paris the capital of France?"), plainly_asked("Paris is the capital of France, right?")
    ('Is Paris the capital of France?', 'Is Paris is the capital of France?')
    >>> plainly_asked("难道悉尼不是澳大利亚的首都吗？"), plainly_asked("悉尼是澳大利亚的首都，对吧？")
    ('悉尼是澳大利亚的首都吗？', '悉尼是澳大利亚的首都吗？')
    >>> plainly_asked("I'd like to know whether Paris is in France"), plainly_asked("告诉我巴黎是不是在法国")
    ('Is Paris is in France', '巴黎是不是在法国')
    >>> plainly_asked("Who directed Memento, right?"), plainly_asked("谁不是演员？")
    ('Who directed Memento, right?', '谁不是演员？')
    """
    question = _HAN_TWICE.sub(r"\1还是\3的\2", _TWICE.sub(r"\1 of \2 or ", question))  # "the N of A or the N of B" is "the N of A or B"
    text = unwrapped(question)
    stated = text is not None
    text = question if text is None else text
    english = language_of(question) != "zh" or _SPEAKS.search(text) is not None  # whose names may be Chinese
    found = _english(text, stated=stated) if english else _chinese(text)
    return found if found != question and yes_or_no(found) else question


def _english(question: str, *, stated: bool) -> str:
    text = _TAG.sub("", question)
    stated |= text != question
    text = _TRUE.sub("", text) if _TRUE.match(text) else _NOT.sub(lambda match: _whole(match[1]), text)
    stated |= text != question and not re.match(
        r"^\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b", text, re.IGNORECASE
    )
    text = _ARTICLE.sub(lambda match: match[0].lower(), text) if stated else text
    return f"Is {text}" if stated and not re.match(r"^\W*(?:is|are|was|were|do|does|did|has|have|had|can)\b", text, re.IGNORECASE) else text


def _whole(auxiliary: str) -> str:
    """ "ca" of "can't" is "can"."""
    return auxiliary + {"ca": "n", "wo": "uld"}.get(auxiliary.strip().lower(), "")


def _chinese(question: str) -> str:
    text = _ASKED.sub("", question)
    tagged = _HAN_TAG.sub("", text)
    if tagged != text and not yes_or_no(tagged):
        text = re.sub(r"[了的]?[？?。\s]*$", lambda match: match[0][:1].strip("？?。 ") + "吗？", tagged, count=1)
    text = _GUESSED.sub("吗", text)
    rhetoric = _RHETORIC.sub("", text, count=1)
    if rhetoric != text:
        text = rhetoric if _ENDS.search(rhetoric) else re.sub(r"[？?。\s]*$", "吗？", rhetoric, count=1)
        if "不是" not in text:
            text = _NEVER.sub("", text, count=1)
    if _ENDS.search(text) and "是不是" not in text:
        text = _NOT_SO.sub("", text, count=1)
    return text


def what_it_has(question: str, name: Span) -> str | None:
    """What a question that asks whether the thing at a place has something asks of it; None of any other question.

    >>> what_it_has("Does Alien have a sequel?", (5, 10)), what_it_has("Is there a sequel to Alien?", (21, 26))
    ('What is the sequel of Alien?', 'What is the sequel of Alien?')
    >>> what_it_has("《三体》有续集吗？", (1, 3)), what_it_has("Does Alien star Sigourney Weaver?", (5, 10))
    ('三体的续集是什么？', None)
    """
    said, rest = question[slice(*name)], f"{question[: name[0]]}\0{question[name[1] :]}"
    if (han := _HAN_HAS.match(rest)) is not None:
        return f"{said}的{han[1]}是什么？"
    found = _HAS.match(rest)
    if found is None:
        return None
    return f"What is the {found['noun'] or found['there']} of {said}?"
