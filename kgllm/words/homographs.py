"""Names of relations that are a verb as well as a noun in the plural: `coaches` of (Ann, coaches, the Reds), and of (the Reds, coaches, Ann).

Which of the two they are is told by what stands at their ends, or by the names beside them: a graph that says `plays_for` and `was_founded_in`
says verbs.
"""

from __future__ import annotations

from collections.abc import Iterable

from kgllm.words.ends import data_of
from kgllm.words.relations import relation_words
from kgllm.words.stems import singular

_MOSTLY = 0.6  # of the names of which it is plain
_FEWEST = 2  # names of which it is plain
_VERBS = frozenset(("does", "verb", "by"))
_BEGINS = frozenset(("is", "are", "was", "were", "has", "have", "had"))


def may_be_verb(name: str) -> bool:
    """Whether a name is a noun in the plural for people, and says what such people do.

    >>> [name for name in ("coaches", "captains", "authors", "coach", "coach of", "HOSTS") if may_be_verb(name)]
    ['coaches', 'captains', 'HOSTS']
    """
    spoken = relation_words(name).spoken
    return len(spoken) == 1 and spoken[0].endswith("s") and singular(spoken[0]) in data_of("english")["homographs"]


def noun_of(name: str) -> str:
    """The same as a noun that says which end is which.

    >>> noun_of("coaches")
    'coach of'
    """
    return f"{singular(relation_words(name).spoken[0])} of"


def says_verbs(names: Iterable[str]) -> bool:
    """Whether most names of a graph's relations are plainly verbs.

    >>> says_verbs(["plays_for", "was_founded_in", "scored_goals", "coaches"]), says_verbs(["country", "birth date", "works_at"]), says_verbs(["coaches"])
    (True, False, False)
    """
    plain = [_verbal(name) for name in names if not may_be_verb(name)]
    return len(plain) >= _FEWEST and sum(plain) >= _MOSTLY * len(plain)


def _verbal(name: str) -> bool:
    words = relation_words(name)
    return words.form in _VERBS or words.spoken[0] in _BEGINS or (len(words.spoken) > 1 and words.spoken[0].endswith("ed"))
