"""The type, kind or form of something is asked of what says its form, and not of the thing that is called so."""

import pytest

import kgllm

FORMS = [
    ("Norland", "form_of_government", "monarchy"),
    ("Norland", "government", "Cabinet of Norland"),
    ("Norland", "currency", "crown"),
    ("Sorland", "form_of_government", "republic"),
    ("Sorland", "government", "Cabinet of Sorland"),
    ("Hill College", "form_of_teaching", "remote"),
    ("Hill College", "teaching", "Ann Vell"),
]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What type of government does Norland have?", "monarchy"),
        ("What kind of government is there in Sorland?", "republic"),
        ("What form of currency does Norland have?", "crown"),
        ("What sort of teaching does Hill College offer?", "remote"),
        ("What is the government of Norland?", "Cabinet of Norland"),
    ],
)
def test_a_type_of_something_is_its_form(question, answer):
    assert [str(one) for one in kgllm.GraphQA(kgllm.load(FORMS)).ask(question).entities] == [answer]
