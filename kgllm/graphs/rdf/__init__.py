"""RDF as a graph: files, rdflib graphs, Oxigraph stores, SPARQL endpoints.

terms.py       RDF terms as plain values; keys and values that are none, minted
names.py       labels, types, ids, inverses
spelling.py    names as people write them
structure.py   lists, statements about statements, nodes that are the same
parts.py       blank nodes that are no things
told.py        of what kind things are where rdf:type does not tell
vocabulary.py  what statements mean: the above together
records.py     statements → entities and facts, for compiling
stores.py      rdflib and pyoxigraph as the look-ups that walking needs
walk.py        what lies around one node
numbered.py    the same by numbers, for stores of plain statements; coded.py what its view and plain.py's share
totals.py      what the whole holds
endpoint.py    SparqlGraph: client.py asks, by texts.py; survey.py what was read of it once, hop.py and view.py one hop, folding.py owl:sameAs
plain.py       an endpoint by numbers, where nothing is said of statements
live.py        RdfGraph: the above as a graph
query.py       a user's own SPARQL; child.py and worker.py run it in a process of its own
prefixes.py    namespaces, short
write.py       any graph as RDF
"""
