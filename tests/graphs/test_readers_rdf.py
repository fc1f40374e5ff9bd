"""RDF: what statements mean, and what must not happen while they are read."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
import time

import pytest

import kgllm
from kgllm.errors import ConfigError, GraphError, GraphParseError
from kgllm.graphs.rdf.terms import literal_of, local_name
from kgllm.types import Entity, Literal

rdflib = pytest.importorskip("rdflib")

PREFIXES = """@prefix : <http://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def written(folder, name, text):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.fixture
def turtle(tmp_path):
    def load(text, **options):
        return kgllm.load(written(tmp_path, "g.ttl", PREFIXES + text), **options)

    return load


def facts_of(graph):
    return sorted(str(fact) for fact in graph.scan().items)


def test_labels_are_names_and_other_labels_aliases(turtle):
    graph = turtle(
        ':m1 rdfs:label "流浪地球"@zh, "The Wandering Earth"@en ; skos:altLabel "Wandering Earth"@en ; a :Film ; :director :p1 .'
        ':p1 foaf:name "Frant Gwo" ; skos:prefLabel "郭帆"@zh . :Film rdfs:label "film"@en, "电影"@zh . :director rdfs:label "导演"@zh, "directed by"@en .'
    )
    film, person = (one.node for one in graph.describe([Entity("http://example.org/m1"), Entity("http://example.org/p1")]))
    assert (film.name, film.aliases, film.types) == ("The Wandering Earth", ("流浪地球", "Wandering Earth"), ("film",))
    assert (person.name, person.aliases) == ("Frant Gwo", ("郭帆",))
    (fact,) = (fact for fact in graph.scan().items)
    assert (fact.relation.id, fact.relation.name, fact.relation.aliases) == ("http://example.org/director", "directed by", ("导演",))
    assert fact.source == ("g.ttl",)


def test_the_language_of_names_can_be_said(turtle):
    graph = turtle(
        ':a rdfs:label "Ada"@en, "阿达"@zh-Hans ; :knows :b . :b rdfs:label "Bob" . :knows rdfs:label "knows"@en, "认识"@zh .',
        language="zh",
    )
    assert facts_of(graph) == ["阿达 — 认识 → Bob"]


def test_without_a_label_the_local_name_is_shown(turtle):
    graph = turtle(":Christopher_Nolan :place%20of_birth <http://dbpedia.org/resource/London> .")
    assert facts_of(graph) == ["Christopher Nolan — place of birth → London"]
    assert graph.find(["Christopher Nolan"])[0][0].node.id == "http://example.org/Christopher_Nolan"


@pytest.mark.parametrize("iri, name", [
    ("http://e/a/", "a"), ("http://e/x#Ab", "Ab"), ("urn:isbn:123", "123"), ("http://e/%E9%83%AD%E5%B8%86", "郭帆"), ("http://e/_", "http://e/_"),
])  # fmt: skip
def test_local_names(iri, name):
    assert local_name(iri) == name


def test_the_inverse_of_a_property_names_the_way_back(turtle):
    graph = turtle(
        ':directed owl:inverseOf :directedBy ; rdfs:label "directed"@en . :directedBy rdfs:label "directed by" ; rdfs:domain :Film . :m :directedBy :p .'
    )
    (stats,) = graph.schema().relations
    assert (stats.relation.name, stats.relation.inverse_name) == ("directed by", "directed")
    assert graph.notes == ("2 statements about properties (domain, range, inverse …) are no facts of the graph",)
    assert {one.name for one in graph.scan(what="entities").items} == {"m", "p"}


def test_literals_are_typed_and_keep_their_text(turtle):
    graph = turtle(':a :p "1970"^^xsd:gYear, "x"@EN, 5, 2.50, true, "2020-01-02"^^xsd:date, "abc"^^:mine, "no number"^^xsd:integer .')
    found = {fact.object.name: (fact.object.value, fact.object.language) for fact in graph.scan().items}
    assert found["1970"] == (1970, None) and found["x"] == ("x", "en") and found["5"] == (5, None) and found["true"] == (True, None)
    assert found["2020-01-02"][0] == datetime.date(2020, 1, 2) and float(found["2.50"][0]) == 2.5
    assert found["abc"][0] == "abc" and found["no number"][0] == "no number"


