"""On which sides of an event a question places what it names, and what its relations say of sides."""

import pytest

from kgllm.words.events import alike, is_event, side_of, told


def places(question, names, *, chinese=False):
    spans = [(question.index(name), question.index(name) + len(name)) for name in names]
    said = told(question, spans, chinese=chinese)
    return {question[start:end]: side for (start, end), side in said.names.items()}, said.asked


@pytest.mark.parametrize(
    ("question", "names", "sides", "asked"),
    [
        ("Who did Chelsea buy Kanté from?", ["Chelsea", "Kanté"], {"Chelsea": "to"}, "from"),
        ("Which club sold Kanté to Chelsea?", ["Kanté", "Chelsea"], {"Chelsea": "to"}, "from"),
        ("who was sold by benfica in 2022", ["benfica", "2022"], {"benfica": "from"}, ""),
        ("players that Ajax sold", ["Ajax"], {"Ajax": "from"}, ""),
        ("which club bought Neymar", ["Neymar"], {}, "to"),
        ("Which club did Neymar join in 2017?", ["Neymar", "2017"], {}, "to"),
        ("Which club did Neymar leave in 2017?", ["Neymar", "2017"], {}, "from"),
        ("When did Haaland move to Manchester City?", ["Haaland", "Manchester City"], {"Manchester City": "to"}, ""),
        (
            "Did van Dijk join Liverpool from Southampton",
            ["van Dijk", "Liverpool", "Southampton"],
            {"Liverpool": "to", "Southampton": "from"},
            "",
        ),
        ("how much did Manchester City pay for Grealish", ["Manchester City", "Grealish"], {"Manchester City": "to"}, "amount"),
        ("To whom did the Louvre sell Red Barn?", ["Louvre", "Red Barn"], {"Louvre": "from"}, "to"),
        ("Where was Neymar transferred from?", ["Neymar"], {}, "from"),
        ("the cost of living in Rome", ["Rome"], {}, ""),
        ("Who directed Inception?", ["Inception"], {}, ""),
        ("When did Ada travel from Rome?", ["Ada", "Rome"], {"Rome": "from"}, ""),
    ],
)
def test_english(question, names, sides, asked):
    assert places(question, names) == (sides, asked)


@pytest.mark.parametrize(
    ("question", "names", "sides", "asked"),
    [
        ("内马尔从哪家俱乐部转会到巴黎？", ["内马尔", "巴黎"], {"巴黎": "to"}, "from"),
        ("谁把内马尔卖给了巴黎？", ["内马尔", "巴黎"], {"巴黎": "to"}, "from"),
        ("被本菲卡卖掉的球员有哪些", ["本菲卡"], {"本菲卡": "from"}, ""),
        ("巴黎从巴萨买了哪些球员？", ["巴黎", "巴萨"], {"巴萨": "from"}, ""),
        ("曼城花多少钱买了格拉利什", ["曼城", "格拉利什"], {"曼城": "to"}, "amount"),
        ("内马尔转会到巴黎的转会费是多少", ["内马尔", "巴黎"], {"巴黎": "to"}, "amount"),
        ("格子加盟了哪家俱乐部？", ["格子"], {}, "to"),
        ("谁导演了盗梦空间？", ["盗梦空间"], {}, ""),
    ],
)
def test_chinese(question, names, sides, asked):
    assert places(question, names, chinese=True) == (sides, asked)


@pytest.mark.parametrize(
    ("relation", "side"),
    [
        ("fromClub", "from"),
        ("toClub", "to"),
        ("seller", "from"),
        ("buyer", "to"),
        ("transfer_fee", "amount"),
        ("转出俱乐部", "from"),
        ("转入俱乐部", "to"),
        ("转会费", "amount"),
    ]
    + [(name, "") for name in ("directed_by", "transferredPlayer", "homeTeam", "导演", "born in")],
)
def test_relations_that_say_a_side(relation, side):
    assert side_of(relation) == side


def test_nouns_for_events():
    assert is_event("Landings") and is_event("婚姻") and not is_event("customer") and not is_event("Apollo") and not is_event("城市")
    assert alike("finals", "比赛") and not alike("landing", "wedding")
