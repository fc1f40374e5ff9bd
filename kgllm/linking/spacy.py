"""A spaCy pipeline component: the graph's entities in `Doc.ents`, every link in `doc._.kgllm_links`.

>>> import kgllm, spacy
>>> nlp = spacy.blank("en")
>>> component = nlp.add_pipe("kgllm")
>>> component.set_graph(kgllm.load([("Inception", "directed by", "Christopher Nolan")]))
>>> doc = nlp("Who directed Inception?")
>>> [(ent.text, ent.kb_id_) for ent in doc.ents], doc._.kgllm_links[0].entity.name
([('Inception', 'Inception')], 'Inception')
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from kgllm.errors import CheckpointError, ConfigError, shorten
from kgllm.graphs.base import Graph
from kgllm.graphs.values import kind_of, literal_of
from kgllm.limits import Limits
from kgllm.linking.linker import Linker
from kgllm.types import Candidate, Entity, Link, Literal, Mention, Node

_ENTS = ("overwrite", "keep")
_STORED = "kgllm_links"


class GraphEntities:
    """Doc → Doc. `graph` is a compiled folder (a config must be serialisable); a live graph comes by `set_graph`.

    `ents` says who wins where an entity of the graph and one found before overlap: "overwrite" the graph's, "keep" the other.
    Links below `threshold` stay in `doc._.kgllm_links` and are no entities. An entity's label is `label`, its `kb_id_` the id.
    Texts over `Limits.question_bytes` are refused: give a service's documents in sentences or paragraphs.
    """

    def __init__(self, *, graph: str | None = None, ents: str = "overwrite", threshold: float = 0.3, label: str = "ENTITY") -> None:
        if ents not in _ENTS:
            raise ConfigError(f"ents must be one of {', '.join(map(repr, _ENTS))}, not {ents!r}")
        if not 0 <= threshold <= 1:
            raise ConfigError(f"threshold must be 0 to 1, not {threshold!r}")
        self.ents, self.threshold, self.label = ents, threshold, label
        self._path = graph
        self._linker: Linker | None = None
        self._expected: str | None = None
        if graph is not None:
            self._open(graph)

    def set_graph(self, graph: Graph, *, limits: Limits | None = None) -> None:
        """Link to this graph from now on. Refused when the component was loaded from disk and the graph is another."""
        self._check(graph)
        self._linker = Linker(graph, limits=limits)

    def _open(self, folder: str) -> None:
        from kgllm.graphs.open import load

        self.set_graph(load(folder))

    def _check(self, graph: Graph) -> None:
        version = graph.version()
        if self._expected is not None and version != self._expected:
            raise CheckpointError(
                f"the graph is not the one that this component was saved with: version {shorten(version)}, not {self._expected!r}",
                hint="compile the same graph again, or add the component anew with config={'graph': …}",
            )

    def __call__(self, doc: Doc) -> Doc:
        if self._linker is None:
            raise ConfigError(
                "the component 'kgllm' has no graph", hint="nlp.add_pipe('kgllm', config={'graph': FOLDER}), or component.set_graph(graph)"
            )
        links = self._linker.link_doc(doc)
        doc._.kgllm_links = links
        ours = [span for link in links if link.score >= self.threshold for span in (self._span(doc, link),) if span is not None]
        before = list(doc.ents)
        doc.ents = _apart([*ours, *before] if self.ents == "overwrite" else [*before, *ours])
        return doc

    def _span(self, doc: Doc, link: Link) -> Span | None:
        """The tokens of a mention; where a tokenizer joins it with what stands beside it, those too."""
        identity = str(link.entity.id) if isinstance(link.entity, Entity) else link.entity.name
        return doc.char_span(link.mention.start, link.mention.end, label=self.label, kb_id=identity, alignment_mode="expand")

    # --- kept ---

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """The settings, the graph's folder and its hash; never the graph."""
        version = self._linker.graph.version() if self._linker else self._expected
        return json.dumps(
            {"graph": self._path, "version": version, "ents": self.ents, "threshold": self.threshold, "label": self.label}
        ).encode()

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> GraphEntities:
        """Take over what `to_bytes` gave; the graph must be the same."""
        try:
            kept = json.loads(data)
            self.ents, self.threshold, self.label, path, self._expected = (
                kept[k] for k in ("ents", "threshold", "label", "graph", "version")
            )
        except (ValueError, KeyError, TypeError) as error:
            raise CheckpointError(f"the settings of the component 'kgllm' cannot be read: {shorten(data, 60)}") from error
        if path is not None and (self._linker is None or path != self._path):
            self._path = path
            self._open(path)
        elif self._linker is not None:
            self._check(self._linker.graph)
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """`to_bytes` as a file of a folder."""
        Path(path).mkdir(parents=True, exist_ok=True)
        (Path(path) / "kgllm.json").write_bytes(self.to_bytes())

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> GraphEntities:
        """Read what `to_disk` wrote.

        Raises:
            CheckpointError: the file is broken, or the graph has changed since.
        """
        try:
            data = (Path(path) / "kgllm.json").read_bytes()
        except OSError as error:
            raise CheckpointError(f"no settings of the component 'kgllm' in {shorten(str(path))}") from error
        return self.from_bytes(data)


