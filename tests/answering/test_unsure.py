"""Where no path explains a question, a model may see what its words have to do with the facts that were found."""

import pytest

import kgllm
from kgllm.errors import ConfigError
from kgllm.llms.callable import CallableLLM
from kgllm.retrieval.scoring.doubt import LIKELY, likely

JETS = [
    ("A320", "mtow", 78000), ("A320", "pax_max", 180), ("A320", "engine", "CFM56"),
    ("长江号", "建成", "1990"), ("长江号", "吨位", 5000), ("长江号", "船籍", "上海"),
]  # fmt: skip


class Model:
    """Says the same to whatever it is asked, and keeps that."""

    def __init__(self, text):
        self.text, self.asked = text, []

    def __call__(self, prompts):
        self.asked += prompts
        return [self.text for _ in prompts]


def asked(text, question, *, chat=True, **options):
    model = Model(text)
    qa = kgllm.GraphQA(kgllm.load(JETS), llm=CallableLLM(model, chat=chat), **options)
    return qa.ask(question), model.asked


@pytest.mark.parametrize(
    ("question", "text", "names"),
    [
        ("What is the official nickname of the A320?", "CFM56 [1]", ["CFM56"]),
        ("长江号的外号是什么？", "上海 [1]", ["上海"]),
    ],
)
def test_a_chat_model_is_asked_where_no_path_explains(question, text, names):
    assert kgllm.GraphQA(kgllm.load(JETS)).ask(question).reason.startswith("below_threshold")
    answer, shown = asked(text, question)
    assert [one.name for one in answer.entities] == names and not answer.abstained
    assert len(shown) == 1 and names[0] in shown[0]
    assert answer.confidence < kgllm.GraphQA(kgllm.load(JETS)).threshold  # nobody is surer than the path was
    assert answer.settings["unsure"] == "model" and answer.settings["from_memory"] is False


def test_what_the_model_does_not_find_is_abstained_on():
    answer, shown = asked("not in the facts", "What is the official nickname of the A320?")
    assert shown and answer.abstained and answer.reason.startswith("model_abstained")


@pytest.mark.parametrize(("chat", "unsure"), [(False, None), (True, "abstain")])
def test_a_base_model_is_not_asked_nor_one_that_may_not(chat, unsure):
    answer, shown = asked("CFM56 [1]", "What is the official nickname of the A320?", chat=chat, unsure=unsure)
    assert not shown and answer.abstained and answer.reason.startswith("below_threshold")
    assert answer.settings["unsure"] == "abstain"


def test_a_base_model_is_asked_where_the_caller_wants_it():
    answer, shown = asked("CFM56 [1]", "What is the official nickname of the A320?", chat=False, unsure="model", examples=())
    assert shown and not answer.abstained


def test_with_nothing_found_no_model_is_asked():
    answer, shown = asked("CFM56 [1]", "Who painted the Sistine Chapel?", unsure="model")
    assert not shown and answer.abstained


def test_an_unknown_word_for_it_is_refused():
    with pytest.raises(ConfigError, match="unsure must be model or abstain"):
        kgllm.GraphQA(kgllm.load(JETS), unsure="guess")


def test_what_a_model_counts_and_says_yes_to_is_in_the_answer():
    graph = kgllm.load([("Acme", "maker of", "anvils"), ("Acme", "maker of", "rockets"), ("Acme", "seat", "Ohio")])
    counted = kgllm.GraphQA(graph, llm=lambda prompts: ["2 [1][2]"]).ask("How many gadgets has Acme got on offer?")
    assert counted.value == 2
    said = kgllm.GraphQA(graph, llm=lambda prompts: ["No [1]"]).ask("Is Acme bankrupt?")
    assert said.verdict is False and not said.abstained


TEAMS = [
    ("Ann", "club", "Blues"), ("Ann", "team", "Reds"), ("Bo", "club", "Reds"), ("Ann", "coach of", "Greens"),
    ("安", "俱乐部", "蓝队"), ("安", "球队", "红队"), ("安", "执教", "绿队"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "doubtful"),
    [("Which squad is Ann in?", True), ("Whom does Ann coach?", False), ("安在哪支队伍？", True), ("安执教哪个队？", False)],
)
def test_where_another_path_fits_nearly_as_well_a_model_is_shown_more(question, doubtful):
    graph, model = kgllm.load(TEAMS), Model("Blues [1]")
    draft = kgllm.GraphQA(graph).ask(question)
    assert draft.confidence > 0.9 and (likely(draft.evidence) < LIKELY) is doubtful
    answer = kgllm.GraphQA(graph, llm=CallableLLM(model)).ask(question)
    assert (answer.evidence.wide is not None) is doubtful and (not doubtful or answer.evidence.wide.shown == "around")
