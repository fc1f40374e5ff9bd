"""The whole way: a question in, an answer out with the facts that prove it."""

from __future__ import annotations

import threading

import pytest

import kgllm
from kgllm.errors import ConfigError, TextTooLong, WrongTypeError
from kgllm.types import Entity, Fact, Literal, Relation

FILMS = [
    ("Inception", "directed by", "Christopher Nolan"),
    ("Inception", "starred actors", "Elliot Page"),
    ("Inception", "starred actors", "Leonardo DiCaprio"),
    ("Memento", "directed by", "Christopher Nolan"),
    ("Memento", "starred actors", "Guy Pearce"),
    ("Memento", "release year", "2000"),
    ("流浪地球", "导演", "郭帆"),
]


@pytest.fixture(scope="module")
def qa():
    return kgllm.GraphQA(kgllm.load(FILMS))


def names(answer):
    return [entity.name for entity in answer.entities]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who directed Inception?", {"Christopher Nolan"}),
        ("Which films were directed by Christopher Nolan?", {"Inception", "Memento"}),
        ("who starred in inception", {"Elliot Page", "Leonardo DiCaprio"}),
        ("Who acted in the films directed by Christopher Nolan?", {"Elliot Page", "Leonardo DiCaprio", "Guy Pearce"}),
        ("When was Memento released?", {"2000"}),
        ("流浪地球的导演是谁？", {"郭帆"}),
        ("郭帆导演了什么？", {"流浪地球"}),
    ],
)
def test_answers_with_all_ends_of_the_best_path(qa, question, expected):
    answer = qa.ask(question)
    assert set(names(answer)) == expected
    assert not answer.abstained
    assert answer.facts
    assert 0.5 <= answer.confidence <= 1


def test_every_citation_of_a_symbolic_answer_is_a_fact_of_the_answer(qa):
    answer = qa.ask("Which films were directed by Christopher Nolan?")
    assert answer.text == "Inception [1], Memento [2]"
    for citation in answer.citations:
        assert citation.served
        assert answer.text[slice(*citation.span)] == f"[{citation.id}]"
        assert answer.facts[int(citation.id) - 1] == citation.fact


def test_counts_the_full_end_set(qa):
    assert qa.ask("How many films did Christopher Nolan direct?").value == 2


def test_counts_exactly_where_more_ends_exist_than_are_listed():
    graph = kgllm.load([(f"Film {i}", "directed by", "Roger Corman") for i in range(300)])
    answer = kgllm.GraphQA(graph, limits=kgllm.Limits(endpoints=20)).ask("How many films did Roger Corman direct?")
    assert answer.value == 300
    assert len(answer.entities) == 20
    assert answer.text.startswith("300: ")


def test_a_number_in_the_graph_answers_how_many():
    graph = kgllm.load([Fact(Entity("Oslo"), Relation("population"), Literal("709037", 709037))])
    answer = kgllm.GraphQA(graph).ask("How many people live in Oslo? What is its population?")
    assert answer.value == 709037


