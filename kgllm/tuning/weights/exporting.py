"""Handing on: what was learned merged into a plain model folder, or written as GGUF."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kgllm.errors import ConfigError, require
from kgllm.llms.transformers import no_bars
from kgllm.tuning.weights.adapters import CONFIG, INFO, Loaded, load
from kgllm.tuning.weights.base import load_base
from kgllm.tuning.weights.checkpoint import CARD, MANIFEST, verify, written
from kgllm.tuning.weights.methods import merged

QUANTS = ("F32", "F16", "BF16", "Q8_0", "Q5_1", "Q5_0", "Q4_1", "Q4_0")
"""What the gguf package quantises by itself; K-quants need llama.cpp's llama-quantize."""
_ARCHITECTURES = {"llama": "llama", "mistral": "llama", "qwen2": "qwen2", "qwen3": "qwen3"}
_WORDS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}DIGITS| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_PIECES = {
    ("ByteLevel",): "gpt-2",
    ("Digits", "ByteLevel"): "smollm",
    (_WORDS.replace("DIGITS", ""),): "qwen2",
    (_WORDS.replace("DIGITS", "{1,3}"),): "llama-bpe",
}
"""What cuts a text into the pieces that merges stay within, and llama.cpp's name for it: under another name it reads other tokens."""


def export(
    adapter: str | Path, folder: str | Path, *, base: Any = None, format: str = "safetensors", quant: str = "Q8_0", dtype: str | None = None
) -> Path:
    """Merge an adapter into its base and write the result into a new folder: as a transformers model, or as GGUF beside its card.

    Args:
        adapter: the folder of an adapter whose method can be merged (LoRA's family, freeze); for GGUF also a whole model's: one that
            `full` trained, or that was merged before.
        base: where the base is, if the adapter does not find it.
        format: "safetensors" or "gguf". quant: of the GGUF, one of `QUANTS`.
        dtype: of the merged weights; None: the base's.

    Returns the folder, or the GGUF file.

    Raises:
        ConfigError: the method cannot be merged, or the model cannot be written as GGUF. CheckpointError: see `load`.
    """
    if format not in ("safetensors", "gguf"):
        raise ConfigError(f"format must be safetensors or gguf, not {format!r}")
    if quant not in QUANTS:
        raise ConfigError(f"quant must be one of {', '.join(QUANTS)}, not {quant!r}", hint="K-quants need llama.cpp's llama-quantize")
    target = Path(folder).expanduser().absolute()
    if target.exists():
        raise ConfigError(f"there is already something at {target}", hint="export into a new folder")
    if format == "gguf":
        require("gguf", "train")  # before weights are loaded and merged
    if is_whole(Path(adapter).expanduser()):
        if format == "safetensors":
            raise ConfigError(f"{adapter} is a whole model already", hint="serve it as it is; format='gguf' (--to gguf) writes it as GGUF")
        found = _whole(Path(adapter).expanduser().absolute(), dtype)
        model = found.model
    else:
        found = load(adapter, base=base, dtype=dtype)
        model = merged(found.model, str(found.info.get("method") or "lora"))
    said = {**found.info, "merged": True, "from": Path(adapter).name}
    with written(target) as work:
        if format == "safetensors":
            with no_bars():
                model.save_pretrained(work)
            found.tokenizer.save_pretrained(work)
        else:
            write_gguf(model, found.tokenizer, work / f"{Path(adapter).name}-{quant}.gguf", quant=quant)
        (work / INFO).write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
        card = Path(adapter) / CARD
        if card.is_file():
            (work / CARD).write_text(card.read_text(encoding="utf-8"), encoding="utf-8")
    return target if format == "safetensors" else target / f"{Path(adapter).name}-{quant}.gguf"


def is_whole(folder: Path) -> bool:
    """Whether a folder holds a model that needs no base, as `full` and `export` write it."""
    return (folder / "config.json").is_file() and not (folder / CONFIG).is_file()


def _whole(folder: Path, dtype: str | None) -> Loaded:
    """Such a model, and what kgllm knows of it; one with a manifest is checked against it."""
    if (folder / MANIFEST).is_file():
        verify(folder)
    found = load_base(folder, dtype=dtype)
    file = folder / INFO
    return Loaded(model=found.model, tokenizer=found.tokenizer, info=json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {})


