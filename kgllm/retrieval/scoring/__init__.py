"""How well a path fits a question.

matching, alignment   how far each word is explained by each step, and where in the question each step is mentioned
slips, understood     slips of the keyboard in words for relations, and names of relations that are cut short
seen                  a question as it looks from one of its mentions
features              what a path has to do with a question, in numbers
score                 one set of weights over them, and how sure an evidence is
doubt                 how likely an answer by the best path is right, for what a model is shown
encoder, represent    questions and paths as vectors
learned, memory       what was learned from labels: weights, a bilinear form, questions remembered
"""
