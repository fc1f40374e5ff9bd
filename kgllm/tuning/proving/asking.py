"""Asking a model the questions of a proof: with what was trained and without, from memory and with the graph's facts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgllm.errors import ConfigError, ModelUnavailable, WrongTypeError, shorten
from kgllm.evaluation.metrics import answer_figures, key
from kgllm.limits import Limits
from kgllm.llms.base import LLM, as_llm
from kgllm.llms.small import NAME
from kgllm.llms.transformers import TransformersLLM
from kgllm.tuning.courses.probing import with_shots
from kgllm.tuning.encoding.encode import Encoder, as_request
from kgllm.tuning.proving.intervals import perplexities, share
from kgllm.tuning.rows import Row, by_language
from kgllm.tuning.training.grade import grade
from kgllm.tuning.weights import houlsby
from kgllm.tuning.weights.adapters import CONFIG, INFO, served
from kgllm.tuning.weights.base import find_base, load_base
from kgllm.words.declines import declines
from kgllm.words.names import simplified

if TYPE_CHECKING:
    from kgllm.answering.qa import GraphQA
    from kgllm.graphs.base import Graph

_MARKS = ",|;|、|，|；| and "
"""Between names of a list. 和 and its like stand within names, too (和平饭店): only between two that are gold do they part them."""
_ENDS = ".。!！?？"
_QUOTES = "\"'“”‘’「」『』《》〈〉"
_SECONDS = 3600
"""A question may take so long: nobody waits for a proof as for an answer, and a machine that was busy would be a figure of the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One question asked in one column: what came, the names in it, whether the first of them is right, whether it declined."""

    row: Row
    text: str
    figures: Mapping[str, float]
    names: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        return bool(self.figures.get("hits1", self.figures.get("abstain_recall", 0.0)))

    def tells(self, fact: str) -> bool | None:
        """Whether it gave the answer that a fact holds: where a question has several answers each fact has its own, in their order. None
        where that cannot be said of one fact alone, as of a question that takes several steps."""
        facts, answers = self.row.facts, self.row.answers
        if len(facts) < 2:
            return self.right
        if len(facts) != len(answers) or self.row.kind == "two_hop":
            return None
        return key(answers[facts.index(fact)]) in map(key, self.names)


class Sides:
    """The model with what was trained and without it."""

    def __init__(self, after: Any, before: Any) -> None:
        self.after = _llm(after)
        self.before = None if before is None else _llm(before)
        self.shown = getattr(self.after, "needs_examples", True)  # of the tuned side; the untuned one is shown how to answer
        if self.before is None and isinstance(self.after, TransformersLLM):
            self.after.needs_examples = not self.after.chat
        self.model = getattr(self.after, "model", None)
        self.switch = self.before is None and self.model is not None and _switchable(self.model)

    @property
    def untuned(self) -> bool:
        return self.before is not None or self.switch

    @contextmanager
    def on(self, tuned: bool) -> Iterator[LLM]:
        """The LLM of a side, for the time of the block."""
        if tuned or self.before is not None:
            yield self.after if tuned or self.before is None else self.before
            return
        with _off(self.model):
            yield self.after


def _llm(source: Any) -> LLM:
    if hasattr(source, "history") and hasattr(source, "tokenizer"):
        batch = 128 if source.model.device.type == "cuda" else 16  # a GPU makes a token for many questions in the time of one
        llm = TransformersLLM((source.model, source.tokenizer), name=source.folder.name, batch=batch)
        if served(source.folder):
            llm.needs_examples = False
        return llm
    found = as_llm(source)
    if not isinstance(found, LLM):
        raise WrongTypeError(f"expected a tuned model or an LLM, not {shorten(source)}")
    return found


def adapter_of(source: Any) -> Path | None:
    """The adapter's folder, where a source is one or was tuned into one."""
    place = getattr(source, "folder", source)
    if not isinstance(place, (str, Path)):
        return None
    folder = Path(place).expanduser().absolute()
    return folder if any((folder / name).is_file() for name in (INFO, CONFIG)) else None


