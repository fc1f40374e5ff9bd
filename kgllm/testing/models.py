"""A language model made on the spot: a config, random weights and a tokenizer trained on a page, for tests and examples."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kgllm.errors import ConfigError, require


def tiny_model(
    folder: str | Path, *, text: Iterable[str] = (), hidden: int = 64, layers: int = 2, context: int = 2048, seed: int = 0
) -> Path:
    """Write a base model of some hundred thousand parameters into a new folder, as transformers reads it. It knows nothing; it can
    be taught.

    text: what the tokenizer is trained on (every other byte is a token of its own).

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as root:
    ...     sorted(path.name for path in tiny_model(f"{root}/tiny").iterdir() if path.suffix == ".safetensors")
    ['model.safetensors']

    Raises:
        ConfigError: there is something already. MissingExtraError: torch or transformers is not installed.
    """
    torch = require("torch", "llm")
    transformers = require("transformers", "llm")
    tokenizers = require("tokenizers", "llm")
    place = Path(folder)
    if place.exists():
        raise ConfigError(f"there is already something at {place}", hint="give a new folder")
    raw = tokenizers.Tokenizer(tokenizers.models.BPE())
    raw.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = tokenizers.decoders.ByteLevel()
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=1000, special_tokens=["<s>", "</s>"], initial_alphabet=alphabet, show_progress=False
    )
    raw.train_from_iterator(["Question: Answer: not in the graph\n", *text], trainer)
    special = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "</s>"}
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=raw, **special)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = transformers.LlamaForCausalLM(
            transformers.LlamaConfig(
                vocab_size=len(tokenizer),
                hidden_size=hidden,
                intermediate_size=2 * hidden,
                num_hidden_layers=layers,
                num_attention_heads=4,
                num_key_value_heads=2,
                max_position_embeddings=context,
                bos_token_id=tokenizer.bos_token_id,
                eos_token_id=tokenizer.eos_token_id,
                initializer_range=0.1,
            )
        )
    from kgllm.llms.transformers import no_bars

    with no_bars():
        model.save_pretrained(place)
    tokenizer.save_pretrained(place)
    return place
