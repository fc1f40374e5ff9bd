"""Virtual tokens: how they begin, and how a run goes on from those that were saved.

Drawn at random, as PEFT has them, virtual tokens first hide what the model knows, and much of a run goes into mending that (PEFT's own
method_comparison: .06 from random tokens and .34 from words; a prefix .19 and .42). Those that are trained themselves begin as the
words that are trained first: as an example shown before the question. Those that a network makes (`prefix`, `p-tuning`) begin at
random: from words a prefix answered .17 and .04 of the held-out rows after 36 steps (rates 5e-4 and 3e-3), from random numbers .30 (5e-3).

No token that begins a text is among the words: a model rests most of its attention on it (a third to two thirds in Gemma 3 270M), so
that a second one, moved by training, moves everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kgllm.errors import require

FROM_WORDS = ("prompt", "p-tuning-v2")
"""Methods whose virtual tokens are trained themselves."""


def words_of(rows: Sequence[Sequence[int]], tokenizer: Any, count: int) -> list[int]:
    """The first tokens of rows, without those that begin and end texts; over again where they are few."""
    special = set(tokenizer.all_special_ids)
    found: list[int] = []
    for row in rows:
        found += [one for one in row if one not in special]
        if len(found) >= count:
            break
    found = found or [row[0] for row in rows[:1]]
    return [found[i % len(found)] for i in range(count)]


def begin_as(model: Any, words: Sequence[int]) -> None:
    """Set the virtual tokens of a PEFT model, as many as there are `words`, to what it makes of these."""
    torch = require("torch", "train")
    base = model.get_base_model().eval()
    ids = torch.tensor(list(words), device=next(base.parameters()).device)
    with torch.no_grad():
        if model.active_peft_config.peft_type == "PREFIX_TUNING":
            cache = base(input_ids=ids[None], use_cache=True).past_key_values
            pairs = [one for layer in cache.layers for one in (layer.keys, layer.values)]
            wanted = torch.cat([one.transpose(1, 2).reshape(len(words), -1) for one in pairs], 1)  # PEFT's order: layer, key or value, head
        else:
            wanted = base.get_input_embeddings()(ids)
    set_tokens(model, wanted)


def set_tokens(model: Any, wanted: Any) -> None:
    """Give a PEFT model its virtual tokens, (tokens, numbers of each), as they are saved.

    Where a network makes them (`prefix`, `p-tuning`) its last layer is solved for them: of all that give them, the smallest.

    Raises:
        ValueError: others than these in number or size.
    """
    torch = require("torch", "train")
    encoder = model.prompt_encoder[model.active_adapter]
    made = encoder.embedding.weight
    network = getattr(encoder, "transform", None) or getattr(encoder, "mlp_head", None)
    size = (made.shape[0], made.shape[1] if network is None else network[-1].out_features)
    if tuple(wanted.shape) != size:
        raise ValueError(f"virtual tokens of {tuple(wanted.shape)}, where {size} are wanted")
    wanted = wanted.to(made.device, torch.float32)
    if network is None:
        made.data = wanted.clone()
        return
    last = network[-1]
    with torch.no_grad():
        before = network[:-1](made.float())
        last.weight.data = (torch.linalg.pinv(before) @ wanted).T.contiguous()
        last.bias.data = torch.zeros_like(last.bias, dtype=torch.float32)
