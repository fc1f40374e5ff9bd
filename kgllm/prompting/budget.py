"""The prompt that fits: counted whole, with the model's own tokenizer, and cut from the lowest-ranked evidence up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate

from kgllm.errors import ConfigError, WrongTypeError
from kgllm.limits import Limits
from kgllm.llms.base import LLM
from kgllm.prompting.beside import Computed, beside
from kgllm.prompting.serialize import by_subject, from_its_object, one_line, serialize
from kgllm.prompting.templates import Example, Template
from kgllm.prompting.templates import template as named_template
from kgllm.prompting.units import units
from kgllm.types import Evidence, Fact, Node, Prompt
from kgllm.words.language import language_of

DEFAULT_TOKENS = 2048
DEFAULT_BYTES = 8192  # where tokens cannot be counted: some 2,500 of them, and what any model of today holds if it were one a byte
_OF_COUNTS = 3  # a token is some three bytes: where tokens are counted, so many bytes tell how many there are of what, else a third
_LEAST_BYTES = 32  # a literal is never cut shorter than this to make room


def fit(
    question: str,
    evidence: Evidence,
    *,
    llm: LLM,
    tokens: int | None = None,
    template: str | Template = "qa",
    format: str | None = None,
    examples: Sequence[Example] = (),
    spare: Sequence[Example] = (),
    language: str | None = None,
    literal_bytes: int | None = None,
    result: Computed | None = None,
) -> Prompt:
    """The prompt of a question with as much of its evidence, best first, as `tokens` hold.

    tokens: of the whole prompt, chat template included (2048 by default, or half of a smaller context; where they
    cannot be counted, 8192 bytes). template: a name,
    in the language of the question unless `language` says another, or a Template. format: how facts are written; by
    default what the template prefers. examples: questions answered before this one; spare: more of them, which make room
    for the question's own facts: the last go first where they take over half of the budget, or leave no fact a place. result: what
    was computed from more facts than these; a chat model is told it, and by which other names the question calls things.
    Evidence goes in by whole units: a fact with its qualifiers, or all facts of a way to one answer. Long values are cut
    first, then the lowest-ranked units are left out; `Prompt.notes` say so.

    Raises:
        ConfigError: not even the question fits.
    """
    if not isinstance(question, str):
        raise WrongTypeError(f"a question is a text, not {type(question).__name__}")
    budget = _budget(llm, tokens)
    page = template if isinstance(template, Template) else named_template(template, language=language or language_of(question))
    most = min(literal_bytes or Limits().literal_bytes, max(_LEAST_BYTES, budget))
    draft = _Draft(
        question=one_line(question, llm.special_tokens),
        llm=llm,
        page=page,
        format=format or (page.chat_format if llm.chat else page.base_format),
        examples=(*examples, *spare),
        spare=len(spare),
        about=_topics(evidence),
        paths={fact: rank for rank, path in reversed(list(enumerate(evidence.paths))) for fact in path.facts},
        total=len(evidence.facts),
        beside=partial(
            beside,
            evidence,
            result,
            room=budget // (1 if llm.count("")[1] else _OF_COUNTS),
            language=page.language,
            literal_bytes=most,
            special_tokens=llm.special_tokens,
        ),
    )
    ranked = units(evidence)
    draft, bare = _bare(draft, most, budget)
    best, shown = _filled(draft, ranked, most, budget, bare)
    left_out = len(spare) - shown
    if not left_out:
        return best
    return replace(best, notes=(*best.notes, f"examples: {left_out} of {len(examples) + len(spare)} left out to make room for facts"))


def _bare(draft: _Draft, most: int, budget: int) -> tuple[_Draft, Prompt]:
    """The draft with as much beside its facts as leaves room for them, and its prompt without any."""
    bare = draft.prompt((), most)
    while draft.spare and bare.tokens > budget // 2:
        draft = draft.with_one_less()
        bare = draft.prompt((), most)
    if bare.tokens > budget:
        draft = replace(draft, beside=partial(draft.beside, room=0))
        bare = draft.prompt((), most)
    if bare.tokens > budget:
        raise ConfigError(
            f"the prompt takes {bare.tokens} tokens before it holds a fact, and its budget is {budget}",
            hint="raise the token budget, or give fewer or shorter examples",
        )
    return draft, bare


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """Everything of a prompt but how much evidence is in it."""

    question: str
    llm: LLM
    page: Template
    format: str
    examples: tuple[Example, ...]
    spare: int
    about: tuple[Node, ...]
    paths: Mapping[Fact, int]  # the best path of each fact: the facts of one path stay together
    total: int
    beside: Callable[..., tuple[str, ...]]

    def with_one_less(self) -> _Draft:
        """Without the last of the spare examples."""
        return replace(self, examples=self.examples[:-1], spare=self.spare - 1)

    def prompt(self, kept: Sequence[tuple[Fact, ...]], literal_bytes: int) -> Prompt:
        best = self.page.chat_best if self.llm.chat else self.page.base_best
        ordered = kept if best == "first" else sorted(kept, key=lambda unit: -min(self.paths.get(fact, len(self.paths)) for fact in unit))
        facts = [fact for unit in ordered for fact in unit]
        starts = tuple(accumulate((len(unit) for unit in ordered), initial=0))
        served = by_subject(facts) if self.format == "arrows" else facts
        ranked = [fact for unit in kept for fact in unit] if best == "last" else served
        short = {fact: str(n) for n, fact in enumerate(ranked, start=1)}  # [1] is the best, wherever it stands
        shots = [
            (
                self._shot(one, literal_bytes, best),
                one_line(one.question, self.llm.special_tokens),
                one_line(one.answer, self.llm.special_tokens),
            )
            for one in self.examples
        ]
        ids = [short[fact] for fact in served]
        body = self._written(served, self.about, literal_bytes, ids, starts=starts, backwards=_backwards(kept, self.about))
        lines = self.beside(served=served) if self.llm.chat else ()
        body = "\n".join([body, *lines] if body else lines)
        stop: tuple[str, ...] = ()
        messages: tuple[dict[str, str], ...] = ()
        if self.llm.chat:
            messages = self.page.messages(self.question, body, shots)
            text = "\n\n".join(one["content"] for one in messages)
        else:
            stop = self.page.stop
            text = self.page.text(self.question, body, shots)
        dropped = self.total - len(served)
        notes: tuple[str, ...] = (f"budget: {dropped} of {self.total} facts left out",) if dropped else ()
        if "…(+" in body:
            notes += (f"literals: values longer than {literal_bytes} bytes were cut",)
        by_id = {short[fact]: fact for fact in ranked}
        prompt = Prompt(messages=messages, text=text, served=by_id, tokens=0, exact=False, dropped=dropped, notes=notes, stop=stop)
        count, exact = self.llm.count(prompt)
        return replace(prompt, tokens=count, exact=exact)

    def _shot(self, one: Example, literal_bytes: int, best: str) -> str:
        """The facts of an example as those of the question stand: what answers it first, or last. Its ids stay."""
        places = list(range(len(one.facts)))
        if best == "last":
            places.sort(key=lambda place: f"[{place + 1}]" in one.answer)
        ids = [str(place + 1) for place in places]
        return self._written([one.facts[place] for place in places], one.about, literal_bytes, ids, starts=range(len(ids)))

    def _written(
        self,
        facts: Sequence[Fact],
        about: Sequence[Node],
        literal_bytes: int,
        ids: Sequence[str],
        *,
        starts: Sequence[int] = (),
        backwards: Collection[Fact] | None = None,
    ) -> str:
        return serialize(
            facts,
            format=self.format,
            ids=ids,
            language=self.page.language,
            about=about,
            starts=starts,
            backwards=backwards,
            literal_bytes=literal_bytes,
            special_tokens=self.llm.special_tokens,
        )


def _backwards(kept: Sequence[tuple[Fact, ...]], about: Sequence[Node]) -> set[Fact]:
    """The facts to be read from their object: by rank, whatever the order in which they are shown."""
    met = set(about)
    found = set()
    for fact in (fact for unit in kept for fact in unit):
        if from_its_object(fact, met):
            found.add(fact)
        met.update((fact.subject, fact.object))
    return found


def _filled(draft: _Draft, ranked: Sequence[tuple[Fact, ...]], most: int, budget: int, bare: Prompt) -> tuple[Prompt, int]:
    """The prompt with the most units that fits, and how many spare examples it shows: where no unit fits, examples make room, and
    then the first unit is shortened."""
    best = _largest(draft, ranked, most, budget, bare)
    while not best.served and ranked and draft.spare:
        draft = draft.with_one_less()
        best = _largest(draft, ranked, most, budget, draft.prompt((), most))
    while not best.served and ranked and most > _LEAST_BYTES:  # the first unit alone is too long: shorten what it says
        most = max(_LEAST_BYTES, most // 2)
        best = _largest(draft, ranked[:1], most, budget, bare)
    return best, draft.spare


def _largest(draft: _Draft, ranked: Sequence[tuple[Fact, ...]], literal_bytes: int, budget: int, bare: Prompt) -> Prompt:
    """The prompt with the most units that fits. Few whole counts: a guess from tokens a unit, then halving what is open.

    A longer prefix is taken to be no shorter in tokens; whatever is returned was itself counted and fits.
    """
    fits, over = 0, min(len(ranked), budget) + 1  # a unit takes at least one token
    best, guess = bare, over - 1
    while over - fits > 1:
        tried = draft.prompt(ranked[:guess], literal_bytes)
        if tried.tokens <= budget:
            best, fits = tried, guess
        else:
            over = guess
        rate = max(1.0, (tried.tokens - bare.tokens) / guess)
        likely = int((budget - bare.tokens) / rate)
        guess = likely if fits < likely < over and likely != guess else (fits + over) // 2
    return best


def _budget(llm: LLM, tokens: int | None) -> int:
    if tokens is None:
        _, exact = llm.count("")
        most = DEFAULT_TOKENS if exact else DEFAULT_BYTES
        return most if llm.context is None else min(most, llm.context // 2)
    if isinstance(tokens, bool) or not isinstance(tokens, int):
        raise WrongTypeError(f"tokens must be a whole number, not {tokens!r}")
    if tokens < 1:
        raise ConfigError(f"tokens must be at least 1, not {tokens!r}")
    if llm.context is not None and tokens > llm.context:
        raise ConfigError(
            f"a prompt of {tokens} tokens cannot fit the {llm.context} of {llm.name!r}", hint=f"at most {llm.context}, less the answer's"
        )
    return tokens


def _topics(evidence: Evidence) -> tuple[Node, ...]:
    return tuple(dict.fromkeys([*evidence.seeds, *(seed for path in evidence.paths for seed in path.seeds)]))
