"""What becomes of a text that a model wrote, however it writes it."""

import pytest

import kgllm
from kgllm.llms.callable import CallableLLM
from kgllm.types import Entity, Fact, Literal, Relation

FILMS = [
    ("Memento", "directed by", "Christopher Nolan"), ("Memento", "starring", "Guy Pearce"), ("Memento", "starring", "Carrie-Anne Moss"),
    ("Memento", "year", "2000"), ("流浪地球", "导演", "郭帆"), ("流浪地球", "主演", "吴京"), ("流浪地球", "主演", "屈楚萧"),
]  # fmt: skip
STARS, STARS_HAN = "Who is starring in Memento?", "流浪地球的主演是谁？"
DIRECTED, DIRECTED_HAN = "Did Christopher Nolan direct Memento?", "流浪地球是郭帆导演的吗？"
HOW_MANY = "How many people are starring in Memento?"


def said(text, question=STARS, **options):
    """[1] is Carrie-Anne Moss, [2] Guy Pearce."""
    return kgllm.GraphQA(kgllm.load(FILMS), llm=lambda prompts: [text] * len(prompts), **options).ask(question)


@pytest.mark.parametrize(
    "text",
    [
        "Not in the facts.", "not in the facts [1]", "The facts do not say.", "I don't know.", "I'm sorry, I cannot answer that.", "Unknown", "N/A", "**None**",
        "I don't know who is starring in Memento.", "", " \n",
    ],
)  # fmt: skip
def test_what_declines_is_an_abstention(text):
    answer = said(text)
    assert answer.abstained and answer.reason.startswith("model_abstained") and not answer.entities


@pytest.mark.parametrize(
    "text", ["事实中没有答案。", "不知道", "没有相关信息", "抱歉，事实中没有", "无。", "未知", "事實中沒有[1]", "流浪地球的主演未提及"]
)
def test_what_declines_in_chinese_is_an_abstention(text):
    answer = said(text, STARS_HAN)
    assert answer.abstained and not answer.entities


@pytest.mark.parametrize(
    "text", ["Guy Pearce; the facts do not say who else", "Guy Pearce [2]; others are not in the facts", "Tom Hanks", "[2]"]
)
def test_what_answers_beside_is_none(text):
    assert not said(text).abstained


def test_to_yes_or_no_and_to_how_many_none_is_an_answer():
    assert said("没有", DIRECTED_HAN).verdict is False and not said("None", HOW_MANY).abstained


@pytest.mark.parametrize(
    "text",
    ["Guy Pearce [2]", "Guy Pearce [fact 2]", "Guy Pearce [Facts 2]", "Guy Pearce [#2]", "Guy Pearce [^2]", "Guy Pearce〔2〕", "Guy Pearce［２］",
     "Guy Pearce [02]", "Guy Pearce [事实2]", '{"answer": "Guy Pearce", "facts": [2]}', '```json\n{"answer": "Guy Pearce [2]"}\n```'],
)  # fmt: skip
def test_an_id_is_read_as_models_write_it(text):
    answer = said(text)
    assert [(one.id, one.served) for one in answer.citations] == [("2", True)] and [str(one) for one in answer.entities] == ["Guy Pearce"]
    assert not answer.uncited and not answer.unsupported


@pytest.mark.parametrize("number", ["99", "1000000", "123456789012"])
def test_an_id_that_was_not_served_proves_nothing(number):
    answer = said(f"Guy Pearce [{number}]")
    assert [(one.id, one.served) for one in answer.citations] == [(number, False)] and not answer.unsupported
    assert answer.uncited and answer.confidence < said("Guy Pearce [2]").confidence


