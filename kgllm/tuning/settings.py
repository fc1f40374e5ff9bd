"""Everything that a tuning run can be told, in one object; what does not go together is refused when it is made."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from kgllm.errors import ConfigError, WrongTypeError, shorten
from kgllm.tuning.planning.memory import KNOWN, METHODS, OWNERS, PASSAGES, VIRTUAL
from kgllm.tuning.planning.targets import TARGETS

SCALES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
_RATES = {"rslora": 2.5e-4, "full": 1e-5, "freeze": 3e-4, "prompt": 1e-1, "p-tuning": 1e-3, "prefix": 5e-3, "p-tuning-v2": 5e-2}


@dataclass(frozen=True, slots=True, kw_only=True)
class TuneSettings:
    """How to tune. The defaults teach a few hundred facts to a small model.

    method: lora, qlora, dora, rslora, prefix, prompt, p-tuning, p-tuning-v2, adapter (Houlsby's bottleneck), freeze (all but the
    top layers), full. rank, alpha, dropout, targets: of LoRA's family. virtual: tokens of the prompt methods. width: of a
    bottleneck. top: layers that `freeze` trains.
    steps: of the optimizer. rate: learning rate; None: the method's. warmup: share of the steps. batch: domain rows a step, known
    rows beside them (`known`), general passages whose next words are held to the base model's (`general`, weighted by `kl`).
    ratio: general rows for each domain row in `mix`, the field's rule (see `kgllm.tuning.courses.mixing`); known rows and passages are
    what holds the rest in place in the trainer. accumulation: steps of gradient before one of the optimizer. length: tokens of a
    row at most. loss: "completion" or "all". packing: rows end to end in one sequence that attention keeps apart.
    check_every: steps between looks at held-out rows and general text; patience: looks without gain before it stops; budget: how
    much general perplexity may rise (0.08: by 8%); known_budget: how far the share of held-out known questions that it answers may
    fall (0.03: by 3 points); None: no limit. scales: the adapter's dial afterwards, chosen on dev.
    save_every: steps between checkpoints; keep: how many. dtype: of the frozen weights, None: the device's best.

    >>> TuneSettings(method="prompt").rate
    0.1
    """

    method: str = "lora"
    rank: int = 16
    alpha: int = 32
    dropout: float = 0.0
    targets: str = "all"
    virtual: int = 16
    width: int = 64
    top: int = 2
    steps: int = 120
    rate: float | None = None
    warmup: float = 0.05
    batch: int = 12
    known: int = KNOWN
    general: int = PASSAGES
    kl: float = 1.0
    ratio: tuple[int, int] = (1, 5)
    accumulation: int = 1
    length: int = 512
    loss: str = "completion"
    packing: bool = False
    checkpointing: bool = False
    check_every: int = 20
    patience: int = 4
    budget: float | None = 0.08
    known_budget: float | None = 0.03
    scales: tuple[float, ...] = SCALES
    save_every: int = 50
    keep: int = 2
    dtype: str | None = None
    seed: int = 0
    report_to: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ConfigError(f"no method {shorten(self.method)}", hint=f"one of {', '.join(METHODS)}")
        if self.rate is None:
            object.__setattr__(self, "rate", _RATES.get(self.method, 1e-3))
        _of_their_types(self)
        for name, least in _LEAST.items():
            if getattr(self, name) < least:
                raise ConfigError(f"{name} must be {least} or more, not {getattr(self, name)}")
        for name, low, high in (("dropout", 0, 1), ("warmup", 0, 1), ("kl", 0, 1e6), ("rate", 0, 10)):
            value = getattr(self, name)
            if not low <= value < high:
                raise ConfigError(f"{name} must be from {low} to below {high:g}, not {value!r}")
        if self.targets not in TARGETS:
            raise ConfigError(f"targets must be one of {', '.join(TARGETS)}, not {shorten(self.targets)}")
        if self.loss not in ("completion", "all"):
            raise ConfigError(f"loss must be completion or all, not {shorten(self.loss)}")
        for name in ("budget", "known_budget"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ConfigError(f"{name} must be above 0, or None for no limit, not {value!r}")
        if not self.scales or not all(0 < one <= 2 for one in self.scales):
            raise ConfigError(f"scales must be numbers above 0 and up to 2, not {self.scales!r}")
        if len(self.ratio) != 2 or self.ratio[0] < 1 or self.ratio[1] < 0:
            raise ConfigError(f"ratio must be (domain, general) in whole numbers, like (1, 5), not {self.ratio!r}")
        if self.dtype not in (None, "float32", "bfloat16", "float16"):
            raise ConfigError(f"dtype must be float32, bfloat16 or float16, not {shorten(self.dtype)}")
        _together(self)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    def own(self) -> dict[str, Any]:
        """The settings that say something for the method, without its name; for a model card."""
        return {name: value for name, value in self.to_dict().items() if name != "method" and self.method in OWNERS.get(name, METHODS)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TuneSettings:
        """What `to_dict` gave; unknown names are refused."""
        known = {one.name for one in fields(cls)}
        if unknown := sorted(set(values) - known):
            raise ConfigError(f"no setting {', '.join(unknown)}", hint=f"there are: {', '.join(sorted(known))}")
        given: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
        return cls(**given)


_LEAST = {
    "rank": 1, "alpha": 1, "virtual": 1, "width": 1, "top": 1, "steps": 1, "batch": 1, "known": 0, "general": 0, "accumulation": 1,
    "length": 8, "check_every": 1, "patience": 1, "save_every": 1, "keep": 1, "seed": 0,
}  # fmt: skip


def _of_their_types(given: TuneSettings) -> None:
    """Numbers are numbers, and several values a tuple of them; one reporter's name is one reporter.

    Raises:
        WrongTypeError: one of them is not.
    """
    for name in ("ratio", "scales", "report_to"):
        several: object = getattr(given, name)
        if isinstance(several, list):
            object.__setattr__(given, name, tuple(several))
        elif isinstance(several, str) and name == "report_to":
            object.__setattr__(given, name, (several,))
    for name, test, what in (
        *((name, _whole, "a whole number") for name in _LEAST),
        *((name, _number, "a number") for name in ("dropout", "warmup", "kl", "rate")),
        *((name, lambda one: isinstance(one, bool), "True or False") for name in ("packing", "checkpointing")),
        *((name, lambda one: one is None or _number(one), "a number, or None for no limit") for name in ("budget", "known_budget")),
        ("scales", lambda one: isinstance(one, tuple) and all(map(_number, one)), "numbers, like (1.0, 0.75)"),
        ("ratio", lambda one: isinstance(one, tuple) and all(map(_whole, one)), "(domain, general) in whole numbers, like (1, 5)"),
        ("report_to", lambda one: isinstance(one, tuple) and all(isinstance(name, str) for name in one), "names of reporters"),
    ):
        if not test(getattr(given, name)):
            raise WrongTypeError(f"{name} must be {what}, not {shorten(getattr(given, name))}")


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _together(given: TuneSettings) -> None:
    """What does not go with a method, and why."""
    method = given.method
    if given.packing and method in VIRTUAL:
        raise ConfigError(
            f"packing does not go with {method}: its virtual tokens stand once before a packed row, so all documents but the first "
            "would be trained without them (measured logit difference 0.45 to 0.60)",
            hint="leave packing off",
        )
    if given.checkpointing and method in ("prefix", "p-tuning-v2"):
        raise ConfigError(
            f"activation checkpointing does not go with {method}: the layers computed again meet keys and values of another length",
            hint="leave checkpointing off",
        )
    for one in fields(given):
        owners = OWNERS.get(one.name, METHODS)
        if method not in owners and getattr(given, one.name) != one.default:
            raise ConfigError(
                f"{one.name} is a setting of {', '.join(owners)}: it would change nothing for {method}", hint=f"leave {one.name} out"
            )
    if method == "dora" and given.dtype == "float16":
        raise ConfigError("DoRA's magnitudes do not train in float16", hint="float32 or bfloat16")
    if given.scales != (1.0,) and (method in VIRTUAL or method in ("freeze", "full")) and given.scales != SCALES:
        raise ConfigError(f"{method} has no dial to scale it by", hint="leave scales out")
