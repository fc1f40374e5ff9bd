"""What asks how many there are, and what asks for several things, as patterns: every stage that takes a question apart looks for the same."""

from __future__ import annotations

from kgllm.words.patterns import either
from kgllm.words.tables import read_table

_COUNT, _ASKED = read_table("english")["count"].split(), read_table("questions")["counting"]
HOW_MANY = rf"\b{either(_COUNT)}\b"
"""English: "how many", "number of"."""

NUMBER_OF = rf"\b{either(one for one in _COUNT if one.endswith('_of'))}\b"
"""Of these, what is a noun."""

HOW_MANY_HAN = either(_ASKED["how_many_han"])
"""Chinese: 多少 and 几, before what is counted, or for a value."""

HOW_MUCH = rf"\b{either(_ASKED['how_much'])}\b"
"""English: what asks for an amount, and for no things."""

HOW_LONG = rf"(?:\bhow (?!many\b|much\b)|{either(_ASKED['how_long_han'])})"
"""Both: what asks how long, high or old something is, and what else comes in a unit."""

LIST_HAN = either(_ASKED["list_han"])
"""Chinese: what asks for all there are, each by its name."""

SEVERAL_HAN = rf"(?:{LIST_HAN}|多少|几[^\W\d])"
"""Chinese: what asks for more than one thing, or how many there are."""
