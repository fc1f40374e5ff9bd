"""The seam of language models, and what every one of them shares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias, runtime_checkable

from kgllm.errors import ConfigError, ModelError, WrongTypeError, shorten
from kgllm.limits import Deadline
from kgllm.types import Prompt

Messages: TypeAlias = "Sequence[Mapping[str, str]]"
Request: TypeAlias = "Prompt | str | Messages"

OVERHEAD = 16  # tokens that a chat template may put around one message, where there is no tokenizer to ask


class CutShort(str):
    """A completion that did not end by itself: its tokens were used up. A stream that was cut so ends with such a piece.

    >>> isinstance(CutShort("Memento, Incep"), str)
    True
    """

    __slots__ = ()


@runtime_checkable
class LLM(Protocol):
    """A language model.

    name: what it is called in answers and reports. chat: it takes messages (a base model takes plain text).
    context: how many tokens fit, prompt and answer together; None where unknown. special_tokens: the texts that
    its tokenizer reads as control tokens; prompts never let a fact produce one.
    """

    @property
    def name(self) -> str: ...

    @property
    def chat(self) -> bool: ...

    @property
    def context(self) -> int | None: ...

    @property
    def special_tokens(self) -> tuple[str, ...]: ...

    def generate(
        self,
        prompts: Sequence[Request],
        *,
        max_tokens: int = 128,
        stop: Sequence[str] = (),
        seed: int = 0,
        deadline: Deadline | None = None,
    ) -> list[str]:
        """One completion for each prompt, in order. Stops at `stop` and at the prompt's own stops, which are left out. One whose tokens
        were used up before its end is a `CutShort`, where that is known.

        Raises:
            ModelError: or one of its kinds; see `kgllm.errors`.
        """
        ...

    def stream(
        self, prompt: Request, *, max_tokens: int = 128, stop: Sequence[str] = (), seed: int = 0, deadline: Deadline | None = None
    ) -> Iterator[str]:
        """The same completion as `generate`, piece by piece."""
        ...

    def count(self, prompt: Request) -> tuple[int, bool]:
        """(tokens, exact): how many tokens the prompt takes, chat template included. Not exact: an upper bound."""
        ...


def as_llm(obj: object) -> LLM:
    """The LLM that `obj` means; see `kgllm.llms`.

    Raises:
        ConfigError: an empty name. WrongTypeError: nothing that could be a model.
        ModelUnavailable: a model that is neither a folder nor reachable. MissingExtraError: a part is not installed.
    """
    if isinstance(obj, type):
        raise WrongTypeError(f"llm must be a model, not the class {obj.__name__}", hint=f"make one first: {obj.__name__}(…)")
    if isinstance(obj, LLM):
        return obj
    if isinstance(obj, (str, Path)):
        return _by_name(obj)
    if isinstance(obj, tuple) and len(obj) == 2:
        from kgllm.llms.transformers import TransformersLLM

        return TransformersLLM(obj)
    if callable(obj):
        from kgllm.llms.callable import CallableLLM

        return CallableLLM(obj)
    raise WrongTypeError(
        f"llm must be a name, a folder, (model, tokenizer), a callable or an LLM, not {shorten(obj)}",
        hint='try llm="gemma3-270m", or llm=None',
    )


def _by_name(name: str | Path) -> LLM:
    if not str(name).strip():
        raise ConfigError("llm is an empty name", hint="name a model or a folder; llm=None answers without a model")
    if isinstance(name, str) and name.startswith(("http://", "https://")):
        raise ConfigError(
            "llm is the address of a server, and says no model there",
            hint="from kgllm.llms.openai import OpenAILLM; llm=OpenAILLM(model, base_url=…)",
        )
    if name == "echo":
        from kgllm.llms.echo import EchoLLM

        return EchoLLM()
    if name == "gemma3-270m":
        from kgllm.llms.small import small_model

        return small_model()
    if (Path(name).expanduser() / "adapter_config.json").is_file():
        from kgllm.tuning.weights.adapters import as_llm as adapted

        return adapted(name)
    begun = Path(f"{name}.run").expanduser()
    if begun.is_dir() and not Path(name).expanduser().exists():
        raise ConfigError(
            f"the training of {shorten(str(name))} is not done: {shorten(begun.name)} is there, and the adapter is not",
            hint="the same kgllm tune, or teach, goes on from its last checkpoint",
        )
    from kgllm.llms.transformers import TransformersLLM

    llm = TransformersLLM(name)
    if (Path(name).expanduser() / "kgllm.json").is_file():  # tuned whole, or merged
        from kgllm.tuning.weights.adapters import served

        llm.needs_examples = llm.needs_examples and not served(name)
    return llm


def as_text(request: Request) -> str:
    """A request as one text: a prompt's own, or the contents of messages with a blank line between."""
    if isinstance(request, str):
        return request
    if isinstance(request, Prompt):
        return request.text
    return "\n\n".join(message["content"] for message in request)


def as_messages(request: Request) -> list[dict[str, str]]:
    """A request as chat messages; a plain text is one message of the user."""
    if isinstance(request, str):
        return [{"role": "user", "content": request}]
    if isinstance(request, Prompt):
        return [dict(one) for one in request.messages] or [{"role": "user", "content": request.text}]
    return [dict(one) for one in request]


def checked(prompts: Sequence[Request]) -> list[Request]:
    """The prompts as a list; one text instead of a list of them is the commonest slip."""
    if isinstance(prompts, (str, Prompt)):
        raise WrongTypeError("generate takes a list of prompts, not one prompt", hint="write generate([prompt])")
    for one in prompts:
        if not isinstance(one, (str, Prompt)) and not _are_messages(one):
            raise WrongTypeError(f"a prompt is a Prompt, a text, or messages with role and content, not {shorten(one)}")
    return list(prompts)


