"""Models of the transformers library: a name of the hub, a folder, or (model, tokenizer) that the user made."""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kgllm.errors import ConfigError, ModelError, ModelTimeout, ModelUnavailable, WrongTypeError, require, shorten
from kgllm.limits import Deadline
from kgllm.llms.base import CutShort, Request, as_messages, as_text, checked, finished, stops_of, stream_cut, stream_without_thoughts
from kgllm.types import Prompt

_HUB_SECONDS = 10.0  # for one look at the hub
_ENDLESS = 10**9  # tokenizers without a limit carry a huge number


class TransformersLLM:
    """A causal language model on this machine; greedy unless a temperature is given.

    source: a hub name, a folder, or (model, tokenizer). chat: whether to use the tokenizer's chat template (by default
    where it has one). device: "cuda", "mps", "cpu"; the best there is by default. dtype: a torch dtype or its name; by
    default bfloat16 where the device computes in it, else float32. batch: prompts that are generated side by side.
    A model that the user made stays where and as it is. Code that comes with a model is never run (no
    trust_remote_code). One call at a time: threads wait for each other.

    Raises:
        MissingExtraError: torch or transformers is not installed. ModelUnavailable: no such model can be had.
    """

    def __init__(
        self,
        source: str | Path | tuple[Any, Any],
        *,
        name: str | None = None,
        chat: bool | None = None,
        device: str | None = None,
        dtype: Any = None,
        batch: int = 8,
        temperature: float = 0.0,
    ) -> None:
        if batch < 1:
            raise ConfigError(f"batch must be at least 1, not {batch!r}")
        if not temperature >= 0:
            raise ConfigError(f"temperature must be 0 or more, not {temperature!r}")
        self._torch: Any = require("torch", "llm")
        require("transformers", "llm")
        if isinstance(source, tuple):
            self.model, self.tokenizer = source
            if not callable(getattr(self.model, "generate", None)) or not callable(self.tokenizer):
                raise WrongTypeError(
                    f"expected (model, tokenizer) of transformers, not ({shorten(self.model, 40)}, {shorten(self.tokenizer, 40)})"
                )
            self.name = name or str(getattr(self.model.config, "_name_or_path", "") or type(self.model).__name__)
        else:
            self.model, self.tokenizer = _load(source, device=device, dtype=dtype)
            self.name = name or str(source)
        self.model.eval()
        self.chat = bool(getattr(self.tokenizer, "chat_template", None)) if chat is None else chat
        if self.chat and not getattr(self.tokenizer, "chat_template", None):
            raise ConfigError(f"the model {self.name!r} has no chat template", hint="leave chat out: it is then prompted as a base model")
        self.batch = batch
        self.needs_examples = not self.chat  # a base model is shown how to answer; one that was taught to is not
        self.temperature = temperature
        self.context = _context(self.model, self.tokenizer)
        self.special_tokens = special_tokens_of(self.tokenizer)
        self._lock = threading.Lock()  # fast tokenizers and caches are not made for two threads at once

    def __repr__(self) -> str:
        return f"TransformersLLM({self.name!r}, device={str(self.model.device)!r}, dtype={str(self.model.dtype)!r})"

    def generate(
        self,
        prompts: Sequence[Request],
        *,
        max_tokens: int = 128,
        stop: Sequence[str] = (),
        seed: int = 0,
        deadline: Deadline | None = None,
    ) -> list[str]:
        """One completion for each prompt, in order; prompts of like length share a batch, padded on the left."""
        requests = checked(prompts)
        with self._lock:
            encoded = [self._fitting(one, max_tokens) for one in requests]
            texts = [""] * len(requests)
            order = sorted(range(len(requests)), key=lambda i: (len(encoded[i]), i))
            for start in range(0, len(order), self.batch):
                part = order[start : start + self.batch]
                stops = [stops_of(requests[i], stop) for i in part]
                for i, text in zip(part, self._batch([encoded[i] for i in part], max_tokens, stops, seed, deadline), strict=True):
                    texts[i] = text
        return texts

    def stream(
        self, prompt: Request, *, max_tokens: int = 128, stop: Sequence[str] = (), seed: int = 0, deadline: Deadline | None = None
    ) -> Iterator[str]:
        """The same completion as `generate` gives it alone, as soon as its words are known."""
        request = checked([prompt])[0]
        if getattr(getattr(self.model, "active_peft_config", None), "is_prompt_learning", False):
            # an adapter of virtual tokens puts them before every call of the model: only generate knows that they stand once
            yield self.generate([request], max_tokens=max_tokens, stop=stop, seed=seed, deadline=deadline)[0]
            return
        yield from stream_cut(stream_without_thoughts(self._pieces(request, max_tokens, seed, deadline)), stops_of(request, stop))

    def count(self, prompt: Request) -> tuple[int, bool]:
        """The length of exactly what the model would read."""
        with self._lock:
            return len(self._encode(prompt)), True

    def _encode(self, request: Request) -> list[int]:
        return prompt_ids(self.tokenizer, request, chat=self.chat)

    def _fitting(self, request: Request, max_tokens: int) -> list[int]:
        ids = self._encode(request)
        if not ids:
            raise ConfigError("the prompt is empty", hint="give the model something to read")
        if self.context is not None and len(ids) + max_tokens > self.context:
            raise ConfigError(
                f"{len(ids)} tokens of prompt and {max_tokens} of answer do not fit the {self.context} of {self.name!r}",
                hint="lower the prompt's token budget or max_tokens",
            )
        return ids

    def _batch(
        self, rows: list[list[int]], max_tokens: int, stops: list[tuple[str, ...]], seed: int, deadline: Deadline | None
    ) -> list[str]:
        torch = self._torch
        width = max(map(len, rows))
        ids = torch.tensor([[self._pad] * (width - len(row)) + row for row in rows], device=self.model.device)
        mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in rows], device=self.model.device)
        late: list[bool] = []

        def over(sequences: Any, scores: Any, **_: Any) -> Any:
            if deadline is not None and deadline.left() <= 0:
                late.append(True)
                return torch.ones(len(rows), dtype=torch.bool, device=sequences.device)
            done = [bool(stop) and self._stopped(row[width:].tolist(), stop) for row, stop in zip(sequences, stops, strict=True)]
            return torch.tensor(done, dtype=torch.bool, device=sequences.device)

        with self._seeded(seed), torch.inference_mode():
            out = self._generated(
                input_ids=ids, attention_mask=mask, stopping_criteria=[over], generation_config=self._settings(max_tokens)
            )
        if late:
            raise self._too_late(deadline)
        new = [row[width:].tolist() for row in out]
        short = [len(row) >= max_tokens and not self._ends.intersection(row) for row in new]
        return [finished(self._decode(row), stop, short=cut_short) for row, stop, cut_short in zip(new, stops, short, strict=True)]

    def _generated(self, **inputs: Any) -> Any:
        try:
            with warnings.catch_warnings():  # PEFT's prompt methods warn of what generate itself passes them
                warnings.filterwarnings("ignore", message="Position ids are not supported")
                with _in_one_piece(self.model):
                    return self.model.generate(**inputs)
        except (RuntimeError, ValueError, IndexError) as error:  # out of memory, a broken model, a tokenizer of another model
            raise ModelError(
                f"the model {self.name!r} failed: {error}", hint="lower batch or the prompt's budget, or check the model"
            ) from error

    def _stopped(self, new: list[int], stops: tuple[str, ...]) -> bool:
        """Is the row's text past one of its stops? Only its last tokens can have brought one."""
        tail = self._decode(new[-(max(map(len, stops)) + 8) :])
        return any(stop in (tail if len(new) > 8 else tail.lstrip()) for stop in stops)

    def _pieces(self, request: Request, max_tokens: int, seed: int, deadline: Deadline | None) -> Iterator[str]:
        """Decodes step by step over the key-value cache; text is given out once it can no longer change."""
        torch = self._torch
        with self._lock:
            row = self._fitting(request, max_tokens)
            feed, cache = torch.tensor([row], device=self.model.device), None
            draw = torch.Generator(device="cpu").manual_seed(seed)
        new: list[int] = []
        shown, used_up = "", False
        for _ in range(max_tokens):
            if deadline is not None and deadline.left() <= 0:
                raise self._too_late(deadline)
            with self._lock, torch.inference_mode():
                out = self.model(input_ids=feed, past_key_values=cache, use_cache=True)
                cache, last = out.past_key_values, out.logits[0, -1].float().cpu()
                token = int(self._drawn(last, draw))
                if token in self._ends:
                    break
                new.append(token)
                text = self._decode(new)
            if not text.endswith("\ufffd") and text.startswith(shown):  # half a character waits for its other half
                yield text[len(shown) :]
                shown = text
            feed = torch.tensor([[token]], device=self.model.device)
        else:
            used_up = True
        if new and (rest := self._decode(new)[len(shown) :]):
            yield rest
        if used_up:
            yield CutShort()

    def _drawn(self, logits: Any, draw: Any) -> Any:
        if not self.temperature:
            return logits.argmax()
        return self._torch.multinomial((logits / self.temperature).softmax(-1), 1, generator=draw)

    def _decode(self, ids: list[int]) -> str:
        return str(self.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False))

    def _settings(self, max_tokens: int) -> Any:
        """Everything said, so that nothing of a model's own generation file (sampling, penalties) comes in unseen."""
        from transformers import GenerationConfig

        sampling: dict[str, Any] = {"temperature": self.temperature, "top_k": 0, "top_p": 1.0} if self.temperature else {}
        return GenerationConfig(
            max_new_tokens=max_tokens,
            do_sample=bool(sampling),
            num_beams=1,
            pad_token_id=self._pad,
            eos_token_id=sorted(self._ends) or None,
            **sampling,
        )

    @property
    def _pad(self) -> int:
        for one in (self.tokenizer.pad_token_id, *sorted(self._ends)):
            if one is not None:
                return int(one)
        return 0

    @property
    def _ends(self) -> set[int]:
        """The tokens that end a text: the tokenizer's and the model's (chat models often have a second one)."""
        own = getattr(getattr(self.model, "generation_config", None), "eos_token_id", None)
        ends = own if isinstance(own, (list, tuple)) else [own]
        return {int(one) for one in (*ends, self.tokenizer.eos_token_id) if one is not None}

    @contextmanager
    def _seeded(self, seed: int) -> Iterator[None]:
        """The seed for this call alone; the program's own random state is left as it was."""
        if not self.temperature:
            yield
            return
        with self._torch.random.fork_rng(devices=[] if self.model.device.type == "cpu" else None):
            self._torch.manual_seed(seed)
            yield

    def _too_late(self, deadline: Deadline | None) -> ModelTimeout:
        seconds = deadline.seconds if deadline else 0
        return ModelTimeout(
            f"the model {self.name!r} did not finish within {seconds:g} s", hint="raise Limits(seconds=…), or lower max_tokens"
        )


