"""Namespaces by prefix: how an IRI is shown short, and what a query need not declare."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kgllm.errors import ConfigError, shorten
from kgllm.graphs.rdf.terms import OWL, RDF, RDFS, SKOS, XSD, is_iri

WELL_KNOWN = {"rdf": RDF, "rdfs": RDFS, "owl": OWL, "xsd": XSD, "skos": SKOS}
_PREFIX = re.compile(r"(?:[^\W\d_][\w\-.]*[\w\-]|[^\W\d_])?")
_LOCAL = re.compile(r"[\w](?:[\w\-]*[\w])?|")


class Prefixes(dict[str, str]):
    """Namespaces by prefix; the usual ones of RDF are always there.

    >>> Prefixes({"dbr": "http://dbpedia.org/resource/"}).short("http://dbpedia.org/resource/Berlin")
    'dbr:Berlin'

    Raises:
        ConfigError: a prefix or namespace that no query may hold.
    """

    def __init__(self, given: Mapping[str, str] = {}) -> None:
        for prefix, namespace in given.items():
            if not isinstance(prefix, str) or not _PREFIX.fullmatch(prefix) or not isinstance(namespace, str) or not is_iri(namespace):
                raise ConfigError(f"not a prefix and its namespace: {shorten(prefix)}: {shorten(namespace)}")
        super().__init__({**WELL_KNOWN, **given})

    def short(self, iri: str) -> str:
        """An IRI with the longest namespace that fits as a prefix; the IRI itself where none does."""
        fitting = [(len(namespace), prefix) for prefix, namespace in self.items() if iri.startswith(namespace) and namespace]
        if not fitting:
            return iri
        length, prefix = max(fitting)
        local = iri[length:]
        return f"{prefix}:{local}" if _LOCAL.fullmatch(local) else iri