def test_a_number_of_plain_triples_answers_how_many_and_no_name_or_measure_does():
    facts = [("Acme", "employees", "1,200"), ("Bolt", "employees", "1200"), ("甲", "人口", "1868万"), ("甲书", "回数", "120回")]
    facts += [("Ann", "directed", "1984"), ("Bob", "directed", "Alien"), ("K2", "height", "8611 m")]
    qa = kgllm.GraphQA(kgllm.load(facts))
    asked = {"How many employees does Acme have?": 1200, "How many employees does Bolt have?": 1200, "甲的人口多少？": 18_680_000}
    asked |= {"甲书有多少回？": 120, "How many films did Ann direct?": 1, "How many metres is the height of K2?": None}
    assert {question: qa.ask(question).value for question in asked} == asked


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("Does Acme have exactly 1200 employees?", "Yes"),
        ("Does Acme have exactly 7 founders?", "Yes"),
        ("Does Acme have 8 founders?", "No"),
        ("Is Alien 3 the sequel of Aliens?", "Yes"),
        ("Is p-002 the manager of p-001?", "Yes"),
        ("Does Alien 3 have a sequel?", "This kind of question"),  # no count of three; what it is the sequel of is no sequel
        ("Does Alien have a sequel?", "Yes: Aliens"),
        ("Is there a sequel to Aliens?", "Yes: Alien 3"),
    ],
)
def test_a_number_claimed_is_held_against_the_number_told_and_none_of_a_name_is(question, begins):
    facts = [("Acme", "employees", "1200"), ("Acme", "founders", "7"), ("Alien", "sequel", "Aliens"), ("Aliens", "sequel", "Alien 3")]
    answer = kgllm.GraphQA(kgllm.load([*facts, ("p-001", "manager", "p-002")])).ask(question)
    assert answer.text.startswith(begins)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("Who painted the ceiling of the Sistine Chapel?", "nothing_linked"),
        ("", "empty_question"),
        (" \n\u3000", "empty_question"),
        ("?", "nothing_linked"),
        ("What was the box office of Inception?", "below_threshold"),
        ("盗梦空间的票房是多少？", "nothing_linked"),
    ],
)
def test_abstains_with_a_reason(qa, question, code):
    answer = qa.ask(question)
    assert answer.abstained
    assert answer.entities == ()
    assert answer.reason.startswith(f"{code}: ")


def test_an_empty_question_is_said_to_be_empty_and_no_model_is_asked():
    def never(prompts):
        raise AssertionError(prompts)

    qa = kgllm.GraphQA(kgllm.load(FILMS), llm=never, from_memory=True)
    for answer in (qa.ask(" "), qa.ask("", seeds=["Memento"])):
        assert (answer.text, answer.abstained, answer.entities) == ("Nothing is asked: the question is empty.", True, ())
    assert "".join(qa.stream("")) == answer.text


def test_abstains_in_the_language_of_the_question(qa):
    assert qa.ask("盗梦空间的票房是多少？").text.startswith("图谱中没有答案")


def test_given_seeds_replace_linking(qa):
    assert names(qa.ask("Who directed it?", seeds=["Memento"])) == ["Christopher Nolan"]
    assert names(qa.ask("Who directed it?", seeds=[Entity("Memento")])) == ["Christopher Nolan"]


@pytest.mark.parametrize(
    ("question", "words"),
    [("Who directed Inception?", "none of the given seeds is in the graph"), ("流浪地球的导演是谁？", "图谱中没有所给的起点")],
)
def test_seeds_that_the_graph_does_not_have_are_named_as_the_reason(qa, question, words):
    answer = qa.ask(question, seeds=["Not there"])
    assert answer.abstained and answer.reason == f"nothing_linked: {words}" and words in answer.text


@pytest.mark.parametrize("seeds", ["Memento", [None], [True], 3])
def test_wrong_seeds_are_refused(qa, seeds):
    with pytest.raises(WrongTypeError) as caught:
        qa.ask("Who directed it?", seeds=seeds)
    assert caught.value.hint == ("seeds=['Memento']" if seeds == "Memento" else "")


@pytest.mark.parametrize("limits", [5, {"hops": 2}, "hops=2"])
def test_wrong_limits_are_refused_with_what_to_do(qa, limits):
    with pytest.raises(WrongTypeError, match=r"limits must be kgllm\.Limits, not") as caught:
        kgllm.GraphQA(qa.graph, limits=limits)
    assert "kgllm.Limits(" in caught.value.hint


def test_wrong_questions_are_refused(qa):
    with pytest.raises(TypeError):
        qa.ask(None)
    with pytest.raises(TextTooLong):
        qa.ask("a" * 5000)
    with pytest.raises(WrongTypeError):
        kgllm.GraphQA(FILMS)
    with pytest.raises(ConfigError):
        kgllm.GraphQA(kgllm.load(FILMS), threshold=2)
    with pytest.raises(ConfigError, match="threshold must be 0 to 1, not '0.5'"):
        kgllm.GraphQA(kgllm.load(FILMS), threshold="0.5")
    with pytest.raises(WrongTypeError, match="nlp must be a spaCy pipeline"):
        kgllm.GraphQA(kgllm.load(FILMS), nlp=5)


