"""Questions for something of each of several groups."""

from __future__ import annotations

import pytest

import kgllm

BOOKS = {
    "books": [
        {"id": i, "title": title, "author_id": author, "year": year, "pages": pages, "genre": genre}
        for i, title, author, year, pages, genre in (
            (1, "Olm", 1, 1999, 120, "Drama"),
            (2, "Vass", 1, 2003, 300, "Satire"),
            (3, "Quill", 2, 1999, 210, "Drama"),
            (4, "Reed", 3, 2003, 90, "Essay"),
        )
    ],
    "authors": [
        {"id": 1, "name": "Ann Lee", "country": "Peru"},
        {"id": 2, "name": "Bo Kim", "country": "Korea"},
        {"id": 3, "name": "Cy Park", "country": "Korea"},
        {"id": 4, "name": "Di Rao", "country": "India"},
    ],
}
STAFF = {
    "员工": [
        {"姓名": name, "部门": unit, "工资": pay, "年龄": age, "城市": city}
        for name, unit, pay, age, city in (
            ("张三", "研发", 9000, 30, "北京"),
            ("李四", "研发", 8000, 41, "上海"),
            ("王五", "销售", 7000, 28, "北京"),
            ("赵六", "销售", 6500, 35, "上海"),
            ("钱七", "人事", 5000, 50, "北京"),
        )
    ]
}
FILMS = [
    ("Inland", "directed by", "Nova"),
    ("Mesa", "directed by", "Nova"),
    ("Hearth", "directed by", "Manning"),
    ("Inland", "release year", "2010"),
    ("Mesa", "release year", "2000"),
    ("Hearth", "release year", "1995"),
    *((film, "type", "film") for film in ("Inland", "Mesa", "Hearth")),
]
LAWS = {
    "laws": [
        {"id": n, "title": title, "status": status, "level": level}
        for n, title, status, level in (
            (1, "水务规章", "有效", "规章"),
            (2, "林木条例", "有效", "条例"),
            (3, "河道规定", "有效", "行政法规"),
            (4, "草场规定", "失效", "行政法规"),
        )
    ],
    "chapters": [
        {"law_id": law, "name": name, "articles": articles} for law, name, articles in ((1, "总则", 5), (1, "规划", 7), (2, "附则", 4))
    ],
}
BY_AUTHOR = ["Ann Lee (2)", "Bo Kim (1)", "Cy Park (1)", "Di Rao (0)"]
BY_GENRE = ["Drama (2)", "Essay (1)", "Satire (1)"]
BY_UNIT = ["研发（2）", "销售（2）", "人事（1）"]
OF_BOOKS = ["Olm (Ann Lee)", "Vass (Ann Lee)", "Quill (Bo Kim)", "Reed (Cy Park)"]
OF_FILMS = ["Hearth (Manning)", "Inland (Nova)", "Mesa (Nova)"]


@pytest.fixture(scope="module")
def asked():
    qas = {name: kgllm.GraphQA(kgllm.load(data)) for name, data in (("books", BOOKS), ("staff", STAFF), ("films", FILMS), ("laws", LAWS))}

    def ask(name, question):
        return qas[name].ask(question)

    return ask


def said(answer) -> list[str]:
    """What is told of each group, without citations."""
    chinese = "（" in answer.text
    left, right = ("（", "）") if chinese else (" (", ")")
    return [f"{entity.name}{left}{value}{right}" for entity, value in zip(answer.entities, answer.values, strict=True)]


@pytest.mark.parametrize(
    ("name", "question", "expected"),
    [
        ("books", "How many books did each author write?", BY_AUTHOR),
        ("books", "number of books each author wrote", BY_AUTHOR),
        ("books", "books per author", BY_AUTHOR),
        ("books", "How many books does every author have?", BY_AUTHOR),
        ("books", "How many books are there per genre?", BY_GENRE),
        ("books", "For each genre, how many books are there?", BY_GENRE),
        ("books", "count books by genre", BY_GENRE),
        ("books", "How many books were published each year?", ["1999 (2)", "2003 (2)"]),
        ("books", "How many authors come from each country?", ["Korea (2)", "India (1)", "Peru (1)"]),
        ("books", "How many books over 100 pages did each author write?", ["Ann Lee (2)", "Bo Kim (1)", "Cy Park (0)", "Di Rao (0)"]),
        ("laws", "每种效力级别有几部法律？", ["行政法规（2）", "条例（1）", "规章（1）"]),
        ("laws", "按状态统计法律数量", ["有效（3）", "失效（1）"]),
        ("laws", "每部法律有几章？", ["水务规章（2）", "林木条例（1）", "河道规定（0）", "草场规定（0）"]),
        ("books", "How many books per author in 1999?", ["Ann Lee (1)", "Bo Kim (1)"]),
        ("staff", "每个部门有多少员工？", BY_UNIT),
        ("staff", "各部门的员工人数是多少", BY_UNIT),
        ("staff", "按部门统计员工数量", BY_UNIT),
        ("staff", "各个部门分别有几个人？", BY_UNIT),
        ("staff", "每个部门有几个北京的员工？", ["人事（1）", "研发（1）", "销售（1）"]),
        ("staff", "每个部门里工资超过6800的员工有几个", ["研发（2）", "销售（1）"]),
        ("films", "How many films did each director make?", ["Nova (2)", "Manning (1)"]),
        ("films", "每位导演拍了几部电影？", ["Nova（2）", "Manning（1）"]),
    ],
)
def test_things_of_each_group_are_counted(asked, name, question, expected):
    assert said(asked(name, question)) == expected