def test_literals_that_do_not_fit_their_datatype_are_texts_without_a_traceback(turtle, caplog):
    graph = turtle(':a :p "no number"^^xsd:integer .')
    assert graph.scan().items[0].object.value == "no number" and not caplog.records


def test_numbers_of_thousands_of_digits_are_texts():
    assert literal_of("9" * 5000, "http://www.w3.org/2001/XMLSchema#integer", None).value == "9" * 5000


def test_blank_nodes_are_unnamed_and_numbered_by_the_file(turtle):
    text = ':m :casting [ :actor :x ; :role "Cobb" ] . _:z :p [ rdfs:label "named" ] . :q :r [ a :Event ] .'
    first, again = turtle(text), turtle(text)
    assert facts_of(first) == facts_of(again) and first.version() == again.version()
    blank = {one.id: (one.name, one.named) for one in first.scan(what="entities").items if one.id.startswith("_:")}
    assert sorted(blank) == ["_:b1", "_:b2", "_:b3", "_:b4"]
    assert sorted(named for _, named in blank.values()) == [False, False, False, True]
    assert ("named", True) in blank.values() and any(name.startswith("Event ") for name, _ in blank.values())


def test_lists_are_their_members(turtle):
    graph = turtle(":film :actors (:a :b (:c 1)) ; :none () .")
    assert facts_of(graph) == [f"film — actors → {one}" for one in "1abc"]


def test_reified_statements_qualify_the_fact(turtle):
    reified = '[] a rdf:Statement ; rdf:subject :a ; rdf:predicate :spouse ; rdf:object :b ; :from "1999"^^xsd:gYear ; :place :paris .'
    graph = turtle(f":a :spouse :b . :a :spouse :c . {reified}")
    assert facts_of(graph) == ["a — spouse → b (from: 1999; place: paris)", "a — spouse → c"]
    assert len(facts_of(turtle(reified))) == 5  # a statement that nobody made stays a node of its own


def test_named_graphs_are_sources(tmp_path):
    trig = written(tmp_path, "g.trig", PREFIXES + ":g { :a :r :b . } :a :r :c .")
    quads = written(tmp_path, "g.nq", "<e:a> <e:r> <e:b> <e:g> .\n<e:a> <e:r> <e:c> .\n<e:a> <e:r> <e:b> .\n")
    assert {fact.object.name: fact.source for fact in kgllm.load(trig).scan().items} == {"b": ("http://example.org/g",), "c": ("g.trig",)}
    assert {fact.object.name: set(fact.source) for fact in kgllm.load(quads).scan().items} == {"b": {"e:g", "g.nq:3"}, "c": {"g.nq:2"}}
    dataset = rdflib.Dataset()
    dataset.parse(trig, format="trig")
    assert {fact.object.name: fact.source for fact in kgllm.load(dataset).scan().items} == {"b": ("http://example.org/g",), "c": ()}


def test_an_rdflib_graph_keeps_its_blank_nodes():
    graph = rdflib.Graph()
    node = rdflib.BNode("x")
    graph.add((rdflib.URIRef("http://e/a"), rdflib.URIRef("http://e/p"), node))
    assert [fact.object.id for fact in kgllm.load(graph).scan().items] == ["_:x"]


def test_options_say_where_ids_names_and_types_are(turtle):
    text = ':a :code "A1" ; :title "Alpha" ; :kind :K ; :knows :b . :b :code "B1" . :K :title "kay" .'
    graph = turtle(text, id="http://example.org/code", name="http://example.org/title", types="http://example.org/kind")
    (node,) = (one.node for one in graph.describe([Entity("A1")]))
    assert (node.name, node.types) == ("Alpha", ("kay",)) and facts_of(graph) == ["Alpha — knows → b"]
    with pytest.raises(ConfigError, match="nothing in g.ttl has this predicate"):
        turtle(text, name="http://example.org/titel")
    with pytest.raises(GraphError, match="two ids"):
        turtle(':a :code "A1", "A2" .', id="http://example.org/code")


