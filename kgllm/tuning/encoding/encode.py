"""Rows as token ids and labels, with the very prompt that the model gets when it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from kgllm.llms.transformers import prompt_ids
from kgllm.tuning.rows import Messages, Row

IGNORED = -100
_ASKS = {"en": ("Question: ", "\nAnswer:"), "zh": ("问题：", "\n答案：")}
_GAPS = {"zh": ""}
"""Before an answer; else a blank. Chinese has none, and with one Gemma 3 270M knew 107 of 705 general questions, without 158."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """ids and, for each, what is trained there: the id itself, or IGNORED. cut: the answer lost its end to the length."""

    ids: tuple[int, ...]
    labels: tuple[int, ...]
    row: Row
    cut: bool = False

    @property
    def labelled(self) -> int:
        return sum(label != IGNORED for label in self.labels)


class Encoder:
    """Turns rows into ids. chat: through the tokenizer's chat template, as `TransformersLLM` does; else as a base model's text,
    `Question: …` and `Answer:` with the answer and a line break after it.

    A model is asked with exactly `prompt(row)`; training only goes on where that ends.
    """

    def __init__(self, tokenizer: Any, *, chat: bool | None = None, length: int = 512) -> None:
        self.tokenizer = tokenizer
        self.chat = bool(getattr(tokenizer, "chat_template", None)) if chat is None else chat
        self.length = length
        self.ends = end_tokens(tokenizer)

    def request(self, row: Row) -> Any:
        """What an LLM is asked: messages for a chat model, one text for a base model."""
        return as_request(row.prompt, chat=self.chat, language=row.language, raw=row.raw)

    def prompt(self, row: Row) -> list[int]:
        """The ids before the answer; the same as at inference."""
        return [] if row.text else prompt_ids(self.tokenizer, self.request(row), chat=self.chat)

    def encode(self, row: Row, *, loss: str = "completion") -> Encoded:
        """One row. Too long: the answer loses its end, and says so."""
        if row.text:
            ids = list(self.tokenizer(row.completion)["input_ids"])
            found = Encoded(ids=tuple(ids[: self.length]), labels=(IGNORED, *ids[1 : self.length]), row=row)
            return found
        prompt, completion = self.prompt(row), self.completion(row)
        ids = (prompt + completion)[: self.length]
        masked = len(prompt) if loss == "completion" else 1  # nothing comes before the first token
        labels = [IGNORED] * min(masked, len(ids)) + ids[masked:]
        return Encoded(ids=tuple(ids), labels=tuple(labels), row=row, cut=len(prompt) + len(completion) > self.length)

    def graded(self, row: Row) -> Encoded:
        """One row as it is graded: a base model's answer ends at its line break, and what it would say after that is cut off."""
        one = self.encode(row)
        if self.chat or row.raw or row.text or one.cut or one.ids[-1] != self.tokenizer.eos_token_id:
            return one
        return replace(one, ids=one.ids[:-1], labels=one.labels[:-1])

    def completion(self, row: Row) -> list[int]:
        """The ids of the answer and of its end."""
        if self.chat:
            messages = [dict(one) for one in row.prompt]
            before = self.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
            answer = {"role": "assistant", "content": row.completion}
            whole = self.tokenizer.apply_chat_template([*messages, answer], tokenize=False)
            tail = whole[len(before) :] if whole.startswith(before) else None
            if tail is None:
                return []  # the doctor says why
            return list(self.tokenizer(tail.rstrip("\n"), add_special_tokens=False)["input_ids"])
        text = row.completion if row.raw else answer_line(row.completion, row.language)
        ids = list(self.tokenizer(text, add_special_tokens=False)["input_ids"])
        eos = self.tokenizer.eos_token_id
        return ids + ([eos] if eos is not None and (not ids or ids[-1] != eos) else [])


def answer_line(answer: str, language: str) -> str:
    """An answer as a base model gives it, after `Answer:` and up to the end of the line.

    >>> answer_line("Christopher Nolan", "en"), answer_line("郭帆", "zh")
    (' Christopher Nolan\\n', '郭帆\\n')
    """
    return f"{_GAPS.get(language, ' ')}{answer}\n"


def as_request(prompt: Messages, *, chat: bool, language: str = "en", raw: bool = False) -> Any:
    """Messages, or for a base model their text; a closed-book question is asked as Question and Answer.

    >>> as_request(({"role": "user", "content": "Who directed Inception?"},), chat=False)
    'Question: Who directed Inception?\\nAnswer:'
    """
    if chat:
        return [dict(one) for one in prompt]
    if raw:
        return "\n\n".join(one["content"] for one in prompt)
    before, after = _ASKS.get(language, _ASKS["en"])
    said: list[str] = []
    for one in prompt:
        said.append(
            {"user": f"{before}{one['content']}", "assistant": f"{after.strip()}{answer_line(one['content'], language)[:-1]}"}.get(
                one["role"], one["content"]
            )
        )
    return "\n".join(said) + after


def end_tokens(tokenizer: Any) -> set[int]:
    """Tokens that end an answer: the tokenizer's own, and a chat template's end of turn."""
    ends = {tokenizer.eos_token_id} - {None}
    for name in ("<|im_end|>", "<|eot_id|>", "<end_of_turn>", "<turn|>", "<|end|>", "</s>", "<|endoftext|>"):
        known = tokenizer.convert_tokens_to_ids(name)
        if known is not None and known != tokenizer.unk_token_id:
            ends.add(known)
    return {int(one) for one in ends}


def encode_all(rows: Sequence[Row], encoder: Encoder, *, loss: str = "completion") -> list[Encoded]:
    """All rows, in order; a row that stands there several times is encoded once."""
    found = {id(row): encoder.encode(row, loss=loss) for row in {id(row): row for row in rows}.values()}
    return [found[id(row)] for row in rows]
