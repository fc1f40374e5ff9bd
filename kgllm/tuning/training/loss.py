"""The loss where it is needed and nowhere else.

The head over a vocabulary of a quarter million words costs more than all layers of a small model. A hook before it keeps only the
positions that have a label (or are held to the base model), and lets the base's stored states through the same head: one forward
pass, whatever wraps the model (PEFT, DDP, FSDP). Where the head is frozen and plain, it goes by pieces and its gradient is taken at
once, so that no more than a piece of logits is ever kept (as Liger's fused cross-entropy does, 2410.10989).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from operator import itemgetter
from typing import Any

from kgllm.errors import ConfigError, require
from kgllm.tuning.planning.memory import PIECE

_FEWEST = 32


def head_of(model: Any) -> Any:
    """The module that turns states into logits.

    Raises:
        ConfigError: the model has none.
    """
    inner = model
    while hasattr(inner, "module") and not hasattr(inner, "get_output_embeddings"):
        inner = inner.module
    head = inner.get_output_embeddings()
    if head is None:
        raise ConfigError(f"{type(inner).__name__} has no head over a vocabulary", hint="kgllm tunes causal language models")
    return head


def logits_at(model: Any, inputs: Mapping[str, Any], chosen: Any, extra: Any = None) -> tuple[Any, Any]:
    """(logits of the chosen positions, logits of extra states) of one forward pass.

    chosen: a mask over input_ids; extra: states (n × hidden) that go through the head too, or None.
    """
    torch = require("torch", "train")
    width = inputs["input_ids"].shape[1]

    def keep(_module: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
        states = args[0][:, -width:][chosen]  # virtual tokens stand before the row's own
        if extra is not None:
            states = torch.cat([states, extra.to(states.dtype)])
        return (states, *args[1:])  # without a batch, see `_before_head`

    hook = head_of(model).register_forward_pre_hook(keep)
    try:
        logits = model(**_fed(inputs), use_cache=False).logits
    finally:
        hook.remove()
    count = int(chosen.sum())
    return logits[:count], logits[count:]


def losses(model: Any, batch: Mapping[str, Any], states: Any = None, frozen_head: Any = None) -> tuple[Any, int, Any]:
    """(sum of the cross-entropy over labels, how many labels, mean KL to the base model) of a batch of `batches.collate`.

    states: the table of the base model's states. frozen_head: gives the base's logits of states where the head itself is trained.
    Nothing here asks the device for a number: on a GPU the next kernels are queued while these run.
    """
    torch = require("torch", "train")
    wanted, kept = batch["wanted"], batch["kept"]
    count, holds = len(wanted), len(kept) if states is not None else 0
    base = states[kept.to(states.device)].to(batch["input_ids"].device) if holds else None
    if frozen_head is None and is_plain(model):
        inside = states_of(model, batch)
        head = head_of(model)
        loss = through_head(inside.index_select(0, batch["taught"]), head, wanted=wanted) if count else inside[:1].float().sum() * 0.0
        kl = through_head(inside.index_select(0, batch["holding"]), head, base=base) / holds if holds else loss.new_zeros(())
        return loss, count, kl
    chosen = torch.zeros(batch["input_ids"].numel(), dtype=torch.bool, device=batch["input_ids"].device)
    chosen[batch["taught"]] = True
    if holds:
        chosen[batch["holding"]] = True
    where = chosen.cumsum(0) - 1  # from a place in the batch to its place among the chosen
    logits, others = logits_at(model, batch, chosen.view_as(batch["input_ids"]), None if frozen_head is not None else base)
    taught = logits[where[batch["taught"]]].float()
    loss = torch.nn.functional.cross_entropy(taught, wanted, reduction="sum") if count else logits.sum() * 0.0
    kl = loss.new_zeros(())
    if holds:
        if frozen_head is not None:
            with torch.no_grad():
                others = frozen_head(base)
        ours = torch.log_softmax(logits[where[batch["holding"]]].float(), -1)
        theirs = torch.log_softmax(others.detach().float(), -1)
        kl = (theirs.exp() * (theirs - ours)).sum(-1).mean()
    return loss, count, kl


def is_plain(model: Any) -> bool:
    """Whether the logits are nothing but a frozen linear head's: then their gradient is known as soon as they are."""
    torch = require("torch", "train")
    head = head_of(model)
    frozen = type(head) is torch.nn.Linear and not any(one.requires_grad for one in head.parameters())
    if not frozen or hasattr(head.weight, "full_tensor") or not head.weight.numel():  # sharded by FSDP or ZeRO: whole in its forward only
        return False
    if not hasattr(head, "_kgllm_plain"):
        tried: list[Any] = []

        def put(_module: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
            row = torch.linspace(-3, 3, args[0].shape[-1], device=args[0].device, dtype=args[0].dtype)
            tried.append(row.expand_as(args[0]).contiguous())
            return (tried[0], *args[1:])

        hook = head.register_forward_pre_hook(put)
        training = model.training
        model.eval()  # a dropout would draw, and a resumed run would draw otherwise
        try:
            with torch.no_grad():
                said = model(input_ids=torch.zeros((1, 1), dtype=torch.long, device=head.weight.device), use_cache=False).logits
        finally:
            hook.remove()
            model.train(training)
        with torch.no_grad():
            head._kgllm_plain = bool(torch.equal(head(tried[0]), said))
    return bool(head._kgllm_plain)


def through_head(states: Any, head: Any, *, wanted: Any = None, base: Any = None) -> Any:
    """The sum over states of the cross-entropy to the tokens wanted, or of the KL divergence from the base's states under the same
    frozen linear head. By pieces, each of whose gradients (softmax less what it should be) is taken while its logits are there."""
    return _head_loss().apply(states, head.weight, head.bias, wanted, base)


def _rows(places: int, vocabulary: int) -> int:
    """Places of a piece: an eighth of them, so that their logits are little beside what the layers keep, but not so few that the
    head is read over and over, and no more than `PIECE` logits."""
    return max(1, min(PIECE // vocabulary, max(_FEWEST, -(-places // 8))))


@cache
def _head_loss() -> Any:
    torch = require("torch", "train")
    linear, log_softmax = torch.nn.functional.linear, torch.log_softmax

    class HeadLoss(torch.autograd.Function):  # type: ignore[name-defined]
        @staticmethod
        def forward(ctx: Any, states: Any, weight: Any, bias: Any, wanted: Any, base: Any) -> Any:
            inside, total = states.detach().to(weight.dtype), states.new_zeros((), dtype=torch.float32)
            slope = torch.empty_like(inside)
            rows = _rows(len(inside), weight.shape[0])
            for start in range(0, len(inside), rows):
                part = slice(start, start + rows)
                ours = linear(inside[part], weight, bias).float()
                if wanted is not None:  # the softmax where the logits stand: log_softmax would hold them three times
                    places = wanted[part, None]
                    ours.sub_(ours.amax(-1, keepdim=True))
                    said = ours.gather(1, places)
                    whole = ours.exp_().sum(-1, keepdim=True)
                    total += (whole.log() - said).sum()
                    ours.div_(whole).scatter_add_(1, places, ours.new_full((1, 1), -1.0).expand_as(places))
                else:
                    ours = log_softmax(ours, -1)
                    theirs = log_softmax(linear(base[part].to(weight.dtype), weight, bias), -1, dtype=torch.float32)
                    chance = theirs.exp()
                    total += (chance * theirs.sub_(ours)).sum()
                    ours.exp_().sub_(chance)
                slope[part] = ours.to(weight.dtype) @ weight
            ctx.save_for_backward(slope)
            ctx.dtype = states.dtype
            return total

        @staticmethod
        def backward(ctx: Any, given: Any) -> tuple[Any, ...]:
            (slope,) = ctx.saved_tensors
            return (slope * given.to(slope.dtype)).to(ctx.dtype), None, None, None, None

    return HeadLoss


def states_of(model: Any, batch: Mapping[str, Any]) -> Any:
    """The states before the head of every place of the batch, flat."""
    width = batch["input_ids"].shape[1]
    with _before_head(model, lambda states: states[:, -width:].flatten(0, 1)) as kept:  # virtual tokens stand before the row's own
        model(**_fed(batch), use_cache=False)
    return kept[0]


@contextmanager
def _before_head(model: Any, pick: Callable[[Any], Any]) -> Iterator[list[Any]]:
    """What is picked of the states that the head is given; the head itself sees one place only."""
    kept: list[Any] = []

    def keep(_module: Any, args: tuple[Any, ...]) -> tuple[Any, ...]:
        kept.append(pick(args[0]))
        return (args[0][0, :1], *args[1:])  # without a batch: with one, PyTorch's autocast copies the whole head on a CPU (3 s a step)

    hook = head_of(model).register_forward_pre_hook(keep)
    try:
        yield kept
    finally:
        hook.remove()


def _fed(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: inputs[name] for name in ("input_ids", "attention_mask", "position_ids") if name in inputs}


def base_states(model: Any, passages: Any, *, pad: int, batch: int = 8) -> Any:
    """The base model's states at the held places of all passages, in the order of their table; computed once, before a method
    is applied."""
    torch = require("torch", "train")
    from kgllm.tuning.encoding.batches import collate

    found: list[Any] = []
    model.eval()
    device = next(model.parameters()).device
    with torch.inference_mode():
        for start in range(0, len(passages), batch):
            fed = {name: value.to(device) for name, value in collate([], passages[start : start + batch], pad=pad).items()}
            with _before_head(model, itemgetter(fed["states"] >= 0)) as kept:
                model(**_fed(fed), use_cache=False)
            found.append(kept[0].clone())
    return torch.cat(found)
