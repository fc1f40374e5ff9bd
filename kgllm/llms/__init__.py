"""Language models behind one seam (`kgllm.llms.base.LLM`).

base           the seam
transformers, openai, callable, echo, small   those above

    "echo"                        deterministic, for tests
    "gemma3-270m"                 the small real model, where its package is installed
    "Qwen/Qwen3-0.6B", a folder   transformers
    (model, tokenizer)            transformers, made by the user
    OpenAILLM(…)                  any OpenAI-compatible server
    a callable                    a list of prompts in, a list of texts out

>>> as_llm(lambda prompts: ["yes" for _ in prompts]).generate(["Is it so?"])
['yes']
"""

from kgllm.llms.base import LLM, Messages, as_llm

__all__ = ["LLM", "Messages", "as_llm"]
