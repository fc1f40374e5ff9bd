"""Paths whose ends cannot be what a question asks for: a number or a code is nobody and no place, what holds no number is no time, yes or no
is none of several things, and what each thing has one of is not counted ("How many species of pelican are there?" is not one, its genus), nor
a day; and those of which nothing in the question speaks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kgllm.retrieval.paths.kinds import KINDS, written
from kgllm.retrieval.ranking.lacks import SPEAKS
from kgllm.retrieval.ranking.whereabouts import called_places
from kgllm.retrieval.scoring.features import NAMES
from kgllm.retrieval.scoring.matching import LEAST, SPOKEN
from kgllm.types import Literal
from kgllm.words import lexicon, relation_words, tokens
from kgllm.words.counting import HOW_LONG
from kgllm.words.extremes import counts_on, says_time
from kgllm.words.fields import says_code
from kgllm.words.names import fold
from kgllm.words.questions import yes_or_no
from kgllm.words.readings import families

if TYPE_CHECKING:
    from kgllm.retrieval.ranking.rank import Ranked, Ranking

_LOOKED_AT = 16  # ends
_TONGUES = 64  # languages of a text
_DIGIT = re.compile(r"[\d一二三四五六七八九十〇零年月]")
_MOMENT = re.compile(r"\d|[一二三四五六七八九十〇零]{2,}|[年月]|[一二三四五六七八九十](?:[日号点时周]|世纪)")
_DAY = re.compile(r"-?\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)|\d{4}年\d{1,2}月")
_CLOCK = re.compile(r"\d:\d\d")
_HAN_TIME = re.compile(r"[代朝季周早午晚]")  # 清代, 每周, 下午
_HAN_VALUE = re.compile(r"[哪第]几|[是为](?:多少|几)")  # asks which, or for a value: 网址是多少
_TIME = _NUMBER = 0.3
_KINDS = ("person", "place", "organization", "time", "number")
_AMOUNTS = frozenset(("number", "time"))
_TIMED, _NUMERIC, _SOMEBODY = KINDS.index("time"), KINDS.index("number"), KINDS.index("person")
_HOW_MUCH = re.compile(r"\bhow much\b|多少钱", re.IGNORECASE)
_HOW_LONG = re.compile(HOW_LONG, re.IGNORECASE)
_OF_KIND = 0.5
_ONE = 0.005  # log10 of how many ends a step has in the mean, where each thing has one
_WHEN = re.compile(r"\W*(?:since |until )?when\b", re.IGNORECASE)
_NO_TIME = (5, 7, 9)  # digits of a number that is no year, no day, no hour and no timestamp
_VERSION = re.compile(r"\d+(?:\.\d+){2,}")
_UNIT = 4  # letters of a unit, or of a date, at most
_CURRENCY = frozenset(("currency",))  # family
_TRUTHS = frozenset(("true", "false"))
_HARDLY, _LEFT = 0.05, 0.3  # weight of words, or share of a kind, that is next to nothing; … and that asks for something
_EXPLAINED, _UNEXPLAINED, _UNSAID, _KIND = (NAMES.index(name) for name in ("explained", "unexplained", "unsaid", "kind"))
_FEW = 3  # things that have it: of fewer it is not known that each has one


def fitting(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The paths, those at the head whose ends cannot be what is asked for put last, with no confidence; what comes after such must be no
    longer, and plainly be what is asked for."""
    ranked = _somebody_first(ranking, ranked)
    if ranked and _another_name(ranking, ranked[0]):
        for one in ranked:  # what else it has is asked for as little
            one.refuse("own_name")
    retriever = ranking.run.retriever
    by_words = retriever.learned is None and retriever.meaning is None  # else what no word speaks of may be what was learned, or meant
    if ranked and by_words and _by_nothing(ranking, ranked[0]):
        ranked[0].refuse("unfit_ends")
    if not ranked or not _unfit(ranking, ranked[0]):
        return ranked
    size = len(ranked[0].numbers)
    good = [len(one.numbers) <= size and not _unfit(ranking, one) and _plain(ranking, one) for one in ranked]
    for one, fits in zip(ranked, good, strict=True):
        if not fits:
            one.refuse("unfit_ends")
    return [
        *(one for one, fits in zip(ranked, good, strict=True) if fits),
        *(one for one, fits in zip(ranked, good, strict=True) if not fits),
    ]