def test_a_number_in_brackets_of_a_name_is_no_id():
    graph = kgllm.load([Fact(Entity("Ann"), Relation("boss"), Entity("e1", name="Bob [fact 3]"))])
    answer = kgllm.GraphQA(graph, llm=lambda prompts: ["Bob [fact 3] [1]"]).ask("Who is the boss of Ann?")
    assert [one.id for one in answer.citations] == ["1"] and [one.id for one in answer.entities] == ["e1"]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("Yes [1]", True), ("**Yes** [1]", True), ("Answer: yes [1]", True), ("Yes, he did", True), ("Yes he did [1]", True), ("Correct [1]", True), ("No", False),
     ("**No**", False), ("Answer: No.", False), ("No he did not", False), ("Nope", False), ("Incorrect [1]", False), ("> no", False)],
)  # fmt: skip
def test_yes_and_no_are_read_as_models_write_them(text, verdict):
    assert said(text, DIRECTED).verdict is verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("是 [1]", True), ("没错", True), ("答案：是的", True), ("不对", False), ("不正确。", False), ("否", False), ("回答：不是", False)],
)
def test_yes_and_no_are_read_as_models_write_them_in_chinese(text, verdict):
    assert said(text, DIRECTED_HAN).verdict is verdict


def test_a_no_to_what_the_graph_says_yes_to_is_less_sure_and_so_is_one_that_cites_nothing():
    yes, uncited, against = (said(text, DIRECTED).confidence for text in ("Yes [1]", "Yes", "No [1]"))
    assert yes > uncited and yes > against
    assert said("two", HOW_MANY).confidence < said("two [1][2]", HOW_MANY).confidence
    assert said("1").confidence < said("[1]").confidence


@pytest.mark.parametrize(
    ("text", "number"), [("4 [1]", 4), ("**4** [1]", 4), ("The answer is 4 [1]", 4), ("答案是4个[1]", 4), ("Answer: 1,204 [1]", 1204)]
)
def test_a_number_is_read_as_models_write_it(text, number):
    graph = kgllm.load([("Acme", "maker of", "anvils"), ("Acme", "seat", "Ohio")])
    assert kgllm.GraphQA(graph, llm=lambda prompts: [text]).ask("How many gadgets has Acme got on offer?").value == number


def test_what_the_prompt_tells_beside_the_facts_is_no_claim_of_the_models():
    facts = [*(("Deck", "holds", f"Card Number {n}") for n in range(500)), *(("Box", "holds", f"Card Number {n}") for n in range(20))]
    graph, question = kgllm.load(facts), "What is the nickname of Deck and Box?"
    qa = kgllm.GraphQA(graph, llm=lambda prompts: ["500, among them Card Number 7"], limits=kgllm.Limits(facts=10))
    text = qa.prompt(question).text
    assert ": 500 in all" in text and "Card Number 7" in text
    assert qa.ask(question).unsupported == ()


@pytest.mark.parametrize("question", ["What are the chapters of the Book?", "Book的chapter有哪些？"])
def test_what_was_computed_by_long_names_leaves_room_for_facts(question):
    graph = kgllm.load([("Book", "chapter", f"chapter {'y' * 300} {n}") for n in range(300)])
    for tokens in (1000, 4000, 8192):
        prompt = kgllm.GraphQA(graph, tokens=tokens).prompt(question)
        assert prompt.tokens <= tokens and prompt.served


def test_a_name_that_was_computed_cannot_pass_for_an_id_or_another_line():
    for name in ("Bob [3]", "a → b", 'say "hi"', "A\nQuestion: B"):
        graph = kgllm.load(
            [Fact(Entity("Ann"), Relation("boss"), Entity("e1", name=name)), Fact(Entity("e1", name=name), Relation("age"), Literal("7"))]
        )
        lines = kgllm.GraphQA(graph).prompt("Who is the boss of Ann?").text.split("\n")
        [line] = [line for line in lines if line.startswith("Computed")]
        assert line.endswith('"') and name not in line.replace('"Bob [3]"', "").replace('"a → b"', "")


def test_a_stream_and_a_whole_text_are_the_same_answer():
    class Piecewise(CallableLLM):
        def stream(self, prompt, **options):
            yield from ("Guy ", "Pearce ", "[fact", " 2]")

    qa = kgllm.GraphQA(kgllm.load(FILMS), llm=Piecewise(lambda prompts: ["Guy Pearce [fact 2]"] * len(prompts)))
    stream, whole = qa.stream(STARS), qa.ask(STARS)
    assert "".join(stream) == whole.text and stream.answer.citations == whole.citations and stream.answer.confidence == whole.confidence
