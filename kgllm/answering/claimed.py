"""What a question for yes or no claims besides one fact, by its words: several names, a year, an order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kgllm.words.questions import Span, compared, overlap
from kgllm.words.saying import led
from kgllm.words.stems import singular
from kgllm.words.tokens import YEAR, is_han

_AND = re.compile(r"[》”\"'」]?\s*(?:,?\s*(?:and|as\s+well\s+as|and\s+also|&)(?:\s+the)?|,|和|与|及|以及|跟|还有|、)\s*[《“\"'「]?")
_BOTH = re.compile(r"\b(?:both|all)\b\s*", re.IGNORECASE)
_SHARED = re.compile(
    r"\b(?:same|common|each other|one another|together|between|share|shares|related)\b|同一|相同|共同|一样|互相|彼此|之间|一起"
)
_SAME = re.compile(
    r"\b(?:the\s+same\s+(?P<noun>[a-z]+(?:\s+[a-z]+)?)|shar(?:e|es|ed|ing)\s+(?:an?|the|any|one|their)?\s*(?P<shared>[a-z]+(?:\s+[a-z]+)?)|have\s+(?:an?|any|the)\s+(?P<common>[a-z]+)\s+in\s+common)\s*[?.!]*$"
)
_HAN_SAME = re.compile(
    r"(?:是不是|是否是?|是)?(?:在)?同一?(?:(?P<unit>[年月天])|[个位名座部家所]?(?P<noun>人|[^吗么？?的]{2,4}?))(?:的)?(?P<verb>[^吗么？?的]{1,5}的?)?(?:[吗么])?[？?]?$"
)
_HAN_SAME_OF = re.compile(
    r"(?:的|有没有|是否有|有)(?:相同|共同|一样)?的?(?P<noun>[^吗么？?是相同一]{1,6}?)(?:是不是|是否|是)?(?:相同|一样|同一[个位名座部家所]?[^吗？?]{0,4})?的?(?:[吗么])?[？?]?$"
)
_HAN_SAME_IN = re.compile(
    r"(?:是不是|是否|是)?在同一?[个座家所]?(?P<place>[^吗么？?]{1,3}?)(?P<verb>出生|工作|上学|读书|去世|居住|成立|拍摄|生活)的?(?:[吗么])?[？?]?$"
)
_PREPOSITIONS = ("in", "on", "at", "by", "for", "with", "from", "to", "of")
_EACH = re.compile(r",?\s*\b(?:respectively|each)\b|分别|各自|各(?=是|有|在|为)")
_EACH_HAN = "各"  # right behind the names
_SUMMED = re.compile(r"\b(?:together|combined|altogether|in total|in all)\b|一共|总共|合计|共计", re.IGNORECASE)
_OF_EACH = re.compile(r"\W*(?:when|where|how\s+[a-z]+)\b", re.IGNORECASE)
_FIELD_OF = re.compile(r"\W*(?:(?:who|what|which|where)\s+(?:is|are|was|were)\s+)?(?:the\s+)?(?P<field>\w[^?]*?)\s+of\s+", re.IGNORECASE)
_LAST = re.compile(r"[^\W_]+$")
_HAN_FIELD = re.compile(
    r"的(?P<field>[^的，,。？?]{1,12}?)(?:是(?:什么|谁|多少|哪里|哪个|哪些|哪一?[年天位座])|有哪些|有多少|多少)?[？?。\s]*"
)
_AUXILIARIES = ("are", "were", "did", "do", "have")
_OPEN, _CLOSE = "《“\"'「", "》”\"'」"
_IN_YEAR = r"(?:\s*,?\s*\b(?:back\s+)?(?:in|during|of|around)\s+(?:the\s+year\s+)?)?"
_BEFORE = re.compile(r"\s*,?\s*\b(before|after)\s+(?:(?:the|visiting|joining|doing)\s+)?$", re.IGNORECASE)
_HAN_BEFORE = re.compile(r"^[》”\"'」]?(之前|以前|之后|以后|前|后)[，,]?")


_IS = re.compile(r"(?:is|are|was|were)(?:\s+the)?", re.IGNORECASE)
_A = re.compile(r"\ban?\b", re.IGNORECASE)
_BESIDE = re.compile(r"[\s\"'-]*(?:\b(?:an?|the|both|and|but|also|really|as\s+well\s+as|one\s+of\s+the)\b[\s\"'-]*|,\s*)*", re.IGNORECASE)
_OF_ONE = re.compile(r"\b(?:an?|the|one\s+of\s+the)\s+$", re.IGNORECASE)
_HAN_CLOSE = re.compile(r"[》”\"'」\s]*")
_HAN_IS = re.compile(r"[》”\"'」\s]*(?:真的?|也|既)?(?:是不是|是否是?|是)(?:一?[个位名家部座条所种本首只款片艘])?[《“\"'「\s]*")
_HAN_BESIDE = re.compile(
    r"[》”\"'」\s]*(?:的|也是|又是|还是个|且是|并且是|而且是|和|、|，|,)*(?:一?[个位名家部座条所种本首只款片艘])?[《“\"'「\s]*"
)
_HAN_ENDS = re.compile(r"[》”\"'」\s]*(?:[吗么嘛])?[\s?？。]*")


def conjoined(text: str, names: Sequence[Span]) -> list[str]:
    """A question about several names at once as one about each; none where it is about one, or about what they are to each other.

    >>> conjoined("Did Ann found Foo and Bar?", [(4, 7), (14, 17), (22, 25)])
    ['Did Ann found Foo?', 'Did Ann found Bar?']
    >>> conjoined("Are Ann and Bob siblings?", [(4, 7), (12, 15)])
    []
    """
    if _SHARED.search(text.lower()):
        return []
    group = _group(text, names)
    if not group:
        return []
    begin, end = group[0][0], group[-1][1]
    others = [name for name in names if name not in group]
    if not others and not (_BOTH.search(text) or text[end:].lstrip(_CLOSE).startswith(("都", "均", "全都"))):
        return []
    while begin and text[begin - 1] in _OPEN:
        begin -= 1
    while end < len(text) and text[end] in _CLOSE:
        end += 1
    before, after = text[:begin], text[end:]
    after = re.sub(r"^(?:都|均|全都|分别)", "", after)
    parts = []
    for name in group:
        first = begin if name == group[0] else name[0]
        last = end if name == group[-1] else name[1]
        parts.append(_BOTH.sub("", f"{before}{_marked(text, (first, last))}{after}"))
    return parts


def described(text: str, names: Sequence[Span]) -> list[str]:
    """A question for whether a thing is several things that are named behind it, as one about each; none for any other.

    >>> described("Is Ann a Finnish singer?", [(3, 6), (9, 16), (17, 23)])
    ['Is Ann a Finnish?', 'Is Ann a singer?']
    >>> described("安是芬兰的歌手吗？", [(0, 1), (2, 4), (5, 7)])
    ['安是芬兰吗？', '安是歌手吗？']
    """
    if len(names) < 3:
        return []
    thing, *said = names
    before, after = text[: thing[0]].strip(" " + _OPEN), text[said[-1][1] :]
    gaps = [text[a:b] for (_, a), (b, _) in pairwise(names)]
    if is_han(text[thing[1] :]):
        fits = bool(not before and _HAN_IS.fullmatch(gaps[0]) and all(map(_HAN_BESIDE.fullmatch, gaps[1:])) and _HAN_ENDS.fullmatch(after))
        return [f"{text[: thing[1]]}{_HAN_CLOSE.match(gaps[0])[0]}是{text[slice(*one)]}吗？" for one in said] if fits else []  # type: ignore[index]
    fits = bool(_IS.fullmatch(before) and all(map(_BESIDE.fullmatch, gaps)) and not after.strip(" ?.!"))
    article = "a " if any(_A.search(gap) for gap in gaps) else ""
    return [f"{text[: thing[1]]} {article}{text[slice(*one)]}?" for one in said] if fits else []


def stands_for_a_relation(text: str, name: Span) -> bool:
    """Whether a word that is taken for a name is the noun of what one thing is to another.

    >>> stands_for_a_relation("Is Callisto a moon of Jupiter?", (14, 18)), stands_for_a_relation("木卫四是木星的卫星吗？", (7, 9))
    (True, True)
    >>> stands_for_a_relation("Is Callisto a moon?", (14, 18)), stands_for_a_relation("Did Ann see the Moon of Jupiter?", (16, 20))
    (False, False)
    """
    before, word, after = text[: name[0]], text[slice(*name)], text[name[1] :]
    if is_han(word):
        return before.endswith("的") and _HAN_ENDS.fullmatch(after) is not None
    return word.islower() and _OF_ONE.search(before) is not None and after.startswith(" of ")


@dataclass(frozen=True, slots=True)
class Alike:
    """A question for each of several things that are said to have the same of something. `unit`: a year, a month or a day of a time;
    `shares`: they are said to share it, which neighbours do that share a border."""

    parts: tuple[str, ...]
    unit: str = ""
    shares: bool = False


def alike(text: str, names: Sequence[Span]) -> Alike | None:
    """What a question says to be the same of several things, asked of each.

    >>> alike("Do Ann and Bob have the same employer?", [(3, 6), (11, 14)]).parts
    ('What is the employer of Ann?', 'What is the employer of Bob?')
    >>> alike("Were Ann and Bob born in the same town?", [(5, 8), (13, 16)]).parts
    ('In which town was Ann born?', 'In which town was Bob born?')
    >>> alike("安和波是同一个导演吗？", [(0, 1), (2, 3)]).parts
    ('安的导演是什么？', '波的导演是什么？')
    """
    group = _group(text, names)
    if len(group) < 2:
        return None
    before, after = text[: group[0][0]].strip(" " + _OPEN), text[group[-1][1] :].strip(" " + _CLOSE)
    told = [_marked(text, name) for name in group]
    if is_han(after):
        return None if before else _alike_han(after, told)
    verb = re.fullmatch(r"(?:are|were|is|was|do|did|does|have|had|has)", before, re.IGNORECASE)
    same = _SAME.search(after)
    if verb is None or same is None:
        return None
    noun, said = same["noun"] or same["shared"] or same["common"], after[: same.start()].strip()
    unit = noun if noun in ("year", "month", "day", "date") else ""
    if not said or said in ("have", "share", "both have", "both share"):
        return Alike(tuple(f"What is the {noun} of {name}?" for name in told), unit, shares=bool(same["shared"]))
    aux = {"are": "is", "were": "was", "do": "does", "have": "has"}.get(before.lower(), before.lower())
    rest, _, preposition = said.rpartition(" ")
    said, preposition = (rest, preposition) if preposition in _PREPOSITIONS else (said, "")
    if unit:
        lead = "When"
    elif noun in ("person", "people", "man", "woman", "one"):
        lead = f"{preposition} whom".strip().capitalize()
    else:
        lead = f"{preposition} which {noun}".strip().capitalize()
    return Alike(tuple(f"{lead} {aux} {name} {said}?" for name in told), unit)


def _alike_han(after: str, told: list[str]) -> Alike | None:
    after = re.sub(r"^(?:都|均)", "", after)
    same = _HAN_SAME.match(after) or _HAN_SAME_OF.match(after) or _HAN_SAME_IN.match(after)
    if same is None:
        return None
    parts = same.groupdict()
    noun, verb, unit = parts.get("noun") or "", (parts.get("verb") or "").removesuffix("的"), parts.get("unit") or ""
    if unit:
        return Alike(tuple(f"{name}是哪{unit}{verb}的？" for name in told), {"年": "year", "月": "month", "天": "day"}[unit])
    if parts.get("place"):
        return Alike(tuple(f"{name}在哪个{parts['place']}{verb}？" for name in told))
    if noun in ("人", "个人") and verb:
        return Alike(tuple(f"{name}是谁{verb}的？" for name in told))
    return Alike(tuple(f"{name}的{noun}是什么？" for name in told)) if noun and not verb else None


def each(text: str, names: Sequence[Span]) -> list[tuple[str, str]]:
    """The names for each of which a question asks ("respectively", 分别), and the question of it; none where it asks for all together.

    >>> each("How old are Ann and Bob respectively?", [(12, 15), (20, 23)])
    [('Ann', 'How old are Ann?'), ('Bob', 'How old are Bob?')]
    >>> each("安和波的导演分别是谁？", [(0, 1), (2, 3)]), each("films by Ann and Bob", [(9, 12), (17, 20)])
    ([('安', '安的导演是谁？'), ('波', '波的导演是谁？')], [])
    """
    group = _group(text, names)
    if (
        len(group) < 2
        or _SUMMED.search(text)
        or not (
            _EACH.search(text)
            or text.startswith(_EACH_HAN, group[-1][1])
            or (_OF_EACH.match(text) and text[: group[0][0]].lower().rstrip().endswith(_AUXILIARIES))
        )
    ):
        return []
    begin, end = (
        group[0][0] - (text[group[0][0] - 1 : group[0][0]] in tuple(_OPEN)),
        group[-1][1] + (text[group[-1][1] : group[-1][1] + 1] in tuple(_CLOSE)),
    )
    before, after = _EACH.sub("", text[:begin]), _EACH.sub("", text[end:]).removeprefix(_EACH_HAN)
    return [(text[slice(*name)], f"{before}{_marked(text, name)}{after}") for name in group]


def of_field(text: str, names: Sequence[Span], is_field: Callable[[str], bool]) -> list[tuple[str, str]]:
    """The names whose field a question asks for, and the question of it; none where it asks for one name's, or for more than the field.

    >>> of_field("What is the height of Olm and Tarn?", [(22, 25), (30, 34)], lambda text: text == "height")
    [('Olm', 'What is the height of Olm?'), ('Tarn', 'What is the height of Tarn?')]
    >>> of_field("甲和乙的高度是多少？", [(0, 1), (2, 3)], lambda text: text == "高度")
    [('甲', '甲的高度是多少？'), ('乙', '乙的高度是多少？')]
    >>> of_field("Give the heights of Olm and Tarn.", [(20, 23), (28, 32)], lambda text: text == "height")
    [('Olm', 'Give the height of Olm.'), ('Tarn', 'Give the height of Tarn.')]
    """
    group = _group(text, names)
    if not group or _SUMMED.search(text):
        return []
    before, after = text[: group[0][0]], text[group[-1][1] :]
    said = _FIELD_OF.fullmatch(before) if after.strip(" ?.!？。") == "" else _HAN_FIELD.fullmatch(after) if not before.strip() else None
    field = "" if said is None else led(said["field"], is_field)
    one = field if is_field(field) else _LAST.sub(lambda last: singular(last[0]), field)
    if said is None or not field or not is_field(one):
        return []
    before = before.replace(field, one)
    return [(text[slice(*name)], f"{before}{text[slice(*name)]}{after}") for name in group]


def _group(text: str, names: Sequence[Span]) -> list[Span]:
    """The first names that stand beside each other."""
    group: list[Span] = []
    for name in names:
        if group and _AND.fullmatch(text[group[-1][1] : name[0]]):
            group.append(name)
        elif len(group) < 2:
            group = [name]
    return group if len(group) > 1 else []


def _marked(text: str, span: Span) -> str:
    """A name with the marks around it, both or none."""
    start, end = span
    while start < end and text[start] in _OPEN:
        start += 1
    while end > start and text[end - 1] in _CLOSE:
        end -= 1
    return f"《{text[start:end]}》" if is_han(text[start:end]) and start and text[start - 1] == "《" else text[start:end]


def when(text: str, span: Span) -> str | None:
    """A question for whether something was so at a time (which it says at this place) as one for when it was.

    >>> when("Was Ann born in March 1975?", (13, 26)), when("安是1975年3月出生的吗？", (2, 9))
    ('When was Ann born?', '安是什么时候出生的？')
    """
    before, after = text[: span[0]], text[span[1] :]
    if is_han(text):
        return re.sub(
            r"[吗么](?=[？?]?\s*$)|是否|是不是(?=什么时候)", "", f"{before.replace('是不是', '是').replace('是否', '')}什么时候{after}"
        )
    asks = re.match(r"\W*(?P<verb>is|are|was|were|did|does|do|has|have|had)\b", before, re.IGNORECASE)
    if asks is None:
        return None
    rest = re.sub(r"\s+(?=[?.!,]|$)", "", f"{before[asks.end() :].rstrip()}{after}")
    return f"When {asks['verb'].lower()}{rest}"


@dataclass(frozen=True, slots=True)
class Year:
    """A year that a question states, and the question without it; `bound`: it says before or after."""

    value: int
    without: str
    bound: bool


def stated_years(text: str, names: Sequence[Span]) -> list[Year]:
    """The years that a question states, outside of names.

    >>> [(year.value, year.without) for year in stated_years("Did Ann found Foo in 2006?", [(4, 7), (14, 17)])]
    [(2006, 'Did Ann found Foo?')]
    >>> [year.without for year in stated_years("安在2006年创立了福吗？", [(0, 1)])]
    ['安创立了福吗？']
    """
    found = []
    for match in YEAR.finditer(text):
        span = match.span()
        if any(overlap(span, name) for name in names):
            continue
        if is_han(text):
            around = re.search(rf"(?:在|于)?{match[0]}\s*年?(?:的时候|时|期间)?(?:就)?", text)
        else:
            around = re.search(rf"{_IN_YEAR}\b{match[0]}\b", text, re.IGNORECASE)
        assert around is not None  # the year itself is there
        without = re.sub(r"\s+(?=[?.!]|$)", "", text[: around.start()] + text[around.end() :]).strip()
        found.append(Year(int(match[0]), without, compared(text, span)))
    return found


@dataclass(frozen=True, slots=True)
class Order:
    """Two questions, and whether the first is said to have been so before the second."""

    first: str
    second: str
    before: bool


def ordered(text: str, names: Sequence[Span]) -> Order | None:
    """What a question says was so before, or after, what else.

    >>> ordered("Did Ann visit Foo before Bar?", [(4, 7), (14, 17), (25, 28)])
    Order(first='Did Ann visit Foo?', second='Did Ann visit Bar?', before=True)
    >>> ordered("安在乙之前访问了甲吗？", [(0, 1), (2, 3), (8, 9)])
    Order(first='安访问了甲吗？', second='安访问了乙吗？', before=True)
    """
    if len(names) < 3:
        return None
    for name in names:
        said, after = _BEFORE.search(text[: name[0]]), _HAN_BEFORE.match(text[name[1] :])
        if said is not None:
            start, end, before = said.start(), name[1], said[1].lower() == "before"
        elif after is not None:
            start, end, before = name[0], name[1] + after.end(), after[1] in ("之前", "以前", "前")
            start -= text[:start].endswith("在")
        else:
            continue
        others = [other for other in names if not overlap(other, (start, end))]
        partner = next((other for other in reversed(others) if said is None or other[1] <= start), None)
        if partner is None or partner == others[0]:
            return None
        first = text[:start] + text[end:]
        at = partner[0] - (end - start if partner[0] >= end else 0)
        return Order(first, first[:at] + text[slice(*name)] + first[at + partner[1] - partner[0] :], before)
    return None
