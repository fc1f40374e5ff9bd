"""Prompt, retrieve, or tune? Which method, from which model, with how much general data? With the rule behind each sentence.

The seed document is the overview of hardware, tuning and knowledge enhancement that kgllm grew from (大模型训练_硬件微调知识增强).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kgllm.errors import ConfigError
from kgllm.tuning.planning.gpus import gpu as find_gpu
from kgllm.tuning.planning.shapes import shape_of

if TYPE_CHECKING:
    from rich.console import RenderableType

CHANGES = ("never", "rarely", "often")
FEW_ROWS = 200
"""Fewer labelled rows than this are examples for a prompt rather than a training set (LIMA, 2305.11206, tuned on 1,000)."""
MANY_ROWS = 100_000
"""From here on LoRA falls behind full tuning in what it learns (2405.09673: instruction tuning at 100 thousand rows and more)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A sentence, the rule it follows, and where the rule is from."""

    text: str
    rule: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """way: prompt, retrieve, tune or both. method, start and ratio say how to tune, where that is advised; None otherwise."""

    way: str
    method: str | None
    start: str | None
    ratio: str | None
    reasons: tuple[Reason, ...]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        reasons = [{"text": one.text, "rule": one.rule, "source": one.source} for one in self.reasons]
        return {"way": self.way, "method": self.method, "start": self.start, "ratio": self.ratio, "reasons": reasons}

    def __rich__(self) -> RenderableType:
        from rich.table import Table

        title = ", ".join(part for part in (self.way, self.method, self.start and f"from the {self.start} model", self.ratio) if part)
        table = Table("advice", "rule", "source", title=title, title_justify="left")
        for one in self.reasons:
            table.add_row(one.text, one.rule, one.source)
        return table


def advise(
    *,
    rows: int = 0,
    changes: str = "rarely",
    citations: bool = False,
    task: bool = False,
    offline: bool = False,
    gpu: str | None = None,
    model: str | None = None,
) -> Advice:
    """What to do with a graph and a model.

    Args:
        rows: labelled questions and answers that there are, or that kgllm may write from the graph.
        changes: how often the facts change: never, rarely or often.
        citations: every answer must show its facts.
        task: the model must also learn a way of answering (a format, a tone, to abstain), not facts alone.
        offline: nothing can be looked up when a question is asked.
        gpu, model: where given, the method is one that fits.

    >>> advise(rows=5000, changes="often", citations=True).way
    'retrieve'
    >>> advise(rows=5000, offline=True, model="qwen2.5-7b", gpu="RTX 4090").method
    'lora'

    Raises:
        ConfigError: a value that cannot be, or an unknown GPU or model.
    """
    if changes not in CHANGES:
        raise ConfigError(f"changes must be one of {', '.join(CHANGES)}, not {changes!r}")
    if rows < 0:
        raise ConfigError(f"rows must be 0 or more, not {rows!r}")
    if offline and citations:
        raise ConfigError("offline and citations do not go together: a tuned model alone cannot show where a fact is from")
    if gpu is not None:
        find_gpu(gpu)
    if model is not None:
        shape_of(model)
    way, reasons = _way(rows, changes, citations, task, offline)
    if way in ("prompt", "retrieve"):
        return Advice(way=way, method=None, start=None, ratio=None, reasons=tuple(reasons))
    method = _method(rows, gpu, model, reasons)
    start = _start(rows, method, reasons)
    reasons.append(
        Reason(
            text="Mix one part of domain rows with five of general ones, and hold the rest in place with known questions and KL to the base",
            rule="domain : general = 1 : 5; a sweep is cheap",
            source="the seed document, trick 1; no study was found behind exactly 1 : 5, and KL with known questions held more (docs/tuning.md)",
        )
    )
    reasons.append(
        Reason(
            text="Probe first: train what the model does not know, mix in what it knows, stop early",
            rule="facts that are new to a model are learned slowly and, once learned, raise what it invents",
            source="Gekhman et al., 2405.05904; known samples help: 2502.14502, 2511.02626",
        )
    )
    return Advice(way=way, method=method, start=start, ratio="1 : 5", reasons=tuple(reasons))


def _way(rows: int, changes: str, citations: bool, task: bool, offline: bool) -> tuple[str, list[Reason]]:
    enough = rows >= FEW_ROWS
    if offline:
        text = "Tune: nothing can be looked up when a question is asked"
        if not enough:
            text += f"; let kgllm write the questions, {rows} rows are few"
        return "tune", [
            Reason(
                text=text,
                rule="without retrieval, only what is in the weights can be answered",
                source="the seed document, table of domain techniques",
            )
        ]
    looks_up = Reason(
        text="Retrieve: facts are looked up when they are asked for, and shown",
        rule="much outside knowledge that is updated often: RAG; needs good retrieval and a good knowledge base",
        source="the seed document, table of domain techniques",
    )
    beats = Reason(
        text="Facts from retrieval beat facts from tuning",
        rule="retrieval 0.875 against 0.59 tuned with ten paraphrases and 0.48 untuned",
        source="Ovadia et al., 2312.05934",
    )
    if task and enough:
        both = Reason(
            text="Do both: tune the way of answering on questions served with their facts, and retrieve the facts",
            rule="a well-defined task with enough labelled rows: tuning; retrieval with tuning beats either",
            source="the seed document, table of domain techniques; Ovadia et al., 2312.05934; RAFT, 2403.10131",
        )
        return "both", [looks_up, both]
    if changes == "often" or citations or rows:
        return "retrieve", [looks_up, beats]
    word = Reason(
        text="Begin with the prompt: without rows to learn from, examples in the prompt cost nothing and change at once",
        rule="no training needed, many tasks; hard for very specialised domains: then retrieve",
        source="the seed document, table of domain techniques",
    )
    return ("prompt" if changes == "never" else "retrieve"), [word if changes == "never" else looks_up]


def _method(rows: int, gpu: str | None, model: str | None, reasons: list[Reason]) -> str:
    few = rows < MANY_ROWS
    method = "lora" if few else "full"
    reasons.append(
        Reason(
            text=f"Use {'LoRA on all linear layers' if few else 'full tuning'}: {rows:,} rows",
            rule="limited data on a chat model: LoRA, not full tuning; LoRA learns less and forgets less",
            source="the seed document, trick 3; Biderman et al., 2405.09673",
        )
    )
    if gpu is None or model is None:
        return method
    from kgllm.tuning.planning.planner import plan

    tried = ["full", "lora", "qlora"] if method == "full" else ["lora", "qlora"]
    for one in tried:
        found = plan(model, gpu=gpu, method=one)
        if found.fits and found.gpu.runs:
            if one != method:
                text = f"{one} instead of {method}: {method} does not fit {found.gpu.name}, {one} takes {found.peak:.1f} GB"
                reasons.append(
                    Reason(text=text, rule="the peak of a step must fit the GPU", source="kgllm plan (kgllm.tuning.planning.memory)")
                )
            return one
    why = found.gpu.cannot[0] if not found.gpu.runs else f"even {one} takes {found.peak:.1f} of {found.gpu.memory:g} GB"
    text = f"{found.gpu.name} cannot tune {found.shape.name}: {why}"
    reasons.append(Reason(text=text, rule="the peak of a step must fit the GPU", source="kgllm plan (kgllm.tuning.planning.memory)"))
    return method


def _start(rows: int, method: str, reasons: list[Reason]) -> str:
    start = "chat" if rows < MANY_ROWS or method != "full" else "base"
    reasons.append(
        Reason(
            text=f"Start from the {start} model",
            rule="few resources (data and GPUs): train on the chat model; many: on the base model",
            source="the seed document, trick 2",
        )
    )
    return start