def test_ntriples_agree_with_rdflib(tmp_path):
    text = (
        '<http://e/a> <http://e/p> "tab\\t \\"quoted\\" \\u90ED\\U0001F600 \\\\ 帆"@zh-CN . # note\n\n# all\n'
        '_:b.1\t<http://e/p>\t"1"^^<http://www.w3.org/2001/XMLSchema#integer>.\n<http://e/a> <http://e/p> _:b.1.\r\n<http://e/\\u00e9> <http://e/p> "" .\n'
    )
    ours = kgllm.load(written(tmp_path, "g.nt", text))
    theirs = kgllm.load(rdflib.Graph().parse(data=text.replace("\r", ""), format="nt"))
    both = [
        sorted(
            (fact.relation.name, fact.object.name, getattr(fact.object, "language", ""))
            for fact in graph.scan().items
            if isinstance(fact.object, Literal)
        )
        for graph in (ours, theirs)
    ]
    assert both[0] == both[1] and len(both[0]) == 2
    assert ours.notes == ("1 row skipped for an empty literal (g.nt:6)",)


# --- hostile ---


@pytest.mark.parametrize("good", [0, 2, 5000])
def test_ntriples_are_all_or_nothing(tmp_path, good):
    path = written(tmp_path, "g.nt", "<e:a> <e:p> <e:b> .\n" * good + "<e:a> <e:p> .\n" + "<e:a> <e:p> <e:b> .\n")
    with pytest.raises(GraphParseError, match=rf"g\.nt:{good + 1}: not a statement"):
        kgllm.load(path)


@pytest.mark.parametrize(
    "line",
    [
        "<http://a> ?p ?o } #> <e:p> <e:o> .",
        '<e:a> <e:p> "x\\q" .',
        "<e:a> <e:p> <e:o>",
        '<e:a> "p" <e:o> .',
        '"a" <e:p> <e:o> .',
        "<e:a> <e:p> <e:o> <e:g> .",
    ],
)
def test_what_is_no_ntriple(tmp_path, line):
    with pytest.raises(GraphParseError, match=r"g\.nt:1: "):
        kgllm.load(written(tmp_path, "g.nt", line + "\n"))


