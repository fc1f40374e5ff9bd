"""`GraphQA`: a question in, an answer out with the facts that prove it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kgllm
from kgllm.answering.abstain import THRESHOLD
from kgllm.answering.drafts import alone, draft
from kgllm.answering.fields import with_fields
from kgllm.answering.seeds import Seed, listed, nodes_of, several
from kgllm.answering.speaker import Speaker
from kgllm.answering.stream import Stream
from kgllm.answering.twins import AsyncTwins
from kgllm.errors import ConfigError, WrongTypeError, shorten
from kgllm.graphs.base import Graph, view_of
from kgllm.graphs.waiting import governed
from kgllm.limits import Deadline, Limits
from kgllm.linking.linker import Linker
from kgllm.linking.pipelines import name_of, pipeline
from kgllm.retrieval.retriever import Retriever
from kgllm.types import Answer, Evidence, Link, Prompt, replace
from kgllm.types import Path as EvidencePath
from kgllm.words.dictionary import version
from kgllm.words.names import read_as

if TYPE_CHECKING:
    from kgllm.answering.explain import Explanation
    from kgllm.answering.fitting import FitReport
    from kgllm.evaluation.datasets import Question
    from kgllm.llms.base import LLM
    from kgllm.retrieval.ranking.why import Why
    from kgllm.retrieval.scoring.learned import Learned


class GraphQA(AsyncTwins):
    """Questions to a graph. Safe to use from several threads at once.

    Args:
        graph: what `kgllm.load` gives, or any `Graph`.
        llm: None for symbolic answers; a model's name or folder, a callable (prompts in, texts out), or an `LLM`.
        encoder: None (words only), "minilm" (English), the folder or .jar of a sentence encoder exported to ONNX (see
            `kgllm.retrieval.onnx.OnnxEncoder`), or an object with `encode(texts) -> array`.
        nlp: None (a blank spaCy pipeline), a pipeline, or its name.
        limits: how far, how wide and how long.
        threshold: a confidence (0 to 1) below this abstains; whether a model is asked then, `unsure` says.
        tokens: the prompt's budget in tokens, with a model. None: what the model's context allows, at most 2,048; of a model
            whose tokens cannot be counted (a callable, a server) 8,192 bytes.
        format: how facts are written in the prompt (see `kgllm.prompting.serialize`). None: as the model's template wants.
        examples: few-shot examples (`kgllm.prompting.templates.Example`) shown to the model before the question.
            None: none for a chat model; for a base model four, drawn from the graph, fewer where the budget is small.
        unsure: "model" or "abstain": what to do where there are facts, and no path of them explains the question (`below_threshold`,
            `nothing_found`, `nothing_linked`). A model may know that what "weighs most" has the highest `mtow`. None: ask a chat
            model, and show it more where an answer leaves a doubt; with a base model, abstain.
        from_memory: let the model answer from its own memory where the graph has no facts. Off: an honest abstention.

    Raises:
        ConfigError: a setting that cannot be, of the wrong type (WrongTypeError), or whose extra is not installed (MissingExtraError).

    >>> import kgllm
    >>> qa = kgllm.GraphQA(kgllm.load([("Inception", "directed by", "Christopher Nolan")]))
    >>> answer = qa.ask("Who directed Inception?")
    >>> answer.text, [entity.name for entity in answer.entities]
    ('Christopher Nolan [1]', ['Christopher Nolan'])
    """

    def __init__(
        self,
        graph: Graph,
        llm: LLM | str | Any | None = None,
        *,
        encoder: str | Any | None = None,
        nlp: Any | None = None,
        limits: Limits | None = None,
        threshold: float = THRESHOLD,
        tokens: int | None = None,
        format: str | None = None,
        examples: Sequence[Any] | None = None,
        unsure: str | None = None,
        from_memory: bool = False,
    ) -> None:
        if not isinstance(graph, Graph):
            raise WrongTypeError(f"graph must be a kgllm graph, not {shorten(graph)}", hint="graph = kgllm.load(source)")
        if limits is not None and not isinstance(limits, Limits):
            raise WrongTypeError(f"limits must be kgllm.Limits, not {shorten(limits)}", hint="limits=kgllm.Limits(seconds=5)")
        if not isinstance(threshold, float | int) or not 0 <= threshold <= 1:
            raise ConfigError(f"threshold must be 0 to 1, not {threshold!r}")
        self.graph = graph
        self.limits = limits or Limits()
        self.threshold = threshold
        self.linker = Linker(graph, nlp=pipeline(nlp), limits=self.limits)
        self.retriever = Retriever(graph, encoder=encoder, limits=self.limits)
        self.llm: LLM | None = None
        if llm is not None:
            from kgllm.llms import as_llm

            self.llm = as_llm(llm)
        self._speaker = Speaker(
            self.llm,
            graph,
            literal_bytes=self.limits.literal_bytes,
            tokens=tokens,
            format=format,
            examples=examples,
            unsure=unsure,
            from_memory=from_memory,
        )
        self.fitted_threshold: float | None = None
        self._settings = {
            "kgllm": kgllm.__version__,
            "encoder": self.retriever.meaning.name if self.retriever.meaning else None,
            "nlp": name_of(nlp),
            "dictionary": version(),
            "limits": self.limits,
            "threshold": threshold,
            **self._speaker.settings,
        }
        self._prepare()

    def _prepare(self) -> None:
        """What is made once for a graph is made now, so that no question's time or deadline pays for it."""
        self.linker.link("a")  # spaCy, and the weights of the graph's names
        self.retriever.prepare(view_of(self.graph))
        self._draft("a", (), Deadline(3600))  # from no seed nothing is looked for: it only imports what questions need

    def __repr__(self) -> str:
        return f"GraphQA({self.graph!r}, llm={self._settings['llm']!r}, encoder={self._settings['encoder']!r})"

    def __reduce__(self) -> Any:
        """Not pickled: what it learned of the graph is made anew in each process, in about a second."""
        raise WrongTypeError(
            "a GraphQA is not pickled", hint="make one in each process, over a compiled folder: kgllm.GraphQA(kgllm.load(folder))"
        )

    @property
    def settings(self) -> dict[str, Any]:
        """How it was set up: what every answer keeps in its own `settings`."""
        return dict(self._settings)

    def link(self, question: str) -> tuple[Link, ...]:
        """The entities that the question names, best first. Nothing linked is an empty tuple.

        After `fit`, those that the best paths start from come first, which takes as long as `retrieve`.

        >>> qa = kgllm.GraphQA(kgllm.load([("Memento", "directed by", "Christopher Nolan")]))
        >>> [(link.entity.name, link.mention.span) for link in qa.link("Who directed Memento?")]
        [('Memento', (13, 20))]

        Raises:
            TextTooLong, WrongTypeError: not a question.
        """
        if self.retriever.learned is not None:
            return self.retrieve(question, max_facts=1).links
        with governed(Deadline(self.limits.seconds)):
            return self.linker.link(question)

    def retrieve(
        self, question: str, *, seeds: Sequence[Seed] | None = None, max_facts: int | None = None, strategy: str = "relations"
    ) -> Evidence:
        """The paths and facts of the graph that answer, ranked.

        Args:
            seeds: entities, ids or names to start from, instead of linking.
            max_facts: at most so many facts, counting each qualifier as one more. None: `limits.facts`.
            strategy: "relations" (scored relation paths), "khop", "shortest" or "ppr".

        Raises:
            TextTooLong, WrongTypeError: not a question. ConfigError: no such strategy, or `max_facts` below 1.
            GraphTimeout: it did not end within `limits.seconds`.

        >>> qa = kgllm.GraphQA(kgllm.load([("Memento", "directed by", "Christopher Nolan")]))
        >>> print(qa.retrieve("Who directed Memento?").paths[0])
        Memento —directed by→ (1 found)
        """
        return self._evidence(question, seeds, max_facts, strategy, Deadline(self.limits.seconds))

    def _evidence(self, question: str, seeds: Sequence[Seed] | None, max_facts: int | None, strategy: str, deadline: Deadline) -> Evidence:
        """What `retrieve` gives, of several fields those of each."""
        most = self.limits.facts if max_facts is None else max_facts
        found = replace(self._retrieve(self._alone(question, deadline), seeds, most, strategy, deadline), question=question)
        if strategy != "relations":
            return found
        return with_fields(found, lambda: self._draft(question, seeds, deadline), lambda: view_of(self.graph), most)

    def _retrieve(self, question: str, seeds: Sequence[Seed] | None, max_facts: int, strategy: str, deadline: Deadline) -> Evidence:
        start = time.perf_counter()
        with governed(deadline):
            links = self.linker.link(question)
            nodes = None if seeds is None else nodes_of(self.graph, seeds)
            linked = time.perf_counter()
            evidence = self.retriever.retrieve(
                read_as(question), links, seeds=nodes, max_facts=max_facts, strategy=strategy, deadline=deadline
            )
        return replace(evidence, timings={"link": linked - start, **evidence.timings})

    def retrieve_many(self, questions: Iterable[str], *, max_facts: int | None = None, strategy: str = "relations") -> Iterator[Evidence]:
        """What `retrieve` finds for each question, in their order, one at a time: a million questions take no more memory than one.

        >>> qa = kgllm.GraphQA(kgllm.load([("Memento", "directed by", "Christopher Nolan")]))
        >>> [len(found.facts) for found in qa.retrieve_many(["Who directed Memento?", "谁导演了Memento？"])]
        [1, 1]
        """
        if isinstance(questions, str):
            raise WrongTypeError("questions must be several strings", hint="retrieve(…) takes one question")
        return (self.retrieve(question, max_facts=max_facts, strategy=strategy) for question in questions)

    def ask(self, question: str, *, seeds: Sequence[Seed] | None = None) -> Answer:
        """Answer one question; never from a model's memory unless `from_memory` was set.

        Raises:
            TextTooLong, WrongTypeError: not a question.
            GraphTimeout, ModelError: a stage failed; nothing is kept.
        """
        return self.ask_many([question], seeds=None if seeds is None else [seeds])[0]

    def ask_many(self, questions: Iterable[str], *, seeds: Sequence[Sequence[Seed]] | None = None) -> list[Answer]:
        """Answer several questions, in their order; a model gets them as one batch. `seeds`: one list for each question.

        Raises:
            ConfigError: not as many lists of seeds as questions; and what `ask` raises.

        >>> qa = kgllm.GraphQA(kgllm.load([("Memento", "directed by", "Christopher Nolan")]))
        >>> [answer.text for answer in qa.ask_many(["Who directed Memento?", "谁导演了Memento？"])]
        ['Christopher Nolan [1]', 'Christopher Nolan [1]']
        """
        asked = several(questions, seeds)
        return self._ask_many(asked, seeds, Deadline(self.limits.seconds * max(1, len(asked))))

    def _ask_many(self, questions: Sequence[str], seeds: Sequence[Sequence[Seed]] | None, deadline: Deadline) -> list[Answer]:
        drafts = [self._draft(q, None if seeds is None else seeds[i], deadline) for i, q in enumerate(questions)]
        return drafts if self.llm is None else self._speaker.answered([self._shown(draft, deadline) for draft in drafts], deadline)

    def stream(self, question: str, *, seeds: Sequence[Seed] | None = None) -> Stream:
        """The answer's text as it is written; the checked `answer` is there when the stream has ended.

        >>> stream = kgllm.GraphQA(kgllm.load([("Memento", "directed by", "Christopher Nolan")])).stream("Who directed Memento?")
        >>> "".join(stream), stream.answer.abstained
        ('Christopher Nolan [1]', False)
        """
        deadline = Deadline(self.limits.seconds)
        draft = self._draft(question, seeds, deadline)
        return self._speaker.streamed(draft if self.llm is None else self._shown(draft, deadline), deadline)

    def prompt(self, question: str, *, seeds: Sequence[Seed] | None = None) -> Prompt:
        """The exact messages that the model would get, and how many tokens they are (without a model: an upper bound).

        >>> qa = kgllm.GraphQA(kgllm.load([("Memento", "directed by", "Christopher Nolan")]))
        >>> print(qa.prompt("Who directed Memento?").served["1"])
        Memento — directed by → Christopher Nolan
        """
        deadline = Deadline(self.limits.seconds)
        return self._speaker.prompt(self._shown(self._draft(question, seeds, deadline), deadline))

    def query(self, text: str, *, parameters: Mapping[str, Any] | None = None, limit: int = 100) -> Answer:
        """An answer from the rows of your own query, in the language of the graph's server: at most `limit` rows, only reading.

        The first column is the answer; relationships in the rows, and properties of nodes in them, are its facts.

        Raises:
            GraphQueryError: this graph takes no queries, or the query is wrong. UnsafeQueryError: it does more than read.
            GraphTimeout: it did not end within `limits.seconds`.
        """
        from kgllm.answering.queried import query

        return query(self.graph, text, parameters, limit=limit, seconds=self.limits.seconds)

    def explain(self, question: str, *, gold: Sequence[str], seeds: Sequence[Seed] | None = None) -> Explanation:
        """Which stage found the gold answers (names or ids), or lost them.

        Raises:
            ConfigError, WrongTypeError: there are none, or they are no list of names.

        >>> qa = kgllm.GraphQA(kgllm.load([("Memento", "directed by", "Christopher Nolan")]))
        >>> print(qa.explain("Who directed Memento?", gold=["Christopher Nolan"]))
        found: Christopher Nolan is the first answer
        """
        from kgllm.answering.explain import explain

        return explain(self, question, gold=gold, seeds=seeds)

    def fit(
        self,
        questions: str | Path | Iterable[Mapping[str, Any] | Question] | None = None,
        *,
        seed: int = 0,
        n: int | None = None,
        own: int | None = None,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> FitReport:
        """Teach the scorer of paths, and how sure to be; what is no better than before on questions held out is not kept.

        Args:
            questions: labelled ones, as `kgllm.evaluate` takes them. None: taught by the graph alone, by questions that kgllm writes.
            seed: of every draw; the same seed teaches the same.
            n: how many questions at most (1,600 of its own, 2,000 labelled ones).
            own: with labels, how many of kgllm's own are added. None: some where there are few labels.
            progress: called with (what, how many are done, of how many).

        Raises:
            ConfigError: none of the labelled questions leads to its answers in this graph.

        >>> qa = kgllm.GraphQA(kgllm.load(kgllm.datasets.load("gpu")))
        >>> report = qa.fit(kgllm.datasets.questions("gpu")[:40], own=0)
        >>> report.kept in ("learned", "shipped")
        True
        """
        from kgllm.answering.fitting import fit

        return fit(self, questions, seed=seed, n=n, own=own, progress=progress)

    def save(self, folder: str | Path) -> Path:
        """Keep what was learned in a folder: safetensors, and JSON that says on which graph, with which encoder and seed.

        Raises:
            ConfigError: nothing was learned yet.
        """
        if self.retriever.learned is None:
            raise ConfigError("there is nothing to save: nothing was learned yet", hint="qa.fit()")
        return self.retriever.learned.save(folder)

    @classmethod
    def load(cls, folder: str | Path, graph: Graph, llm: LLM | str | Any | None = None, **options: Any) -> GraphQA:
        """A GraphQA with what `save` kept. `options` are those of GraphQA; the encoder is that which it was learned with.

        Raises:
            CheckpointError: the folder is incomplete or altered, or was learned over other relations or another encoder.
        """
        from kgllm.answering.fitting import loaded

        return loaded(cls, folder, graph, llm, options)

    def use(self, learned: Learned | None) -> None:
        """Score by what was learned; None: as kgllm ships."""
        self.retriever.learn(learned)
        self.linker.learned = None if learned is None else learned.links
        self.fitted_threshold = None if learned is None else learned.threshold
        self._settings["scorer"] = None if learned is None else dict(learned.about)

    def parts(self, path: EvidencePath) -> dict[str, float]:
        """What the score of a path is made of: each feature times its weight, the largest first.

        >>> qa = kgllm.GraphQA(kgllm.load([("Inception", "directed by", "Christopher Nolan")]))
        >>> path = qa.retrieve("Who directed Inception?").paths[0]
        >>> abs(sum(qa.parts(path).values()) - path.score) < 1e-3
        True
        """
        from kgllm.retrieval.ranking.why import parts_of

        return parts_of(path.features, self.retriever.weights)

    def why(self, question: str, *, seeds: Sequence[Seed] | None = None, top: int = 3) -> tuple[Why, ...]:
        """The best paths: each feature's part of their scores, and which words speak for which steps. `print(qa.why(…)[0])`.

        >>> qa = kgllm.GraphQA(kgllm.load([("Inception", "directed by", "Christopher Nolan"), ("Inception", "year", 2010)]))
        >>> best = qa.why("Who directed Inception?")[0]
        >>> best.walk, [(said.word, said.steps) for said in best.words]
        ('Inception —directed by→', [('directed', (1.0,))])
        """
        from kgllm.retrieval.ranking.why import why

        with governed(Deadline(self.limits.seconds)):
            return why(self.retriever, question, self.link(question), None if seeds is None else nodes_of(self.graph, seeds), top=top)

    def sure_enough(self) -> float:
        """The caller's; where the caller left it as it is, what was learned."""
        return self.threshold if self.threshold != THRESHOLD or self.fitted_threshold is None else self.fitted_threshold

    def _draft(self, question: str, seeds: Sequence[Seed] | None, deadline: Deadline) -> Answer:
        """The symbolic answer, which is also what a model's words are held against."""
        settings = {**self.settings, "graph": self.graph.version(), "seeds": None if seeds is None else tuple(map(str, listed(seeds)))}
        return draft(
            question,
            self._alone(question, deadline),
            lambda text: self._retrieve(text, seeds, self.limits.facts, "relations", deadline),
            view=lambda: view_of(self.graph),
            is_field=lambda text: self.retriever.wholes(self.graph.version()).is_field(text),
            threshold=self.sure_enough(),
            settings=settings,
            seeded=seeds is not None,
        )

    def _alone(self, question: str, deadline: Deadline) -> str:
        with governed(deadline):
            return alone(question, self.linker.link)

    def _shown(self, draft: Answer, deadline: Deadline) -> Answer:
        """The draft with what a model is shown: more than the best paths, where they explain nothing."""
        if draft.evidence is None or not self._speaker.looks_wider(draft):
            return draft
        with governed(deadline):
            evidence = self.retriever.wider(
                read_as(self._alone(draft.question, deadline)), draft.evidence, max_facts=self.limits.facts, deadline=deadline
            )
        return replace(draft, evidence=evidence)
