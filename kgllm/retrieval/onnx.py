"""Sentence encoders exported to ONNX, in any language: a folder as model hubs have them, or the archive of a Java package."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.errors import ConfigError, require, shorten

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LONGEST = 256  # tokens of a text
_ARCHIVES = (".jar", ".zip")
# One of several exports of the same model: the whole one before its halves.
_FIRST = ("model.onnx", "model_fp16.onnx", "model_quantized.onnx")
_PLAIN = {"", "model", "onnx"}  # names of files and folders that do not name a model


class OnnxEncoder:
    """Sentence vectors of length 1 by a model that was exported to ONNX. Each text is encoded by itself, so that its vector does not
    depend on what is asked beside it (quantised models scale a batch as one).

    place: a folder, or a .jar or .zip, that holds one model (`*.onnx`; `model.onnx` before `model_quantized.onnx`) and its tokenizer
    (`tokenizer.json` or `*-tokenizer.json`). pooling: "mean" of the last layer's tokens, or "cls", its first one; None: as
    `1_Pooling/config.json` of sentence-transformers says, else mean. A model that gives a vector a text is not pooled.

        qa = kgllm.GraphQA(graph, encoder="models/bge-small-zh-v1.5")   # or OnnxEncoder("…", pooling="cls")

    Raises:
        ConfigError: there is no such file or folder, or not one model and one tokenizer in it. MissingExtraError: onnxruntime or
        tokenizers is not installed.
    """

    def __init__(self, place: str | Path, *, pooling: str | None = None) -> None:
        if pooling not in (None, "mean", "cls"):
            raise ConfigError(f'pooling must be "mean", "cls" or None, not {shorten(pooling)}')
        self._made_of = (str(place), pooling)
        files = _Files(Path(place))
        model, tokenizer = files.model(), files.tokenizer()
        runtime, tokenizers = require("onnxruntime", "onnx"), require("tokenizers", "onnx")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # questions run side by side: decision 9
        options.log_severity_level = 3
        try:
            self._session = runtime.InferenceSession(files.given(model), options, providers=["CPUExecutionProvider"])
            self._tokenizer = tokenizers.Tokenizer.from_str(files.read(tokenizer).decode("utf-8"))
        except Exception as error:  # both raise their own kinds, which share no class
            raise ConfigError(f"the model at {place} cannot be read: {shorten(error)}", hint="export it again") from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_LONGEST)
        self._takes = {one.name for one in self._session.get_inputs()}
        self._first = (pooling or files.pooling()) == "cls"
        self.name = _named(model, Path(place))

    def encode(self, texts: list[str]) -> NDArray[Any]:
        """Vectors of length 1, a row a text."""
        made = np.stack([self._one(text) for text in texts]) if texts else np.zeros((0, 1), np.float32)
        return made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-9)

    def _one(self, text: str) -> NDArray[Any]:
        tokens = self._tokenizer.encode(text)
        given = {"input_ids": tokens.ids, "attention_mask": tokens.attention_mask, "token_type_ids": tokens.type_ids}
        feed = {name: np.array([row], np.int64) for name, row in given.items() if name in self._takes}
        told: NDArray[Any] = np.asarray(self._session.run(None, feed)[0], np.float32)[0]
        return told if told.ndim == 1 else told[0] if self._first else told.mean(axis=0)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, self._made_of


def _again(place: str, pooling: str | None) -> OnnxEncoder:
    return OnnxEncoder(place, pooling=pooling)


def _named(model: str, place: Path) -> str:
    """A name by which a scorer that was learned with this encoder is known again: of the model's file, else of its folder."""
    names = [PurePosixPath(model).stem, *(part.name for part in PurePosixPath(model).parents), place.stem, place.resolve().name]
    return next((name for name in names if name.partition("_")[0] not in _PLAIN), "onnx")


class _Files:
    """The files of a folder or of an archive, by their names within."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._archive = None
        if place.is_dir():
            self.names = sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file())
        elif place.is_file() and place.suffix.lower() in _ARCHIVES:
            try:
                self._archive = zipfile.ZipFile(place)
            except (OSError, zipfile.BadZipFile) as error:
                raise ConfigError(f"{place} is no archive that can be read: {error}") from error
            self.names = sorted(self._archive.namelist())
        else:
            there = "is neither a folder nor a .jar or .zip" if place.exists() else "is not there"
            raise ConfigError(f"the encoder {place} {there}", hint='encoder="minilm", or the folder of a model exported to ONNX')

    def read(self, name: str) -> bytes:
        return self._archive.read(name) if self._archive else (self.place / name).read_bytes()

    def given(self, name: str) -> bytes | str:
        """As onnxruntime takes it: by its path, for a large model keeps its weights in files beside it."""
        return self._archive.read(name) if self._archive else str(self.place / name)

    def model(self) -> str:
        found = [name for name in self.names if name.endswith(".onnx")]
        for first in _FIRST:
            found = [name for name in found if PurePosixPath(name).name == first] or found
            if len(found) == 1:
                return found[0]
        raise self._not_one("model (*.onnx)", found)

    def tokenizer(self) -> str:
        found = [name for name in self.names if name.endswith("tokenizer.json")]
        if len(found) != 1:
            raise self._not_one("tokenizer (tokenizer.json)", found)
        return found[0]

    def pooling(self) -> str:
        told = next((name for name in self.names if name.endswith("1_Pooling/config.json")), None)
        return "cls" if told and json.loads(self.read(told)).get("pooling_mode_cls_token") else "mean"

    def _not_one(self, what: str, found: list[str]) -> ConfigError:
        said = f"{len(found)} of them: {', '.join(found[:4])}" if found else "none"
        return ConfigError(f"{self.place} must hold one {what}; there is {said}", hint="give a folder of its own to one model")
