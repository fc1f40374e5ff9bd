"""RDF as a graph: files, rdflib graphs, Oxigraph stores, SPARQL endpoints.

terms.py       RDF terms as plain values; keys and values that are none, minted
names.py       labels, types, ids, inverses
structure.py   lists, statements about statements, nodes that are the same
vocabulary.py  what statements mean: the above together
records.py     statements → entities and facts, for compiling
stores.py      rdflib and pyoxigraph as the look-ups that walking needs
walk.py        what lies around one node
numbered.py    the same by numbers, for stores of plain statements
totals.py      what the whole holds
plain.py       an endpoint by numbers, where nothing is said of statements
live.py        RdfGraph: the above as a graph
prefixes.py    namespaces, short
write.py       any graph as RDF
"""
