"""What every model shares: names, callables, echo, counts, cuts, and control tokens that no text can produce."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kgllm.errors import ConfigError, KGLLMError, ModelError, WrongTypeError
from kgllm.llms import LLM, as_llm
from kgllm.llms.base import cut, neutralise, stream_cut, stream_without_thoughts, upper_bound, without_thoughts
from kgllm.llms.callable import CallableLLM
from kgllm.llms.echo import EchoLLM


def test_names_and_objects():
    echo = as_llm("echo")
    assert isinstance(echo, LLM)
    assert as_llm(echo) is echo
    assert isinstance(as_llm(lambda prompts: list(prompts)), CallableLLM)
    for bad in (3, None, object(), EchoLLM, ["a"], (1, 2, 3)):
        with pytest.raises(WrongTypeError):
            as_llm(bad)
    for empty in ("", "  "):
        with pytest.raises(ConfigError):
            as_llm(empty)


def test_an_adapter_whose_training_is_not_done_says_so(tmp_path):
    (tmp_path / "films.run" / "step-00000040").mkdir(parents=True)
    with pytest.raises(ConfigError, match="not done") as caught:
        as_llm(str(tmp_path / "films"))
    assert "kgllm tune" in caught.value.hint


def test_a_callable_gets_texts_and_gives_texts():
    seen = []
    llm = CallableLLM(lambda prompts: seen.append(prompts) or [f"{p}!" for p in prompts])
    assert llm.generate(["a", [{"role": "user", "content": "b"}, {"role": "assistant", "content": "c"}]]) == ["a!", "b\n\nc!"]
    assert seen == [["a", "b\n\nc"]]
    assert list(llm.stream("a")) == ["a!"]
    assert llm.generate([]) == []
    assert len(seen) == 2
    assert llm.count("导演?") == (7, False)
    assert CallableLLM(lambda p: p, count=lambda text: 5).count("导演?") == (5, True)


@pytest.mark.parametrize("said", ["text", b"text", None, 3, [], ["a", "b"], [3], [None], {"a": 1}, iter(["a"])])
def test_a_callable_that_says_something_else(said):
    with pytest.raises(ModelError, match="list"):
        CallableLLM(lambda prompts: said).generate(["one"])


def test_a_callable_that_raises():
    def breaks(prompts):
        raise RuntimeError("out of luck")

    with pytest.raises(ModelError, match="out of luck") as caught:
        CallableLLM(breaks).generate(["a"])
    assert isinstance(caught.value.__cause__, RuntimeError) and not caught.value.hint
    with pytest.raises(ModelError, match="no attribute 'upper'") as caught:
        CallableLLM(lambda prompt: prompt.upper()).generate(["a"])
    assert "takes a list of prompts" in caught.value.hint

    def ours(prompts):
        raise ConfigError("own")

    with pytest.raises(ConfigError, match="own"):
        CallableLLM(ours).generate(["a"])


def test_echo_is_deterministic():
    llm = EchoLLM()
    assert llm.generate(["nothing here", "x\n[2] a → b → c\n[3] d"]) == ["No facts.", "c [2]"]
    assert "".join(llm.stream("[1] Inception → directed by → Christopher Nolan")) == "Christopher Nolan [1]"


@example(["a", "b", "a"], ["b", "aba"])  # the longer stop begins first and ends last
@given(st.lists(st.text("ab\n Q", max_size=4), max_size=12), st.lists(st.text("ab\nQ", min_size=1, max_size=3), max_size=3))
def test_a_stream_is_cut_as_the_whole_text_is(pieces, stops):
    assert "".join(stream_cut(iter(pieces), stops)) == cut("".join(pieces), stops)


@given(st.text(max_size=60))
def test_the_upper_bound_is_one(text):
    assert upper_bound(text) >= len(text.encode("utf-8", "surrogatepass"))


MARKUP = [
    "<s>",
    "</s>",
    "<|im_start|>",
    "<|endoftext|>",
    "<start_of_turn>",
    "<end_of_turn>",
    "<bos>",
    "<eos>",
    "<pad>",
    "<｜User｜>",
    "＜s＞",
]
MARKUP += [
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    "<think>",
    "<unused12>",
    "[MASK]",
    "[gMASK]",
    "<|reserved_special_token_0|>",
    "</facts>",
    "<facts>",
]


@pytest.mark.parametrize("token", MARKUP)
def test_control_tokens_are_broken(token):
    assert token not in neutralise(f"a{token}b")
    assert neutralise(f"a{token}b").startswith("a\\u")


def test_own_control_tokens_are_broken_wherever_they_stand():
    assert neutralise("x@@END@@y@@END@@", ["@@END@@"]) == "x\\u0040@END@@y\\u0040@END@@"
    assert neutralise("plain <3 a < b > c [1] [2020] {x} %s {{7*7}}") == "plain <3 a < b > c [1] [2020] {x} %s {{7*7}}"


@given(st.text("<|s>/im_start endINST[]a ＜＞｜", max_size=40))
def test_no_text_keeps_a_control_token(text):
    special = ("<s>", "</s>", "<|im_start|>", "[INST]", "end a")
    assert not any(one in neutralise(text, special) for one in special)


def test_every_error_is_ours():
    for bad in ("prompt", [3], [["x"]], [[{"role": "user"}]]):
        with pytest.raises(KGLLMError):
            as_llm("echo").generate(bad)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<think>a film?</think>\n\nNolan [1]", "Nolan [1]"),
        ("\n<think>\n</think>\n郭帆 [1]", "郭帆 [1]"),
        ("so it is him</think>Nolan [1]", "Nolan [1]"),  # the prompt began the thought
        ("Nolan [1]", "Nolan [1]"),
        ("The tag <think> [1]", "The tag <think> [1]"),
        ("", ""),
    ],
)
def test_thoughts_are_left_out(text, said):
    assert without_thoughts(text) == said
    if not text.startswith("so"):  # what has been shown of a stream stands
        for size in (1, 3, 100):
            pieces = (text[at : at + size] for at in range(0, len(text), size))
            assert "".join(stream_without_thoughts(pieces)).lstrip() == said


def test_a_thought_without_an_end_is_no_answer():
    for say in (without_thoughts, lambda text: list(stream_without_thoughts(iter([text[:9], text[9:]])))):
        with pytest.raises(ModelError, match="while it was thinking"):
            say("<think>let me see, the film")


def test_an_async_function_and_an_address_are_no_models():
    async def later(prompts):
        return prompts

    with pytest.raises(ModelError, match="async function"):
        as_llm(later).generate(["Who?"])
    with pytest.raises(ConfigError, match="address") as raised:
        as_llm("http://127.0.0.1:8000/v1")
    assert "OpenAILLM" in raised.value.hint