def test_questions_may_come_one_by_one(qa):
    asked = ["Who directed Inception?", "流浪地球的导演是谁？"]
    assert [answer.text for answer in qa.ask_many(one for one in asked)] == ["Christopher Nolan [1]", "郭帆 [1]"]


def test_a_model_gets_text_prompts_and_what_it_says_is_checked():
    seen = []

    def says(text):
        def model(prompts):
            seen.extend(prompts)
            return [text] * len(prompts)

        return kgllm.GraphQA(kgllm.load(FILMS), llm=model).ask("Who directed Inception?")

    good, claimed, unserved = says("Christopher Nolan [1]"), says("Steven Spielberg [1]"), says("Christopher Nolan [99]")
    assert all("Christopher Nolan" in prompt for prompt in seen)
    assert names(good) == ["Christopher Nolan"]
    assert not good.unsupported
    assert all(citation.served for citation in good.citations)
    assert "Steven Spielberg" in claimed.unsupported
    assert claimed.confidence < good.confidence
    assert [citation.fact for citation in unserved.citations] == [None]
    assert unserved.facts == ()


CAST = [
    ("Inception", "directed by", "Christopher Nolan"),
    ("Inception", "starring", "Elliot Page"),
    ("流浪地球", "导演", "郭帆"),
    ("流浪地球", "主演", "吴京"),
]


@pytest.mark.parametrize(
    ("question", "cites", "text", "uncited"),
    [
        ("Who directed Inception?", "Christopher Nolan", "Christopher Nolan [{}]", []),
        ("Who directed Inception?", "Christopher Nolan", "Elliot Page [{}]", ["Elliot Page"]),
        ("Who directed Inception?", "Christopher Nolan", "Christopher Nolan [{}] and Elliot Page", ["Elliot Page"]),
        ("Who directed Inception?", "Christopher Nolan", "Christopher Nolan", ["Christopher Nolan"]),
        ("Who directed Inception?", "Christopher Nolan", "It is in [{}].", []),  # the cited fact is the answer
        ("Who directed Inception?", "Christopher Nolan", "Steven Spielberg [{}]", []),  # in no evidence at all: unsupported
        ("谁导演了流浪地球?", "郭帆", "郭帆[{}]", []),
        ("谁导演了流浪地球?", "郭帆", "吴京[{}]", ["吴京"]),
        ("谁导演了流浪地球?", "郭帆", "是郭帆[{}]和吴京", ["吴京"]),
        ("谁导演了流浪地球?", "郭帆", "郭帆", ["郭帆"]),
    ],
)
def test_an_answer_in_no_fact_that_the_text_cites_is_uncited(question, cites, text, uncited):
    qa = kgllm.GraphQA(kgllm.load(CAST))
    served = qa.prompt(question).served
    [number] = [short for short, fact in served.items() if fact.object.name == cites]
    proven = kgllm.GraphQA(kgllm.load(CAST), llm=lambda prompts: [f"{cites} [{number}]"]).ask(question)
    answer = kgllm.GraphQA(kgllm.load(CAST), llm=lambda prompts: [text.format(number)]).ask(question)
    assert [node.name for node in answer.uncited] == uncited
    assert (answer.confidence < proven.confidence) == bool(uncited or answer.unsupported)


def test_a_namesake_of_what_is_cited_is_not_uncited():
    two = [kgllm.Entity("Q1", "Heat"), kgllm.Entity("Q2", "Heat")]
    facts = [
        kgllm.Fact(kgllm.Entity("Q3", "Michael Mann"), kgllm.Relation(relation), film) for relation, film in zip(("directed", "wrote"), two)
    ]
    answer = kgllm.GraphQA(kgllm.load(facts), llm=lambda prompts: ["Heat [1]"]).ask("What did Michael Mann direct?")
    assert len(answer.facts) == 1 and answer.uncited == ()


