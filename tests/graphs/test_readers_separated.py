"""TSV, "|" and CSV."""

from __future__ import annotations

import csv
import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgllm.errors import ConfigError, GraphParseError
from kgllm.graphs.base import Triples
from kgllm.graphs.readers import read

ROWS = [("Inception", "directed by", "Christopher Nolan"), ("流浪地球", "导演", "郭帆"), ("Memento", "release year", "2000")]


def rows_of(source, **options):
    """The triples of a source, as texts."""
    found = []
    for record in read(source, options):
        if isinstance(record, Triples):
            found += zip(record.subjects, record.relations, record.objects)
        elif record.fact:
            found.append((str(record.fact.subject.id), record.fact.relation.id, record.fact.object.name))
    return found


def written(folder, name, text):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    "name, mark", [("g.tsv", "\t"), ("g.txt", "|"), ("g.txt", "\t"), ("g.csv", ","), ("g.csv", ";"), ("g", "|"), ("g.psv", "|")]
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("packed", [False, True])
def test_the_separator_is_found_out(tmp_path, name, mark, end, packed):
    text = end.join(mark.join(row) for row in ROWS).encode()
    path = written(tmp_path, name + ".gz" if packed else name, gzip.compress(text) if packed else text)
    assert rows_of(path) == ROWS
    assert rows_of(path, separator=mark) == ROWS


def test_lines_are_numbered(tmp_path):
    path = written(tmp_path, "g.tsv", "\ufeffa\tr\tb\n\nc\tr\td\n")
    (batch,) = read(path, {})
    assert (batch.source, list(batch.lines), batch.subjects) == ("g.tsv", [1, 3], ["a", "c"])


def test_tsv_knows_no_quoting(tmp_path):
    path = written(tmp_path, "g.tsv", '"a\tr\t"b" and c\nd"\tr\te\u2028f\x0bg\n')
    assert rows_of(path) == [('"a', "r", '"b" and c'), ('d"', "r", "e\u2028f\x0bg")]


def test_csv_is_rfc_4180(tmp_path):
    path = written(tmp_path, "g.csv", 'a,"says, ""hi""","two\nlines"\r\n"b",r,c\r\n')
    assert rows_of(path) == [("a", 'says, "hi"', "two\nlines"), ("b", "r", "c")]
    assert [list(batch.lines) for batch in read(path, {})] == [[1, 3]]


@pytest.mark.parametrize("text, line", [('a,r,b\nc,r,"d\ne,r,f\n', 2), ('a,r,b\nc,"r"x,d\n', 2)])
def test_bad_quoting_is_refused_with_its_line(tmp_path, text, line):
    with pytest.raises(GraphParseError, match=rf"g\.csv:{line}: not CSV"):
        rows_of(written(tmp_path, "g.csv", text))


@pytest.mark.parametrize("name, mark", [("g.tsv", "\t"), ("g.csv", ",")])
@pytest.mark.parametrize("header", ["subject relation object", "Head Relation Tail", "主语 关系 宾语"])
def test_a_header_is_known_by_its_words(tmp_path, name, mark, header):
    path = written(tmp_path, name, "\n".join(mark.join(row) for row in [tuple(header.split()), *ROWS]) + "\n")
    assert rows_of(path) == ROWS
    assert len(rows_of(path, header=False)) == 4


def test_columns_are_named_by_options(tmp_path):
    path = written(tmp_path, "g.csv", "n,what,who,whom,when\n1,knows,Ada,Bob,1999\n2,knows,Bob,Cid,\n")
    options = {"subject": "who", "relation": "what", "object": "whom"}
    assert rows_of(path, **options) == [("Ada", "knows", "Bob"), ("Bob", "knows", "Cid")]
    facts = [record.fact for record in read(path, {**options, "qualifiers": ["when"], "source": "n"})]
    assert [(str(fact), fact.source) for fact in facts] == [("Ada — knows → Bob (when: 1999)", ("1",)), ("Bob — knows → Cid", ("2",))]
    reading = read(path, options)
    list(reading)
    assert reading.notes == ("columns not read: n, when (qualifiers=True takes them)",)
    assert rows_of(path, header=True, subject=2, relation=1, object=3) == rows_of(path, **options)


@pytest.mark.parametrize("options, said", [
    ({"subject": "wh"}, "no such column"), ({"subject": 9}, "5 columns"), ({"subject": "who", "header": False}, "no header"),
    ({"qualifiers": "when", "header": True}, "list of columns"), ({"separator": "||"}, "one ASCII character"), ({"header": "yes"}, "True or False"),
])  # fmt: skip
def test_columns_that_cannot_be(tmp_path, options, said):
    path = written(tmp_path, "g.csv", "n,what,who,whom,when\n1,knows,Ada,Bob,1999\n")
    with pytest.raises(ConfigError, match=said):
        rows_of(path, **{"relation": 1, "object": 3, "subject": 2, **options})


