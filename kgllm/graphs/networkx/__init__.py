"""A live networkx graph, walked as it is.

graph.py    NetworkxGraph: the below as a graph
walk.py     what lies around one node
joints.py   nodes that only join others
totals.py   what the whole holds
"""

from kgllm.graphs.networkx.graph import NetworkxGraph

__all__ = ["NetworkxGraph"]
