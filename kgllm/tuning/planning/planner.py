"""What fits which GPU, how fast it goes, what hurts and what would mend it: from a model's config alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kgllm.errors import ConfigError
from kgllm.tuning.planning.gpus import GPU, gpu, gpus
from kgllm.tuning.planning.memory import GB, KNOWN, LORA, METHODS, OWNERS, PASSAGES, VIRTUAL, Load, Memory, memory, trainable
from kgllm.tuning.planning.shapes import Shape, shape_of

if TYPE_CHECKING:
    from rich.console import RenderableType

_SPEED = {"qlora": 0.75, "dora": 1 / 1.26}
"""Beside LoRA: 4-bit weights are unpacked at each use; DoRA took 26% longer in PEFT's own comparison (TRAINING_NOTES D)."""
_WIDEST, _LONGEST = 4096, 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """tokens_per_second of one GPU, utilisation: the share of its dense peak that is reached; seconds for `tokens`, where given."""

    tokens_per_second: float
    utilisation: float
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """A change, and how many GB of the peak it saves."""

    what: str
    saves: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A dry run. `parts` in GB; `batch` and `length` the largest that fit with the other as asked, 0 where nothing does.

    >>> plan("qwen2.5-7b", gpu="RTX 4090", method="qlora", length=1024, checkpointing=True).fits
    True
    """

    shape: Shape
    gpu: GPU
    load: Load
    trained: int
    parts: dict[str, float]
    peak: float
    fits: bool
    batch: int
    length: int
    time: Time
    hurts: str
    mends: tuple[Mend, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        names = ("method", "rank", "targets", "length", "batch", "known", "passages", "packing", "checkpointing", "dtype", "devices")
        load = {name: getattr(self.load, name) for name in names}
        return {
            "model": self.shape.name, "parameters": self.shape.parameters, "trained": self.trained, "gpu": self.gpu.name,
            "gpu_source": self.gpu.source, "memory_GB": self.gpu.memory, **load, "parts_GB": {name: round(size, 3) for name, size in self.parts.items()},
            "peak_GB": round(self.peak, 2), "fits": self.fits, "largest_batch": self.batch, "largest_length": self.length,
            "tokens_per_second": round(self.time.tokens_per_second), "utilisation": self.time.utilisation, "seconds": self.time.seconds,
            "hurts": self.hurts, "mends": [{"what": one.what, "saves_GB": round(one.saves, 2)} for one in self.mends],
            "notes": list(self.notes),
        }  # fmt: skip

    def __rich__(self) -> RenderableType:
        from kgllm.tuning.planning.plantable import drawn

        return drawn(self)


def plan(model: Any, *, gpu: str | GPU = "A100", tokens: int | None = None, exact: bool = False, **load: Any) -> Plan:
    """A dry run of tuning `model` on a GPU.

    Args:
        model: anything `kgllm.tuning.planning.shapes.shape_of` reads: a name, a folder, a config.
        gpu: a name of the table, or a `GPU`.
        tokens: of the whole training, for its time.
        exact: count activations by a step on the meta device instead of the formula (a few seconds).
        load: the fields of `kgllm.tuning.planning.memory.Load`; without `checkpointing` it is on, without `dtype` the GPU's. With the
            loss of kgllm's trainer the known questions and passages that `teach` puts beside the rows are counted, and its packing,
            unless said otherwise.

    Raises:
        ConfigError: an unknown model, GPU, method, or a value that cannot be. ModelUnavailable: a hub name, and no hub in reach.
    """
    shape, card = shape_of(model), _gpu(gpu)
    try:
        asked = Load(**_usual(card, load))
    except TypeError as error:
        raise ConfigError(f"plan takes the fields of Load: {error}") from error
    for name in load:
        if asked.method not in OWNERS.get(name, METHODS):
            raise ConfigError(
                f"{name} is of {', '.join(OWNERS[name])}: it would change nothing for {asked.method}", hint=f"leave {name} out"
            )
    _refuse(asked, card)
    found = memory(shape, asked)
    notes = tuple(_notes(shape, asked, card))
    if exact:
        by_formula, found = found, _counted(model, shape, asked, found)
        counts = f"{found.parts()['activations']:.2f} GB, by the formula {by_formula.parts()['activations']:.2f}"
        notes = (f"activations are counted by a step on the meta device: {counts}", *notes)
    peak = found.peak / GB
    fits = peak <= card.memory
    parts = found.parts()
    movable = {name: size for name, size in parts.items() if name != "overhead"}
    return Plan(
        shape=shape,
        gpu=card,
        load=asked,
        trained=trainable(shape, asked),
        parts=parts,
        peak=peak,
        fits=fits,
        batch=_largest(shape, asked, card, "batch", _WIDEST),
        length=_largest(shape, asked, card, "length", _LONGEST),
        time=time_of(shape, asked, card, tokens),
        hurts=max(movable, key=lambda name: movable[name]),
        mends=tuple(_mends(shape, asked, card)),
        notes=notes,
    )


def fits(model: Any, *, names: tuple[str, ...] = (), methods: tuple[str, ...] = METHODS, **load: Any) -> dict[str, dict[str, int]]:
    """Methods by GPU: the largest batch of that length that fits; 0 where none does or the GPU cannot.

    >>> table = fits("llama-2-7b", names=("RTX 4090", "H100"), length=1024)
    >>> table["full"], table["qlora"]["RTX 4090"] > table["lora"]["RTX 4090"] > 0
    ({'RTX 4090': 0, 'H100': 0}, True)
    """
    shape = shape_of(model)
    cards = [gpu(name) for name in names] if names else list(gpus())
    table: dict[str, dict[str, int]] = {}
    for method in methods:
        row = table.setdefault(method, {})
        for card in cards:
            asked = Load(**_usual(card, {**load, "method": method}))
            able = card.runs and not (method == "qlora" and card.capability is None)
            row[card.name] = _largest(shape, asked, card, "batch", _WIDEST) if able else 0
    return table


def time_of(shape: Shape, load: Load, card: GPU, tokens: int | None = None) -> Time:
    """Tokens a second of one GPU: 4 operations a parameter and token with frozen weights, 6 with trained ones, a third more when
    activations are computed twice; over the GPU's dense peak times the share of it that is reached: 15% up to a billion parameters,
    25% from seven on, as measured of stacks without custom kernels (TRAINING_NOTES J, K; well-tuned ones reach 40%)."""
    import math

    size = shape.active
    share = 0.15 + 0.10 * min(1.0, max(0.0, math.log(size / 1e9) / math.log(7)))
    work = 6.0 * size if load.method == "full" else 4.0 * size
    if load.method == "freeze":
        work = size * (2 + 4 * min(load.top, shape.layers) / shape.layers)
    if load.checkpointing:
        work *= 4 / 3
    rate = card.rate * 1e12 * share * _SPEED.get(load.method, 1.0) / work
    return Time(tokens_per_second=rate, utilisation=round(share, 3), seconds=tokens / (rate * load.devices) if tokens else None)


def _usual(card: GPU, load: dict[str, Any]) -> dict[str, Any]:
    """What of a load is not said: as `teach` has it, where the loss is that of kgllm's own trainer."""
    method = load.get("method", "lora")
    usual: dict[str, Any] = {"checkpointing": method not in ("prefix", "p-tuning-v2"), "dtype": card.dtype}
    if load.get("loss", "pieces") == "pieces":
        usual |= {"known": KNOWN, "passages": PASSAGES, "packing": method not in VIRTUAL}
    return {**usual, **load}