@pytest.mark.parametrize("name, mark", [("g.tsv", "\t"), ("g.txt", "|"), ("g.csv", ",")])
@pytest.mark.parametrize("bad, columns", [("c;r", 2), ("c;r;d;e", 4), ("one", 1)])
def test_a_wrong_number_of_columns_is_refused_with_file_and_line(tmp_path, name, mark, bad, columns):
    if columns == 1 and name == "g.csv":
        bad = '"one"'
    path = written(tmp_path, name, "\n".join(["a;r;b"] * 3 + [bad] + ["c;r;d"] * 3).replace(";", mark))
    with pytest.raises(GraphParseError, match=rf"{name}:4: {columns} columns? where 3") as caught:
        rows_of(path)
    assert "mend this line" in caught.value.hint


@pytest.mark.parametrize("bad", ["c;;d", ";r;d", "c;r;", "c; ;d", "c;r;\u3000"])
@pytest.mark.parametrize("name, mark", [("g.tsv", "\t"), ("g.csv", ",")])
def test_rows_with_an_empty_field_are_skipped_counted_and_shown(tmp_path, caplog, bad, name, mark):
    path = written(tmp_path, name, f"a;r;b\n{bad}\ne;r;f\n{bad}".replace(";", mark))
    reading = read(path, {})
    assert [list(batch.lines) for batch in reading] == [[1, 3]]
    assert reading.notes == (f"2 rows skipped for an empty field ({name}:2, {name}:4)",)
    assert "2 rows skipped" in caplog.text
    with pytest.raises(GraphParseError, match=rf"{name}:2: an empty field"):
        rows_of(path, strict=True)


@pytest.mark.parametrize("name", ["g.tsv", "g.csv", "g.tsv.gz"])
def test_invalid_utf8_is_refused_with_its_line(tmp_path, name):
    text = b"a\tr\tb\n" * 5 + b"c\tr\t\xff\xfe\n" + b"a\tr\tb\n"
    text = text.replace(b"\t", b",") if name == "g.csv" else text
    with pytest.raises(GraphParseError, match=r":6: not valid UTF-8 \(b'\\xff"):
        rows_of(written(tmp_path, name, gzip.compress(text) if name.endswith("gz") else text))


@pytest.mark.parametrize("damage", [lambda b: b[:-12], lambda b: b[:-6] + b"\0" * 6, lambda b: b[:40] + b"\xaa" * 40 + b[80:]])
def test_a_damaged_gzip_file_is_refused(tmp_path, damage):
    text = "".join(f"s{i}\tr\to{i * 7919 % 1000}\n" for i in range(2000)).encode()
    with pytest.raises(GraphParseError, match="damaged or cut off"):
        rows_of(written(tmp_path, "g.tsv.gz", damage(gzip.compress(text))))


def test_long_values_are_data(tmp_path):
    long = "x" * 5_000_000
    assert rows_of(written(tmp_path, "g.tsv", f"a\tr\t{long}\nb\tr\tc\n"))[0][2] == long
    assert rows_of(written(tmp_path, "g.csv", f'a,r,"{long}"\nb,r,c\n'))[0][2] == long


def test_an_empty_file_is_an_empty_graph(tmp_path):
    for name in ("g.tsv", "g.csv", "g"):
        assert rows_of(written(tmp_path, name, b"")) == rows_of(written(tmp_path, name, "\n \n")) == []


texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(str.strip)
plain = texts.filter(lambda text: not set(text) & set("\t\n\r"))


@given(st.lists(st.tuples(plain, plain, plain), min_size=1, max_size=20))
def test_what_is_written_as_tsv_is_read(tmp_path_factory, rows):
    path = written(tmp_path_factory.getbasetemp(), "h.tsv", "".join("\t".join(row) + "\n" for row in rows))
    first = rows[0][0].removeprefix("\ufeff")  # a byte order mark is none of the text
    assert rows_of(path, header=False, separator="\t") == ([(first, *rows[0][1:]), *rows[1:]] if first.strip() else rows[1:])


@given(st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=20))
def test_what_is_written_as_csv_is_read(tmp_path_factory, rows):
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    path = written(tmp_path_factory.getbasetemp(), "h.csv", text.getvalue())
    assert rows_of(path, header=False, separator=",") == rows


def test_real_rows_with_empty_fields_quotes_and_a_long_value(shared):
    reading = read(shared / "nlpcc2016" / "kb.tsv", {})
    assert sum(len(batch.subjects) for batch in reading) == 24_470
    assert reading.notes[0].startswith("7 rows skipped for an empty field (kb.tsv:1, ")