@pytest.mark.parametrize(
    ("name", "question", "expected"),
    [
        ("books", "average pages per genre", ["Satire (300)", "Drama (165)", "Essay (90)"]),
        ("books", "What's the mean page count for each author?", ["Ann Lee (210)", "Bo Kim (210)", "Cy Park (90)"]),
        ("books", "total pages written by each author", ["Ann Lee (420)", "Bo Kim (210)", "Cy Park (90)"]),
        ("books", "average pages per country", ["Peru (210)", "Korea (150)"]),
        ("books", "maximum pages per genre", ["Satire (300)", "Drama (210)", "Essay (90)"]),
        ("books", "minimum pages by author", ["Bo Kim (210)", "Ann Lee (120)", "Cy Park (90)"]),
        ("staff", "各部门的平均工资", ["研发（8,500）", "销售（6,750）", "人事（5,000）"]),
        ("staff", "每个部门的工资总额是多少", ["研发（17,000）", "销售（13,500）", "人事（5,000）"]),
        ("staff", "按城市统计平均工资", ["上海（7,250）", "北京（7,000）"]),
    ],
)
def test_a_number_is_made_of_the_values_of_each_group(asked, name, question, expected):
    assert said(asked(name, question)) == expected


@pytest.mark.parametrize(
    ("name", "question", "expected"),
    [
        ("books", "Which is the longest book in each genre?", ["Quill (Drama, 210)", "Reed (Essay, 90)", "Vass (Satire, 300)"]),
        ("books", "longest book of each author", ["Vass (Ann Lee, 300)", "Quill (Bo Kim, 210)", "Reed (Cy Park, 90)"]),
        ("staff", "每个部门工资最高的员工是谁？", ["钱七（人事，5000）", "张三（研发，9000）", "王五（销售，7000）"]),
        ("films", "oldest film of each director", ["Hearth (Manning, 1995)", "Mesa (Nova, 2000)"]),
    ],
)
def test_the_most_of_each_group_is_told_with_its_group(asked, name, question, expected):
    assert said(asked(name, question)) == expected


@pytest.mark.parametrize(
    ("name", "question", "expected"),
    [
        ("books", "Which books did each author write?", ["Ann Lee (Olm, Vass)", "Bo Kim (Quill)", "Cy Park (Reed)"]),
        ("books", "every author's books", ["Ann Lee (Olm, Vass)", "Bo Kim (Quill)", "Cy Park (Reed)"]),
        ("staff", "每个城市的员工有哪些？", ["上海（李四、赵六）", "北京（张三、王五、钱七）"]),
    ],
)
def test_the_things_of_each_group_are_listed(asked, name, question, expected):
    assert said(asked(name, question)) == expected


@pytest.mark.parametrize(
    ("name", "question", "expected"),
    [
        ("books", "Who wrote each book?", OF_BOOKS),
        ("books", "author of every book", OF_BOOKS),
        ("books", "How many pages does each book have?", ["Olm (120)", "Vass (300)", "Quill (210)", "Reed (90)"]),
        ("films", "Who directed each film?", OF_FILMS),
        ("films", "每部电影的导演是谁？", OF_FILMS),
        ("staff", "每位员工在哪个部门？", ["张三（研发）", "李四（研发）", "王五（销售）", "赵六（销售）", "钱七（人事）"]),
    ],
)
def test_what_each_thing_has_is_told_of_all(asked, name, question, expected):
    answer = asked(name, question)
    assert [one.replace(" (", "（").replace(")", "）") for one in said(answer)] == [
        one.replace(" (", "（").replace(")", "）") for one in expected
    ]


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("books", "How many pages does each book by Ann Lee have in Peru?"),
        ("books", "median pages per genre"),
        ("books", "List every book by Ann Lee"),
        ("staff", "各城市各部门的人数"),
        ("laws", "每部法律的条文总数"),
        ("books", "How many books were written by the Koreans?"),
        ("books", "How much does Ann Lee earn per year?"),
        ("books", "Do they know each other?"),
    ],
)
def test_what_asks_for_no_groups_or_for_more_is_not_read_so(asked, name, question):
    answer = asked(name, question)
    assert answer.evidence.settings.get("form") != "grouped"


def test_every_group_is_cited_and_its_number_in_the_plain_values(asked):
    answer = asked("books", "average pages per genre")
    assert answer.values == ("300", "165", "90")
    assert answer.to_dict()["values"] == ["300", "165", "90"]
    assert answer.value is None
    assert [citation.fact.object.name for citation in answer.citations] == ["Satire", "Drama", "Essay"]
    assert {fact.relation.name for fact in answer.facts} == {"pages", "genre"}


def test_groups_are_read_on_every_backend():
    import networkx

    graph = networkx.DiGraph()
    for unit, names in {"North": ("A1", "A2"), "South": ("B1",)}.items():
        for name in names:
            graph.add_node(name, type="sensor", site=unit)
    answer = kgllm.GraphQA(kgllm.load(graph)).ask("How many sensors are there at each site?")
    assert said(answer) == ["North (2)", "South (1)"]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which area is each restaurant in?", {"Olm Grill", "Vass Inn"}),
        ("每个餐厅在哪个区域？", {"Olm Grill", "Vass Inn"}),
        ("每个必看餐厅在哪个区域？", set()),  # what restaurants are is not said
    ],
)
def test_groups_are_of_the_kind_that_is_said(question, answer):
    tables = {
        "restaurants": [{"name": "Olm Grill", "area": "North"}, {"name": "Vass Inn", "area": "South"}],
        "shows": [{"name": "Night Ride", "area": "North"}, {"name": "Water Men", "area": "South"}],
    }
    park = kgllm.GraphQA(kgllm.load(tables, name="name", refers={"area": "area"}))
    assert {end.name for end in park.ask(question).entities} == answer
