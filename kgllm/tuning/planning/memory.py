"""Peak GPU memory of a training step, part by part.

    peak = 1.03 · (weights + adapters + optimizer + activations + logits) + 1.1 GB

Activations are counted from the shape: what autograd keeps of a Llama-like block, in bytes a token, was read off a step on the
meta device (`kgllm.tuning.planning.exact`, held together by a test). The two constants and the 11 bytes a logit (a bf16 logit, its fp32
copy, its log-softmax, and part of a gradient: the allocator reuses the rest) were fitted to 36 published measurements
(benchmarks/planner.py), whose Q-LoRA rows run GPTQ kernels and scatter more.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from kgllm.errors import ConfigError
from kgllm.tuning.planning.shapes import Shape

GB = 1e9
SCATTER, FIXED, LOGIT_BYTES = 1.03, 1.1, 11
NF4 = 0.516  # bytes a weight with double quantisation: 4 bits, an 8-bit scale for 64 weights, a 32-bit one for 256 scales

LORA = ("lora", "qlora", "dora", "rslora")
VIRTUAL = ("prefix", "prompt", "p-tuning", "p-tuning-v2")
PREFIX_WIDTH = 512
"""Of the network that makes a prefix's keys and values while it is trained, at most: that of the paper (2101.00190). At the model's
own width it would be a billion parameters for a model of seven."""
METHODS = (*LORA, *VIRTUAL, "adapter", "freeze", "full")
OWNERS: dict[str, tuple[str, ...]] = {
    "rank": LORA, "alpha": LORA, "dropout": LORA, "targets": LORA, "virtual": VIRTUAL, "width": ("adapter",), "top": ("freeze",),
}  # fmt: skip
"""Settings that some methods alone have."""
LOSSES = {"pieces": 1.0, "usual": 1.0, "chunked": 1 / 8, "cut": 0.0}
"""How much of the logits stands in memory at once: all, an eighth (computed in eight pieces), none (cut cross-entropy). "pieces" is
kgllm's own (`kgllm.tuning.training.loss`): pieces of a fixed size under a frozen head; as the usual loss where the head is trained, or caps
its logits."""
PIECE = 1 << 25
"""Logits that kgllm's loss makes at once: 128 places under a vocabulary of 262 thousand words."""
KNOWN, PASSAGES = 8, 12
"""Known questions and general passages that stand beside the rows of a step, unless a run is told otherwise (docs/decisions/0015)."""
PASSAGE, PLACES = 48, 6
"""Tokens of a general passage at most, and its places whose next word kgllm's trainer holds to the base model's. A known question after
two others is about as long as a passage."""
_PIECE_BYTES = 16  # of the logits in 16 bits and their log-softmax in 32, for the model and for the base that KL holds it to


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is to be trained, and how. length in tokens, labelled: the share of positions with a loss (the head sees no others).

    known, passages: known questions and general passages that kgllm's trainer puts beside the batch in every step. They are short, but
    a padded batch is as wide as its longest row; packing: rows end to end, so that they take no more than their own tokens.
    quantised is implied by qlora. adapters_fp32: PEFT's default, adapters and their inputs in 32 bits. virtual: tokens of the
    prompt methods. width: of a bottleneck adapter. top: blocks that `freeze` trains. devices: GPUs; sharded: FSDP over them.
    """

    method: str = "lora"
    rank: int = 16
    targets: str = "all"
    length: int = 1024
    batch: int = 1
    known: int = 0
    passages: int = 0
    packing: bool = False
    checkpointing: bool = False
    dropout: float = 0.0
    adapters_fp32: bool = False
    labelled: float = 1.0
    loss: str = "pieces"
    optimizer_bits: int = 32
    virtual: int = 32
    width: int = 64
    top: int = 2
    dtype: str = "bf16"
    devices: int = 1
    sharded: bool = False

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ConfigError(f"no method {self.method!r}", hint=f"one of {', '.join(METHODS)}")
        if self.loss not in LOSSES:
            raise ConfigError(f"no loss {self.loss!r}", hint=f"one of {', '.join(LOSSES)}")
        for one in ("rank", "length", "batch", "virtual", "width", "top", "devices"):
            if getattr(self, one) < 1:
                raise ConfigError(f"{one} must be 1 or more, not {getattr(self, one)!r}")
        for one in ("known", "passages"):
            if getattr(self, one) < 0:
                raise ConfigError(f"{one} must be 0 or more, not {getattr(self, one)!r}")
        if self.packing and self.method in VIRTUAL:
            raise ConfigError(f"packing does not go with {self.method}", hint="leave packing off")
        if not 0 < self.labelled <= 1 or not 0 <= self.dropout < 1:
            raise ConfigError("labelled is a share above 0 and up to 1; dropout from 0 to below 1")
        if self.optimizer_bits not in (8, 32) or self.dtype not in ("bf16", "fp16", "fp32"):
            raise ConfigError("optimizer_bits is 8 or 32; dtype is bf16, fp16 or fp32")

    @property
    def tokens(self) -> int:
        """Of a step, what a padded batch is filled up with among them."""
        virtual = self.virtual if self.method in VIRTUAL else 0
        return self.batch * (self.length + virtual) + (self.known + self.passages) * (self.beside + virtual)

    @property
    def beside(self) -> int:
        """Tokens that a known question or a passage takes."""
        return min(self.length, PASSAGE) if self.packing else self.length


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Bytes by part. `peak` is what a GPU must have."""

    weights: float
    adapters: float
    optimizer: float
    activations: float
    logits: float

    @property
    def peak(self) -> float:
        return SCATTER * sum(getattr(self, one.name) for one in fields(self)) + FIXED * GB

    def parts(self) -> dict[str, float]:
        """GB by part; `overhead` is the CUDA context, workspaces and what the allocator scatters."""
        found = {one.name: getattr(self, one.name) / GB for one in fields(self)}
        return found | {"overhead": self.peak / GB - sum(found.values())}


