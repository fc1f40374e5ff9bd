"""One step on the meta device: what autograd would keep, counted tensor by tensor, with no weight and no GPU.

The model is built from its config alone on PyTorch's meta device, where tensors have shapes and no storage; a hook sees
every tensor that the forward pass saves for the backward pass, and each storage counts once. Attention is counted as
FlashAttention and memory-efficient SDPA keep it: queries, keys, values, the output and one float a query and head.
"""

from __future__ import annotations

import json
import warnings
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from kgllm.errors import ConfigError, require, shorten
from kgllm.tuning.planning.targets import linear_layers

_ATTENTION = "kgllm_counted"  # a name with "flash" in it would be read as a request for flash-attn


def config_of(source: Any) -> Any:
    """The transformers config that `source` means: a config, a mapping, a folder or a config.json, the name of kgllm's small model, or a hub name.

    Raises:
        ConfigError: no config can be made of it. ModelUnavailable: it is a hub name, and the hub cannot be reached.
    """
    transformers = require("transformers", "train")
    if isinstance(source, Mapping):
        return _from_mapping(transformers, source, "the given mapping")
    if not isinstance(source, (str, Path)):
        return source
    from kgllm.llms.small import NAME, converted
    from kgllm.llms.transformers import look_at_hub

    path = converted() if str(source) == NAME else Path(source).expanduser()
    file = path / "config.json" if path.is_dir() else path
    if file.is_file():
        try:
            return _from_mapping(transformers, json.loads(file.read_text(encoding="utf-8")), str(file))
        except ValueError as error:
            raise ConfigError(f"{file} is no model config: {error}") from error
    look_at_hub(str(source))
    try:
        return transformers.AutoConfig.from_pretrained(str(source), trust_remote_code=False)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"no config of {shorten(str(source))} can be had",
            hint="give a folder with config.json, or a hub name where the hub can be reached",
        ) from error


def _from_mapping(transformers: Any, values: Mapping[str, Any], where: str) -> Any:
    known = dict(values)
    kind = known.pop("model_type", None)
    if not isinstance(kind, str):
        raise ConfigError(f"{where} names no model_type", hint="a config.json of transformers says which model it is")
    try:
        return transformers.AutoConfig.for_model(kind, **known)
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{where}: {error}") from error


def saved_bytes(
    config: Any,
    *,
    method: str = "lora",
    rank: int = 16,
    targets: str = "all",
    length: int = 512,
    batch: int = 1,
    checkpointing: bool = False,
    dropout: float = 0.0,
    adapter_dtype: str = "bfloat16",
) -> dict[str, int]:
    """Bytes that one training step keeps for its backward pass: `layers` (activations) and `logits` (what the head and its loss keep).

    Adapter methods other than LoRA's family are counted as LoRA; `full` trains every weight.

    >>> tiny = {"model_type": "llama", "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
    ...         "num_attention_heads": 4, "vocab_size": 256}
    >>> plain, kept = saved_bytes(config_of(tiny)), saved_bytes(config_of(tiny), checkpointing=True)
    >>> plain["layers"] > 4 * kept["layers"]
    True
    """
    torch = require("torch", "train")
    with _model(config, method, rank, targets, dropout, adapter_dtype, checkpointing) as model:
        own = {one.untyped_storage()._cdata for one in (*model.parameters(), *model.buffers())}
        held: weakref.WeakSet[_Kept] = weakref.WeakSet()
        part = ["layers"]

        def keep(tensor: Any) -> _Kept:
            kept = _Kept(tensor, part[0])
            held.add(kept)
            return kept

        ids = torch.zeros((batch, length), dtype=torch.long, device="meta")
        mask = torch.ones_like(ids)  # given, so that nothing looks into position ids for packed rows
        with torch.autograd.graph.saved_tensors_hooks(keep, lambda kept: kept.tensor):
            hook = model.get_output_embeddings().register_forward_pre_hook(lambda *_: part.__setitem__(0, "logits"))
            logits = model(input_ids=ids, attention_mask=mask, use_cache=False).logits
            loss = torch.nn.functional.cross_entropy(logits.float().flatten(0, 1), ids.flatten())
            hook.remove()
        found = {"layers": 0, "logits": 0}
        for kept in sorted(held, key=lambda one: one.part):  # what the layers keep is theirs, though the head keeps it too
            store = kept.tensor.untyped_storage()
            if store._cdata not in own:
                own.add(store._cdata)
                found[kept.part] += store.nbytes()
        del loss
    return found


