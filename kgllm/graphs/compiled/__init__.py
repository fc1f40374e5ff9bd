"""The embedded default: a graph compiled to integer columns.

graph.py        CompiledGraph: the rest as a graph, in memory or in a folder
build.py        from what readers yield to columns
told.py         what plain facts say of types and other names
joints.py       nodes that only join others
assemble.py     columns, sorted and packed
store.py        what a graph knows, as columns
storeview.py    walking them
totals.py       what the whole holds
folder.py       generations on disk, and the manifest that says which of them counts
edits.py        what was added and removed since; meant.py: what its texts mean
deltaview.py    walking a store and its edits as one graph: deltanumbers.py numbers them together, deltagroups.py says what changed
"""

from kgllm.graphs.compiled.graph import CompiledGraph

__all__ = ["CompiledGraph"]