def _apart(spans: list[Span]) -> list[Span]:
    """Those that overlap none before them."""
    chosen: list[Span] = []
    for span in spans:
        if not any(span.start < other.end and other.start < span.end for other in chosen):
            chosen.append(span)
    return sorted(chosen, key=lambda span: span.start)


@Language.factory(
    "kgllm",
    assigns=["doc.ents", "token.ent_iob", "token.ent_type", "token.ent_kb_id", "doc._.kgllm_links"],
    default_config={"graph": None, "ents": "overwrite", "threshold": 0.3, "label": "ENTITY"},
)
def make_component(nlp: Language, name: str, graph: str | None, ents: str, threshold: float, label: str) -> GraphEntities:
    """What `nlp.add_pipe("kgllm", config=…)` calls."""
    return GraphEntities(graph=graph, ents=ents, threshold=threshold, label=label)


# Links are kept as plain values, so that a Doc can be written, and sent to another process, as any other.


def _links(doc: Doc) -> tuple[Link, ...]:
    return tuple(_link(row) for row in doc.user_data.get(_STORED, ()))


def _keep(doc: Doc, links: Iterable[Link]) -> None:
    doc.user_data[_STORED] = [
        {
            "mention": [link.mention.text, link.mention.start, link.mention.end],
            "entity": _row(link.entity),
            "score": link.score,
            "reason": link.reason,
            "candidates": [[_row(one.entity), one.score, one.reason] for one in link.candidates],
        }
        for link in links
    ]


def _link(row: dict[str, Any]) -> Link:
    text, start, end = row["mention"]
    candidates = tuple(Candidate(entity=_node(node), score=score, reason=reason) for node, score, reason in row["candidates"])
    mention = Mention(text=text, start=start, end=end)
    return Link(mention=mention, entity=_node(row["entity"]), score=row["score"], reason=row["reason"], candidates=candidates)


def _row(node: Node) -> dict[str, Any]:
    if isinstance(node, Literal):
        return {"name": node.name, "kind": kind_of(node), "datatype": node.datatype, "language": node.language}
    return {"id": node.id, "name": node.name, "aliases": list(node.aliases), "types": list(node.types), "named": node.named}


def _node(row: dict[str, Any]) -> Node:
    if "kind" in row:
        return literal_of(row["name"], row["kind"], row["datatype"], row["language"])
    return Entity(**{**row, "aliases": tuple(row["aliases"]), "types": tuple(row["types"])})


Doc.set_extension(_STORED, getter=_links, setter=_keep, force=True)
