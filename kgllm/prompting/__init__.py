"""From evidence to the messages that a model gets.

units       evidence in pieces that mean something by themselves
serialize   facts as text, one a line
templates   the words around them
budget      what fits, counted by the model's own tokenizer
"""
