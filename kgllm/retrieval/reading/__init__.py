"""What a question says, before any graph is walked.

question     its content words, and what it asks for
filling      which tokens say nothing themselves, and of what kind it asks
order        in which order the steps of a path are told, and what a question asks something of
heads        the noun that it asks for
characters   Chinese characters: which of them are words
chains       words of kinship that are a step each
belongs      words that only join a thing to what it is of
compose      words that stand for several steps
outside      what small words say of all of it, beside the names in it
"""