def _plain(ranking: Ranking, one: Ranked) -> bool:
    """Whether what a path leads to is of the kind that is asked for, and is several, where it is counted."""
    if ranking.asked.count:
        return len(one.ground.ends) > 1
    kind = ranking.asked.kinds[0] if ranking.asked.kinds else "number"
    if kind != "time":
        return bool(ranking.steps.column("kinds")[one.numbers[-1], KINDS.index(kind)] >= _OF_KIND)
    return {written(end) for end in ranking.run.view.nodes(one.ground.ends[:_LOOKED_AT])} == {"time"}


def _unfit(ranking: Ranking, one: Ranked) -> bool:
    asked = ranking.asked
    if asked.head and _of_another_type(ranking, one):
        return True
    if len(one.numbers) > 1 and len(one.ground.ends) == 1 and one.ground.ends[0] in one.ground.seeds and not yes_or_no(asked.text):
        return True  # there and back: what is named is not asked for
    if _HOW_MUCH.search(asked.text) is not None:  # things of a kind are no amount, nor is what one pays with
        ends = ranking.run.view.nodes(one.ground.ends[:_LOOKED_AT])
        money = _CURRENCY.issubset(lexicon().families_of(relation_words(one.steps[-1][-1][0].name).words[-1][0]))
        return bool(ends) and all((money or getattr(end, "types", ())) and not written(end) for end in ends)
    if asked.count:
        return _HAN_VALUE.search(asked.text) is None and (_one_each(ranking, one) or _a_day(ranking, one))
    if asked.ask >= 0 and asked.number > 0 and _truths(ranking, one):
        return True
    if not asked.kinds or not len(one.ground.ends) or _named(ranking, one):
        return False
    if _AMOUNTS.issuperset(asked.kinds) and "number" in asked.kinds:
        return _no_amounts(ranking, one)
    if len(asked.kinds) != 1 or asked.kinds[0] not in _KINDS:
        return False
    ends = ranking.run.view.nodes(one.ground.ends[:_LOOKED_AT])
    forms = {written(end) for end in ends}
    if asked.kinds[0] != "time":
        if _of_a_time(ranking, one):
            return True
        if ranking.steps.column("kinds")[one.numbers[-1], KINDS.index(asked.kinds[0])] >= _OF_KIND:
            return False  # 2pm may be a band
        if says_code(" ".join(word for word, _ in relation_words(one.steps[-1][-1][0].name).words)):
            return True
        return forms <= {"number", "time"} and not any(_called(end.name) for end in ends)
    relation, _ = one.steps[-1][-1]
    if forms == {"number"}:
        if "几号" in asked.text or any(_CLOCK.search(end.name) for end in ends):  # 几号 asks for a number as well
            return False
        return (
            says_time(relation.name) is False
            or counts_on(relation.name)
            or (
                _WHEN.match(asked.text) is not None and says_time(relation.name) is None and not any(_may_be_time(end.name) for end in ends)
            )
        )
    if _is_a_time(ranking, one):  # of a disease the onset may be "juvenile"
        return False
    timed = ranking.steps.column("kinds")[one.numbers[-1], _TIMED]
    moments = sum(bool(_MOMENT.search(end.name) or _HAN_TIME.search(end.name)) for end in ends)
    return timed < _TIME and 2 * moments < len(ends)  # of many names some have numbers in them: 三国演义


