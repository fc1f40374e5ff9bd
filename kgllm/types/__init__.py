"""The values that travel between the stages: small, frozen, comparable, drawn in notebooks by `kgllm.viz`.

Entities compare by id and literals by what was written, so that sets of either behave as a user expects; names,
scores and sources never take part in a comparison.

Modules: facts (what a graph holds), evidence (what is found for a question), told (what a model is told beside facts), answer (what it is
asked, and what is answered), values (how all of them are made).
"""

from kgllm.types.answer import Answer, Citation, Prompt
from kgllm.types.evidence import Candidate, Evidence, Link, Mention, Path, conditions_text, steps_text
from kgllm.types.facts import Entity, Fact, Key, Literal, Node, Relation, Way
from kgllm.types.told import Told, Wide
from kgllm.types.values import replace

__all__ = [
    "Answer",
    "Candidate",
    "Citation",
    "Entity",
    "Evidence",
    "Fact",
    "Key",
    "Link",
    "Literal",
    "Mention",
    "Node",
    "Path",
    "Prompt",
    "Relation",
    "Told",
    "Way",
    "Wide",
    "conditions_text",
    "replace",
    "steps_text",
]
