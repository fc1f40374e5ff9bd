"""Real servers for the tests, the benchmarks and a try by hand: fetched as Java archives, on loopback, on a free port, with their
data under a scratch folder, ended by their own process.

    java.py     archives by Maven, a Java program that is started and ended
    neo4j.py    Neo4j Community: python -m servers.neo4j
    fuseki.py   Apache Jena Fuseki, a SPARQL 1.1 endpoint: python -m servers.fuseki
"""
