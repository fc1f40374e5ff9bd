"""The proof: the same questions to the same model before and after, with the graph's facts and without, and what was forgotten."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kgllm.errors import ConfigError, WrongTypeError, shorten
from kgllm.evaluation.metrics import Figure, answer_figures, figures_of, key
from kgllm.llms.base import LLM, as_llm
from kgllm.llms.transformers import TransformersLLM
from kgllm.tuning import houlsby
from kgllm.tuning.adapters import INFO
from kgllm.tuning.encode import Encoder, as_request
from kgllm.tuning.grade import grade
from kgllm.tuning.probing import fact_of, with_shots
from kgllm.tuning.rows import NOT_KNOWN, Row, read_rows

if TYPE_CHECKING:
    from kgllm.graphs.base import Graph

COLUMNS = ("untuned", "untuned + facts", "tuned", "tuned + facts")
_DECLINES = re.compile(
    r"not in the (graph|facts)|does not hold the answer|do not hold the answer|事实中没有|图谱中没有|^(i )?(don't|do not) know|不知道",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One question asked in one column: what came, whether the first answer is right, whether it declined."""

    row: Row
    text: str
    figures: Mapping[str, float]

    @property
    def right(self) -> bool:
        return bool(self.figures.get("hits1", self.figures.get("abstain_recall", 0.0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class FactCard:
    """What became of one fact: its status, and the ids of the rows that taught it.

    status: learned (right in a wording that was not trained), seen only (right in a trained one alone), not learned, held out (never
    taught). backwards: True or False where it was asked in reverse. forgotten: right before, wrong after.
    """

    fact: str
    status: str
    backwards: bool | None
    forgotten: bool
    rows: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Proof:
    """figures: by column and group of questions; kept: known questions and perplexity before and after; cost: seconds a question."""

    figures: Mapping[str, Mapping[str, Mapping[str, Figure]]]
    kept: Mapping[str, float]
    cost: Mapping[str, float]
    cards: tuple[FactCard, ...]
    said: Mapping[str, tuple[Said, ...]] = field(repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def value(self, column: str, group: str, name: str = "hits1") -> float | None:
        """One figure; None where it was not measured."""
        found = self.figures.get(column, {}).get(group, {}).get(name)
        return None if found is None else found.value

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        from kgllm.tuning.verdict import verdict

        def plain(figure: Figure) -> dict[str, float]:
            return {"value": figure.value, "low": figure.low, "high": figure.high, "n": figure.n}

        return {
            "figures": {c: {g: {n: plain(f) for n, f in fs.items()} for g, fs in groups.items()} for c, groups in self.figures.items()},
            "kept": dict(self.kept),
            "seconds_a_question": dict(self.cost),
            "verdict": verdict(self).to_dict(),
            "facts": [{"fact": one.fact, "status": one.status, "backwards": one.backwards, "forgotten": one.forgotten, "rows": list(one.rows)} for one in self.cards],
            "settings": dict(self.settings),
        }  # fmt: skip

    def __rich__(self) -> Any:
        from kgllm.tuning.report import table

        return table(self)


def evaluate(
    after: Any,
    groups: Mapping[str, Any],
    *,
    before: Any = None,
    graph: Graph | None = None,
    trained: Any = (),
    known: Any = (),
    texts: Any = (),
    with_facts: int = 60,
    shots: int = 2,
    max_tokens: int = 24,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Proof:
    """Ask the questions of every group before and after tuning, closed book and with the graph's facts.

    Args:
        after: a `Tuned`, an adapter folder, or an LLM.
        groups: rows by name (see `kgllm.tuning.curriculum.Lessons.groups`); rows without answers are to be declined.
        before: the untuned model, where the adapter cannot be switched off (freeze, full, or an LLM).
        graph: for the columns with facts, which ask a `GraphQA`; so many questions of each group (`with_facts`) are asked so.
        trained: the rows that were trained, for the report card of each fact.
        known: questions that the model knew; texts: general prose: what was kept of both.
        shots: answered questions shown to the untuned model (the tuned one needs none).
    """
    asked = {name: read_rows(rows) for name, rows in groups.items()}
    if not any(asked.values()):
        raise ConfigError("there are no questions to evaluate with")
    sides = _Sides(after, before)
    said: dict[str, dict[str, tuple[Said, ...]]] = {}
    cost: dict[str, float] = {}
    total = sum(map(len, asked.values())) * (2 if sides.untuned else 1)
    done = 0
    everything = [row for rows in asked.values() for row in rows]
    for column, tuned in (("untuned", False), ("tuned", True)):
        if not tuned and not sides.untuned:
            continue
        with sides.on(tuned) as llm:
            start, count = time.perf_counter(), 0
            for name, rows in asked.items():
                said.setdefault(column, {})[name] = tuple(_closed(llm, rows, everything, 0 if tuned else shots, max_tokens))
                count += len(rows)
                done += len(rows)
                if progress:
                    progress(done, total)
            cost[column] = (time.perf_counter() - start) / max(1, count)
            if graph is not None and with_facts:
                examples = None if sides.shown or not tuned else ()
                start, count = time.perf_counter(), 0
                for name, rows in asked.items():
                    said.setdefault(f"{column} + facts", {})[name] = tuple(_with_facts(llm, graph, rows[:with_facts], examples))
                    count += len(rows[:with_facts])
                cost[f"{column} + facts"] = (time.perf_counter() - start) / max(1, count)
    figures = {
        column: {name: figures_of([one.figures for one in rows], [], seed=seed) for name, rows in found.items() if rows}
        for column, found in said.items()
    }
    return Proof(
        figures={column: figures[column] for column in COLUMNS if column in figures},
        kept=_kept(sides, read_rows(known), read_rows(texts), shots),
        cost=cost,
        cards=_cards(said, read_rows(trained)),
        said={f"{column}/{name}": rows for column, found in said.items() for name, rows in found.items()},
        settings={"shots": shots, "max_tokens": max_tokens, "seed": seed, "with_facts": with_facts},
    )


class _Sides:
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
        if json.loads((source.folder / INFO).read_text(encoding="utf-8")).get("served"):
            llm.needs_examples = False
        return llm
    found = as_llm(source)
    if not isinstance(found, LLM):
        raise WrongTypeError(f"expected a tuned model or an LLM, not {shorten(source)}")
    return found


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


def _closed(llm: LLM, rows: Sequence[Row], pool: Sequence[Row], shots: int, max_tokens: int) -> Iterator[Said]:
    """Asked from memory; answers end at the line."""
    able = [one for one in pool if one.answers]
    chat = llm.chat
    requests = []
    for row in rows:
        shown = with_shots(row, able, shots)
        requests.append(as_request(shown.prompt, chat=chat, language=row.language, raw=row.raw))
    texts = llm.generate(requests, max_tokens=max_tokens, stop=("\n",)) if rows else []
    for row, text in zip(rows, texts, strict=True):
        yield _said(row, text)


def _with_facts(llm: LLM, graph: Graph, rows: Sequence[Row], examples: tuple[Any, ...] | None) -> Iterator[Said]:
    """Asked of a GraphQA: what a user gets."""
    from kgllm.answering.qa import GraphQA

    if not rows:
        return
    qa = GraphQA(graph, llm=llm, examples=examples)
    for row, answer in zip(rows, qa.ask_many([row.question for row in rows]), strict=True):
        names = [one.name for one in answer.entities]
        if answer.value is not None and not names:
            names = [str(answer.value)]
        yield _graded(row, answer.text, [] if answer.abstained else names, declined=answer.abstained)


def _said(row: Row, text: str) -> Said:
    declined = bool(_DECLINES.search(text)) or text.strip() == NOT_KNOWN.get(row.language, "")
    return _graded(row, text, [] if declined else names_in(text, row.answers), declined=declined)


def _graded(row: Row, text: str, names: Sequence[str], *, declined: bool) -> Said:
    if not row.answers:
        return Said(row=row, text=text, figures={"abstained": float(declined), "abstain_recall": float(declined)})
    figures = answer_figures(names, row.answers)
    figures |= {"abstained": float(declined)}
    if not declined:
        figures["wrong_when_answered"] = 1.0 - figures["hits1"]
    return Said(row=row, text=text, figures=figures)


def names_in(text: str, gold: Sequence[str]) -> list[str]:
    """The answers of a text that lists them. A gold name that holds a comma or "and" is one name where it stands.

    >>> names_in("Smith, Jones and Co [1], Ana and Bo.", ["Smith, Jones and Co"])
    ['Smith, Jones and Co', 'Ana', 'Bo']
    """
    rest = re.sub(r"\s*\[\d+\]", "", text).strip().rstrip(".。")
    found: list[str] = []
    wanted = sorted((key(one) for one in gold), key=len, reverse=True)
    while rest:
        flat = key(rest)
        whole = next((one for one in wanted if flat == one or re.match(re.escape(one) + r"\s*(,|;|、|，| and )", flat)), None)
        if whole is not None:
            found.append(whole)
            rest = flat[len(whole) :]
        else:
            name, _, rest = _cut(rest)
            found.append(name.strip())
        rest = re.sub(r"^\s*(,|;|、|，|and )\s*(and )?", "", rest)
    return [one for one in found if one]


def _cut(text: str) -> tuple[str, str, str]:
    match = re.search(r"\s*(,|;|、|，| and )\s*", text)
    return (text[: match.start()], match[0], text[match.end() :]) if match else (text, "", "")


def _kept(sides: _Sides, known: Sequence[Row], texts: Sequence[Row], shots: int) -> dict[str, float]:
    found: dict[str, float] = {}
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
                    found[f"known_{shown}_shots_{name}"] = grade(model, rows, pad=pad).share
                found["known_n"] = len(known)
            if texts:
                found[f"perplexity_{name}"] = grade(model, [encoder.encode(row) for row in texts], pad=pad, batch=8).perplexity
    if "perplexity_before" in found:
        found["perplexity_rise"] = found["perplexity_after"] / found["perplexity_before"] - 1
    return found


def _cards(said: Mapping[str, Mapping[str, Sequence[Said]]], trained: Sequence[Row]) -> tuple[FactCard, ...]:
    """What became of each fact that was asked."""
    by_fact: dict[str, dict[str, list[bool]]] = {}
    for column in ("untuned", "tuned"):
        for group, rows in said.get(column, {}).items():
            for one in rows:
                if one.row.answers and group != "two_hop":
                    for fact in one.row.facts or (fact_of(one.row),):
                        by_fact.setdefault(fact, {}).setdefault(f"{column}/{group}", []).append(one.right)
    taught: dict[str, list[str]] = {}
    for row in trained:
        for fact in row.facts:
            taught.setdefault(fact, []).append(row.id)
    cards = []
    for fact, found in by_fact.items():
        right = {name: any(hits) for name, hits in found.items()}
        status = (
            "held out"
            if fact not in taught
            else "learned"
            if right.get("tuned/unseen")
            else "seen only"
            if right.get("tuned/seen")
            else "not learned"
        )
        back = right.get("tuned/reverse", right.get("tuned/one_way"))
        before = any(hit for name, hit in right.items() if name.startswith("untuned/"))
        after = any(hit for name, hit in right.items() if name.startswith("tuned/"))
        cards.append(FactCard(fact=fact, status=status, backwards=back, forgotten=before and not after, rows=tuple(taught.get(fact, ()))))
    return tuple(cards)
