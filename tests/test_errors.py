"""The tree of errors: a root, what each is besides, and messages that are one short line."""

import inspect

import pytest

from kgllm import errors
from kgllm.errors import KGLLMError, MissingExtraError, require, shorten

ALL = [one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, KGLLMError)]


@pytest.mark.parametrize("kind", ALL)
def test_every_error_has_the_root_a_hint_and_a_line_in_the_tree(kind):
    error = kind("what happened", hint="what to do")
    assert isinstance(error, KGLLMError) and error.hint == "what to do" and str(error) == "what happened\n  hint: what to do"
    assert str(kind("what happened")) == "what happened"
    assert kind.__name__ in errors.__doc__


@pytest.mark.parametrize(
    ("name", "builtin"),
    [
        ("ConfigError", ValueError),
        ("WrongTypeError", TypeError),
        ("TextTooLong", ValueError),
        ("MissingExtraError", ImportError),
        ("GraphParseError", ValueError),
        ("GraphTimeout", TimeoutError),
        ("GraphUnavailable", ConnectionError),
        ("ModelTimeout", TimeoutError),
        ("ModelUnavailable", ConnectionError),
    ],
)
def test_each_is_also_what_python_calls_it(name, builtin):
    assert issubclass(getattr(errors, name), builtin)


def test_what_may_be_tried_again():
    assert {one.__name__ for one in ALL if one.retryable} == {"GraphTimeout", "GraphUnavailable", "ModelTimeout", "ModelUnavailable"}


def test_a_value_in_a_message_is_one_short_line():
    assert shorten("a\nb") == r"'a\nb'" and len(shorten("x" * 1000)) == 80
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert shorten(deep) == "<list>" and shorten(10**5000) == "<int>"


def test_a_missing_package_names_its_extra_and_a_broken_one_shows_its_own_error(tmp_path, monkeypatch):
    with pytest.raises(MissingExtraError) as caught:
        require("no_such_package_at_all.numpy", "viz")
    assert "'no_such_package_at_all'" in str(caught.value)
    assert 'pip install "kgllm[viz]"' in str(caught.value)
    (tmp_path / "broken_package.py").write_text("import no_such_package_at_all\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError) as raw:
        require("broken_package", "viz")
    assert not isinstance(raw.value, KGLLMError)
