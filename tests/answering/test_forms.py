"""Questions that no path answers: yes or no, and what something is not. And questions that only look like them."""

from __future__ import annotations

import pytest

import kgllm

FACTS = [
    ("Inception", "directed by", "Christopher Nolan"),
    ("Memento", "directed by", "Christopher Nolan"),
    ("Memento", "release year", "2000"),
    ("Never Let Me Go", "directed by", "Mark Romanek"),
    ("What's Up, Doc?", "directed by", "Peter Bogdanovich"),
    ("Carlos", "spouse", "Ann"),
    ("Ann", "gender", "female"),
    ("流浪地球", "导演", "郭帆"),
    ("流浪地球", "主演", "吴京"),
    ("战狼", "主演", "吴京"),
    ("没有别的爱", "导演", "赵浚凯"),
]


@pytest.fixture(scope="module")
def qa():
    return kgllm.GraphQA(kgllm.load(FACTS))


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("郭帆导演了战狼吗？", "yes_or_no"),  # whose director the graph does not know
        ("Did Mark Romanek direct Paris?", "yes_or_no"),
        ("Who did not direct Inception?", "negation"),
        ("Which films didn't Christopher Nolan direct?", "negation"),
        ("流浪地球不是谁导演的？", "negation"),
        ("郭帆不在哪部电影里？", "negation"),
        ("战狼以外的电影的主演是谁？", "negation"),
        ("Which films were released after 2000?", "comparison"),
        ("2000年以后上映的电影有哪些？", "comparison"),
    ],
)
def test_what_no_path_answers_is_abstained_on(qa, question, code):
    answer = qa.ask(question)
    assert answer.abstained and answer.reason.startswith(f"{code}: ")
    assert not answer.entities and answer.evidence.facts
    assert "kind of question" in answer.text or "这类问题" in answer.text


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Was Memento released in 2000?", "2000"),  # the path ends at what was asked about: yes
        ("流浪地球的导演是郭帆吗？", "郭帆"),
        ("Who directed Never Let Me Go?", "Mark Romanek"),
        ("Who directed What's Up, Doc?", "Peter Bogdanovich"),
        ("没有别的爱的导演是谁？", "赵浚凯"),
        ("有没有人知道流浪地球的导演？", "郭帆"),
        ("你知道流浪地球的导演吗？", "郭帆"),
        ("Do you know who directed Memento?", "Christopher Nolan"),
        ("is Carlos 's spouse a man or a woman ?", "female"),
    ],
)
def test_what_only_looks_like_it_is_answered(qa, question, first):
    assert [entity.name for entity in qa.ask(question).entities][:1] == [first]


@pytest.mark.parametrize(
    ("question", "yes", "ends"),
    [
        ("Did Christopher Nolan direct Inception?", "Yes: ", {"Christopher Nolan", "Inception"}),  # not his other film
        ("Was Memento directed by Christopher Nolan?", "Yes: ", {"Christopher Nolan", "Memento"}),
        ("Was Memento released in 2000?", "Yes: ", {"2000", "Memento"}),
        ("郭帆导演了流浪地球吗？", "是：", {"郭帆", "流浪地球"}),
    ],
)
def test_yes_is_said_where_a_path_ends_at_what_is_asked_about(qa, question, yes, ends):
    answer = qa.ask(question)
    assert answer.text.startswith(yes) and len(answer.entities) == 1 and len(answer.facts) == 1
    assert answer.entities[0].name in ends
    assert {answer.facts[0].subject.name, answer.facts[0].object.name} == ends


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Did Mark Romanek direct Memento?", "No: Christopher Nolan [1]"),  # and not: Never Let Me Go
        ("Is Mark Romanek the director of Memento?", "No: Christopher Nolan [1]"),
    ],
)
def test_no_is_said_where_the_relation_leads_elsewhere(qa, question, text):
    answer = qa.ask(question)
    assert answer.text == text and answer.confidence < 0.9


