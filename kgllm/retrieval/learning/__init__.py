"""Teaching the scorer from labelled questions.

cases       what it learns from: ranked paths, and how near their ends come to the answer
train       listwise over all paths of a question, near the weights that kgllm ships
choose      as much of it as is better on questions that it was not taught with
calibrate   how sure to be
"""
