"""From evidence to the messages that a model gets.

units       evidence in pieces that mean something by themselves
serialize   facts as text, one a line
beside      what is said beside them: other names, and what was computed
templates   the words around them
budget      what fits, counted by the model's own tokenizer
"""
