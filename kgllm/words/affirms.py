"""What a Chinese value says to a question for yes or no that it answers in words of the question: 非引种 to 属于引种吗, 不溶 to 溶于水吗."""

from __future__ import annotations

import re
from functools import lru_cache

from kgllm.words.patterns import either
from kgllm.words.questions import forms_of, sign
from kgllm.words.tokens import ASKED, is_han

_REMARK = re.compile(r"\s*[(（\[【][^()（）\[\]【】]*[)）\]】]\s*$")
_SAID = forms_of("verdict")
_DENIES = re.compile(rf"^{either(_SAID['denies_han'])}(?=.)")
_SAYS = re.compile(rf"^{either(_SAID['says_han'])}(?=..)")
_LONGEST = 8  # characters of a value that says so, and no more
_RUN = 3  # characters that a value and a question have in common, where the value says more


@lru_cache(maxsize=ASKED)
def affirms(rest: str, value: str) -> bool | None:
    """Whether a value says yes to a question, without the names in it, or no; None where it says neither.

    >>> affirms("有没有讯息略过", "有（pc、ios）"), affirms("属于引种吗", "非引种"), affirms("易溶于水吗", "不溶"), affirms("溶于水吗", "可溶于水")
    (True, False, False, True)
    >>> affirms("是否属于引种栽培", "人工引种栽培"), affirms("是红色的吗", "红"), affirms("易溶于水吗", "无色")
    (True, None, None)
    """
    said = _REMARK.sub("", value.strip())
    if not is_han(said) or len(said) > _LONGEST:
        return None
    if said != value.strip() and (plain := sign(said)) is not None:
        return plain
    denied = _DENIES.sub("", said)
    if denied != said:
        return False if denied in rest else None
    asserted = _SAYS.sub("", said)
    runs = (asserted[i : i + _RUN] for i in range(len(asserted) - _RUN + 1))
    return True if (asserted != said and asserted in rest) or any(run in rest for run in runs) else None
