"""The GPUs that people tune on: memory, speed, and what each generation cannot do."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kgllm.errors import ConfigError, shorten


@dataclass(frozen=True, slots=True, kw_only=True)
class GPU:
    """One row of `gpus.toml`. memory in GB, bandwidth and nvlink in GB/s, rates in dense TFLOP/s; None: not in hardware."""

    name: str
    architecture: str
    year: int
    memory: float
    bandwidth: float
    source: str
    aliases: tuple[str, ...] = ()
    vendor: str = "NVIDIA"
    capability: float | None = None
    fp32: float = 0.0
    fp16: float | None = None
    bf16: float | None = None
    fp8: float | None = None
    nvlink: float = 0.0
    note: str = ""

    @property
    def dtype(self) -> str:
        """What it trains in: bf16 where its tensor cores compute in it, else fp16 where they do, else fp32."""
        return "bf16" if self.bf16 else "fp16" if self.fp16 else "fp32"

    @property
    def rate(self) -> float:
        """TFLOP/s in that dtype."""
        return float(getattr(self, self.dtype))

    @property
    def cannot(self) -> tuple[str, ...]:
        """What this generation lacks for tuning, in words."""
        if self.capability is None:
            return ("CUDA: needs torch_npu instead, bitsandbytes and FlashAttention have their own builds for it",)
        lacks = [
            (7.5, "today's PyTorch wheels do not run on it: they need compute capability 7.5"),
            (7.0, "no tensor cores"),
            (7.5, "bitsandbytes' 4-bit kernels are not built for it"),
            (8.0, "no bf16: fp16 with loss scaling instead"),
            (8.0, "no FlashAttention-2"),
            (8.9, "no fp8"),
            (9.0, "no FlashAttention-3"),
        ]
        return tuple(words for least, words in lacks if self.capability < least)

    @property
    def runs(self) -> bool:
        """Whether today's PyTorch runs on it at all."""
        return self.capability is None or self.capability >= 7.5


@cache
def gpus() -> tuple[GPU, ...]:
    """All of them, in the order of the table (by generation).

    >>> [one.architecture for one in gpus()][0], len({one.architecture for one in gpus()}) >= 10
    ('Fermi', True)
    """
    rows = tomllib.loads((files(__package__) / "gpus.toml").read_text(encoding="utf-8"))["gpu"]
    return tuple(GPU(**{**row, "aliases": tuple(row.get("aliases", ()))}) for row in rows)


def gpu(name: str) -> GPU:
    """A GPU by name or alias, or as `nvidia-smi` and PyTorch call it; case, spaces and hyphens do not count.

    >>> gpu("a100-80g").memory, gpu("RTX4090").dtype, gpu("V100").cannot[0]
    (80, 'bf16', "today's PyTorch wheels do not run on it: they need compute capability 7.5")
    >>> gpu("NVIDIA H100 80GB HBM3").name, gpu("NVIDIA A100-SXM4-40GB").name, gpu("4090").name
    ('H100', 'A100-40G', 'RTX 4090')

    Raises:
        ConfigError: it is not in the table.
    """
    for one in gpus():
        if _key(name) in map(_key, (one.name, *one.aliases)):
            return one
    sized = _SIZE.search(name)
    for plain in (_SIZE.sub(" ", name), _FORM.sub(" ", _SIZE.sub(" ", name))):  # a card of PCIe is another where the table has it
        found = [one for one in gpus() if _key(plain) in _short(one) and (sized is None or int(sized[1]) == round(one.memory))]
        if len(found) == 1:
            return found[0]
    raise ConfigError(f"no GPU {shorten(name)} in the table", hint=f"one of {', '.join(one.name for one in gpus())}")


_SIZE = re.compile(r"\b(\d+) ?GB?\b", re.IGNORECASE)
_FORM = re.compile(r"\b(SXM\d?|HBM\d?e?|PCIe)\b", re.IGNORECASE)
"""What a driver adds to a card's name: its memory, its plug."""


def _short(one: GPU) -> set[str]:
    """Its names without a size, and without what all of its line have (RTX 4090: 4090)."""
    names = {_key(_SIZE.sub(" ", name)) for name in (one.name, *one.aliases)}
    return names | {name.removeprefix("rtx").removeprefix("gtx") for name in names}


def _key(name: str) -> str:
    key = "".join(char for char in name.lower() if char.isalnum())
    for brand in ("nvidia", "tesla", "geforce"):
        key = key.removeprefix(brand)
    return key