def untuned_of(source: Any) -> Any:
    """The base of an adapter's folder whose method cannot be switched off (freeze, full), loaded beside it; None where the method can, or
    where the base is not on this machine any more."""
    folder = adapter_of(source)
    if folder is None or not (folder / INFO).is_file():
        return None
    said = json.loads((folder / INFO).read_text(encoding="utf-8"))
    if said.get("method") not in ("freeze", "full"):
        return None
    known = said["base"]
    try:
        place = find_base(known["name"], known.get("beside", ""), known.get("fingerprint", ""), folder)
    except ModelUnavailable:
        return None
    if str(place) != NAME and not Path(place).is_dir():  # a name of the hub: nothing is fetched for a comparison that nobody asked for
        return None
    base = load_base(place, dtype=dict(said.get("settings") or {}).get("dtype"))
    return TransformersLLM((base.model, base.tokenizer), name=base.name)


def _switchable(model: Any) -> bool:
    return hasattr(model, "disable_adapter") or any(True for _ in _bottlenecks(model))


def _bottlenecks(model: Any) -> Iterator[Any]:
    try:
        yield from houlsby.adapters_of(model)
    except (ConfigError, AttributeError):
        return


@contextmanager
def _off(model: Any) -> Iterator[None]:
    """The base model alone."""
    small = list(_bottlenecks(model))
    scales = [one.scale for one in small]
    for one in small:
        one.scale = 0.0
    with model.disable_adapter() if hasattr(model, "disable_adapter") else nullcontext():
        try:
            yield
        finally:
            for one, scale in zip(small, scales, strict=True):
                one.scale = scale


def from_memory(llm: LLM, rows: Sequence[Row], pool: Sequence[Row], shots: int, max_tokens: int) -> Iterator[Said]:
    """Asked from memory; answers end at the line."""
    able = [one for one in pool if one.answers]
    chat = llm.chat
    requests = []
    for row in rows:
        shown = with_shots(row, able, shots)
        requests.append(as_request(shown.prompt, chat=chat, language=row.language, raw=row.raw))
    texts = llm.generate(requests, max_tokens=max_tokens, stop=("\n",)) if rows else []
    for row, text in zip(rows, texts, strict=True):
        yield read_answer(row, text)


def reader(llm: LLM, graph: Graph, examples: tuple[Any, ...] | None) -> GraphQA:
    """What a user asks with this model, with time for every question."""
    from kgllm.answering.qa import GraphQA

    return GraphQA(graph, llm=llm, examples=examples, limits=Limits(seconds=_SECONDS))


def from_graph(qa: GraphQA, rows: Sequence[Row]) -> Iterator[Said]:
    """Asked of a GraphQA: what a user gets."""
    for row, answer in zip(rows, qa.ask_many([row.question for row in rows]), strict=True):
        names = [one.name for one in answer.entities]
        if answer.value is not None and not names:
            names = [str(answer.value)]
        yield _graded(row, answer.text, [] if answer.abstained else names, declined=answer.abstained)


def read_answer(row: Row, text: str) -> Said:
    """What a model said from memory: the names in it, or that it declined; a title that reads as if it did is a name where it is right.

    >>> read_answer(Row(completion="Ana", answers=("Ana",)), "I don't know").figures["abstained"]
    1.0
    """
    names = names_in(text, row.answers)
    declined = declines(text) and not set(map(key, names)) & set(map(key, row.answers))
    return _graded(row, text, [] if declined else names, declined=declined)


def _graded(row: Row, text: str, names: Sequence[str], *, declined: bool) -> Said:
    if not row.answers:
        return Said(row=row, text=text, figures={"abstained": float(declined), "abstain_recall": float(declined)}, names=tuple(names))
    figures = answer_figures(names, row.answers)
    figures |= {"abstained": float(declined), "invented": float(not declined and not figures["hits1"])}
    if not declined:
        figures["wrong_when_answered"] = 1.0 - figures["hits1"]
    return Said(row=row, text=text, figures=figures, names=tuple(names))