def test_symbolic_answers_cite_what_they_say():
    assert kgllm.GraphQA(kgllm.load(CAST)).ask("谁导演了流浪地球?").uncited == ()


def test_a_model_that_finds_nothing_abstains():
    graph = kgllm.load(FILMS)
    answer = kgllm.GraphQA(graph, llm=lambda prompts: ["The graph does not hold the answer." for _ in prompts]).ask(
        "Who directed Inception?"
    )
    assert answer.abstained
    assert answer.reason.startswith("model_abstained")


@pytest.mark.parametrize(
    ("text", "abstained"),
    [
        ("Christopher Nolan [1]. Who wrote it is not in the facts.", False),
        ("Not in the facts [99]", True),
        ("事实中没有", True),
        ("", True),
    ],
)
def test_a_model_that_answers_in_part_has_answered(text, abstained):
    answer = kgllm.GraphQA(kgllm.load(FILMS), llm=lambda prompts: [text for _ in prompts]).ask("Who directed Inception?")
    assert answer.abstained is abstained
    assert (names(answer) == ["Christopher Nolan"]) is not abstained


def test_without_facts_the_model_is_not_asked():
    def model(prompts):
        raise AssertionError("asked")

    assert kgllm.GraphQA(kgllm.load(FILMS), llm=model).ask("Who painted the Sistine Chapel?").abstained


def test_from_memory_only_when_the_caller_wants_it():
    graph = kgllm.load(FILMS)
    answer = kgllm.GraphQA(graph, llm=lambda prompts: ["Michelangelo"], from_memory=True).ask("Who painted the Sistine Chapel?")
    assert "Michelangelo" in answer.text
    assert answer.unsupported == ("Michelangelo",)
    assert answer.settings["from_memory"] is True


def test_many_questions_are_one_batch():
    batches = []

    def model(prompts):
        batches.append(len(prompts))
        return ["Christopher Nolan [1]"] * len(prompts)

    answers = kgllm.GraphQA(kgllm.load(FILMS), llm=model).ask_many(["Who directed Inception?", "Who directed Memento?", "Who painted it?"])
    assert batches == [2]
    assert [answer.abstained for answer in answers] == [False, False, True]


@pytest.mark.parametrize(("question", "text"), [("Who starred in Inception?", "Elliot Page"), ("流浪地球的导演是谁？", "郭帆")])
def test_what_is_found_shows_itself_in_a_few_lines(qa, question, text):
    answer = qa.ask(question)
    assert text in repr(answer) and question in repr(answer) and len(repr(answer)) < 200
    assert repr(answer.evidence).startswith(f"<Evidence for {question!r}: ") and len(repr(answer.evidence)) < 200
    assert str(answer.evidence.paths[0]) in repr(answer.evidence.paths[0]) and len(repr(answer.evidence.paths[0])) < 200
    lines = str(answer.evidence).splitlines()
    assert lines[0] == question and f"fact: {answer.facts[0]}" in lines and f"path: {answer.evidence.paths[0]}" in lines
    assert len(lines) == 1 + sum(map(len, (answer.evidence.links, answer.evidence.paths, answer.evidence.facts, answer.evidence.notes)))


def test_what_is_told_at_length_is_told_at_a_prompt_as_it_prints(qa):
    explained = qa.explain("Who directed Inception?", gold=["Christopher Nolan"])
    report = kgllm.evaluate(qa, [{"question": "流浪地球的导演是谁？", "answers": ["郭帆"]}])
    for told in (kgllm.overview(qa.graph), qa.graph.schema(), explained, qa.why("流浪地球的导演是谁？")[0], report):
        assert repr(told) == str(told) and "(stage=" not in repr(told)


