"""Neo4j: a database as a graph that is walked where it is, and writing one when asked."""

from kgllm.graphs.neo4j.graph import Neo4jGraph

__all__ = ["Neo4jGraph"]
