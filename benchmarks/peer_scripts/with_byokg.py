"""byokg-rag's LocalKGStore, FuzzyStringIndex, EntityLinker and GTraversal, from a checkout of its public source (--source).

--told hops: the names in the question and the true number of hops. --told nothing: `direct_query_linking`, the whole question handed to
the linker as its engine does without a language model, and its default of two hops. Its order: a Python set's; its rerankers need a
model from a hub.
"""

import csv
import sys
import tempfile
from pathlib import Path

from common import named, run, triples

sys.path.insert(0, str(Path(sys.argv[sys.argv.index("--source") + 1]) / "byokg-rag" / "src"))
from graphrag_toolkit.byokg_rag.graph_retrievers import EntityLinker, GTraversal
from graphrag_toolkit.byokg_rag.graphstore import LocalKGStore
from graphrag_toolkit.byokg_rag.indexing import FuzzyStringIndex


def load(args):
    rows = triples(args.graph)
    known = {x for s, _, o in rows for x in (s, o)}
    store = LocalKGStore()
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", newline="", delete=False) as file:
        csv.writer(file).writerows(rows)
    store.read_from_csv(file.name, has_header=False)
    Path(file.name).unlink()
    index = FuzzyStringIndex()
    index.add(store.nodes())
    linker, traversal = EntityLinker(index.as_entity_matcher()), GTraversal(store)

    def ask(row):
        asked = [row["question"]] if args.told == "nothing" else named(row["question"], known)
        if not asked:
            return [], []
        links = [hit["document_id"] for hit in linker.link(asked)["hits"]]
        found = traversal.multi_hop_triplets(links, hop=row["hops"] if args.told == "hops" else 2)
        return links, [[s, o] for s, _, o in sorted(found)]

    return ask


run(load)