def _gpu(given: str | GPU) -> GPU:
    return given if isinstance(given, GPU) else gpu(given)


def _refuse(load: Load, card: GPU) -> None:
    if load.dtype == "bf16" and not card.bf16:
        raise ConfigError(f"{card.name} ({card.architecture}) does not compute in bf16", hint=f"leave dtype out: it is {card.dtype} there")
    if load.checkpointing and load.method in ("prefix", "p-tuning-v2"):
        raise ConfigError(f"{load.method} does not go with activation checkpointing: its keys and values would be computed twice")


def _counted(model: Any, shape: Shape, load: Load, found: Memory) -> Memory:
    """The same with activations counted on the meta device. Methods that it cannot build are refused, not guessed."""
    from kgllm.tuning.planning.exact import config_of, saved_bytes
    from kgllm.tuning.planning.shapes import known_models

    if load.method not in (*LORA, "full"):
        raise ConfigError(f"exact counts LoRA's family and full tuning, not {load.method}", hint="leave exact out: the formula counts it")
    known = known_models().get(str(model).lower()) if isinstance(model, str) else None

    def step(checkpointing: bool) -> int:
        return saved_bytes(
            config_of(known or model),
            method=load.method,
            rank=load.rank,
            targets=load.targets,
            length=load.length,
            batch=load.batch,
            checkpointing=checkpointing,
            dropout=load.dropout,
            adapter_dtype="float32" if load.adapters_fp32 else "bfloat16",
        )["layers"]

    bytes_kept = step(load.checkpointing) + (step(False) / shape.layers if load.checkpointing else 0)
    bytes_kept *= load.tokens / (load.batch * load.length)  # with those of what stands beside the rows
    return replace(found, activations=bytes_kept * (2 if load.dtype == "fp32" else 1))


