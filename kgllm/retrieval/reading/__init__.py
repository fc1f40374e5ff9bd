"""What a question says, before any graph is walked.

question     its content words, what it asks for, and in which order a path would be told
heads        the noun that it asks for
characters   Chinese characters: which of them are words
chains       words of kinship that are a step each
compose      words that stand for several steps
"""
