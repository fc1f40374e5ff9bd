"""A real OpenAI-compatible server on loopback: `transformers serve` over a tiny model."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from kgllm.errors import ModelError
from kgllm.llms.openai import OpenAILLM
from kgllm.llms.transformers import TransformersLLM

pytestmark = [pytest.mark.model, pytest.mark.slow]


@pytest.fixture(scope="module")
def served(tiny, tmp_path_factory) -> Iterator[tuple[str, str]]:
    """(base_url, model folder) of a running server; it is ended by its own process id."""
    program = Path(sys.executable).with_name("transformers")
    if not program.exists():
        pytest.skip("needs the transformers command")
    folder = tmp_path_factory.mktemp("model")
    for part in tiny(chat=True):
        part.save_pretrained(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (tmp_path_factory.mktemp("log") / "serve.log").open("w+")
    server = subprocess.Popen(
        [program, "serve", str(folder), "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"], stdout=log, stderr=subprocess.STDOUT
    )
    try:
        for _ in range(240):
            if server.poll() is not None:
                log.seek(0)
                pytest.skip(f"transformers serve cannot run here: {log.read()[-300:]}")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1)
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
        else:
            pytest.fail("transformers serve was not ready within 120 s")
        yield f"http://127.0.0.1:{port}/v1", str(folder)
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def test_chat_and_plain_whole_and_streamed(served):
    url, folder = served
    for chat in (True, False):
        llm = OpenAILLM(folder, base_url=url, chat=chat, timeout=60)
        texts = llm.generate(["Who directed Inception?", "流浪地球的导演是谁？"], max_tokens=8)
        assert len(texts) == 2
        assert texts == llm.generate(["Who directed Inception?", "流浪地球的导演是谁？"], max_tokens=8)
        assert "".join(llm.stream("Who directed Inception?", max_tokens=8)) == texts[0]


def test_it_says_what_the_model_says_here(served):
    url, folder = served
    here = TransformersLLM(folder).generate(["Who directed Inception?"], max_tokens=8)
    assert OpenAILLM(folder, base_url=url, timeout=60).generate(["Who directed Inception?"], max_tokens=8) == here


def test_a_model_that_is_not_there(served):
    with pytest.raises(ModelError):
        OpenAILLM("no-such-model", base_url=served[0], timeout=60, retries=0).generate(["q"])
