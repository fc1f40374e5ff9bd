"""Limits that cannot be are refused by name, and a deadline says which stage it ended."""

import math

import pytest

from kgllm import Limits
from kgllm.errors import ConfigError, GraphTimeout, WrongTypeError
from kgllm.limits import Deadline


@pytest.mark.parametrize("name", Limits.__dataclass_fields__)
@pytest.mark.parametrize(
    ("value", "error"), [(0, ConfigError), (-1, ConfigError), (True, WrongTypeError), ("3", WrongTypeError), (None, WrongTypeError)]
)
def test_every_limit_is_a_number_above_nothing(name, value, error):
    with pytest.raises(error, match=rf"Limits\.{name} must be"):
        Limits(**{name: value})


@pytest.mark.parametrize("name", sorted(set(Limits.__dataclass_fields__) - {"seconds"}))
@pytest.mark.parametrize("value", [2.5, math.nan, math.inf])
def test_what_is_counted_is_a_whole_number(name, value):
    with pytest.raises(WrongTypeError, match="whole number"):
        Limits(**{name: value})


def test_hops_and_seconds():
    assert Limits(hops=6, seconds=0.5).seconds == 0.5
    with pytest.raises(ConfigError, match="1 to 6"):
        Limits(hops=7)
    with pytest.raises(ConfigError):
        Limits(seconds=math.nan)


def test_a_deadline_names_the_stage_and_may_be_tried_again():
    Deadline(60).check("retrieval")
    late = Deadline(0)
    assert late.left() == 0
    with pytest.raises(GraphTimeout, match="retrieval did not finish within 0 s") as caught:
        late.check("retrieval")
    assert caught.value.retryable and isinstance(caught.value, TimeoutError) and "Limits(seconds=…)" in caught.value.hint