def _largest(shape: Shape, load: Load, card: GPU, field: str, most: int) -> int:
    """The largest value of a field with which the peak stays within the GPU."""

    def fit(value: int) -> bool:
        return memory(shape, _with(load, field, value)).peak / GB <= card.memory

    if not fit(1):
        return 0
    low, high = 1, 2
    while high <= most and fit(high):
        low, high = high, high * 2
    high = min(high, most + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fit(middle) else (low, middle)
    return low


def _with(load: Load, field: str, value: int) -> Load:
    change: dict[str, Any] = {field: value}
    return replace(load, **change)


def _mends(shape: Shape, load: Load, card: GPU) -> Iterator[Mend]:
    """What would lower the peak, most first; only what goes with the method and the GPU."""
    peak = memory(shape, load).peak
    ideas: list[tuple[str, dict[str, Any]]] = [
        ("activation checkpointing (a third more time)", {"checkpointing": True} if load.method not in ("prefix", "p-tuning-v2") else {}),
        ("loss in pieces of a fixed size, as kgllm's trainer makes it", {"loss": "pieces"} if load.loss != "cut" else {}),
        ("loss in eight pieces", {"loss": "chunked"} if load.loss != "cut" and (load.method == "full" or shape.softcap) else {}),
        ("loss only where labels are, as kgllm's trainer does (a quarter of the positions assumed)", {"labelled": 0.25}),
        ("adapters that take 16-bit inputs, as kgllm's trainer does", {"adapters_fp32": False}),
        ("no dropout in the adapters", {"dropout": 0.0}),
        ("rows end to end (packing), so that short ones are not filled up", {"packing": True} if load.method not in VIRTUAL else {}),
        ("four passages a step (the language is held less surely)", {"passages": min(4, load.passages)}),
        (
            "QLoRA: the frozen weights in 4 bits",
            {"method": "qlora"} if load.method in ("lora", "rslora", "dora", "full") and card.runs else {},
        ),
        ("LoRA instead", {"method": "lora"} if load.method in ("full", "freeze") else {}),
        ("Adam's states in 8 bits", {"optimizer_bits": 8}),
        ("batch 1 and gradient accumulation", {"batch": 1}),
        ("half the length", {"length": max(1, load.length // 2)}),
        ("FSDP: weights and states over the GPUs", {"sharded": True} if load.devices > 1 else {}),
    ]
    found = []
    for what, change in ideas:
        if change and any(getattr(load, name) != value for name, value in change.items()):
            saves = (peak - memory(shape, replace(load, **change)).peak) / GB
            if saves > 0.05:
                found.append(Mend(what=what, saves=saves))
    return iter(sorted(found, key=lambda one: -one.saves))


def _notes(shape: Shape, load: Load, card: GPU) -> Iterator[str]:
    if not card.runs:
        yield f"{card.name} ({card.architecture}, compute capability {card.capability}): {card.cannot[0]}; the figures are what it would take"
    if load.method == "qlora" and (card.capability is None or card.capability < 7.5):
        yield f"bitsandbytes has no 4-bit kernels for {card.name}"
    if not shape.known:
        yield f"the layers of {shape.family!r} are counted as Llama's; --exact counts them themselves"
    if load.known or load.passages:
        yield (
            f"{load.known} known questions and {load.passages} passages a step are counted beside the rows"
            + (", all end to end" if load.packing else f", each filled up to {load.length} tokens")
        )
    if load.method in VIRTUAL:
        yield "prompt methods go with no packing: their virtual tokens would stand before the first document only"
    if shape.experts and load.method in LORA:
        yield "adapters sit on the attention: experts stay as they are"
    if card.runs and card.cannot:
        yield f"{card.name} ({card.architecture}): {'; '.join(card.cannot)}"
    if card.note:
        yield card.note
