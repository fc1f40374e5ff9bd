"""python llama_factory_reads.py FOLDER NAME: what LLaMA-Factory's own loader makes of a data set, run in its environment.

FOLDER holds dataset_info.json with NAME, and a tokenizer. Prints a JSON line of rows: all that a model would see, and what it learns.
"""

from __future__ import annotations

import json
import sys


def main(folder: str, name: str) -> None:
    from llamafactory.data import get_dataset, get_template_and_fix_tokenizer
    from llamafactory.hparams import get_train_args
    from transformers import AutoTokenizer

    given = {"model_name_or_path": f"{folder}/tokenizer", "dataset": name, "dataset_dir": folder, "template": "default", "stage": "sft"}
    given |= {"do_train": True, "finetuning_type": "lora", "output_dir": f"{folder}/out", "use_cpu": True, "report_to": "none"}
    model_args, data_args, training_args, *_ = get_train_args({**given, "cutoff_len": 8192, "overwrite_cache": True})
    tokenizer = AutoTokenizer.from_pretrained(f"{folder}/tokenizer")
    template = get_template_and_fix_tokenizer(tokenizer, data_args)
    made = get_dataset(template, model_args, data_args, training_args, stage="sft", tokenizer=tokenizer)["train_dataset"]
    said = [[token for token in row["labels"] if token >= 0] for row in made]
    rows = [{"all": tokenizer.decode(row["input_ids"]), "said": tokenizer.decode(one)} for row, one in zip(made, said, strict=True)]
    print("\n" + json.dumps(rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