def trainable(shape: Shape, load: Load) -> int:
    """How many parameters are trained."""
    linears = shape.linears(load.targets)
    if load.method in LORA:
        extra = sum(out for _, out in linears) if load.method == "dora" else 0
        return shape.layers * (load.rank * sum(a + b for a, b in linears) + extra)
    wide = min(shape.hidden, PREFIX_WIDTH)
    return {
        "prompt": load.virtual * shape.hidden,
        "p-tuning": load.virtual * shape.hidden + 3 * shape.hidden * shape.hidden + 3 * shape.hidden,
        "prefix": load.virtual * shape.keys + (shape.keys + 1) * wide + (wide + 1) * shape.layers * 2 * shape.keys,
        "p-tuning-v2": load.virtual * shape.layers * 2 * shape.keys,
        "adapter": shape.layers * 2 * (2 * shape.hidden * load.width + load.width + shape.hidden),
        "freeze": min(load.top, shape.layers) * shape.block,
        "full": shape.parameters,
    }[load.method]


def memory(shape: Shape, load: Load) -> Memory:
    """Bytes by part of one training step.

    >>> from kgllm.tuning.planning.shapes import shape_of
    >>> round(memory(shape_of("llama-2-7b"), Load(method="qlora", length=2048, checkpointing=True, loss="usual")).peak / GB, 1)
    7.4
    """
    count, wide = trainable(shape, load), 4 if load.dtype == "fp32" else 2
    inside = shape.parameters - shape.embedding
    split = load.devices if load.sharded else 1
    if load.method == "qlora":
        weights = NF4 * inside + wide * shape.embedding
    elif load.method == "full":
        weights = 4.0 * shape.parameters  # the master copy in 32 bits
    else:
        weights = wide * shape.parameters + (2.0 * count if load.method == "freeze" and wide == 2 else 0.0)
    adapters = 0.0 if load.method in ("full", "freeze") else 4.0 * count
    states = 4 + (2 if load.optimizer_bits == 8 else 8)  # gradient, and Adam's two moments
    return Memory(
        weights=weights / split,
        adapters=adapters / split,
        optimizer=states * count / split,
        activations=kept(shape, load) + (block_bytes(shape, load) * load.tokens if load.checkpointing else 0.0),
        logits=_logits(shape, load) * (2 if wide == 4 else 1),
    )


