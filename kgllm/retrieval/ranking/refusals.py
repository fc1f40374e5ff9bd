"""Why a judge refuses a path: its words fit, and still it is no answer to what is asked. Nothing else makes a refused path sure again.

| code | who refuses | meaning |
|---|---|---|
| not_both | conjoined | two relations are said of one thing, and nothing has it by both |
| not_of_role | roled | what is asked for has a role ("which directors"), and nothing that the path leads to has it |
| other_kin | kin | kin are asked for, and the path leads to other kin or to none |
| other_sex | kin | all that it leads to is known to be of the other sex |
| step_again | chained | a step is said more often than the path goes it, and no path does |
| step_left_out | chained | a noun of a chain says a step that the path leaves out |
| same_thing | repeated | what has the same of something is asked for, and the path leads on from that |
| field_lacking | lacks | a field is asked for that the thing does not have, and the path says a part of its name |
| own_name | unfit | the path leads back from another name of the thing to the thing |
| unfit_ends | unfit | its ends cannot be what is asked for: a number is nobody |
| other_column | parallel | columns differ in one word, and the question says another |
| opposite | opposite | the question says the opposite of a word of the relation's name: its first train, and not its last |
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Refusal: TypeAlias = Literal[
    "not_both",
    "not_of_role",
    "other_kin",
    "other_sex",
    "step_again",
    "step_left_out",
    "same_thing",
    "field_lacking",
    "own_name",
    "unfit_ends",
    "other_column",
    "opposite",
]
