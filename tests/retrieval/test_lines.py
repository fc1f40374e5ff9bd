"""Lines of a list as nodes of their own, names of relations of one character, kinds that only a relation names, and kitchens."""

from __future__ import annotations

import pytest

import kgllm

LINES = """
酸辣汤|豆腐|200 g
酸辣汤|木耳|30 g
酸辣汤|鸡蛋|2 个
葱花饼|面粉|300 g
葱花饼|小葱|50 g
葱花饼|鸡蛋|1 个
蛋花粥|大米|150 g
蛋花粥|鸡蛋|1 个
"""


def kitchen(key):
    for number, line in enumerate(LINES.strip().splitlines(), 1):
        dish, food, amount = line.split("|")
        yield from ((key.format(number), "所属菜谱", dish), (key.format(number), "食材", food), (key.format(number), "用量", amount))
        yield dish, "类型", "菜谱"
    for dish, who, minutes, cuisine in (
        ("酸辣汤", "周敏", 25, "川菜"),
        ("葱花饼", "Ann Lee", 40, "家常菜"),
        ("蛋花粥", "周敏", 60, "粤菜"),
    ):
        yield from ((dish, "投稿人", who), (dish, "烹饪时间(分钟)", str(minutes)), (dish, "菜系", cuisine))
    yield from (("鸡蛋", "过敏原", "蛋类"), ("面粉", "过敏原", "麸质"), ("豆腐", "过敏原", "大豆"))
    yield from (("鸡蛋", "英文名", "egg"), ("面粉", "英文名", "flour"), ("酸辣汤", "英文名", "hot and sour soup"))


POETS = [
    ("静夜", "作者", "李山"),
    ("春江", "作者", "李山"),
    ("秋水", "作者", "王川"),
    ("李山", "字", "子高"),
    ("李山", "号", "云中客"),
    ("王川", "字", "伯远"),
    ("赵石", "号", "松下翁"),
    ("楼上送客归乡", "作者", "李山"),
    ("忆江·其二", "作者", "赵石"),
    ("李山", "籍贯", "绛州"),
    ("王川", "籍贯", "绛州"),
    ("赵石", "籍贯", "眉州"),
    ("绛州", "今属", "山西"),
    ("眉州", "今属", "四川"),
    ("王川", "师从", "李山"),
    ("李山", "师从", "赵石"),
    ("李山", "朝代", "唐朝"),
    ("赵石", "朝代", "隋朝"),
    ("王川", "朝代", "唐朝"),
]

STAFF = [
    *(("Ann", "department", one) for one in ("Sales", "Support")),
    ("Ben", "department", "Research"),
    ("Ann", "age", "31"),
    ("Ben", "age", "44"),
    ("Cid", "age", "29"),
]


def answered(facts, question):
    answer = kgllm.GraphQA(kgllm.load(facts)).ask(question)
    return sorted(map(str, answer.entities))


@pytest.mark.parametrize("key", ["用料{:03d}", "entry_{}"])
@pytest.mark.parametrize(
    ("question", "gold"),
    [
        ("葱花饼的用料有哪些", ["小葱", "面粉", "鸡蛋"]),
        ("做酸辣汤要放多少豆腐", ["200 g"]),
        ("How much flour goes into 葱花饼?", ["300 g"]),
        ("Which dishes use eggs?", ["葱花饼", "蛋花粥", "酸辣汤"]),
        ("Which recipes were submitted by 周敏?", ["蛋花粥", "酸辣汤"]),
        ("蛋花粥需要哪些食材", ["大米", "鸡蛋"]),
        ("含麸质过敏原的菜有哪些", ["葱花饼"]),
        ("How many minutes does it take to cook 葱花饼?", ["40"]),
    ],
)
def test_a_line_of_a_list_joins_what_it_tells_of(key: str, question: str, gold: list[str]) -> None:
    assert answered(list(kitchen(key)), question) == sorted(gold)


@pytest.mark.parametrize(
    ("question", "gold"),
    [
        ("《静夜》的作者字什么？", ["子高"]),
        ("秋水的作者的字是什么", ["伯远"]),
        ("王川的老师的老师有哪些号？", ["松下翁"]),
        ("王川的老师的号是什么", ["云中客"]),
        ("李山是那里人", ["绛州"]),  # a slip for 哪里
        ("写《静夜》的诗人老家现在属于哪个省？", ["山西"]),
        ("《楼上》这首诗是谁写的？", []),  # a longer title begins with it
        ("《忆江》是谁写的？", ["赵石"]),
    ],
)
def test_chains_of_chinese_words(question: str, gold: list[str]) -> None:
    assert answered(POETS, question) == gold


@pytest.mark.parametrize(
    ("facts", "question", "gold"),
    [
        (STAFF, "What departments does the company have?", ["Research", "Sales", "Support"]),
        (STAFF, "How many departments are there?", ["Research", "Sales", "Support"]),
        (STAFF, "List all ages", []),  # numbers are no things of a kind
        (POETS, "这里收录了哪几个朝代？", ["唐朝", "隋朝"]),
        (POETS, "List the dynasties", ["唐朝", "隋朝"]),
        (list(kitchen("用料{:03d}")), "How many recipes are there?", ["葱花饼", "蛋花粥", "酸辣汤"]),
        (list(kitchen("用料{:03d}")), "一共记录了哪些过敏原？", ["大豆", "蛋类", "麸质"]),
    ],
)
def test_all_of_what_a_relation_leads_to(facts: list[tuple[str, str, str]], question: str, gold: list[str]) -> None:
    assert answered(facts, question) == sorted(gold)