def _logits(shape: Shape, load: Load) -> float:
    """Bytes of what the head and its loss keep, or make at once."""
    places = (load.batch * load.length + load.known * min(load.length, PASSAGE)) * load.labelled + 2 * PLACES * load.passages
    if load.loss == "pieces" and load.method != "full" and not shape.softcap:
        return _PIECE_BYTES * min(places * shape.vocab, PIECE) + 4 * places * shape.hidden  # its states, and their gradient
    return LOGIT_BYTES * shape.vocab * places * LOSSES[load.loss]


def kept(shape: Shape, load: Load) -> float:
    """Bytes that the forward pass keeps for the backward pass, logits aside."""
    h, wide = shape.hidden, 4 if load.dtype == "fp32" else 2
    last = 4.0 * h + 4  # the norm before the head works in 32 bits
    if load.checkpointing:
        return load.tokens * (wide * h * shape.layers + last)
    if load.method == "freeze":
        return load.tokens * (min(load.top, shape.layers) * block_bytes(shape, load) + last)
    first = (
        last if load.method in LORA or load.method == "adapter" else 0
    )  # nothing below the first block is trained: its norm keeps nothing
    if load.method == "adapter":
        first += _attention(shape, wide)  # its bottleneck stands after the attention
    if load.method == "full":
        last += h * (4 if shape.gemma else wide)
    return load.tokens * (shape.layers * block_bytes(shape, load) + last - first + 2 * wide * shape.head)


def block_bytes(shape: Shape, load: Load) -> float:
    """Bytes a token that one block keeps: norms in 32 bits, inputs of trained layers, queries, keys, values, the attention's
    output, gate, its activation and up; with adapters their inner values, with dropout its mask and output."""
    h, q, k = shape.hidden, shape.queries, shape.keys
    whole = load.method in ("full", "freeze")
    w = 4 if load.dtype == "fp32" else 2
    size = shape.norms * (4.0 * h + 4) + _attention(shape, w)
    if whole:  # the weight of a norm has a gradient too
        size += (shape.norms * h + (q + k if shape.qk_norm else 0)) * (4 if shape.gemma else w)
    trained = shape.linears(load.targets) if load.method in LORA else ()
    size += _mlp(shape, whole, w)
    if whole:
        size += w * 2 * h
    elif load.method in LORA:
        size += _lora(shape, load, trained, w)
    elif load.method == "adapter":
        size += 2 * (w * h + 2 * w * load.width)
    return size


def _attention(shape: Shape, w: int) -> float:
    """Queries, keys, values, the output and one number a head; the norms of queries and keys in 32 bits."""
    q, k = shape.queries, shape.keys
    size = 4.0 * shape.heads + w * (q + 2 * k + (k + q if shape.fused else 0)) + w * q
    return size + (4 * (q + k) + 4 * (shape.heads + shape.kv_heads) if shape.qk_norm else 0)


def _mlp(shape: Shape, whole: bool, w: int) -> float:
    """Gate, its activation and up; trained: the product too. Of experts, as often as a token uses one, and what comes out of each."""
    if not shape.experts:
        return w * shape.intermediate * (4 if whole else 3)
    inner = w * ((4 if whole else 3) * shape.expert_width + shape.hidden * (2 if whole else 1))
    return shape.used * inner + 4 * shape.experts


def _lora(shape: Shape, load: Load, trained: tuple[tuple[int, int], ...], w: int) -> float:
    """What adapters add: their inner values, and their inputs. An input that several layers share is kept once, and the
    attention's output is kept anyway, unless each adapter makes its own copy (dropout, 32 bits)."""
    wide = 4 if load.adapters_fp32 else w
    size = float(wide * load.rank * len(trained))
    if load.dropout:
        size += sum((wide + 1) * a for a, _ in trained)
    elif wide > w:
        size += sum(wide * a for a, _ in trained)
    else:
        attention, mlp = load.targets != "mlp", load.targets != "attention" and not shape.experts
        size += w * (shape.hidden * (attention + mlp) + shape.intermediate * mlp)
    if load.method == "dora":
        size += sum(2 * w * b for _, b in trained)
    return size
