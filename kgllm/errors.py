"""Everything that kgllm raises on purpose.

    KGLLMError
    ├── ConfigError (ValueError)          a setting or argument that cannot be: says the field, the value, what is allowed
    │   ├── WrongTypeError (TypeError)    … because it is of the wrong type
    │   ├── TextTooLong                   a question or name over its limit
    │   └── MissingExtraError (ImportError)  a part whose extra is not installed: says the pip command
    ├── GraphError                        the graph cannot do or be what was asked
    │   ├── GraphParseError               a source cannot be read: format, file and line where known
    │   ├── GraphQueryError               a query text is wrong
    │   ├── UnsafeQueryError              a query or identifier that kgllm refuses to send
    │   ├── GraphTimeout                  the deadline passed (retryable)
    │   ├── GraphUnavailable              a server cannot be reached, or went away (retryable)
    │   └── GraphAuthError                a server refuses the credentials
    ├── ModelError                        a language model failed
    │   ├── ModelTimeout                  … in time (retryable)
    │   ├── ModelUnavailable              … to be reached (retryable)
    │   └── ModelAuthError                … to accept the key
    ├── TrainingDiverged                  a loss that stays no number, after steps were skipped and the run was set back
    └── CheckpointError                   a saved folder is incomplete, altered, or holds what kgllm never loads

"Nothing linked" and "nothing found" are results, not errors.
"""

from __future__ import annotations

from typing import Any


class KGLLMError(Exception):
    """The root. `hint` says what to do, `retryable` whether the same call may work later."""

    retryable: bool = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message}\n  hint: {self.hint}" if self.hint else message


class ConfigError(KGLLMError, ValueError):
    """A setting or argument that cannot be."""


class WrongTypeError(ConfigError, TypeError):
    """An argument of the wrong type."""


class TextTooLong(ConfigError):
    """A question or a name over its limit."""


class MissingExtraError(ConfigError, ImportError):
    """An optional part is not installed; the message holds the pip command."""


class GraphError(KGLLMError):
    """The graph cannot do or be what was asked."""


class GraphParseError(GraphError, ValueError):
    """A source cannot be read."""


class GraphQueryError(GraphError):
    """A query text is wrong."""


class UnsafeQueryError(GraphError):
    """A query or identifier that kgllm refuses to send."""


class GraphTimeout(GraphError, TimeoutError):
    """The deadline passed."""

    retryable = True


class GraphUnavailable(GraphError, ConnectionError):
    """A server cannot be reached, or went away."""

    retryable = True


class GraphAuthError(GraphError):
    """A server refuses the credentials."""


class ModelError(KGLLMError):
    """A language model failed."""


class ModelTimeout(ModelError, TimeoutError):
    """A language model did not answer in time."""

    retryable = True


class ModelUnavailable(ModelError, ConnectionError):
    """A language model cannot be reached."""

    retryable = True


class ModelAuthError(ModelError):
    """A language model's server refuses the key."""


class TrainingDiverged(KGLLMError):
    """The loss of a training stays no number."""


class CheckpointError(KGLLMError):
    """A saved folder is incomplete, altered, or holds what kgllm never loads."""


def shorten(value: object, most: int = 80) -> str:
    """`repr(value)` for a message: one line, control characters escaped, at most `most` characters."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits, a list in a list in a list …
        text = f"<{type(value).__name__}>"
    return text if len(text) <= most else text[: most - 1] + "…"


def require(module: str, extra: str) -> Any:
    """Import an optional package, or say how to have it.

    >>> require("json", "viz").__name__
    'json'

    Raises:
        MissingExtraError: the package is not installed.
    """
    import importlib

    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != module.partition(".")[0]:
            raise
        raise MissingExtraError(
            f"this part of kgllm needs the package {module.partition('.')[0]!r}, which is not installed",
            hint=f'pip install "kgllm[{extra}]"',
        ) from error
