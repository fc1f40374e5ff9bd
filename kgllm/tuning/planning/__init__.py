"""What fits which GPU, before a weight is loaded, and whether to tune at all.

shapes      the sizes of a model, read off its config
targets     which layers adapters sit on
exact       one step on the meta device, counted tensor by tensor
memory      peak memory by part
gpus        the GPUs that people tune on
planner     `plan` and `fits`; plantable draws them
advice      `advise`: prompt, retrieve, or tune
"""
