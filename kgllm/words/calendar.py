"""Days of the week and months by their other names: a table has "Sat" where a question says "Saturday", or 周六 for 星期六."""

from __future__ import annotations

from functools import lru_cache

from kgllm.words.tables import read_table

MONTHS = tuple(row.split()[0] for row in read_table("calendar")["months"])
"""Their names in English, from January on."""

_WHOLE = 5  # letters of a name that is written out, or Chinese: "mar" and "sun" are words of their own


def called_otherwise(text: str) -> tuple[str, ...]:
    """The other names of a day of the week or a month that is written out; none of anything else.

    >>> called_otherwise("Saturday")[:3], called_otherwise("星期六"), called_otherwise("sun")
    (('sat', 'saturdays', '星期六'), ('周六', '礼拜六', 'saturday', 'sat'), ())
    """
    return _names().get(text.lower(), ())


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[str, ...]]:
    rows = read_table("calendar")
    out: dict[str, tuple[str, ...]] = {}
    for row in (*rows["days"], *rows["months"]):
        names = row.split()
        latin, han = ([name for name in names if name.isascii() and not name[0].isdigit()], [name for name in names if not name.isascii()])
        for name in (one for one in names if len(one) >= _WHOLE or not one.isascii()):
            if name.isascii():
                days = [f"{name}s"] if row in rows["days"] else []
                out[name] = (*(one for one in latin if one != name), *days, *han)
                out |= dict.fromkeys(days, (name, *out[name]))
            else:
                out[name] = (*(one for one in han if one != name), *latin)
    return out