def names_in(text: str, gold: Sequence[str]) -> list[str]:
    """The answers of a text that lists them. A gold name that holds a comma or "and" is one name where it stands; it is the same in
    traditional characters, in quotes or title marks, and before the end of a sentence.

    >>> names_in("Smith, Jones and Co [1], Ana and Bo.", ["Smith, Jones and Co"])
    ['Smith, Jones and Co', 'Ana', 'Bo']
    >>> names_in("李四和张三。", ["张三", "李四"]), names_in("和平饭店", ["和平饭店"])
    (['李四', '张三'], ['和平饭店'])
    >>> names_in("北京和平饭店", ["北京"]), names_in("《邊城》！", ["边城"])
    (['北京和平饭店'], ['边城'])
    """
    rest = re.sub(r"\s*\[\d+\]", "", text).strip().rstrip(_ENDS)
    found: list[str] = []
    golden = {form: key(one) for one in reversed(gold) for form in _forms(one) if form}
    wanted = sorted(golden, key=len, reverse=True)
    following = rf"\s*(?:{_MARKS}|(?:以及|和|与|及)(?=(?:{'|'.join(map(re.escape, wanted)) or '$.'})))"
    while rest:
        flat = _flat(rest)
        whole = next((one for one in wanted if flat == one or re.match(re.escape(one) + following, flat)), None)
        if whole is not None:
            found.append(golden[whole])
            rest = re.sub(f"^{following}", "", flat[len(whole) :])
        else:
            name, _, rest = _cut(rest)
            bare = name.strip().strip(_QUOTES)
            found.append(golden.get(_flat(bare).rstrip(_ENDS), name.strip()))
        rest = re.sub(r"^\s*(,|;|、|，|；|and )?\s*(and )?", "", rest)
    return [one for one in found if one]


def _forms(gold: str) -> tuple[str, ...]:
    """A gold name without its marks, if it has any, and as it is."""
    flat = _flat(gold)
    return (flat.strip(_QUOTES).rstrip(_ENDS), flat.rstrip(_ENDS), flat)


def _flat(name: str) -> str:
    """A name as it is looked for in what was said; each character of `key` is one of it."""
    return simplified(key(name))


def _cut(text: str) -> tuple[str, str, str]:
    match = re.search(rf"\s*(?:{_MARKS})\s*", text)
    return (text[: match.start()], match[0], text[match.end() :]) if match else (text, "", "")


def kept_of(sides: Sides, known: Sequence[Row], texts: Sequence[Row], shots: int, *, seed: int = 0) -> dict[str, float]:
    """Known questions and the perplexity of texts, before and after, each with its 95 % interval (`_low`, `_high`); of several languages
    all together (`perplexity_after`) and each (`perplexity_zh_after`)."""
    found: dict[str, float] = {}
    spent: dict[str, tuple[tuple[float, int], ...]] = {}
    for name, tuned in (("before", False), ("after", True)):
        if not tuned and not sides.untuned:
            continue
        with sides.on(tuned) as llm:
            model, tokenizer = getattr(llm, "model", None), getattr(llm, "tokenizer", None)
            if model is None or tokenizer is None:
                continue
            encoder = Encoder(tokenizer, chat=llm.chat, length=1024)
            pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else 0
            if known:
                for shown in dict.fromkeys((shots, 0)):
                    rows = [encoder.graded(with_shots(row, known, shown)) for row in known]
                    right = grade(model, rows, pad=pad).right
                    for which, places in _apart(known).items():
                        hits, of = share([right[i] for i in places]), f"known{which}_{shown}_shots_{name}"
                        found |= {of: hits.value, f"{of}_low": hits.low, f"{of}_high": hits.high, f"known{which}_n": len(places)}
            if texts:
                spent[name] = grade(model, [encoder.encode(row) for row in texts], pad=pad, batch=8).spent
    for which, places in _apart(texts).items():
        read = perplexities({name: [one[i] for i in places] for name, one in spent.items()}, seed=seed)
        found |= {name.replace("perplexity", f"perplexity{which}"): value for name, value in read.items()}
    return found


def _apart(rows: Sequence[Row]) -> dict[str, Sequence[int]]:
    """Places of all rows and, where they are of several languages, of each: by what stands in a figure's name."""
    return {"": range(len(rows)), **{f"_{language}": places for language, places in by_language(rows).items()}}
