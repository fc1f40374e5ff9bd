"""Questions in English: a path from a topic told from the inside out, then asked for in one of many ways."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from kgllm.questions.naming import article
from kgllm.questions.phrases import Phrases
from kgllm.words import singular
from kgllm.words.stems import PLURALS

T = TypeVar("T")
_NOUNS = {noun: plural for plural, noun in PLURALS.items()}
_AGREE_X = {"is": ("is", "are"), "was": ("was", "were"), "does": ("does", "do"), "has": ("has", "have")}
_AGREE_N = {"are": ("is", "are"), "were": ("was", "were"), "do": ("does", "do"), "have": ("has", "have"), "use": ("uses", "use")}
_BEFORE = re.compile(r"\b(is|was|does|has) \{x\}(?!')")
_AFTER = re.compile(r"(?<!the )\{x\} (\w+)")
_LEADING = re.compile(r"^(is|was|does|has)\b(?! \{x\})")
_STRANDED = frozenset(("in", "at", "on", "for", "as", "of", "from", "with", "to", "through", "after", "by", "into"))
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}.*")
_SLOT = re.compile(r"\{(\w+)\}")
_ONE_OF = re.compile(r"\{are\} an? (\w[\w ]*?)(?= of )")

# How a noun phrase is asked for. {the} is the phrase ("the director of X", "X's director"), {wh} the question word.
OF_NOUN = (
    "{wh} {are} {the}", "{wh} {are} {the}", "{wh} {are} {the}", "{the}", "{the}", "tell me {the}", "can you tell me {the}", "name {the}", "find {the}", "I want to know {the}",
    "do you know {wh} {the} {are}", "could you tell me {wh} {the} {are}", "give me {the}", "I'm trying to find out {wh} {the} {are}", "any idea {wh} {the} {are}",
)  # fmt: skip
# … and how ends that are described are asked for: {N} the noun, {tail} "directed by X", "that X directed", "who directed X".
OF_TAIL = (
    "list the {N} {tail}", "name {N} {tail}", "show me {N} {tail}", "{N} {tail}", "what are the {N} {tail}", "what are some {N} {tail}", "find all {N} {tail}", "which are the {N} {tail}",
    "give me a list of {N} {tail}", "I'm looking for {N} {tail}", "can you name {N} {tail}", "tell me the {N} {tail}", "do you know any {N} {tail}", "what {N} are there {tail}",
)  # fmt: skip
ONE_TAIL = (
    "name the {N} {tail}",
    "the {N} {tail}",
    "what is the {N} {tail}",
    "which is the {N} {tail}",
    "find the {N} {tail}",
    "tell me the {N} {tail}",
    "do you know the {N} {tail}",
    "give me the {N} {tail}",
)


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path to be told: its wordings, how many ends, what they are, and whether it undoes the one before."""

    phrases: Phrases
    count: int
    kind: str = ""
    nouns: tuple[str, ...] = ()
    things: tuple[str, ...] = ()  # nouns that say only what the ends are, not how they are reached: "city" for a birthplace
    topic: tuple[str, ...] = ()  # nouns for what it starts from
    back: bool = False
    many: bool | None = None  # whether they are spoken of as several, where that is settled


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase for some things: its text, whether it is a plural, and whether an 's may follow."""

    text: str
    plural: bool = False
    short: bool = True
    plain: bool = False  # the name of a thing, not a phrase for one


def plural(noun: str) -> str:
    """A noun phrase in the plural.

    >>> plural("city"), plural("place of birth"), plural("husband or wife"), plural("CUDA core"), plural("person")
    ('cities', 'places of birth', 'husbands or wives', 'CUDA cores', 'people')
    """
    if noun.startswith("number of "):
        return noun
    for joint in (" of ", " or "):
        if joint in noun:
            first, rest = noun.split(joint, 1)
            return plural(first) + joint + (plural(rest) if joint == " or " else rest)
    *before, last = noun.split()
    if last in _NOUNS:
        last = _NOUNS[last]
    elif last != singular(last) and last.endswith("s"):
        pass
    elif last.endswith(("s", "x", "ch", "sh")):
        last += "es"
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        last = last[:-1] + "ies"
    else:
        last += "s"
    return " ".join([*before, last])


def number_of(hop: Hop, rng: random.Random) -> bool:
    """Whether the ends are spoken of as several. People do not know how many there will be."""
    if hop.many is not None:
        return hop.many
    return hop.count > 1 if rng.random() < 0.85 else rng.random() < 0.5