@contextmanager
def _in_one_piece(model: Any) -> Iterator[None]:
    """The states before the head stand in one piece. generate hands it the last place of each row, a slice, and PyTorch then copies a
    head that is frozen (an adapter's base is) once for each row: of eight short answers, 15 of 16 seconds on a CPU."""
    head = getattr(model, "get_output_embeddings", lambda: None)()
    if head is None:
        yield
        return
    hook = head.register_forward_pre_hook(lambda _module, args: (args[0].contiguous(), *args[1:]) if args else None)
    try:
        yield
    finally:
        hook.remove()


def prompt_ids(tokenizer: Any, request: Request, *, chat: bool) -> list[int]:
    """Token ids of a request, and what training puts before an answer. Our own plain prompts hold no control tokens on purpose:
    none is read out of their text."""
    if chat:
        # A model that can think aloud is told not to: an answer from facts is a lookup. Templates without the switch pass over it.
        text = tokenizer.apply_chat_template(as_messages(request), tokenize=False, add_generation_prompt=True, enable_thinking=False)
        return list(tokenizer(text, add_special_tokens=False)["input_ids"])
    return list(tokenizer(as_text(request), split_special_tokens=isinstance(request, Prompt))["input_ids"])


def _load(source: str | Path, *, device: str | None, dtype: Any) -> tuple[Any, Any]:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    path = Path(source).expanduser()
    if not path.is_dir() and (isinstance(source, Path) or path.is_absolute() or source.startswith((".", "~"))):
        missing = ModelUnavailable(f"there is no model folder {shorten(str(path))}", hint="check the path")
        missing.retryable = False  # unlike a hub, a path does not come back by itself
        raise missing
    where = torch.device(device or usual_device(torch))
    kind = getattr(torch, dtype) if isinstance(dtype, str) else dtype or usual_dtype(torch, where)
    named = str(path) if path.is_dir() else str(source)
    if not path.is_dir():
        look_at_hub(named)
    try:
        tokenizer = AutoTokenizer.from_pretrained(named, trust_remote_code=False)
        with no_bars():
            model = AutoModelForCausalLM.from_pretrained(named, dtype=kind, trust_remote_code=False, use_safetensors=True)
    except (OSError, ValueError, KeyError) as error:  # what transformers raises for no such folder, no network, a broken folder
        raise ModelUnavailable(
            f"the model {shorten(named)} cannot be loaded: {str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__}",
            hint="give a folder that holds config.json, safetensors and a tokenizer, or a hub name where the hub can be reached",
        ) from error
    return model.to(where), tokenizer


