"""The loss where it is needed and nowhere else.

The head over a vocabulary of a quarter million words costs more than all layers of a small model. A hook before it keeps only the
positions that have a label (or are held to the base model), and lets the base's stored states through the same head in the same
call: one forward pass, one matrix product, whatever wraps the model (PEFT, DDP, FSDP).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kgllm.errors import ConfigError, require
from kgllm.tuning.encode import IGNORED


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
        return (states[None], *args[1:])

    hook = head_of(model).register_forward_pre_hook(keep)
    try:
        logits = model(**_fed(inputs), use_cache=False).logits[0]
    finally:
        hook.remove()
    count = int(chosen.sum())
    return logits[:count], logits[count:]


def losses(model: Any, batch: Mapping[str, Any], states: Any = None, frozen_head: Any = None) -> tuple[Any, int, Any]:
    """(sum of the cross-entropy over labels, how many labels, mean KL to the base model) of a batch of `batches.collate`.

    states: the table of the base model's states. frozen_head: gives the base's logits of states where the head itself is trained.
    """
    torch = require("torch", "train")
    labels, held = batch["labels"], batch["states"]
    target = torch.full_like(labels, IGNORED)
    target[:, :-1] = labels[:, 1:]  # the state at a place speaks of the next token
    labelled, holding = target != IGNORED, held >= 0
    chosen = labelled | holding
    wanted = held[holding]
    extra = None if states is None or not len(wanted) else states[wanted.to(states.device)].to(labels.device)
    logits, base = logits_at(model, batch, chosen, None if frozen_head is not None else extra)
    flat_target, flat_holding = target[chosen], holding[chosen]
    taught = flat_target != IGNORED
    loss = (
        torch.nn.functional.cross_entropy(logits[taught].float(), flat_target[taught], reduction="sum")
        if bool(taught.any())
        else logits.sum() * 0.0
    )
    kl = loss.new_zeros(())
    if extra is not None:
        if frozen_head is not None:
            with torch.no_grad():
                base = frozen_head(extra)
        ours = torch.log_softmax(logits[flat_holding].float(), -1)
        theirs = torch.log_softmax(base.detach().float(), -1)
        kl = (theirs.exp() * (theirs - ours)).sum(-1).mean()
    return loss, int(taught.sum()), kl


def _fed(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: inputs[name] for name in ("input_ids", "attention_mask", "position_ids") if name in inputs}


def base_states(model: Any, passages: Any, *, pad: int, batch: int = 8) -> Any:
    """The base model's states at the held places of all passages, in the order of their table; computed once, before a method
    is applied."""
    torch = require("torch", "train")
    from kgllm.tuning.batches import collate

    found: list[Any] = []
    model.eval()
    device = next(model.parameters()).device
    with torch.inference_mode():
        for start in range(0, len(passages), batch):
            fed = {name: value.to(device) for name, value in collate([], passages[start : start + batch], pad=pad).items()}
            kept: list[Any] = []

            def keep(_module: Any, args: tuple[Any, ...], fed: dict[str, Any] = fed, kept: list[Any] = kept) -> tuple[Any, ...]:
                kept.append(args[0][fed["states"] >= 0])
                return (args[0][:1, :1], *args[1:])

            hook = head_of(model).register_forward_pre_hook(keep)
            try:
                model(**_fed(fed), use_cache=False)
            finally:
                hook.remove()
            found.append(kept[0].clone())
    return torch.cat(found)
