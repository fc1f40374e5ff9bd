"""Domain rows among general ones, at a ratio that is exact and the same every time.

The field's rule is 1 : 5 (the seed document, trick 1). `datasets.interleave_datasets` draws: asked for 1 : 5 it gave 1 : 2.6 to
1 : 4.3 on small sets, so kgllm places the rows itself.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kgllm.errors import ConfigError, WrongTypeError
from kgllm.tuning.rows import Row, read_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """rows in training order; report: what went in."""

    rows: tuple[Row, ...]
    report: dict[str, Any]

    def __len__(self) -> int:
        return len(self.rows)


def mix(domain: Any, general: Any = (), *, ratio: tuple[int, int] = (1, 5), seed: int = 0) -> Mixed:
    """All domain rows once, and for each `ratio[0]` of them `ratio[1]` general ones, spread evenly.

    Args:
        domain, general: anything `read_rows` takes: lists, files, datasets, hub names.
        ratio: (domain, general). General rows are drawn without repeating; where they run out they begin again, which the
            report says. With a general part of 0 the domain rows alone are shuffled.

    >>> rows = mix([{"text": "d"}] * 4, [{"text": "g"}] * 3, ratio=(1, 2)).rows
    >>> "".join(row.completion for row in rows)
    'gdggdggdggdg'

    Raises:
        ConfigError: no domain rows, a ratio that cannot be, or general rows asked for and not given.
    """
    own, other = read_rows(domain), read_rows(general)
    if not isinstance(ratio, (tuple, list)) or len(ratio) != 2 or not all(isinstance(one, int) for one in ratio):
        raise WrongTypeError(f"ratio must be (domain, general) in whole numbers, like (1, 5), not {ratio!r}")
    part, beside = ratio
    if part < 1 or beside < 0:
        raise ConfigError(f"ratio must be (domain, general) in whole numbers, like (1, 5), not {ratio!r}")
    if not own:
        raise ConfigError("there are no domain rows to mix")
    if beside and not other:
        raise ConfigError(f"a ratio of {part} : {beside} needs general rows, and there are none", hint="general=…, or ratio=(1, 0)")
    rng = random.Random(f"{seed}/mix")
    rng.shuffle(own)
    wanted = -(-len(own) * beside // part)
    drawn: list[Row] = []
    while len(drawn) < wanted:
        again = list(other)
        rng.shuffle(again)
        drawn += again
    drawn = drawn[:wanted]
    rows = _spread(own, drawn)
    repeats = wanted / len(other) if other else 0.0
    report = {
        "rows": len(rows),
        "domain": len(own),
        "general": len(drawn),
        "ratio": f"{part} : {beside}",
        "general_rows_given": len(other),
        "each_general_row_stands": round(repeats, 2),
        "domain_kinds": dict(sorted(Counter(row.kind or "other" for row in own).items())),
        "sources": dict(sorted(Counter(row.source or "given" for row in rows).items())),
        "text_rows": sum(row.text for row in rows),
        "seed": seed,
    }
    return Mixed(rows=tuple(rows), report=report)


def _spread(few: Sequence[Row], many: Sequence[Row]) -> list[Row]:
    """Both in their order, each as evenly spread as whole places allow (Bresenham's line)."""
    total, out, left = len(few) + len(many), [], list(many)
    placed = 0
    for place in range(total):
        due = (2 * (place + 1) * len(few) + total) // (2 * total)
        if due > placed:
            out.append(few[placed])
            placed += 1
        else:
            out.append(left[place - placed])
    return out