def _by_nothing(ranking: Ranking, one: Ranked) -> bool:
    """Whether no word speaks of the one step out that a path is, nor of what it leads to, and words are left that ask for something: where
    a bird lives is not its order, though it has nothing else."""
    said, left, kind = one.row[_EXPLAINED], one.row[_UNEXPLAINED], one.row[_KIND]
    if not one.plain or one.undecided or said > _HARDLY or left < _LEFT or one.row[_UNSAID] < 1.0 or kind > _HARDLY:
        return False
    if ranking.asked.kinds == ("place",) and called_places(ranking, one):
        return False
    small = {family for piece in tokens(ranking.asked.text) for family in lexicon().families_of(piece.word)}  # "what else is it called"
    return small.isdisjoint(families(one.steps[0][0][0].name))


def _somebody_first(ranking: Ranking, ranked: list[Ranked]) -> list[Ranked]:
    """The paths; where the best goes on from somebody who is asked for to a value that is nobody, the one to them first: who says "moo" is
    not what else they say."""
    if not ranked or ranking.asked.kinds != ("person",) or len(ranked[0].numbers) < 2:
        return ranked
    best, kinds = ranked[0], ranking.steps.column("kinds")[:, _SOMEBODY]
    (relation, way), *_ = best.steps[-1]
    past = way == "out" and ranking.steps.values(relation.id) and kinds[best.numbers[-1]] <= _HARDLY
    if not past or kinds[best.numbers[-2]] < _OF_KIND:
        return ranked
    to_them = [one for one in ranked if one.seeds == best.seeds and one.numbers == best.numbers[:-1]]
    best.refuse("unfit_ends")
    return [*to_them, *(one for one in ranked if one not in to_them)]


def _is_a_time(ranking: Ranking, one: Ranked) -> bool:
    """Whether the question says a last step whose name is a noun for a time."""
    noun = relation_words(one.steps[-1][-1][0].name).spoken[-1]
    spoken = ranking.match.explains[one.numbers[-1]] * (ranking.seen[one.seeds[0]].weights > 0)
    return "time" in lexicon().kinds_of(noun) and bool(spoken.max(initial=0.0) >= SPOKEN)


def _of_another_type(ranking: Ranking, one: Ranked) -> bool:
    """Whether the noun that is asked for names a type, and a path ends at things of others by a step that the noun does not say: asked for the
    lenses of a mount, the mount is none."""
    run, words = ranking.run, [ranking.asked.words[n] for n in ranking.asked.head]
    if float(ranking.match.explains[one.numbers[-1], list(ranking.asked.head)].max()) >= LEAST:
        return False
    start, end = words[0].start, words[-1].end
    nouns = {name for noun, name in run.spoken.han_nouns.items() if noun == ranking.asked.text[start:end]}
    nouns |= {name for span, name in run.spoken.types.items() if span[1] == end and isinstance(name, str)}
    ends = run.view.nodes(one.ground.ends[:_LOOKED_AT])
    types = [set(getattr(node, "types", ())) for node in ends]
    through = [node for hop in one.ground.hops[:-1] for node in run.view.nodes(hop.end[:_LOOKED_AT])] if nouns else []
    if any(not nouns.isdisjoint(getattr(node, "types", ())) for node in through):  # rows of a table `macrolanguages` lead to what is one
        return False
    return bool(nouns) and bool(types) and all(types) and all(nouns.isdisjoint(mine) for mine in types)


def _of_a_time(ranking: Ranking, one: Ranked) -> bool:
    """Whether the last step of a path, which no word says, is called by a noun for a time: somebody's 朝代 is not where he is from."""
    noun = relation_words(one.steps[-1][-1][0].name).spoken[-1]
    spoken = ranking.match.explains[one.numbers[-1]] * (ranking.seen[one.seeds[0]].weights > 0)
    return lexicon().kinds_of(noun) == ("time",) and one.steps[-1][-1][1] == "out" and bool(spoken.max(initial=0.0) < SPOKEN)


def _another_name(ranking: Ranking, one: Ranked) -> bool:
    """Whether a path leads from another name of what a question names, which the question does not say, to that thing itself: from the
    "Japan" that 日本 is said to be back to 日本. A step that the question says is asked for: a state's capital may be called as it is."""
    said = fold(ranking.asked.text[slice(*ranking.seen[one.seeds[0]].span)])
    if len(one.numbers) != 1 or len(one.ground.ends) != 1 or fold(ranking.run.seeds[one.seeds[0]].node.name) == said:
        return False
    spoken = ranking.match.explains[one.numbers[0]] * (ranking.seen[one.seeds[0]].weights > 0)
    if spoken.max(initial=0.0) >= SPOKEN:
        return False
    return fold(ranking.run.view.nodes(one.ground.ends)[0].name) == said


