"""The other kinds of questions in English: conditions together, counts, comparisons, superlatives, yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kgllm.questions.english import English, Hop, Said, fill, fitting, own, plural
from kgllm.questions.naming import article, is_past

EARLIER = {"least": ("first", "earliest"), "most": ("last", "latest")}
SIZES = {"least": ("lower", "smaller", "lowest", "smallest"), "most": ("higher", "larger", "highest", "largest")}


class EnglishKinds(English):
    """`English`, and one method for each further kind."""

    def path(self, topic: str, hops: Sequence[Hop]) -> str:
        """A question for the ends of a path."""
        if len(hops) > 1 and hops[-1].back:
            return self.of_noun(self.reached(topic, hops), hops[-1])
        return self.asked(self.reached(topic, hops[:-1]), hops[-1])

    def every(self, topic: str, hops: Sequence[Hop]) -> str:
        """A question that asks for the whole list."""
        said = self.reached(topic, [*hops[:-1], replace(hops[-1], many=True)])
        bare = said.text.removeprefix("the ")
        the = said.text if said.text != bare or said.text.startswith(topic) else f"the {said.text}"
        return self.rng.choice(
            (f"list all {the}", f"list all {bare}", f"name all {the}", f"give me all {the}", f"what are all {the}", f"show every one of {the}", f"give a full list of {the}", f"I need all {bare}")
        )  # fmt: skip

    def count(self, topic: str, hops: Sequence[Hop]) -> str:
        """A question for how many ends there are."""
        x, hop = self.reached(topic, hops[:-1]), hops[-1]
        n, ph = plural(self.noun(hop)), hop.phrases
        ways = [f"how many {n} {fill(one, x, several=True)}" for one in (*ph.did, *fitting(ph.rel, x))]
        tails = [tail for tail in self.tails(x, hop, several=True) if not tail.startswith(x.text)]
        ways += [text for tail in tails[:3] for text in (f"how many {n} are there {tail}", f"count the {n} {tail}")]
        for noun in ph.noun[:2]:
            ways += [f"what is the number of {plural(noun)} of {x.text}"]
            if x.short:
                ways += [f"how many {plural(noun)} {'do' if x.plural else 'does'} {x.text} have"] * 2
        return self.rng.choice(ways) if ways else f"how many {n} belong to {x.text}"

    def both(self, one: tuple[str, Hop], other: tuple[str, Hop]) -> str:
        """A question for what two conditions lead to together."""
        hop, several = one[1], one[1].count > 1
        first, second = (self.tails(Said(topic, plain=True), each, several) or [f"of {topic}"] for topic, each in (one, other))
        n = self.rng.choice(hop.things[:1] or (self.noun(hop),))
        many = plural(n) if several else n
        be, some = ("are", many) if several else ("is", f"the {n}")
        if one[1].phrases is other[1].phrases and self.rng.random() < 0.4:
            together = Said(f"both {one[0]} and {other[0]}", plural=True, short=False)
            tail = self.rng.choice(self.tails(together, hop, several) or [f"of {together.text}"])
            return self.rng.choice(
                (
                    f"which {many} {be} {tail}" if is_past(tail.split()[0]) else f"name the {many} {tail}",
                    f"the {many} {tail}",
                    f"list the {many} {tail}",
                )
            )
        rels = [[fill(w, Said(topic), several=several) for w in each.phrases.rel] for topic, each in (one, other)]
        if all(rels) and self.rng.random() < 0.45:
            lead = "who" if hop.kind == "person" else f"which {many}"
            left, right = (
                self.rng.choice([fill(w, Said(topic), several=several and lead != "who") for w in each.phrases.rel])
                for topic, each in (one, other)
            )
            return f"{lead} {left} and {self.rng.choice(('', 'also ', 'also '))}{right}"
        left, right = self.rng.choice(first), self.rng.choice(second)
        if _form(left, one[0]) != _form(right, other[0]):
            left, right = _clause(left, one[0], several), _clause(right, other[0], several)
        frames = (f"which {many} {be} {left} and {right}" if _form(left, one[0]) == _form(right, other[0]) == "past" else f"list the {many} {left} and {right}", f"name {some} {left} and {right}", f"{some} {left} and {right}", f"find {some} {left} and {right}", f"what are the {many} {left} and also {right}" if several else f"what is the {many} {left} and also {right}")  # fmt: skip
        return self.rng.choice(frames)

    def compare(self, one: str, other: str, hop: Hop, sense: str) -> str:
        """Which of two has more, or less, of something."""
        who = "who" if "person" in hop.topic else "which"
        ways = []
        if hop.kind == "time":
            word = self.rng.choice(EARLIER[sense])
            ways += [f"{who} {one_} {word if word in ('first', 'last') else EARLIER[sense][0]}, {one} or {other}" for one_ in _events(hop)]
            ways += [
                f"which has the {'earlier' if sense == 'least' else 'later'} {noun}, {one} or {other}" for noun in hop.phrases.noun[:1]
            ]
        else:
            size = self.rng.choice(SIZES[sense][:2])
            ways += [
                text
                for noun in hop.phrases.noun[:2]
                for text in (
                    f"{who} has the {size} {noun}, {one} or {other}",
                    f"between {one} and {other}, which has the {size} {noun}",
                    f"{who} of {one} and {other} has the {size} {noun}",
                )
            ]
        return self.rng.choice(ways) if ways else f"{who} has the {SIZES[sense][0]} value, {one} or {other}"

    def superlative(self, topic: str, hops: Sequence[Hop], hop: Hop, sense: str) -> str:
        """Which of the ends of a path has the most, or the least, of something."""
        said = self.reached(topic, [*hops[:-1], replace(hops[-1], many=True)])
        who = "who" if hops[-1].kind == "person" else "which"
        if hop.kind == "time":
            first, best = EARLIER[sense]
            ways = [f"{who} of {said.text} {event} {first}" for event in _events(hop)]
            ways += [f"what is the {best} of {said.text}", f"{who} of {said.text} has the {best} {(hop.phrases.noun or ('date',))[0]}"]
        else:
            best = self.rng.choice(SIZES[sense][2:])
            ways = [f"{who} of {said.text} has the {best} {noun}" for noun in hop.phrases.noun[:2]] or [
                f"{who} of {said.text} has the {best} value"
            ]
        return self.rng.choice(ways)

    def whether(self, subject: str, out: Hop, back: Hop, value: str) -> str:
        """A question to be answered with yes or no: `subject` has `value` along the relation."""
        x, y = Said(subject), Said(value)
        ways = [f"is {value} {self._definite(noun, subject, out)}" for noun in out.phrases.noun[:2]]
        ways += [f"is {own(x)} {noun} {value}" for noun in out.phrases.noun[:1]]
        ways += [f"{fill(one, y)} {subject}" for one in back.phrases.did if not one.split()[0].startswith(("is", "can"))]
        ways += [
            f"{fill(one, x)} {value}"
            for one in out.phrases.did
            if one.split()[-1] in ("in", "at", "for", "of", "from", "on", "with", "speak", "to")
        ]
        ways += [
            f"{'was' if is_past(one.split()[0]) else 'is'} {subject} {fill(one, y)}"
            for one in back.phrases.part
            if is_past(one.split()[0]) or one.split()[0] in ("in", "from", "about")
        ]
        ways += [f"is it true that {value} {fill(one, x)}" for one in out.phrases.rel[:2]]
        return self.rng.choice(ways) if ways else ""

    def _definite(self, noun: str, subject: str, hop: Hop) -> str:
        whose = f"{own(Said(subject))} {noun}"
        if hop.many is None and hop.kind not in ("number", "time"):  # of which there may be others
            return self.rng.choice((whose, f"{article(noun)} {noun} of {subject}"))
        return self.rng.choice((whose, f"the {noun} of {subject}"))

    def chosen(self, question: str, options: Sequence[str]) -> str:
        """A question with its options."""
        lines = "\n".join(f"{letter}. {option}" for letter, option in zip("ABCDEFGH", options, strict=False))
        return f"{question}\n{lines}"


def _events(hop: Hop) -> list[str]:
    """ "was released", "was born": from "was {x} released"."""
    return [one.replace("{x} ", "") for one in hop.phrases.did if one.startswith(("was {x} ",)) and len(one.split()) == 3]


def _form(tail: str, topic: str) -> str:
    """How a condition is put: "that directed X", "directed by X", "X directed", "with X"."""
    first = tail.split(maxsplit=1)[0]
    if tail.startswith(topic):
        return "topic"
    return "that" if first in ("that", "who") else "past" if is_past(first) else first


def _clause(tail: str, topic: str, several: bool) -> str:
    """Any condition as a clause.

    >>> [_clause(tail, "Ann", True) for tail in ("made by Ann", "with Ann as star", "Ann made", "that Ann made")]
    ['that were made by Ann', 'that have Ann as star', 'that Ann made', 'that Ann made']
    """
    form, rest = _form(tail, topic), tail.removeprefix("with ")
    if form == "that":
        return tail
    if form == "topic":
        return f"that {tail}"
    if form == "with":
        return f"that {'have' if several else 'has'} {rest}"
    be = ("were" if several else "was") if form == "past" else "are" if several else "is"
    return f"that {be} {tail}"