@pytest.mark.parametrize("name, text", [
    ("g.ttl", "@prefix : <http://e/> .\n:a :b"), ("g.ttl", b'<e:a> <e:b> "\xff" .'), ("g.ttl", "this"), ("g.ttl", "?p: <e:a> <e:b> ."),
    ("g.ttl", "<e:a> <e:b> " + "[ <e:p> " * 5000 + "1" + " ]" * 5000 + " ."), ("g.ttl", "<e:a> <e:b> " + "(" * 5000 + ")" * 5000 + " ."),
    ("g.ttl", "<e:a> <e:b> " + "(" * 100 + "1" + ")" * 100 + " ."), ("g.trig", "<e:g> { <e:a> <e:b>"), ("g.jsonld", '""'), ("g.jsonld", "{"), ("g.jsonld", "3"),
    ("g.jsonld", '{"@id": "a", "http://e/p": ' + "[" * 2000 + "]" * 2000 + "}"),
    ("g.jsonld", '{"http://e/p": NaN}'), ("g.rdf", "<rdf:RDF"), ("g.rdf", "<a/>" * 2), ("g.rdf", b"\xff\xfe<"),
    ("g.rdf", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:foo="a" rdf:ID="1 2"/></rdf:RDF>'),
])  # fmt: skip
def test_broken_files_are_parse_errors(tmp_path, name, text):
    with pytest.raises(GraphParseError, match=r"^g\."):
        kgllm.load(written(tmp_path, name, text))


def test_a_file_that_is_cut_off_is_said_to_be_so(tmp_path):
    with pytest.raises(GraphParseError, match="cut off, or not well-formed") as caught:
        kgllm.load(written(tmp_path, "g.ttl", "@prefix ex: <http://example.org/> .\nex:a ex:b ex:c .\nex:a ex:b"))
    assert "format=" in caught.value.hint


def test_lines_of_turtle_errors(tmp_path):
    with pytest.raises(GraphParseError, match=r"g\.ttl:3: not turtle"):
        kgllm.load(written(tmp_path, "g.ttl", "<e:a> <e:b> <e:c> .\n\n<e:a> this <e:c> .\n"))


BILLION = '<!ENTITY a "lol">' + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi"))
XML = '<?xml version="1.0"?><!DOCTYPE rdf:RDF {}><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/"><rdf:Description rdf:about="http://e/a"><e:p>{}</e:p></rdf:Description></rdf:RDF>'


@pytest.mark.parametrize("doctype, value", [
    ('[<!ENTITY x SYSTEM "file:///etc/passwd">]', "&x;"), ('[<!ENTITY x PUBLIC "p" "http://127.0.0.1/x">]', "&x;"), ("[" + BILLION + "]", "&i;"),
    ('[<!ENTITY x "' + "y" * 50_000 + '">]', "&x;" * 150), ('SYSTEM "http://127.0.0.1/x.dtd"', "v"), ('[<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]', "v"),
    ('[<!ENTITY % x "<!ENTITY y \'z\'>"> %x;]', "&y;"), ('[<!ENTITY x "&#38;y;"><!ENTITY y "z">]', "&x;"), ('[<!ATTLIST e:p e:q CDATA "z">]', "v"), ("[]", "&nothing;"),
])  # fmt: skip
def test_xml_entities_that_are_refused_at_once(tmp_path, doctype, value):
    path = written(tmp_path, "g.rdf", XML.format(doctype, value))
    start = time.process_time()
    with pytest.raises(GraphParseError, match=r"g\.rdf"):
        kgllm.load(path)
    assert time.process_time() - start < 0.5  # 50 ms on a quiet machine; the expansion would take minutes


def test_flat_entities_of_namespaces_work(tmp_path):
    path = written(tmp_path, "g.owl", XML.format('[<!ENTITY e "http://example.org/"> <!ENTITY amp2 "a &amp; b">]', "&e;x &amp2;"))
    assert facts_of(kgllm.load(path)) == ["a — p → http://example.org/x a & b"]


CONTEXTS = [
    '"http://127.0.0.1:9/c"',
    '"file:///etc/hostname"',
    '["https://schema.example"]',
    '{"a": {"@id": "http://e/a", "@context": "c.json"}}',
    '{"@import": "c.json"}',
    '"c.json"',
]


def test_contexts_that_are_addresses_are_refused_and_nothing_is_opened(tmp_path):
    paths = []
    for context in CONTEXTS:
        inner = f'{{"@context": {context}, "@id": "http://e/a", "http://e/p": 1}}'
        for text in (inner, f'{{"@id": "http://e/z", "http://e/q": [[{inner}]]}}'):
            paths.append(str(written(tmp_path, f"{len(paths)}.jsonld", text)))
    program = f"""
import sys, kgllm
import kgllm.graphs.open, kgllm.graphs.readers.rdf, kgllm.graphs.readers.rdfstore
import rdflib.plugins.parsers.jsonld
opened, refused = [], 0
def hook(event, args):
    if event in ("open", "socket.connect", "socket.getaddrinfo", "urllib.Request") and not str(args[0]).endswith((".py", ".pyc", ".so")):
        opened.append((event, str(args[0])))
sys.addaudithook(hook)
for path in {paths!r}:
    try:
        kgllm.load(path)
    except kgllm.errors.GraphParseError as error:
        refused += "JSON-LD context" in str(error)
print([one for one in opened if one[0] != "open" or one[1] not in {paths!r}], refused)
"""
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == f"[] {len(paths)}", done.stdout + done.stderr


def test_inline_contexts_work(tmp_path):
    text = '{"@context": {"knows": {"@id": "http://e/knows", "@type": "@id"}, "name": "http://schema.org/name"}, "@id": "http://e/a", "name": "Ada", "knows": "http://e/b"}'
    assert facts_of(kgllm.load(written(tmp_path, "g.jsonld", text))) == ["Ada — knows → b"]


LICENCES = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:e="http://e.org/">
<rdf:Description rdf:about="http://e.org/by/3.0/de/"><dc:title xml:lang="sr@latin">Imenovanje</dc:title>
<dc:title xml:lang="en_US">Attribution Germany</dc:title><e:permits rdf:resource="http://e.org/Use"/></rdf:Description>
<rdf:Description rdf:about="http://e.org/nc/3.0/de/"><dc:title xml:lang="en">Noncommercial Germany</dc:title>
<e:forbids rdf:resource="http://e.org/Use"/></rdf:Description>
</rdf:RDF>
"""
WORDS = """@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix e: <http://e.org/> .
e:Use rdfs:label "Commercial Use"@en . e:forbids rdfs:label \"\"\"does not
\t\tallow\"\"\"@en , "禁止"@zh . e:note e:about _:x . _:x rdfs:label "a blank" .
"""


def test_a_folder_of_rdf_is_one_graph(tmp_path):
    (tmp_path / "licences.rdf").write_text(LICENCES, encoding="utf-8")
    (tmp_path / "words.ttl").write_text(WORDS, encoding="utf-8")
    (tmp_path / "more.nt").write_text(
        '_:x <http://www.w3.org/2000/01/rdf-schema#label> "another" .\n<http://e.org/note> <http://e.org/about> _:x .\n'
    )
    (tmp_path / "read.me").write_text("not RDF", encoding="utf-8")
    graph = kgllm.load(tmp_path)
    assert {str(fact) for fact in graph.scan().items} == {
        "Attribution Germany — permits → Commercial Use",
        "Noncommercial Germany — does not allow → Commercial Use",
        "note — about → a blank",
        "note — about → another",  # a blank node is its own file's
    }
    qa = kgllm.GraphQA(graph)
    assert qa.ask("Which licence does not allow commercial use?").text == "Noncommercial Germany [1]"
    assert qa.ask("Noncommercial Germany禁止什么？").text == "Commercial Use [1]"


def test_marks_of_language_that_are_no_tags(tmp_path):
    path = tmp_path / "licences.rdf"
    path.write_text(LICENCES, encoding="utf-8")
    graph = kgllm.load(path)
    assert graph.notes == ("licences.rdf: 2 marks of language are no tags ('sr@latin'), and read as the nearest one",)
    assert {fact.subject.aliases for fact in graph.scan().items} == {("Imenovanje",), ()}


def test_a_title_names_what_has_no_label(tmp_path):
    path = tmp_path / "books.ttl"
    path.write_text(
        "@prefix dc: <http://purl.org/dc/terms/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix e: <http://e.org/> .\n"
        'e:b1 dc:title "红楼梦"@zh ; e:by e:cao . e:b2 dc:title "The Story of the Stone" ; rdfs:label "Stone"@en ; e:by e:cao .',
        encoding="utf-8",
    )
    books = {(fact.subject.name, fact.subject.aliases) for fact in kgllm.load(path).scan().items}
    assert books == {("红楼梦", ()), ("Stone", ("The Story of the Stone",))}


@pytest.mark.parametrize("context", ["https://schema.org", "http://schema.org/", ["https://schema.org/", {"e": "http://e/"}]])
def test_the_context_of_schema_org_is_its_vocabulary(tmp_path, context):
    """It was refused, as every address is; most pages' JSON-LD has it."""
    path = tmp_path / "books.jsonld"
    books = [
        {"@id": "http://e/1", "@type": "Book", "name": "Olm", "author": {"type": "Person", "id": "http://e/a", "name": "Ann"}},
        {"@id": "http://e/2", "@type": "Book", "name": "红楼梦", "author": {"@id": "http://e/c", "name": "曹雪芹"}},
    ]
    path.write_text(json.dumps({"@context": context, "@graph": books}), encoding="utf-8")
    graph = kgllm.load(path)
    assert {fact.relation.id for fact in graph.scan().items} == {"http://schema.org/author"}
    assert [one for one in graph.notes if "schema.org" in one]
    qa = kgllm.GraphQA(graph)
    assert qa.ask("Who is the author of Olm?").text == "Ann [1]" and qa.ask("红楼梦的作者是谁？").text == "曹雪芹 [1]"
