"""The options that several commands share, each group a dataclass, and the decorator that gives them to a command."""

from __future__ import annotations

import dataclasses
import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from kgllm.errors import ConfigError

LOADING, ASKING = "Reading the graph", "Asking"


def _option(help: str, *names: str, panel: str) -> Any:
    return typer.Option(*names, help=help, rich_help_panel=panel, show_default=False)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions:
    """How the graph is read; what is not given is found out."""

    format: Annotated[str | None, _option("Format of the source, where its suffix does not say it.", panel=LOADING)] = None
    separator: Annotated[str | None, _option("What stands between the fields of a line; \\t for a tab.", panel=LOADING)] = None
    encoding: Annotated[str | None, _option("Of a text file that is not UTF-8, such as gb18030.", panel=LOADING)] = None
    header: Annotated[bool | None, _option("Whether the first line names the columns.", "--header/--no-header", panel=LOADING)] = None
    subject: Annotated[
        str | None,
        _option(
            "Column of the subject: its name, or its place from 0; alone: every other column is a relation. ID,NAME: two columns.",
            panel=LOADING,
        ),
    ] = None
    relation: Annotated[str | None, _option("Column or edge attribute of the relation.", panel=LOADING)] = None
    object: Annotated[str | None, _option("Column of the object.", panel=LOADING)] = None
    id: Annotated[str | None, _option("Column or node attribute that is the id.", "--key", "--id", panel=LOADING)] = None
    name: Annotated[str | None, _option("Column, node attribute, relation or predicate that is the name.", panel=LOADING)] = None
    refers: Annotated[
        list[str] | None,
        _option(
            "COLUMN=TABLE: a column whose values are rows of a table (TABLE,OTHER: of several); COLUMN= keeps its values; repeatable.",
            panel=LOADING,
        ),
    ] = None
    extends: Annotated[
        list[str] | None,
        _option("TABLE=OTHER: a table whose rows are those of another, by their keys; TABLE= keeps them apart; repeatable.", panel=LOADING),
    ] = None
    split: Annotated[
        list[str] | None, _option("COLUMN=MARK: what stands between the values of one cell (aliases=;); repeatable.", panel=LOADING)
    ] = None
    table: Annotated[str | None, _option("What the rows of a table are; its file's name without.", panel=LOADING)] = None
    tables: Annotated[list[str] | None, _option("Read only this table of a database or folder; repeatable.", panel=LOADING)] = None
    without: Annotated[list[str] | None, _option("A column that is not read; repeatable.", panel=LOADING)] = None
    names: Annotated[str | None, _option("A file of two columns: id and name.", panel=LOADING)] = None
    relations: Annotated[
        str | None, _option("A file of two columns: a relation, and what people call it (several lines for several).", panel=LOADING)
    ] = None
    aliases: Annotated[str | None, _option("Where aliases are: as for the name, or a file of id and alias.", panel=LOADING)] = None
    types: Annotated[str | None, _option("Where types are: as for the name, or a file of id and type.", panel=LOADING)] = None
    strict: Annotated[bool | None, _option("Refuse rows with an empty field instead of skipping them.", "--strict", panel=LOADING)] = None

    user: Annotated[str | None, _option("User of a server.", panel=LOADING)] = None
    password: Annotated[
        str | None,
        typer.Option(envvar="KGLLM_PASSWORD", help="Password of a server; best given as KGLLM_PASSWORD.", rich_help_panel=LOADING, show_default=False, show_envvar=False),
    ] = None  # fmt: skip

    def given(self) -> dict[str, Any]:
        """The options of `kgllm.load` that were given."""
        found: dict[str, Any] = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        user, password = found.pop("user"), found.pop("password")
        found["auth"] = (user, password or "") if user is not None else None
        if self.separator is not None:
            found["separator"] = self.separator.replace("\\t", "\t")
        if self.refers is not None:
            said = _pairs("--refers", self.refers, "COLUMN=TABLE", "country=countries")
            found["refers"] = {column: (table.split(",") if "," in table else table) or None for column, table in said.items()}
        if self.extends is not None:
            said = _pairs("--extends", self.extends, "TABLE=OTHER", "film_ratings=films")
            found["extends"] = {table: other or None for table, other in said.items()}
        if self.split is not None:
            found["split"] = _pairs("--split", self.split, "COLUMN=MARK", '"aliases=;"', whole=True)
        for name in ("subject", "relation", "object"):
            if found[name] is not None:
                several = tuple(int(one) if one.isdecimal() else one for one in found[name].split(",", 1))
                found[name] = (
                    several if len(several) == 2 and name != "relation" else int(found[name]) if found[name].isdecimal() else found[name]
                )
        return {name: value for name, value in found.items() if value is not None}


