"""What a question says, before any graph is walked.

question     its content words, and what it asks for
order        in which order the steps of a path are told
heads        the noun that it asks for
characters   Chinese characters: which of them are words
chains       words of kinship that are a step each
compose      words that stand for several steps
outside      what small words say of all of it, beside the names in it
"""