def fill(wording: str, x: Said, n: str = "", *, several: bool = False, topic: str = "") -> str:
    """A wording with its slots filled.

    >>> fill("what language {is} {x} in", Said("these films", True)), fill("speak{s} {x}", Said("French"), several=True)
    ('what language are these films in', 'speak French')
    >>> fill("began in {x}", Said("1902")), fill("began in {x}", Said("1902-05-01"))
    ('began in 1902', 'began on 1902-05-01')
    >>> fill("{are} a citizen of {x}", Said("Peru"), several=True)
    'are citizens of Peru'
    """

    def slot(match: re.Match[str]) -> str:
        name = match[1]
        if name in _AGREE_X:
            return _AGREE_X[name][x.plural]
        if name in _AGREE_N:
            return _AGREE_N[name][several]
        endings = {"s": "" if several else "s", "es": "" if several else "es", "z": "" if x.plural else "s"}
        return {"x": x.text, "N": n, "T": topic, **endings}.get(name, match[0])

    if _DAY.fullmatch(x.text):
        wording = wording.replace(" in {x}", " on {x}")
    if x.plural:
        wording = _BEFORE.sub(lambda m: f"{_AGREE_X[m[1]][1]} {{x}}", wording)
        wording = _AFTER.sub(lambda m: f"{{x}} {_plural_verb(m[1])}", wording)
    if several:
        wording = _ONE_OF.sub(lambda m: f"{{are}} {plural(m[1])}", wording)
        wording = _LEADING.sub(lambda m: _AGREE_X[m[1]][1], wording)
    return _SLOT.sub(slot, wording.replace("{x}'s", "{own}")).replace("{own}", own(x))


def _plural_verb(verb: str) -> str:
    """ "deals" → "deal", "was" → "were"; a past form stays."""
    if verb in _AGREE_X:
        return _AGREE_X[verb][1]
    if verb.endswith(("sses", "ches", "shes")):
        return verb[:-2]
    return verb[:-1] if verb.endswith("s") and not verb.endswith("ss") else verb


def own(x: Said) -> str:
    """The possessive."""
    return f"{x.text}'" if x.text.endswith("s") else f"{x.text}'s"