def test_streams_text_then_the_checked_answer():
    stream = kgllm.GraphQA(kgllm.load(FILMS), llm="echo").stream("Who directed Inception?")
    with pytest.raises(ConfigError):
        _ = stream.answer
    text = "".join(stream)
    assert stream.answer.text == text.strip()
    assert names(stream.answer) == ["Christopher Nolan"]


def test_the_prompt_is_shown_without_a_model_too(qa):
    prompt = qa.prompt("Who directed Inception?")
    assert "Christopher Nolan" in prompt.text
    assert prompt.tokens > 0
    assert [fact.object.name for fact in prompt.served.values()].count("Christopher Nolan") >= 1


def test_threads_share_one_qa(qa):
    expected = [names(qa.ask(q)) for q, _ in [("Who directed Inception?", 0), ("流浪地球的导演是谁？", 0)]]
    wrong = []

    def work():
        for _ in range(20):
            got = [names(qa.ask(q)) for q in ("Who directed Inception?", "流浪地球的导演是谁？")]
            if got != expected:
                wrong.append(got)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_what_an_answer_needs_to_be_replayed_is_in_it(qa):
    answer = qa.ask("Who directed Inception?")
    assert answer.settings["graph"] == qa.graph.version()
    assert answer.settings["limits"] == qa.limits
    assert answer.settings["kgllm"] == kgllm.__version__
    asked = {"llm": "echo", "tokens": 900, "format": "triples", "examples": (), "encoder": None, "nlp": None, "threshold": 0.2}
    used = kgllm.GraphQA(qa.graph, **{name: value for name, value in asked.items() if value is not None}).ask(
        "Who directed Inception?", seeds=["Memento"]
    )
    assert {name: used.settings[name] for name in asked} == asked and used.settings["seeds"] == ("Memento",)
    assert set(answer.timings) >= {"link", "walk", "total"}


def test_async_twins_say_what_the_sync_ones_say_and_keep_their_deadline():
    import asyncio

    qa = kgllm.GraphQA(kgllm.load([("Inception", "directed by", "Christopher Nolan"), ("流浪地球", "导演", "郭帆")]))

    async def all_of_them():
        asked = ["Who directed Inception?", "流浪地球的导演是谁？"] * 20
        answers = await asyncio.gather(*map(qa.aask, asked))
        return answers, await qa.alink(asked[0]), await qa.aretrieve(asked[0])

    answers, links, evidence = asyncio.run(all_of_them())
    assert [answer.text for answer in answers] == ["Christopher Nolan [1]", "郭帆 [1]"] * 20
    assert links == qa.link("Who directed Inception?")
    assert evidence.paths == qa.retrieve("Who directed Inception?").paths


def test_many_are_awaited_as_they_are_asked():
    import asyncio

    batches = []

    def model(prompts):
        batches.append(len(prompts))
        return ["郭帆 [1]" if "郭帆" in prompt else "Christopher Nolan [1]" for prompt in prompts]

    asked = ["Who directed Inception?", "流浪地球的导演是谁？", "Who painted the Mona Lisa?"]
    graph = kgllm.load([("Inception", "directed by", "Christopher Nolan"), ("流浪地球", "导演", "郭帆")])
    qa = kgllm.GraphQA(graph, llm=model)
    answers = asyncio.run(qa.aask_many(one for one in asked))
    assert batches == [2]  # one batch, without what the graph says nothing of
    assert [answer.question for answer in answers] == asked
    assert [answer.text for answer in answers] == [answer.text for answer in qa.ask_many(asked)]
    assert [str(one) for one in asyncio.run(qa.aask_many(["导演是谁？"], seeds=[["流浪地球"]]))[0].entities] == ["郭帆"]
    with pytest.raises(ConfigError, match="one question"):
        asyncio.run(qa.aask_many("Who directed Inception?"))
    with pytest.raises(ConfigError, match="lists of seeds"):
        asyncio.run(qa.aask_many(asked, seeds=[["Inception"]]))
