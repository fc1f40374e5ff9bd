"""What transformers' trainer is told of a run, and whom it reports to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kgllm.errors import ConfigError, shorten
from kgllm.tuning.settings import TuneSettings
from kgllm.tuning.weights.base import Base


def check_reporters(given: TuneSettings) -> None:
    """A reporter that is not known or not installed is said before the model is touched.

    Raises:
        ConfigError: so it is.
    """
    from transformers.integrations import get_available_reporting_integrations
    from transformers.integrations.integration_utils import INTEGRATION_TO_CALLBACK

    there = get_available_reporting_integrations() if given.report_to else []
    for name in given.report_to:
        if name not in INTEGRATION_TO_CALLBACK:
            raise ConfigError(f"no reporter {shorten(name)}", hint=f"one of {', '.join(sorted(INTEGRATION_TO_CALLBACK))}")
        if name not in there:
            raise ConfigError(
                f"reporting to {name} needs its package, which is not installed", hint=f"pip install {name.replace('_', '-')}"
            )


def arguments(base: Base, given: TuneSettings, root: Path) -> Any:
    """What transformers' trainer is told."""
    import torch
    from transformers import TrainingArguments

    on_gpu = torch.cuda.is_available()
    half = next((one.dtype for one in base.model.parameters() if one.dtype in (torch.bfloat16, torch.float16)), None)
    return TrainingArguments(
        output_dir=str(root),
        max_steps=given.steps,
        per_device_train_batch_size=1,  # one item of Batches is a whole micro-batch
        gradient_accumulation_steps=given.accumulation,
        learning_rate=given.rate or 0.0,
        warmup_steps=max(0, round(given.warmup * given.steps)),
        lr_scheduler_type="cosine",
        logging_steps=max(1, min(10, given.check_every)),
        logging_nan_inf_filter=False,  # it hides what the guard must see
        save_strategy="steps",
        save_steps=given.save_every,
        train_sampling_strategy="sequential",
        remove_unused_columns=False,
        report_to=list(given.report_to),
        disable_tqdm=True,
        seed=given.seed,
        bf16=half is torch.bfloat16,
        fp16=half is torch.float16 and on_gpu,
        activation_checkpointing=given.checkpointing,
        dataloader_num_workers=0,
        dataloader_pin_memory=on_gpu,
        use_cpu=not on_gpu and not torch.backends.mps.is_available(),
    )