class English:
    """Writes one question; every choice is drawn from `rng`."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    # --- phrases for what a path reaches

    def reached(self, topic: str, hops: Sequence[Hop]) -> Said:
        """A noun phrase for the ends of a path."""
        said, n = Said(topic, plain=True), 0
        while n < len(hops):
            if n + 1 < len(hops) and hops[n + 1].back:
                said = self.companions(said, hops[n], hops[n + 1])
                n += 2
            else:
                said = self.phrase(said, hops[n])
                n += 1
        return said

    def phrase(self, x: Said, hop: Hop) -> Said:
        """A noun phrase for the ends of one step: "the director of X", "films that X directed"."""
        several = number_of(hop, self.rng)
        ways: list[tuple[float, Callable[[], Said]]] = []
        if hop.phrases.noun:
            ways.append((2.0 if x.short else 1.5, lambda: self.the(x, hop, several)))
        tails = self.tails(x, hop, several)
        if tails:
            ways.append((2.5 if not hop.phrases.noun else 1.0, lambda: self._with_tail(hop, several, self.rng.choice(tails))))
        if not ways:
            ways.append((1.0, lambda: self._with_tail(hop, several, f"of {x.text}")))
        return _drawn(self.rng, ways)()

    def the(self, x: Said, hop: Hop, several: bool, *, noun: str = "") -> Said:
        """ "the director of X" or "X's director"."""
        noun = noun or _first_best(self.rng, hop.phrases.noun)
        noun = plural(noun) if several else noun
        if x.short and self.rng.random() < 0.45:
            return Said(f"{own(x)} {noun}", several, len(x.text) < 40)
        return Said(f"the {noun} of {x.text}", several, short=False)

    def _with_tail(self, hop: Hop, several: bool, tail: str) -> Said:
        noun = self.noun(hop)
        return Said(f"the {plural(noun) if several else noun} {tail}", several, short=False)

    def noun(self, hop: Hop) -> str:
        """What the ends are called."""
        return _first_best(self.rng, (hop.things if hop.kind == "place" else hop.nouns) or ("thing",))

    def tails(self, x: Said, hop: Hop, several: bool) -> list[str]:
        """What may stand behind the noun for the ends: "directed by X", "that X directed", "who directed X"."""
        ph, who = hop.phrases, "who" if hop.kind == "person" else "that"
        parts, rels = (fitting(wordings, x) for wordings in (ph.part, ph.rel))
        found = [fill(one, x, several=several) for one in parts if not one.startswith("who ") or hop.kind == "person"]
        found += [f"{who} {fill(one, x, several=several)}" for one in rels]
        for one in ph.that:
            said = fill(one, x, several=several)
            starts = one.startswith("{x}")
            found.append(said if starts and self.rng.random() < 0.3 and x.short else f"{'that' if starts else who} {said}")
        return found

    def companions(self, x: Said, there: Hop, back: Hop) -> Said:
        """Two steps that come back to things like the first, told at once: "films with the same director as X", "co-stars of X"."""
        several = number_of(back, self.rng)
        n = self.noun(back)
        many = plural(n) if several else n
        if self.rng.random() < 0.25 or not (there.phrases.noun or back.phrases.noun):
            said = self.phrase(self.phrase(x, there), back)
            return Said(re.sub("^the ", "the other ", said.text), said.plural, short=False)
        if there.phrases.noun and not back.phrases.noun:  # film → director → films
            noun = _first_best(self.rng, there.phrases.noun)
            share = "share" if several else "shares"
            have = "have" if several else "has"
            ways: tuple[str, ...] = (
                f"the {many} with the same {noun} as {x.text}",
                f"the {many} that {share} {article(noun)} {noun} with {x.text}",
                f"the other {many} {'by' if there.kind == 'person' else 'with'} the {noun} of {x.text}",
                f"the {many} that {have} the same {noun} as {x.text}",
                f"the {many} that also {have} the {noun} of {x.text}",
            )
            return Said(self.rng.choice(ways), several, short=False)
        noun = _first_best(self.rng, back.phrases.noun) if back.phrases.noun else n  # actor → films → actors
        role, middle, who = plural(noun) if several else noun, self.noun(there), "who" if back.kind == "person" else "that"
        share = "share" if several else "shares"
        ways = (
            f"the co-{role} of {x.text}",
            f"{own(x)} co-{role}" if x.short else f"the co-{role} of {x.text}",
            f"the fellow {role} of {x.text}",
            f"the {role} of the same {middle} as {x.text}",
            f"the {role} who worked together with {x.text}"
            if back.kind == "person"
            else f"the {role} that {'go' if several else 'goes'} with {x.text}",
            f"the {role} {who} {share} a {middle} with {x.text}",
        )
        return Said(self.rng.choice(ways), several, short=False)

    # --- questions

    def asked(self, x: Said, hop: Hop) -> str:
        """A question for the ends of one step from `x`."""
        ph, several = hop.phrases, number_of(hop, self.rng)
        ways: list[tuple[float, Callable[[], str]]] = []
        if ph.ask and (x.short or len(x.text) < 90):
            ways.append((2.0, lambda: self._verbatim(x, hop, several)))
        if ph.noun:
            ways.append((2.2, lambda: self.of_noun(self.the(x, hop, several), hop)))
        tails = self.tails(x, hop, several)
        if tails:
            ways.append((1.5, lambda: self._tailed(x, hop, several)))
        if fitting(ph.rel, x):
            ways.append((1.8, lambda: self._subject(x, hop, several)))
        if fitting(ph.part, x):
            ways.append((1.0, lambda: self._which_are(x, hop, several)))
        if ph.did:
            ways.append((2.0, lambda: self._which_did(x, hop, several)))
        if not ways:
            return f"which {self.noun(hop)} belongs to {x.text}"
        return _drawn(self.rng, ways)()

    def _verbatim(self, x: Said, hop: Hop, several: bool) -> str:
        topic = plural(self.rng.choice(hop.topic)) if hop.topic and x.plural else (self.rng.choice(hop.topic) if hop.topic else "thing")
        n = self.noun(hop)
        wordings = [one for one in hop.phrases.ask if not x.plural or not one.endswith("like {x}")]
        wordings = [one for one in wordings if x.plain or one != "what is {x}"] or wordings  # of a phrase it asks who or what that is
        wording = self.rng.choice(wordings)
        return fill(wording, x, plural(n) if "{N}" in wording else n, several=True if "{N}" in wording else several, topic=topic)

    def of_noun(self, the: Said, hop: Hop) -> str:
        """ "who is the director of X"."""
        wh = self.rng.choice(hop.phrases.wh) if hop.phrases.wh and self.rng.random() < 0.3 else self.wh(hop)
        wh = wh if " " not in wh else "what"
        frame = self.rng.choice(OF_NOUN)
        return frame.replace("{the}", the.text).replace("{wh}", wh).replace("{are}", "are" if the.plural else "is")

    def _tailed(self, x: Said, hop: Hop, several: bool) -> str:
        many = several or self.rng.random() < 0.5 or hop.count > 1
        return self.of_tail(hop, many, self.rng.choice(self.tails(x, hop, many)))

    def of_tail(self, hop: Hop, many: bool, tail: str) -> str:
        """ "list the films directed by X"."""
        n = self.noun(hop)
        frame = self.rng.choice(OF_TAIL if many else ONE_TAIL)
        return frame.replace("{N}", plural(n) if many else n).replace("{tail}", tail)

    def _subject(self, x: Said, hop: Hop, several: bool) -> str:
        """ "who directed X", "which people directed X"."""
        wording = self.rng.choice(fitting(hop.phrases.rel, x))
        if hop.kind == "person" and self.rng.random() < 0.6:
            return f"who {fill(wording, x, several=False)}"
        n = self.noun(hop)
        word = self.rng.choice(("which", "what", "which"))
        if hop.kind not in ("person", "place", "time") and self.rng.random() < 0.25:
            return f"what {fill(wording, x, several=False)}"
        return f"{word} {plural(n) if several else n} {fill(wording, x, several=several)}"

    def _which_are(self, x: Said, hop: Hop, several: bool) -> str:
        """ "which films were directed by X"."""
        given = fitting(hop.phrases.part, x)
        parts = [one for one in given if not one.startswith("who ")]
        if not parts:
            return self.of_tail(hop, several, fill(given[0], x, several=several))
        wording = self.rng.choice(parts)
        n, word = self.noun(hop), self.rng.choice(("which", "what"))
        first = wording.split()[0]
        if first.endswith("ed") or first in ("written", "sung", "shot", "made", "born", "built", "led", "run", "taught", "won"):
            be = self.rng.choice(("were", "are", "was")) if several else "was"
            be = "were" if several and be == "was" else be
            lead = "who" if hop.kind == "person" and self.rng.random() < 0.5 else f"{word} {plural(n) if several else n}"
            be = ("was" if lead == "who" else be) if first != "based" else ("are" if several and lead != "who" else "is")
            return f"{lead} {be} {fill(wording, x, several=several)}"
        if first.endswith("ing") or first in ("with", "for", "by", "that"):
            return self.of_tail(hop, several, fill(wording, x, several=several))
        return f"{word} {plural(n) if several else n} {'are' if several else 'is'} {fill(wording, x, several=several)}"

    def _which_did(self, x: Said, hop: Hop, several: bool) -> str:
        """ "which films did X direct", "when was X released"."""
        wording = fill(self.rng.choice(hop.phrases.did), x, several=several)
        last = wording.split()[-1] in _STRANDED
        if hop.phrases.wh and (not last or (hop.phrases.wh[0] == "where" and self.rng.random() < 0.4)):
            return f"{self.rng.choice(hop.phrases.wh)} {wording.removesuffix(' in').removesuffix(' on')}"
        if hop.kind == "person" and self.rng.random() < 0.5:
            return f"who {wording}"
        if hop.kind == "place" and wording.endswith(" from") and self.rng.random() < 0.4:
            return f"where {wording}"
        if hop.kind not in ("person", "time", "place") and self.rng.random() < 0.3:
            return f"what {wording}"
        n = "year" if hop.kind == "time" else self.noun(hop)
        return f"{self.rng.choice(('which', 'what'))} {plural(n) if several else n} {wording}"

    def wh(self, hop: Hop) -> str:
        """The question word that the kind of the ends calls for."""
        return "who" if hop.kind == "person" or (not hop.kind and "person" in hop.things) else "what"


_AMOUNT = re.compile(r"(?:with|\{have\}) \{x\} (?!as\b|in it\b|among\b|for\b)")


def fitting(wordings: Sequence[str], x: Said) -> list[str]:
    """The wordings that fit what is known: "with 5 steps", but not "with the number of steps of Y steps"."""
    return [one for one in wordings if x.plain or not _AMOUNT.match(one)]


def _first_best(rng: random.Random, choices: Sequence[str]) -> str:
    """One of the choices, the first ones more often."""
    at = min(int(rng.expovariate(1.1)), len(choices) - 1)
    return choices[at]


def _drawn(rng: random.Random, ways: Sequence[tuple[float, Callable[[], T]]]) -> Callable[[], T]:
    return rng.choices([way for _, way in ways], [weight for weight, _ in ways])[0]