NEIGHBOURS = [
    ("Portugal", "borders", "Spain"),
    ("France", "borders", "Spain"),
    ("France", "borders", "Italy"),
    ("Paris", "located in", "France"),
    ("Rome", "located in", "Italy"),
    ("France", "located in", "Europe"),
    ("Oslo", "twin town", "Paris"),
    ("Mozart", "born in", "Salzburg"),
    ("Haydn", "born in", "Austria"),
    ("Ann", "parent", "Ben"),
    ("Ben", "parent", "Cid"),
    ("战狼", "导演", "吴京"),
    ("流浪地球", "导演", "郭帆"),
]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Do Portugal and France share a border?", "No: Spain"),  # a neighbour of both is no answer
        ("Does France border Italy?", "Yes: "),
        ("Is Paris located in Europe?", "Yes: "),  # by two steps
        ("Is Cid a parent of Ann?", "No: Ben"),  # of a parent
        ("战狼的导演是不是郭帆？", "否：吴京 [1]"),
    ],
)
def test_what_is_so_by_two_steps_is_not_denied(question, text):
    answer = kgllm.GraphQA(kgllm.load(NEIGHBOURS)).ask(question)
    assert answer.text.startswith(text), answer.text


@pytest.mark.parametrize("question", ["Did Christopher Nolan compose the music of Inception?", "郭帆为流浪地球作曲了吗？"])
def test_that_two_things_are_related_is_no_yes(qa, question):
    assert qa.ask(question).abstained


CHOICES = [
    ("Memento", "directed by", "Christopher Nolan"),
    ("Memento", "rating", "R"),
    ("Inception", "rating", "PG-13"),
    ("Christopher Nolan", "nationality", "British"),
    ("Mark Romanek", "nationality", "American"),
    ("Memento", "has sequel", "no"),
    ("流浪地球", "导演", "郭帆"),
    ("流浪地球", "类型", "科幻片"),
    ("战狼", "类型", "动作片"),
    ("战狼", "导演", "吴京"),
    ("战狼", "有续集", "是"),
]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is Christopher Nolan British or American?", "British"),
        ("Was Memento rated R or PG-13?", "R"),
        ("Who directed Memento, Christopher Nolan or Mark Romanek?", "Christopher Nolan"),
        ("Did Mark Romanek or Christopher Nolan direct Memento?", "Christopher Nolan"),
        ("流浪地球是科幻片还是动作片？", "科幻片"),
        ("战狼的导演是郭帆还是吴京？", "吴京"),
        ("Does Memento have a sequel?", "no"),
        ("战狼有续集吗？", "是"),
    ],
)
def test_one_of_two_is_chosen_and_a_value_may_say_no(question, answer):
    assert [end.name for end in kgllm.GraphQA(kgllm.load(CHOICES)).ask(question).entities] == [answer]


DENIED = [
    ("Dan", "speaks", "German"),
    ("Dan", "does not speak", "French"),
    ("Eve", "speaks", "French"),
    ("Acme", "founded", "1998"),
    ("Acme", "founder", "Ann"),
    ("ChatGPT", "developer", "OpenAI"),
    ("马化腾", "不会说", "法语"),
    ("腾讯", "成立", "1998"),
    ("华为", "成立", "1987"),
]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Does Dan speak French?", "No: "),
        ("Does Eve speak French?", "Yes: "),
        ("Is French spoken by Eve?", "Yes: "),
        ("Was Acme founded in 1998?", "Yes: "),
        ("Was Acme founded after 1998?", "No: Acme (1998)"),
        ("Was Acme founded before 2000?", "Yes: Acme (1998)"),
        ("腾讯成立于1998年以前吗？", "否：腾讯（1998）"),
        ("腾讯和华为哪个成立更早？", "华为（1987）"),
    ],
)
def test_a_relation_that_denies_says_no(question, text):
    assert kgllm.GraphQA(kgllm.load(DENIED)).ask(question).text.startswith(text)


