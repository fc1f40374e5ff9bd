"""neo4j-graphrag's and LangChain's own Cypher retrieval on a Neo4j server that holds MetaQA, as `kgllm import` wrote it.

python with_neo4j.py ADDRESS PASSWORD QUESTIONS.jsonl     (rows of MetaQA with "hops"; packages neo4j-graphrag, langchain-neo4j)

Both let a language model write a query. There is none here: a scripted one writes, for the entity and the number of hops that it is
told, the k-hop query that a good one would; what is measured is the library and the server. Prints a JSON line for each.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

import neo4j

LIMIT = 1000


def cypher(row: dict) -> str:
    """Everything within k hops of the entity, cut at LIMIT rows, without order."""
    name = row["topics"][0].replace("\\", "\\\\").replace("'", "\\'")
    return (
        f"MATCH (n:KgllmEntity {{id: '{name}'}}) MATCH p = (n)-[*1..{row['hops']}]-(m) RETURN [x IN nodes(p) | x.id] AS nodes LIMIT {LIMIT}"
    )


def graphrag(address: str, password: str):
    """`Text2CypherRetriever.search`."""
    from neo4j_graphrag.llm import LLMInterface, LLMResponse
    from neo4j_graphrag.retrievers import Text2CypherRetriever

    class Scripted(LLMInterface):
        text = ""

        def __init__(self) -> None:
            super().__init__("scripted")

        def invoke(self, *_, **__) -> LLMResponse:
            return LLMResponse(content=self.text)

        async def ainvoke(self, *_, **__) -> LLMResponse:
            return LLMResponse(content=self.text)

    model = Scripted()
    retriever = Text2CypherRetriever(
        neo4j.GraphDatabase.driver(address, auth=("neo4j", password)), llm=model, neo4j_schema="(:KgllmEntity {id})"
    )

    def ask(row: dict) -> set[str]:
        model.text = cypher(row)
        found = retriever.get_search_results(query_text=row["question"])
        return {name for record in found.records for name in record["nodes"]}

    return ask


def langchain(address: str, password: str):
    """`GraphCypherQAChain` that returns what the query gives."""
    from langchain_core.language_models.fake import FakeListLLM
    from langchain_neo4j import GraphCypherQAChain, Neo4jGraph

    graph = Neo4jGraph(url=address, username="neo4j", password=password, refresh_schema=False)
    model = FakeListLLM(responses=[""])
    chain = GraphCypherQAChain.from_llm(llm=model, graph=graph, return_direct=True, top_k=LIMIT, allow_dangerous_requests=True)

    def ask(row: dict) -> set[str]:
        model.responses, model.i = [cypher(row)], 0
        return {name for record in chain.invoke({"query": row["question"]})["result"] for name in record["nodes"]}

    return ask


def main(address: str, password: str, questions: str) -> None:
    rows = [json.loads(line) for line in Path(questions).read_text(encoding="utf-8").splitlines()]
    for name, made in (("neo4j-graphrag Text2CypherRetriever", graphrag), ("LangChain GraphCypherQAChain", langchain)):
        ask = made(address, password)
        for hops in sorted({row["hops"] for row in rows}):
            mine = [row for row in rows if row["hops"] == hops]
            for row in mine[:5]:
                ask(row)
            times, recall = [], []
            for row in mine:
                start = time.perf_counter()
                found = ask(row)
                times.append((time.perf_counter() - start) * 1000)
                recall.append(len(found & set(row["answers"])) / len(row["answers"]))
            times.sort()
            print(
                json.dumps(
                    {
                        "name": name,
                        "hops": hops,
                        "n": len(mine),
                        "recall": round(statistics.mean(recall), 3),
                        "p50": round(times[len(times) // 2], 1),
                        "p95": round(times[int(0.95 * len(times))], 1),
                    }
                ),
                flush=True,
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
