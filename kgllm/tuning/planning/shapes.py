"""The sizes of a model that its memory and time follow from, read off its config alone."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from kgllm.errors import ConfigError, MissingExtraError, ModelUnavailable, shorten

# How families differ in what a layer computes; all others are counted as Llama, which `Shape.known` tells.
_LIKE_LLAMA = {"llama", "mistral", "mixtral", "qwen2", "qwen2_moe"}
_QK_NORM = {"qwen3", "qwen3_moe", "gemma3", "gemma3_text"}
_GEMMA = {"gemma", "gemma2", "gemma3", "gemma3_text"}
_FOUR_NORMS = {"gemma2", "gemma3", "gemma3_text"}
_FUSED = {"phi3"}
_HEAD = {"gemma": 256, "gemma2": 256, "gemma3": 256, "gemma3_text": 256, "qwen3": 128, "qwen3_moe": 128}
_TIED = {"gemma", "gemma2", "gemma3", "gemma3_text"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Sizes of a decoder: widths in numbers, `queries` and `keys` the widths of all heads together.

    experts: of one layer, 0 for a dense model; used: of them, for one token; expert_width: of one.
    """

    name: str
    family: str
    layers: int
    hidden: int
    intermediate: int
    heads: int
    kv_heads: int
    head: int
    vocab: int
    tied: bool = False
    experts: int = 0
    used: int = 0
    expert_width: int = 0
    softcap: bool = False

    @property
    def queries(self) -> int:
        return self.heads * self.head

    @property
    def keys(self) -> int:
        return self.kv_heads * self.head

    @property
    def known(self) -> bool:
        """Whether its family's layers are counted as they are, not as Llama's."""
        return self.family in _LIKE_LLAMA | _QK_NORM | _GEMMA | _FUSED

    @property
    def norms(self) -> int:
        return 4 if self.family in _FOUR_NORMS else 2

    @property
    def qk_norm(self) -> bool:
        return self.family in _QK_NORM

    @property
    def gemma(self) -> bool:
        """Norms that multiply in 32 bits."""
        return self.family in _GEMMA

    @property
    def fused(self) -> bool:
        """One matrix for queries, keys and values, and one for gate and up."""
        return self.family in _FUSED

    @property
    def embedding(self) -> int:
        """Parameters of the input embedding and the head; once where they are one."""
        return self.vocab * self.hidden * (1 if self.tied else 2)

    def linears(self, targets: str = "all") -> tuple[tuple[int, int], ...]:
        """(in, out) of every linear layer of one block that an adapter may sit on: all, attention or mlp. Experts stay as they are."""
        h, q, k, i = self.hidden, self.queries, self.keys, self.intermediate
        attention = ((h, q + 2 * k), (q, h)) if self.fused else ((h, q), (h, k), (h, k), (q, h))
        mlp = () if self.experts else ((h, 2 * i), (i, h)) if self.fused else ((h, i), (h, i), (i, h))
        chosen = {"all": (*attention, *mlp), "attention": attention, "mlp": mlp}
        if targets not in chosen:
            raise ConfigError(f"targets must be one of {', '.join(chosen)}, not {shorten(targets)}")
        return chosen[targets]

    @property
    def block(self) -> int:
        """Parameters of one block."""
        norms = self.norms * self.hidden + (2 * self.head if self.qk_norm else 0)
        experts = self.experts * (3 * self.hidden * self.expert_width + self.hidden)
        return sum(a * b for a, b in self.linears()) + norms + experts

    @property
    def parameters(self) -> int:
        return self.embedding + self.layers * self.block + self.hidden

    @property
    def active(self) -> int:
        """Parameters that one token multiplies with: the head, and of the experts those used; the input embedding is looked up."""
        idle = (self.experts - self.used) * 3 * self.hidden * self.expert_width
        return self.vocab * self.hidden + self.layers * (self.block - idle)


@cache
def known_models() -> Mapping[str, Mapping[str, Any]]:
    """Configs that come with kgllm, by name."""
    return tomllib.loads((files(__package__) / "models.toml").read_text(encoding="utf-8"))


def shape_of(source: Any, *, name: str = "") -> Shape:
    """The shape of a model: a name of `known_models`, a folder, a config.json, a mapping, a transformers config, or a hub name.

    >>> shape_of("llama-3.1-8b").parameters
    8030261248

    Raises:
        ConfigError: there is no such model, or its config lacks a size. ModelUnavailable: the hub cannot be reached.
    """
    if isinstance(source, Shape):
        return source
    values, label = _values(source)
    values = values.get("text_config") or values
    family = str(values.get("model_type", ""))

    def size(*keys: str, default: int | None = None) -> int:
        for key in keys:
            value = values.get(key)
            if isinstance(value, int) and not isinstance(value, bool) and value > 0:
                return value
        if default is None:
            raise ConfigError(f"the config of {label!r} has no {keys[0]}", hint="plan works for decoders whose config says their sizes")
        return default

    hidden, heads = size("hidden_size", "n_embd", "d_model"), size("num_attention_heads", "n_head")
    intermediate = size("intermediate_size", "n_inner", "ffn_dim", default=4 * hidden)
    experts = size("num_experts", "num_local_experts", "n_routed_experts", default=0)
    return Shape(
        name=name or label,
        family=family,
        layers=size("num_hidden_layers", "n_layer"),
        hidden=hidden,
        intermediate=intermediate,
        heads=heads,
        kv_heads=size("num_key_value_heads", default=heads),
        head=size("head_dim", default=_HEAD.get(family, hidden // heads)),
        vocab=size("vocab_size"),
        tied=bool(values.get("tie_word_embeddings", family in _TIED)),
        experts=experts,
        used=size("num_experts_per_tok", default=2) if experts else 0,
        expert_width=size("moe_intermediate_size", default=intermediate) if experts else 0,
        softcap=bool(values.get("final_logit_softcapping")),
    )


def _values(source: Any) -> tuple[Mapping[str, Any], str]:
    if isinstance(source, Mapping):
        return source, str(source.get("_name_or_path") or source.get("model_type") or "model")
    if hasattr(source, "to_dict"):
        return source.to_dict(), str(getattr(source, "_name_or_path", "") or source.model_type)
    text = str(source)
    path = Path(text).expanduser()
    file = path / "config.json" if path.is_dir() else path
    if file.is_file():
        try:
            values = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ConfigError(f"{file} is no model config: {error}") from error
        if not isinstance(values, dict):
            raise ConfigError(f"{file} is no model config: it holds no JSON object")
        return values, path.name if path.is_dir() else path.stem
    if text.lower() in known_models():
        return known_models()[text.lower()], text.lower()
    short = text.lower().rpartition("/")[2].removesuffix("-instruct").removesuffix("-it").removesuffix("-hf")
    if "/" in text and short in known_models():
        return known_models()[short], text
    if path.exists() or not text.strip():
        raise ConfigError(f"{shorten(text)} holds no config.json", hint="give the model's folder")
    if path.suffix == ".json":
        raise ConfigError(f"there is no file {shorten(text)}", hint="give a model's folder, or its config.json")
    from kgllm.tuning.planning.exact import config_of

    try:
        return config_of(text).to_dict(), text
    except (ConfigError, ModelUnavailable) as error:
        other = (
            f"give a folder with config.json, a hub name where the hub can be reached, or what needs neither: {', '.join(known_models())}"
        )
        error.hint = f"{error.hint}, or {other}" if isinstance(error, MissingExtraError) else other
        raise