@pytest.mark.parametrize(
    "question",
    [
        "Did Acme have more founders than ChatGPT?",
        "Did OpenAI develop BERT?",
        "Was BERT developed by OpenAI?",
    ],
)
def test_no_yes_is_guessed(question):
    answer = kgllm.GraphQA(kgllm.load(DENIED)).ask(question)
    assert answer.abstained, answer.text


@pytest.mark.parametrize("question", ["Which has the higher rating, Memento or Inception?", "Which rating is better, R or PG-13?"])
def test_what_compares_two_is_abstained_on(question):
    assert kgllm.GraphQA(kgllm.load(CHOICES)).ask(question).abstained


def test_a_model_may_answer_them_from_the_facts():
    seen = []

    def says_yes(prompts):
        seen.extend(prompts)
        return ["Yes, Christopher Nolan directed Inception [1]" for _ in prompts]

    answer = kgllm.GraphQA(kgllm.load(FACTS), llm=says_yes).ask("Did Christopher Nolan direct Inception?")
    assert not answer.abstained and answer.unsupported == ()
    assert answer.citations[0].served
    assert answer.settings["from_memory"] is False
    assert "Inception" in seen[0]


FLIGHTS = [
    ("Apollo 11", "HAS_CREW", "Michael Collins"),
    ("Apollo 11", "HAS_CREW", "Neil Armstrong"),
    ("Apollo 11", "TARGET", "Moon"),
    ("Neil Armstrong", "WALKED_ON", "Moon"),
]


def test_that_two_things_are_related_by_what_is_not_asked_is_no_yes():
    qa = kgllm.GraphQA(kgllm.load(FLIGHTS))
    assert qa.ask("Did Neil Armstrong walk on the Moon?").text.startswith("Yes: ")
    assert not qa.ask("Did Michael Collins walk on the Moon?").text.startswith("Yes: ")


@pytest.mark.parametrize(
    "question",
    [
        "Is Paris located in Italy?",  # of two places without types one may lie in the other
        "Was Mozart born in Austria?",
        "Was Titanic directed by Christopher Nolan?",  # whose director the graph does not know
        "Which tower is not the tallest?",
        "Are the towers not higher than 6 metres?",
        "塔A不比塔B高吗？",
    ],
)
def test_what_a_graph_may_not_hold_is_not_denied_and_no_negation_is_overheard(question):
    film = {name: kgllm.types.Entity(name, types=("film",)) for name in ("Titanic", "Inception", "Memento")}
    facts = [
        *NEIGHBOURS,
        *(
            kgllm.types.Fact(film[name], kgllm.types.Relation("directed by"), kgllm.types.Entity("Christopher Nolan"))
            for name in ("Inception", "Memento")
        ),
        kgllm.types.Fact(film["Titanic"], kgllm.types.Relation("starring"), kgllm.types.Entity("Kate Winslet")),
        *((tower, "height", height) for tower, height in (("tower A", "5 m"), ("tower B", "9 m"), ("塔A", "5"), ("塔B", "9"))),
        *((tower, "is a", "tower") for tower in ("tower A", "tower B", "tower C")),
    ]
    answer = kgllm.GraphQA(
        kgllm.load(
            [
                kgllm.types.Fact(kgllm.types.Entity(one[0]), kgllm.types.Relation(one[1]), kgllm.types.Entity(one[2]))
                if isinstance(one, tuple)
                else one
                for one in facts
            ]
        )
    ).ask(question)
    assert answer.abstained, answer.text


def test_a_short_denial_is_a_verdict() -> None:
    qa = kgllm.GraphQA(kgllm.load([("东孝站", "客运业务", "不办理"), ("东孝站", "货运业务", "不办理"), ("东孝站", "修建时间", "1957年")]))
    assert [node.name for node in qa.ask("请问东孝站能办理货运业务吗？").entities] == ["不办理"]
