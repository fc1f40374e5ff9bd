"""The run: rows in, an adapter out.

loss        where labels are, and KL to the base model
grade       which rows a model would answer, without generating
watch       what stops a run, and what keeps the best state
dial        the adapter scaled afterwards
trainer     transformers' Trainer with guards and checkpoints; arguments: what it is told
heap        what a CPU's steps leave behind
marks       what tells one run from another
processes   the group that several of them train in
runs        `tune`
"""
