"""What stands beside each of two names that are compared says what they are (line 12 or line 14); a noun for things is no measure."""

import pytest

import kgllm
from kgllm import GraphQA

STOPS = ("Olm", "Vass", "Kerr", "Tarn")
LINES = {"12": ("Olm", "Vass", "Kerr"), "14": ("Kerr",), "15": ("Olm", "Tarn")}
TRIPS = ("12", "12", "12", "14", "15", "15")


@pytest.fixture(scope="module")
def lines():
    tables = {
        "lines": [{"name": name, "stops": list(stops), "line_type": 3} for name, stops in LINES.items()],
        "stops": [{"name": name, "stop_lat": 47.0 + n / 10} for n, name in enumerate(STOPS)],
        "trips": [{"id": f"T{n}x", "line": line} for n, line in enumerate(TRIPS)],
    }
    return GraphQA(kgllm.load(tables, refers={"line": "lines", "stops": "stops"}))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which has more stops, line 12 or line 14?", {"12"}),
        ("Which has fewer stops: the line 12 or the line 15?", {"15"}),
        ("Which lines have more than 2 stops?", {"12"}),
    ],
)
def test_lines(lines, question, answers):
    assert {entity.name for entity in lines.ask(question).entities} == answers


def test_whether(lines):
    assert lines.ask("Does line 12 have more stops than line 15?").verdict is True


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which is deeper, Lake Olm or Lake Vass?", {"Vass"}),
        ("Which is deeper, the lake Olm or the lake Kerr?", {"Olm"}),
    ],
)
def test_lakes(question, answers):
    rows = [{"name": name, "depth_m": depth} for name, depth in (("Olm", 40), ("Vass", 55), ("Kerr", 12))]
    assert {entity.name for entity in GraphQA(kgllm.load(rows, table="lake")).ask(question).entities} == answers


@pytest.mark.parametrize(
    "question",
    [
        "云海之歌和山中小城哪部评分更高？",
        "《云海之歌》和《山中小城》哪部评分更高？",
        "“云海之歌”与“山中小城”哪个评分更高？",
        'Which has the higher score, "云海之歌" or "山中小城"?',
        "Which has the higher score, “云海之歌” or “山中小城”?",
    ],
)
def test_marks_around_names_are_no_words(question):
    rows = [{"name": "云海之歌", "score": 8.6}, {"name": "山中小城", "score": 7.2}, {"name": "雾都来客", "score": 9.1}]
    assert [entity.name for entity in GraphQA(kgllm.load({"films": rows})).ask(question).entities] == ["云海之歌"]