def _may_be_time(name: str) -> bool:
    """Whether a plain number may be a year, a day or an hour as tables write them: 1999, 19991231, 1130, 7.5; 56422 and 1.0.2 are none."""
    return (not name.isdigit() or len(name) not in _NO_TIME) and _VERSION.fullmatch(name) is None


def _no_amounts(ranking: Ranking, one: Ranked) -> bool:
    """Whether "how long is it" is asked and a path leads to what holds no number: by a step that no word of that speaks of (its genre), or
    to somebody, since the director of X is no answer to how old he is."""
    run, last = ranking.run, one.numbers[-1]
    kinds = ranking.steps.column("kinds")[last]
    if _HOW_LONG.search(ranking.asked.text) is None or kinds[_NUMERIC] >= _NUMBER:
        return False
    spoken = ranking.match.explains[last] * (ranking.seen[one.seeds[0]].weights > 0)
    if spoken.max(initial=0.0) >= SPEAKS and kinds[_SOMEBODY] < _OF_KIND:
        return False
    return not any(_DIGIT.search(end.name) for end in run.view.nodes(one.ground.ends[:_LOOKED_AT]))


def _named(ranking: Ranking, one: Ranked) -> bool:
    """Whether the noun that is asked for is said by the last step of a path: a team may be called 4. A time is known by its noun alone."""
    asked = ranking.asked
    if not asked.head:
        return False
    return asked.kinds[:1] == ("time",) or bool((ranking.match.explains[one.numbers[-1], list(asked.head)] >= SPEAKS).any())


def _called(name: str) -> bool:
    """Whether what may be a number or a time is a name as well: 14届会长 曹斯琪, "17 administrative dong", "May"; no 12 kg, and no 1999年1月2日."""
    return not _DIGIT.search(name) or sum(letter.isalpha() for letter in name) > _UNIT


def _a_day(ranking: Ranking, one: Ranked) -> bool:
    """Whether all that a path leads to is one day, which is no number of things: when a series began is not how many parts it has."""
    return len(one.ground.ends) == 1 and _DAY.match(ranking.run.view.nodes(one.ground.ends)[0].name) is not None


def _truths(ranking: Ranking, one: Ranked) -> bool:
    """Whether a path leads to yes or no alone, which is none of several things: `is_part` of "What are the parts of Olm?"."""
    return {end.name.lower() for end in ranking.run.view.nodes(one.ground.ends[:_LOOKED_AT])} <= _TRUTHS


def _one_each(ranking: Ranking, one: Ranked) -> bool:
    """Whether a path leads by one step to the only thing, no number, that all like the first have one of; one text in several languages
    is one."""
    ends = one.ground.ends
    if len(one.numbers) != 1 or one.also or one.steps[0][0][1] != "out":
        return False
    relation, _ = one.steps[0][0]
    step = one.numbers[0]
    stats = ranking.run.wholes.stats.get(relation.id)
    if stats is None or stats.subjects < _FEW or ranking.steps.column("kinds")[step, _NUMERIC] >= _NUMBER:
        return False
    nodes = ranking.run.view.nodes(ends[:_TONGUES])
    tongues = [node.language for node in nodes if isinstance(node, Literal) and node.language]
    if len(ends) > 1:
        return len(tongues) == len(ends) == len(set(tongues))
    if not tongues and ranking.steps.column("fan")[step] > _ONE:
        return False
    if not _DIGIT.search(nodes[0].name):
        return True
    # a sentence or a code with numbers in it says how many only by a field that is called by what is counted: players: "2 to 4, or 5"
    return not written(nodes[0]) and _called(nodes[0].name) and not _named(ranking, one)
