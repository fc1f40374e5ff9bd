"""Linking: which things of the graph a question names.

linker                 the way through the rest
spans, dates           the pieces of a question that may name something
candidates, runs       what these may mean: names, parts of names, names with a slip
guess, choosing        every sign for and against a guess; which of those that overlap is chosen
disambiguate, weights  of several things of one name the one of which the rest speaks
endings                what many names have alike, and people leave out
learned, teach         what is learned from questions whose topics are known
spacy, pipelines       a component for spaCy, and its pipelines by name
"""