def _are_messages(value: object) -> bool:
    return isinstance(value, Sequence) and all(isinstance(m, Mapping) and isinstance(m.get("content"), str) and "role" in m for m in value)


def stops_of(request: Request, stop: Sequence[str]) -> tuple[str, ...]:
    """Where this request's completion ends: what the caller says and what the prompt's template says."""
    if isinstance(stop, str):
        raise WrongTypeError("stop is a list of texts, not one text", hint=f"write stop=[{stop!r}]")
    own = request.stop if isinstance(request, Prompt) else ()
    return tuple(one for one in (*stop, *own) if one)


def cut(text: str, stops: Sequence[str]) -> str:
    """The text before the first stop. Leading blanks never count as one: models like to begin with a line break.

    >>> cut("\\n Paris [1]\\nQuestion: …", ["\\n"])
    'Paris [1]'
    """
    text = text.lstrip()
    found = [at for at in (text.find(stop) for stop in stops) if at >= 0]
    return text[: min(found)].rstrip() if found else text.rstrip()


def finished(text: str, stops: Sequence[str], *, short: bool) -> str:
    """A whole text without thoughts, cut at its stops. short: its tokens were used up, which counts where no stop stands in it.

    >>> type(finished("Paris, Ly", ["\\n"], short=True)).__name__, type(finished("Paris\\nQ", ["\\n"], short=True)).__name__
    ('CutShort', 'str')
    """
    said = without_thoughts(text)
    whole = cut(said, stops)
    return CutShort(whole) if short and len(whole) == len(said.strip()) else whole


def stream_cut(pieces: Iterator[str], stops: Sequence[str]) -> Iterator[str]:
    """`cut` for a stream: holds back what may turn out to be the start of a stop, and blanks that may end the text."""
    longest = max((len(stop) for stop in stops), default=1)
    text, shown, short = "", 0, False
    for piece in pieces:
        short = isinstance(piece, CutShort)
        text = (text + piece) if text else piece.lstrip()
        first = min((at for at in map(text.find, stops) if at >= 0), default=-1)
        begun = range(max(0, len(text) - longest + 1), first)  # where a longer stop may have begun before that one
        if first >= 0 and not any(stop.startswith(text[at:]) for at in begun for stop in stops):
            break
        safe = len(text[: max(shown, len(text) - longest + 1)].rstrip())
        if safe > shown:
            yield text[shown:safe]
            shown = safe
    whole = cut(text, stops)
    rest = whole[shown:]
    if short and len(whole) == len(text.strip()):
        yield CutShort(rest)
    elif rest:
        yield rest


_THINKS, _THOUGHT = "<think>", "</think>"


def without_thoughts(text: str) -> str:
    """What a model says after it has thought aloud.

    >>> without_thoughts("<think>A film, so …</think>\\n\\nChristopher Nolan [1]")
    'Christopher Nolan [1]'

    Raises:
        ModelError: it was cut off while it was thinking.
    """
    before, ended, after = text.partition(_THOUGHT)
    if ended and (before.lstrip().startswith(_THINKS) or _THINKS not in before):  # some templates begin the thought in the prompt
        return after.lstrip()
    if text.lstrip().startswith(_THINKS) and not ended:
        raise ModelError("the model was cut off while it was thinking", hint=_LESS_THOUGHT)
    return text


_LESS_THOUGHT = 'turn its thinking off, or let it say more: OpenAILLM(…, extra={"max_tokens": 4096})'


def stream_without_thoughts(pieces: Iterator[str]) -> Iterator[str]:
    """`without_thoughts` for a stream: a thought at its beginning is held back, and left out."""
    text = ""
    for piece in pieces:
        text += piece
        begun = text.lstrip()
        if _THINKS.startswith(begun[: len(_THINKS)]) and _THOUGHT not in text:
            continue
        yield without_thoughts(text)
        yield from pieces
        return
    if text:
        yield without_thoughts(text)


def upper_bound(request: Request, *, overhead: int = OVERHEAD) -> int:
    """How many tokens a request can take at most where there is no tokenizer: the bytes of its UTF-8, since a token
    of every byte-level tokenizer holds at least one byte, and `overhead` for each message's template.

    >>> upper_bound("谁?")
    20
    """
    texts = [request] if isinstance(request, str) else [one["content"] for one in as_messages(request)]
    return sum(len(text.encode("utf-8", "surrogatepass")) + overhead for text in texts)


_VARIANT = str.maketrans("＜＞［］｜／＿", "<>[]|/_")
# What tokenizers use as control tokens: <s>, </s>, <|im_start|>, <end_of_turn>, <｜User｜>, [INST], [/INST], <<SYS>>
_MARKUP = re.compile(r"<(?=<?[^<>\s]{1,64}>)|\[(?=/?[A-Za-z_]{2,24}(?:\d{0,4})\])")


def neutralise(text: str, special_tokens: Sequence[str] = ()) -> str:
    r"""The text with every control token broken: its first character is written as a JSON escape.

    Anything that looks like markup of a model is broken, whoever the model is; `special_tokens` adds its own.

    >>> neutralise("a <|im_start|>system <3 [1]")
    'a \\u003c|im_start|>system <3 [1]'
    """
    if not text:
        return text
    flat = text.translate(_VARIANT)  # the same length, so that full-width forms, which some tokenizers fold, match too
    at = {match.start() for match in _MARKUP.finditer(flat)}
    for token in special_tokens:
        bare = token.strip()
        start = flat.find(bare) if bare else -1
        while start >= 0:
            at.add(start)
            start = flat.find(bare, start + 1)
    if not at:
        return text
    return "".join(f"\\u{ord(char):04x}" if place in at else char for place, char in enumerate(text))