def _pairs(option: str, said: list[str], form: str, example: str, *, whole: bool = False) -> dict[str, str]:
    """What a repeated COLUMN=… says. whole: something stands behind each sign.

    Raises:
        ConfigError: it is none.
    """
    pairs = [pair.partition("=") for pair in said]
    for column, sign, value in pairs:
        if not column or not sign or (whole and not value):
            raise ConfigError(f"{option} {column}{sign}{value}: must be {form}", hint=f"{option} {example}")
    return {column: value for column, _, value in pairs}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LinkOptions:
    """How names are found in a question."""

    nlp: Annotated[str | None, _option("A spaCy pipeline by name or folder; without one a blank pipeline.", panel=ASKING)] = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions(LinkOptions):
    """How facts are looked for."""

    encoder: Annotated[
        str | None,
        _option('A sentence encoder beside the words: "minilm" (English), or the folder or .jar of one exported to ONNX.', panel=ASKING),
    ] = None
    max_facts: Annotated[
        int | None,
        _option(
            "At most so many facts.",
            panel=ASKING,
        ),
    ] = None
    scorer: Annotated[Path | None, _option("A folder that `kgllm fit` made: score by what was learned.", panel=ASKING)] = None
    hops: Annotated[int | None, _option("At most so many steps from an entity of the question (1 to 6).", panel=ASKING)] = None
    seconds: Annotated[float | None, _option("Give up after this long.", panel=ASKING)] = None
    seed: Annotated[list[str] | None, _option("Start from this entity (id or name) instead of linking; repeatable.", panel=ASKING)] = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ModelOptions(SearchOptions):
    """Who words the answer."""

    llm: Annotated[
        str | None,
        _option("A language model: a name or a folder for transformers, or a name on --base-url. None: symbolic answers.", panel=ASKING),
    ] = None
    base_url: Annotated[str | None, _option("An OpenAI-compatible server: http://127.0.0.1:8000/v1.", panel=ASKING)] = None
    key_env: Annotated[str | None, _option("The environment variable that holds the server's key.", panel=ASKING)] = None
    completions: Annotated[
        bool | None, _option("A base model is behind the server: plain completions, no chat.", "--completions", panel=ASKING)
    ] = None
    tokens: Annotated[int | None, _option("Budget of the model's prompt, in its own tokens.", panel=ASKING)] = None
    unsure: Annotated[
        str | None,
        _option('"model" or "abstain", where no path explains the question. None: ask a chat model, and no base model.', panel=ASKING),
    ] = None


def model_of(options: ModelOptions) -> Any:
    """What `GraphQA(llm=…)` takes: None, a name, or a model on a server.

    Raises:
        ConfigError: options of a server without one, or a key that is not there.
    """
    if options.base_url is None:
        if options.key_env or options.completions:
            raise ConfigError("--key-env and --completions belong to a server", hint="say which: --base-url http://…/v1")
        return options.llm
    if not options.llm:
        raise ConfigError("--base-url needs the model's name on that server", hint="--llm NAME")
    key = os.environ.get(options.key_env) if options.key_env else None
    if options.key_env and not key:
        raise ConfigError(f"the environment variable {options.key_env!r} holds no key")
    from kgllm.llms.openai import OpenAILLM

    seconds: dict[str, Any] = {} if options.seconds is None else {"timeout": options.seconds}
    return OpenAILLM(options.llm, base_url=options.base_url, api_key=key, chat=not options.completions, **seconds)


def takes_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command, in place of each parameter that is a group of options, the options of that group."""
    hints = get_type_hints(command, include_extras=True)
    signature = inspect.signature(command)
    groups: dict[str, Any] = {name: kind for name, kind in hints.items() if dataclasses.is_dataclass(kind)}

    def run(**given: Any) -> Any:
        for name, kind in groups.items():
            given[name] = kind(**{field.name: given.pop(field.name) for field in dataclasses.fields(kind)})
        return command(**given)

    parameters: list[inspect.Parameter] = []
    for name, parameter in signature.parameters.items():
        if name not in groups:
            parameters.append(parameter.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY))
            continue
        inner = get_type_hints(groups[name], include_extras=True)
        parameters += [
            inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=inner[field.name])
            for field in dataclasses.fields(groups[name])
        ]
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    return run


GraphArgument = Annotated[
    str, typer.Argument(metavar="GRAPH", help="A file, a compiled folder, or a built-in graph (gpu).", show_default=False)
]


def not_empty(question: str | None) -> str | None:
    """A question as it was given, or what stands on the standard input where it is "-". An empty one is mostly a variable of the
    shell that is not set.

    Raises:
        ConfigError: it is empty.
    """
    if question == "-":
        question = sys.stdin.buffer.read().decode("utf-8", "replace").strip()
    if question is not None and not question.strip():
        raise ConfigError("the question is empty", hint='give it in quotation marks: "Who directed Inception?"')
    return question


QuestionArgument = Annotated[
    str,
    typer.Argument(
        metavar="QUESTION", help="In English or Chinese; - reads it from the standard input.", show_default=False, callback=not_empty
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