def look_at_hub(name: str) -> None:
    """One quick look: where the hub cannot be reached the library itself tries again for minutes, file by file.

    Raises:
        ModelUnavailable: nothing of the model is here, and the hub cannot be reached.
    """
    hub: Any = require("huggingface_hub", "llm")
    http = sys.modules[type(hub.utils.get_session()).__module__.partition(".")[0]]  # httpx, or what has come after it
    try:
        if not isinstance(hub.try_to_load_from_cache(name, "config.json"), str):
            hub.HfApi().model_info(name, timeout=_HUB_SECONDS)
    except (http.TransportError, http.InvalidURL) as error:
        raise ModelUnavailable(
            f"the model {shorten(name)} is no folder here, and the hub cannot be reached: {shorten(str(error))}",
            hint="give a folder that holds config.json, safetensors and a tokenizer, or a hub name where the hub can be reached",
        ) from error
    except (OSError, ValueError):  # no such model, no such name, offline by choice: the library says it better
        return


@contextmanager
def no_bars() -> Iterator[None]:
    """A progress bar for a second's loading only disturbs what is printed."""
    from transformers.utils import logging

    bars = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if bars:
            logging.enable_progress_bar()


def usual_device(torch: Any) -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def usual_dtype(torch: Any, device: Any) -> Any:
    """bfloat16 on GPUs that compute in it and on Apple's; float32 on the CPU, where it is right everywhere."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    return torch.bfloat16 if device.type == "mps" else torch.float32


def _context(model: Any, tokenizer: Any) -> int | None:
    config = model.config.get_text_config() if hasattr(model.config, "get_text_config") else model.config
    known = (getattr(config, "max_position_embeddings", None), getattr(tokenizer, "model_max_length", None))
    sizes = [int(one) for one in known if one and one < _ENDLESS]
    return min(sizes) if sizes else None


def special_tokens_of(tokenizer: Any) -> tuple[str, ...]:
    """Every text that becomes a control token: the named ones, and those added to the vocabulary as special."""
    added = getattr(tokenizer, "added_tokens_decoder", {}).values()
    texts = [*tokenizer.all_special_tokens, *(str(one) for one in added if getattr(one, "special", False))]
    return tuple(dict.fromkeys(text for text in texts if text))
