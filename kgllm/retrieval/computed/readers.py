"""The readers of questions that paths alone do not answer, in the order in which they are asked: the first that reads all of one answers it.

A reader takes the question on its way (`run.question`, `run.links`, and what `run.spoken` read once for all) and gives its evidence, or None
where the question is not of its form, so that the next is asked. What asks for least comes first: those at the top explain every
word of what they read (decision 14), those further down leave words unread and say how sure they are. Another reader is a function
of this shape and a row below, before the first that would read its questions otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from kgllm.retrieval.computed.alternatives import any_of
from kgllm.retrieval.computed.belonging import belongs
from kgllm.retrieval.computed.beside import counted
from kgllm.retrieval.computed.by_field import by_field
from kgllm.retrieval.computed.claim import claim
from kgllm.retrieval.computed.described import described
from kgllm.retrieval.computed.edged import edged
from kgllm.retrieval.computed.either import either
from kgllm.retrieval.computed.everything import everything
from kgllm.retrieval.computed.extremes import compared
from kgllm.retrieval.computed.fielded import fielded
from kgllm.retrieval.computed.grouped import of_groups
from kgllm.retrieval.computed.identified import identified
from kgllm.retrieval.computed.isa import is_a
from kgllm.retrieval.computed.joint import conjoined, limited
from kgllm.retrieval.computed.member import member
from kgllm.retrieval.computed.most import most_of
from kgllm.retrieval.computed.nested import nested
from kgllm.retrieval.computed.proper import properly
from kgllm.retrieval.computed.referring import of_referred
from kgllm.retrieval.computed.subsets import part_of_kind
from kgllm.retrieval.computed.tabled import tabled
from kgllm.retrieval.computed.traded import traded
from kgllm.retrieval.computed.versus import against

if TYPE_CHECKING:
    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence


class Reader(Protocol):
    """The evidence of a question of its form, of so many facts at most; None for every other question."""

    def __call__(self, run: Run, max_facts: int) -> Evidence | None: ...


class Form(NamedTuple):
    """A form of questions: who reads it, a question of it, and whether a question that says what is *not* so may be one."""

    read: Reader
    example: str
    negative: bool = False


FORMS = (
    Form(of_referred, "What is the currency of the country that Geysir is in?"),
    Form(claim, "Is the crystal system of quartz trigonal?"),
    Form(against, "Does the crew size of Stella exceed that of Nova?"),
    Form(of_groups, "How many lamps does each maker sell?"),
    Form(tabled, "What is the average crew size of the ships?", negative=True),
    Form(fielded, "Which lamps have the colour red and not the maker Olm?", negative=True),
    Form(conjoined, "Which red lamps have more than 4 stars?", negative=True),
    Form(traded, "What did Ida Frost order?"),
    Form(by_field, "Which nurse has the lowest annual pay?"),
    Form(most_of, "Which country has the most geysers?"),
    Form(compared, "What is the longest river in Peru?"),
    Form(limited, "Which lamps have more than four stars?"),
    Form(edged, "Who are the shareholders of Olm with more than 50%?"),
    Form(either, "Is TCL private or state-owned?"),
    Form(any_of, "Which lamps do Olm or Vass make?"),
    Form(identified, "Which mammal is Lutra lutra?"),
    Form(everything, "List all rivers."),
    Form(is_a, "Is quartz a mineral?"),
    Form(properly, "What is Old Baldy really called?"),
    Form(member, "Is Basalt a volcanic rock?"),
    Form(nested, "Which rooms are in the tower?"),
    Form(belongs, "Does Hilltop belong to North?"),
    Form(described, "Which red five-star lamps does Olm make?", negative=True),
    Form(part_of_kind, "Which towns do not lie on the sea?", negative=True),
    Form(counted, "How many cities does Turkey have?"),
)
"""Every form, the surest first."""


def first_read(run: Run, max_facts: int, *, negative: bool) -> Evidence | None:
    """The evidence of the first reader that reads the question; None where it is for paths. `negative`: it says what is not so, which is
    not told by values."""
    readers = (form.read for form in FORMS if form.negative or not negative)
    return next((found for read in readers if (found := read(run, max_facts)) is not None), None)
