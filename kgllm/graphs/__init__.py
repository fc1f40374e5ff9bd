"""Graphs: where facts come from, and what can be asked of them.

base.py                           the seam: what a backend supplies, and the columns in which it answers
open.py, overview.py              `kgllm.load` and `kgllm.compile`; `kgllm.overview`
readers/                          everything that can be loaded, as records
compiled/                         columns in memory or in a folder: the default
networkx/, rdf/, neo4j/           live graphs, walked where they are
view.py, whole.py, primitives.py  what a backend need not write itself: handles, whole kinds and relations, the primitives over a view
nameindex.py, wordindex.py        which nodes may a text mean? nodenames.py: of a live graph
kept.py                           what graphs that are walked live share: names and totals between two edits
attributes.py, wordings.py        how properties read as entities and facts; what a user calls relations

The rest is small and shared by several of these: values, events that are called by a number (serials), rows of queries, counts (tally), columns
of strings and sets of handles (columns, ascending), building without the collector (uncollected), waiting.
"""