class _Kept:
    """A tensor that the graph keeps; gone when the graph lets go of it, as it does of what is detached on the way."""

    def __init__(self, tensor: Any, part: str) -> None:
        self.tensor, self.part = tensor, part


@contextmanager
def _model(config: Any, method: str, rank: int, targets: str, dropout: float, adapter_dtype: str, checkpointing: bool) -> Iterator[Any]:
    torch = require("torch", "train")
    transformers = require("transformers", "train")
    peft = require("peft", "train")
    from transformers.modeling_utils import AttentionInterface

    AttentionInterface.register(_ATTENTION, _attention(torch))
    with suppress(ImportError):
        from transformers.masking_utils import AttentionMaskInterface

        AttentionMaskInterface.register(_ATTENTION, lambda *_, **__: None)
    own = type(config).from_dict(config.to_dict())
    own._attn_implementation = _ATTENTION
    with torch.device("meta"):
        model = transformers.AutoModelForCausalLM.from_config(own, dtype=torch.bfloat16, attn_implementation=_ATTENTION)
    if hasattr(model, "set_experts_implementation"):
        with suppress(ValueError):
            model.set_experts_implementation("grouped_mm")
    if method != "full":
        setting = peft.LoraConfig(
            r=rank,
            lora_alpha=2 * rank,
            lora_dropout=dropout,
            target_modules=linear_layers(model, targets),
            use_dora=method == "dora",
            task_type="CAUSAL_LM",
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # peft asks transformers by a name that is on its way out
            model = peft.get_peft_model(model, setting, autocast_adapter_dtype=False)
            model.enable_input_require_grads()
        kind = getattr(torch, adapter_dtype)
        for name, one in model.named_modules():
            if "lora_" in name and not list(one.children()):
                one.to(kind)
        for name, one in model.named_modules():
            if dropout and name.endswith("lora_dropout"):
                one["default"] = _dropout(torch, dropout)
    model.train()
    if checkpointing:
        model.activation_checkpointing_enable({"use_reentrant": False})
    yield model


def _dropout(torch: Any, share: float) -> Any:
    """Dropout as a GPU does it: the mask is kept as bytes, where the CPU's keeps it in the tensor's own type."""

    class Dropout(torch.nn.Module):
        p = share  # where PEFT looks for it

        def forward(self, x: Any) -> Any:
            return torch.native_dropout(x, share, True)[0]

    return Dropout()


def _attention(torch: Any) -> Any:
    """An attention that keeps what FlashAttention keeps."""

    class Counted(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, q: Any, k: Any, v: Any) -> Any:
            batch, heads, length, _ = q.shape
            out = q.new_empty((batch, length, heads, v.shape[-1])).transpose(1, 2)  # as the kernels lay it out: no copy for the next layer
            log_sum = q.new_empty(q.shape[:-1], dtype=torch.float32)
            ctx.save_for_backward(q, k, v, out, log_sum)
            return out

        @staticmethod
        def backward(ctx: Any, *_: Any) -> Any:
            raise NotImplementedError("only the forward pass is counted")

    def attend(module: Any, query: Any, key: Any, value: Any, mask: Any, **_: Any) -> tuple[Any, None]:
        return Counted.apply(query, key, value).transpose(1, 2).contiguous(), None

    return attend
