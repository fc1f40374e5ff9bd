"""LlamaIndex's property-graph retrievers over its SimplePropertyGraphStore.

--told hops, names: `LLMSynonymRetriever` with a scripted model that names what the question names. --as store: the store's own
`get_rel_map`, which every sub-retriever ends in, without the capitalising that loses most names before.
--told nothing: `VectorContextRetriever` over its SimpleVectorStore, MiniLM vectors of all nodes, depth 1.
"""

from common import FACTS, Vectors, named, run, triples
from llama_index.core import QueryBundle
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.graph_stores import SimplePropertyGraphStore
from llama_index.core.graph_stores.types import EntityNode, Relation
from llama_index.core.indices.property_graph import LLMSynonymRetriever, VectorContextRetriever
from llama_index.core.llms import CompletionResponse, CustomLLM, LLMMetadata
from llama_index.core.schema import TextNode
from llama_index.core.vector_stores import SimpleVectorStore


class Scripted(CustomLLM):
    """Says what it is told to say."""

    said: str = ""

    @property
    def metadata(self):
        return LLMMetadata()

    def complete(self, prompt, formatted=False, **kwargs):
        return CompletionResponse(text=self.said)

    def stream_complete(self, prompt, formatted=False, **kwargs):
        yield CompletionResponse(text=self.said, delta=self.said)


class Encoder(BaseEmbedding):
    """MiniLM, as the other peers have it."""

    vectors: object = None

    def _get_text_embedding(self, text):
        return self.vectors.encode([text])[0].tolist()

    _get_query_embedding = _get_text_embedding

    async def _aget_query_embedding(self, query):
        return self._get_query_embedding(query)


def load(args):
    rows = triples(args.graph)
    known = {x for s, _, o in rows for x in (s, o)}
    store = SimplePropertyGraphStore()
    store.upsert_nodes([EntityNode(name=name) for name in sorted(known)])
    store.upsert_relations([Relation(source_id=s, target_id=o, label=r) for s, r, o in rows])

    def by_vectors():
        vectors, kept = Vectors(args.vectors), SimpleVectorStore()
        pairs = zip(vectors.names, vectors.of_names.tolist(), strict=True)
        kept.add([TextNode(id_=name, text=name, embedding=vector) for name, vector in pairs])
        retriever = VectorContextRetriever(
            store, include_text=False, embed_model=Encoder(vectors=vectors), vector_store=kept, path_depth=1, limit=FACTS
        )

        def ask(row):
            found = retriever.retrieve_from_graph(QueryBundle(row["question"]))
            return ends(found)

        return ask

    def ends(found):
        facts = [[part.split(" -> ")[0], part.split(" -> ")[-1]] for part in (node.node.text for node in found)]
        return [name for fact in facts for name in fact], facts

    if args.told == "nothing":
        return by_vectors()
    model = Scripted()

    def by_names(row):
        links, depth = named(row["question"], known), row["hops"] if args.told == "hops" else 1
        if args.variant == "store":
            found = store.get_rel_map(store.get(ids=links), depth=depth, limit=FACTS) if links else []
            return links, [[s.id, o.id] for s, _, o in found]
        model.said = "^".join(links)
        retriever = LLMSynonymRetriever(store, include_text=False, llm=model, path_depth=depth, limit=FACTS)
        return ends(retriever.retrieve_from_graph(QueryBundle(row["question"])))

    return by_names


run(load)
