"""The wordings of a graph's relations as a file that its user reads, edits and gives back.

    [en."directed by"]
    out.noun = ["director"]
    out.ask = ["who was {x} directed by"]
    in.part = ["directed by {x}"]

A relation and way that the file words is worded by the file alone; all others as without it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgllm.errors import ConfigError, GraphParseError, shorten
from kgllm.graphs.base import view_of
from kgllm.questions.phrases import LANGUAGES, SLOTS, About, Phrases, relation_phrases

if TYPE_CHECKING:
    from kgllm.graphs.base import Graph

Written = Mapping[str, tuple[Phrases, Phrases]]
_WAYS = ("out", "in")
_HEAD = """# How kgllm words the relations of this graph. Change, add or remove wordings, and give the file to
# kgllm.questions.generate(…, templates=…). {x} stands for what is known, {N} for the noun of what is asked for.
# out: what the relation leads to; in: what it is said of. {is} {was} {does} {has} agree with {x}, {are} {were} {have} and {s} with {N}.
#   noun "the director of {x}" · rel "who … directed {x}" · part "films … directed by {x}" · that "films that … {x} directed"
#   did "which films … did {x} direct" · mod (Chinese) "{x}执导的……" · ask: a whole question
"""


def write_templates(graph: Graph, path: str | Path, *, languages: Sequence[str] | None = None) -> Path:
    """Write how every relation of a graph is worded now, to be edited.

    >>> import kgllm, tempfile
    >>> graph = kgllm.load([("Inception", "directed by", "Christopher Nolan")])
    >>> file = write_templates(graph, tempfile.mkdtemp() + "/wordings.toml", languages=["en"])
    >>> "director" in file.read_text(encoding="utf-8")
    True
    """
    from kgllm.questions.ends import Ends

    ends = Ends(graph, view_of(graph))
    lines = [_HEAD]
    for language in languages or languages_of(graph):
        for row in graph.schema().relations:
            worded = relation_phrases(row.relation, language, About(ends.kinds(row.relation.id, 1), ends.kinds(row.relation.id, 0)))
            body = [
                f"{way}.{slot} = {json.dumps(list(getattr(phrases, slot)), ensure_ascii=False)}"
                for way, phrases in zip(_WAYS, worded, strict=True)
                for slot in SLOTS
                if getattr(phrases, slot)
            ]
            if body:
                lines += [f"[{language}.{json.dumps(row.relation.id, ensure_ascii=False)}]", *body, ""]
    path = Path(path)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def read_templates(path: str | Path) -> dict[str, Written]:
    """The wordings of a file, by language and relation id.

    Raises:
        ConfigError: there is no such file. GraphParseError: it is no TOML, or holds something else; says where.
    """
    path = Path(path)
    try:
        data: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"there is no file of templates at {shorten(str(path), 200)}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GraphParseError(f"{path.name} is not TOML: {error}") from error
    out: dict[str, Written] = {}
    for language, relations in data.items():
        if language not in LANGUAGES or not isinstance(relations, dict):
            raise GraphParseError(f"{path.name}: a table must be a language ({', '.join(LANGUAGES)}), not {shorten(language)}")
        out[language] = {
            name: (_phrases(row, "out", f"{path.name}: {language}.{name}"), _phrases(row, "in", f"{path.name}: {language}.{name}"))
            for name, row in relations.items()
        }
    return out


def _phrases(row: Any, way: str, where: str) -> Phrases:
    if not isinstance(row, dict) or set(row) - set(_WAYS):
        raise GraphParseError(f"{where} may hold {' and '.join(_WAYS)}, not {shorten(row)}")
    slots = row.get(way, {})
    for slot, wordings in slots.items() if isinstance(slots, dict) else [("", slots)]:
        if slot not in SLOTS or not isinstance(wordings, list) or not all(isinstance(one, str) for one in wordings):
            raise GraphParseError(f"{where}.{way}: {slot or way!r} must be a list of wordings", hint=f"one of {', '.join(SLOTS)}")
        if slot != "noun" and any("{x}" not in one for one in wordings):
            raise GraphParseError(f"{where}.{way}.{slot}: every wording needs {{x}}, the place of what is known")
    return Phrases(**{slot: tuple(wordings) for slot, wordings in slots.items()})


def languages_of(graph: Graph) -> tuple[str, ...]:
    """The languages in which a graph names its relations: English, Chinese, or both.

    >>> import kgllm
    >>> languages_of(kgllm.load([("流浪地球", "导演", "郭帆")]))
    ('zh',)
    """
    from kgllm.words import is_han

    chinese = english = 0
    for row in graph.schema().relations:
        names = (row.relation.name, *row.relation.aliases)
        chinese += any(is_han(name) for name in names)
        english += any(not is_han(name) for name in names)
    total = max(1, len(graph.schema().relations))
    found = tuple(language for language, n in (("en", english), ("zh", chinese)) if n >= 0.4 * total)
    return found or ("en",)