def write_gguf(model: Any, tokenizer: Any, file: Path, *, quant: str = "F16") -> None:
    """A transformers model as one GGUF file: Llama's, Mistral's and Qwen's architectures with a byte-level tokenizer.

    Norms and biases stay in 32 bits, and so does a matrix whose width the quantisation's blocks do not divide.

    Raises:
        ConfigError: another architecture or tokenizer. MissingExtraError: the gguf package is not installed.
    """
    gguf = require("gguf", "train")
    torch = require("torch", "train")
    config = model.config.get_text_config()
    kind = _ARCHITECTURES.get(config.model_type)
    if kind is None:
        raise ConfigError(
            f"kgllm writes no GGUF of {config.model_type!r}",
            hint="export safetensors and use llama.cpp's convert_hf_to_gguf.py on the folder",
        )
    writer = gguf.GGUFWriter(str(file), kind)
    _describe(gguf, writer, config, quant)
    _vocabulary(gguf, writer, tokenizer, config)
    names = gguf.get_tensor_name_map(getattr(gguf.MODEL_ARCH, kind.upper()), config.num_hidden_layers)
    type_ = getattr(gguf.GGMLQuantizationType, quant)
    for name, value in model.state_dict().items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        to = names.get_name(name, try_suffixes=(".weight", ".bias"))
        if to is None:
            raise ConfigError(f"the tensor {name} has no name in GGUF")
        tensor = value.detach().to("cpu", torch.float32)
        if kind == "llama" and name.endswith(("q_proj.weight", "k_proj.weight", "q_proj.bias", "k_proj.bias")):
            tensor = _interleaved(tensor, config.num_attention_heads if "q_proj" in name else config.num_key_value_heads)
        data = tensor.contiguous().numpy()
        fits = data.ndim > 1 and (quant in ("F32", "F16", "BF16") or data.shape[-1] % gguf.GGML_QUANT_SIZES[type_][0] == 0)
        used = type_ if fits else gguf.GGMLQuantizationType.F32
        writer.add_tensor(to, gguf.quants.quantize(data, used) if used != gguf.GGMLQuantizationType.F32 else data, raw_dtype=used)
    if (factors := _stretched(config)) is not None:
        writer.add_tensor("rope_freqs.weight", factors)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _describe(gguf: Any, writer: Any, config: Any, quant: str) -> None:
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    rope = getattr(config, "rope_parameters", None) or {}
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(head)
    writer.add_value_length(head)
    writer.add_rope_dimension_count(head)
    writer.add_rope_freq_base(float(rope.get("rope_theta", 10000.0)))
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_vocab_size(config.vocab_size)
    writer.add_file_type(int(getattr(gguf.LlamaFileType, {"F32": "ALL_F32", "F16": "MOSTLY_F16"}.get(quant, f"MOSTLY_{quant}"))))


def _stretched(config: Any) -> Any:
    """By what Llama 3.1's way of reading longer texts divides each frequency of the positions; None where they are as they were.

    Raises:
        ConfigError: another such way.
    """
    torch = require("torch", "train")
    rope = getattr(config, "rope_parameters", None) or {}
    kind = rope.get("rope_type", "default")
    if kind == "default":
        return None
    if kind != "llama3":
        raise ConfigError(
            f"kgllm writes no GGUF of positions that are stretched by {kind!r}",
            hint="export safetensors and use llama.cpp's convert_hf_to_gguf.py",
        )
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

    stretched, _ = ROPE_INIT_FUNCTIONS[kind](config, torch.device("cpu"))
    count = 2 * len(stretched)
    plain = float(rope["rope_theta"]) ** -(torch.arange(0, count, 2, dtype=torch.float32) / count)
    return (plain / stretched.float()).numpy()


def _vocabulary(gguf: Any, writer: Any, tokenizer: Any, config: Any) -> None:
    """The tokens, their merges, the special ones and the chat template, so that another program asks with the same prompt."""
    said = json.loads(tokenizer.backend_tokenizer.to_str())
    pieces = _PIECES.get(_cuts(said.get("pre_tokenizer") or {}))
    if said["model"]["type"] != "BPE" or pieces is None:
        raise ConfigError(
            "kgllm writes GGUF for byte-level BPE tokenizers that cut texts as those of GPT-2, SmolLM, Llama 3 or Qwen do",
            hint="export safetensors and use llama.cpp's convert_hf_to_gguf.py",
        )
    known = {index: token for token, index in tokenizer.get_vocab().items()}
    special = {index for index, one in tokenizer.added_tokens_decoder.items() if one.special}
    tokens, types = [], []
    for index in range(config.vocab_size):
        tokens.append(known.get(index, f"[PAD{index}]"))
        kind = "NORMAL" if index in known else "UNUSED"
        if index in special:
            kind = "CONTROL"
        elif index in tokenizer.added_tokens_decoder:
            kind = "USER_DEFINED"
        types.append(getattr(gguf.TokenType, kind))
    merges = [one if isinstance(one, str) else " ".join(one) for one in said["model"]["merges"]]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pieces)
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(merges)
    for name in ("bos", "eos", "pad", "unk"):
        index = getattr(tokenizer, f"{name}_token_id")
        if index is not None:
            getattr(writer, f"add_{name}_token_id")(index)
    first = tokenizer("a")["input_ids"][:1]
    writer.add_add_bos_token(bool(first) and first[0] == tokenizer.bos_token_id)  # unsaid, llama.cpp goes by the pieces' name
    if getattr(tokenizer, "chat_template", None):
        writer.add_chat_template(tokenizer.chat_template)


def _cuts(said: dict[str, Any]) -> tuple[str, ...]:
    """What cuts texts into pieces, in order: a pattern, or by its kind; bytes alone cut nothing."""
    parts = said.get("pretokenizers", [said])
    if any(one.get("type") == "ByteLevel" and one.get("add_prefix_space") for one in parts):
        return ()
    names = [(one.get("pattern") or {}).get("Regex") or str(one.get("type")) for one in parts if one.get("use_regex", True)]
    whole = any(one.get("type") == "Digits" and not one.get("individual_digits") for one in parts)
    return () if whole or not any(one.get("type") == "ByteLevel" for one in parts) else tuple(names)


def _interleaved(tensor: Any, heads: int) -> Any:
    """Rows of queries and keys as llama.cpp's rotary embedding wants them for Llama: the two halves of a head interleaved."""
    shape = tensor.shape
    return tensor.reshape(heads, 2, shape[0] // heads // 2, *shape[1:]).swapaxes(1, 2).reshape(shape)
