"""Questions in Chinese: what describes a thing stands before it, and a path is told from the topic on."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from kgllm.questions.english import Hop

_YEAR = re.compile(r"[12]\d{3}")
OF_NOUN = (
    "{the}是什么",
    "{the}是什么",
    "{the}",
    "{the}是哪个",
    "{the}有哪些",
    "请问{the}是什么",
    "我想知道{the}",
    "告诉我{the}",
    "谁知道{the}是什么",
    "你知道{the}吗",
    "{the}叫什么",
    "什么是{the}",
)
OF_PERSON = (
    "{the}是谁",
    "{the}是谁",
    "谁是{the}",
    "{the}",
    "请问{the}是谁",
    "{the}叫什么名字",
    "{the}是哪位",
    "{the}是什么人",
    "想知道{the}是谁",
    "{the}有谁",
)
OF_PLACE = ("{the}在哪里", "{the}是哪里", "{the}是什么地方", "{the}", "请问{the}是哪里", "{the}是哪儿", "{the}在哪儿")
OF_TIME = ("{the}是什么时候", "{the}是哪一年", "{the}", "请问{the}是什么时候", "{the}是几时")
OF_NUMBER = ("{the}是多少", "{the}有多少", "{the}", "请问{the}是多少", "{the}多少")
OF_TAIL = (
    "{mod}{N}有哪些",
    "{mod}{N}有什么",
    "{mod}{N}是什么",
    "列出{mod}{N}",
    "请列出{mod}所有{N}",
    "有哪些{mod}{N}",
    "{mod}{N}",
    "哪些是{mod}{N}",
    "有没有{mod}{N}，都有哪些",
    "帮我找{mod}{N}",
)


def put(wording: str, x: str) -> str:
    """A wording with the thing that is known; {t} is a time, and a year is called one.

    >>> put("{t}出生的", "1860"), put("{t}出生的", "1860-05-01"), put("{x}写的", "1984")
    ('1860年出生的', '1860-05-01出生的', '1984写的')
    """
    return wording.replace("{t}", f"{x}年" if _YEAR.fullmatch(x) else x).replace("{x}", x)


class Chinese:
    """Writes one question; every choice is drawn from `rng`."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def reached(self, topic: str, hops: Sequence[Hop]) -> str:
        """A phrase for the ends of a path."""
        text, n = topic, 0
        while n < len(hops):
            if n + 1 < len(hops) and hops[n + 1].back:
                text = self.companions(text, hops[n], hops[n + 1])
                n += 2
            else:
                text = self.phrase(text, hops[n])
                n += 1
        return text

    def phrase(self, x: str, hop: Hop) -> str:
        """A phrase for the ends of one step."""
        mods = self.mods(x, hop)
        if hop.phrases.noun and (not mods or self.rng.random() < 0.7):
            return f"{x}的{self._first(hop.phrases.noun)}"
        return f"{self.rng.choice(mods)}{self.noun(hop)}" if mods else f"{x}的{self.noun(hop)}"

    def mods(self, x: str, hop: Hop) -> list[str]:
        """What may stand before the noun for the ends."""
        return [put(one, x) for one in hop.phrases.mod]

    def companions(self, x: str, there: Hop, back: Hop) -> str:
        """Two steps that come back to things like the first."""
        n = self.noun(back)
        if there.phrases.noun and not back.phrases.noun:
            noun = self._first(there.phrases.noun)
            return self.rng.choice(
                (f"和{x}{noun}相同的{n}", f"与{x}同一个{noun}的其他{n}", f"跟{x}有相同{noun}的{n}", f"{noun}与{x}相同的{n}")
            )
        noun = self._first(back.phrases.noun) if back.phrases.noun else n
        middle = self.noun(there)
        return self.rng.choice((f"和{x}同一{middle}的其他{noun}", f"和{x}有共同{middle}的{noun}", f"{x}的{middle}的其他{noun}"))

    def noun(self, hop: Hop) -> str:
        """What the ends are called."""
        return self._first(hop.nouns or ("东西",))

    def path(self, topic: str, hops: Sequence[Hop]) -> str:
        """A question for the ends of a path."""
        if len(hops) > 1 and hops[-1].back:
            return self.of_noun(self.reached(topic, hops), hops[-1].kind)
        return self.asked(self.reached(topic, hops[:-1]), hops[-1])

    def asked(self, x: str, hop: Hop) -> str:
        """A question for the ends of one step."""
        ph = hop.phrases
        ways: list[tuple[float, str]] = []
        if ph.ask:
            topic = self.rng.choice(hop.topic) if hop.topic else "东西"
            ways.append((2.5, _asked(put(self.rng.choice(ph.ask), x), hop).replace("{N}", self.noun(hop)).replace("{T}", topic)))
        if ph.noun:
            ways.append((2.5, self.of_noun(f"{x}的{self._first(ph.noun)}", hop.kind)))
        if ph.rel:
            ways.append(
                (
                    1.5,
                    f"{self.rng.choice(('谁', '哪位', '是谁', '什么人')) if hop.kind == 'person' else f'哪个{self.noun(hop)}'}{put(self.rng.choice(ph.rel), x)}",
                )
            )
        if ph.mod:
            frame = self.rng.choice(OF_TAIL)
            ways.append((2.0, frame.replace("{mod}", self.rng.choice(self.mods(x, hop))).replace("{N}", self.noun(hop))))
        if not ways:
            return f"{x}的{self.noun(hop)}有哪些"
        return self.rng.choices([text for _, text in ways], [weight for weight, _ in ways])[0]

    def of_noun(self, the: str, kind: str) -> str:
        """ "X的作者是谁"."""
        frames = {"person": OF_PERSON, "place": OF_PLACE, "time": OF_TIME, "number": OF_NUMBER}.get(kind, OF_NOUN)
        plain = ("{the}是什么", "{the}") if frames is OF_NOUN else frames[:1]
        return self.rng.choice(frames if self.rng.random() < 0.8 else plain).replace("{the}", the)

    def every(self, topic: str, hops: Sequence[Hop]) -> str:
        """A question that asks for the whole list."""
        the = self.reached(topic, hops)
        return self.rng.choice(
            (f"列出所有{the}", f"{the}都有哪些", f"{the}一共有哪些", f"请列出{the}的完整名单", f"把{the}全部列出来", f"全部的{the}有哪些")
        )

    def count(self, topic: str, hops: Sequence[Hop]) -> str:
        """A question for how many ends there are."""
        x, hop = self.reached(topic, hops[:-1]), hops[-1]
        n = self.noun(hop)
        ways = (
            [f"{mod}{n}有多少个" for mod in self.mods(x, hop)]
            + [f"有多少{mod}{n}" for mod in self.mods(x, hop)]
            + [f"{mod}{n}一共有几个" for mod in self.mods(x, hop)]
        )
        ways += [text for noun in hop.phrases.noun[:2] for text in (f"{x}有多少个{noun}", f"{x}的{noun}有几个", f"{x}的{noun}一共有多少")]
        return self.rng.choice(ways) if ways else f"{x}的{n}有多少个"

    def both(self, one: tuple[str, Hop], other: tuple[str, Hop]) -> str:
        """A question for what two conditions lead to together."""
        n = self._first(one[1].things or (self.noun(one[1]),))
        left, right = (self._condition(topic, hop) for topic, hop in (one, other))
        return self.rng.choice(
            (
                f"哪些{n}既{left}又{right}",
                f"{left}并且{right}的{n}有哪些".replace("的的", "的"),
                f"列出{left}、同时{right}的{n}".replace("的的", "的"),
                f"有哪些{n}{left}，同时{right}",
            )
        )

    def _condition(self, topic: str, hop: Hop) -> str:
        if hop.phrases.rel:
            return put(self.rng.choice(hop.phrases.rel), topic)
        if hop.phrases.mod:
            return _predicate(self.rng.choice(self.mods(topic, hop)), topic)
        return f"是{topic}的{self._first(hop.phrases.noun)}" if hop.phrases.noun else f"与{topic}有关"

    def compare(self, one: str, other: str, hop: Hop, sense: str) -> str:
        """Which of two has more, or less, of something."""
        noun = self._first(hop.phrases.noun) if hop.phrases.noun else "数值"
        word = self._sense(hop, sense)[0]
        return self.rng.choice(
            (f"{one}和{other}哪个的{noun}更{word}", f"{one}与{other}相比，谁的{noun}更{word}", f"{one}和{other}，{noun}更{word}的是哪个")
        )

    def superlative(self, topic: str, hops: Sequence[Hop], hop: Hop, sense: str) -> str:
        """Which of the ends of a path has the most, or the least, of something."""
        the, noun = self.reached(topic, hops), self._first(hop.phrases.noun) if hop.phrases.noun else "数值"
        word = self._sense(hop, sense)[0]
        return self.rng.choice((f"{the}中{noun}最{word}的是哪个", f"{the}里哪个的{noun}最{word}", f"哪个{the}的{noun}最{word}"))

    def _sense(self, hop: Hop, sense: str) -> tuple[str, ...]:
        if hop.kind == "time":
            return ("早",) if sense == "least" else ("晚",)
        return (self.rng.choice(("低", "小") if sense == "least" else ("高", "大")),)

    def whether(self, subject: str, out: Hop, back: Hop, value: str) -> str:
        """A question to be answered with yes or no."""
        ways = [
            text
            for noun in out.phrases.noun[:2]
            for text in (f"{subject}的{noun}是{value}吗", f"{value}是{subject}的{noun}吗", f"{subject}的{noun}是不是{value}")
        ]
        ways += [f"{subject}{_predicate(mod, value)}吗" for mod in self.mods(value, back)[:2]]
        ways += [f"{value}{put(one, subject)}吗" for one in out.phrases.rel[:2]]
        return self.rng.choice(ways) if ways else ""

    def chosen(self, question: str, options: Sequence[str]) -> str:
        """A question with its options."""
        lines = "\n".join(f"{letter}. {option}" for letter, option in zip("ABCDEFGH", options, strict=False))
        return f"{question}\n{lines}"

    def _first(self, choices: Sequence[str]) -> str:
        return choices[min(int(self.rng.expovariate(1.1)), len(choices) - 1)]


def _asked(wording: str, hop: Hop) -> str:
    """Of a person one asks who it is."""
    return f"{wording.removesuffix('什么')}谁" if hop.kind == "person" and wording.endswith("什么") else wording


def _predicate(mod: str, topic: str) -> str:
    """What describes a thing, said of it: "架构为安培的" → "架构为安培", "安培开发的" → "是安培开发的"."""
    return f"是{mod}" if mod.startswith((topic, "由")) else mod.removesuffix("的")
