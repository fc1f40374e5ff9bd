"""The graph's side: what its relations are like, and where paths of them lead.

amounts           what is written, as numbers, years and dates
kinds             what the nodes at the end of a relation are like
steps, postings   the steps of a graph, and columns of them that grow
wordings          how steps may be worded
seeds             where a walk may start
walk              which paths there are, hop by hop
ground, together  where a path leads, exactly; many followed at once
ahead             what is fetched for that beforehand
strategies        retrieval without words: some hops, shortest paths, PageRank
"""
