"""What kgllm knows about words: tokens, stems, and a lexicon of families in English and Chinese (readable data files).

Of a text alone:
tokens, stems, language, patterns, tables   pieces, stems, the language; lists of words as patterns, from the tables (*.toml)
lexicon, relations, dictionary              families of words; the words of a relation's name; English for Chinese words
names, ordinals, serials, peoples, tongues, calendar   names as they are compared, and one name in another form
doers, generic, homographs                  nouns for who does what, for anything, and such as are verbs
figures, units, moments, scales             amounts and times as people write them
fields, whole                               names of fields, cut short or said whole

Of a question:
courtesies, parts                           what people say around it: greetings, thanks; small words that say nothing in any form
questions, asked, wrapped, whom, readings, onward, ends   its form; yes or no said plainly; which of two ends it asks for
counting, all_of, queries, grouped, shared, together, conjuncts, besides   how many, all of a kind, numbers made of all, of each group, several fields, all but
joined, alike, chains                       several names, what they have in common; steps told one of another
comparisons, extremes, superlatives, ranks, bounds, versus, one_of_two, most   what is compared, and what it is held against
conditions, scopes, parted, affirms, opposites  what is denied, how far a denial reaches, what a value says to a yes or no
stated, fielded, saying                     questions that say a field by its whole name
identity, proper, referring, contained      things told by a code, by another name, by what they hold; is one in another, of what kind is it
events, happening, timed, trade, tense      what took place, who bought what, what is so now

Of an answer: declines, reasons.toml.

>>> from kgllm.words import stem, tokens
>>> [token.text for token in tokens("谁导演了Inception?")]
['谁', '导', '演', '了', 'Inception', '?']
>>> stem("directors") == stem("directed")
True
"""

from kgllm.words.lexicon import Family, Lexicon, lexicon
from kgllm.words.relations import relation_words
from kgllm.words.stems import respelled, singular, stem
from kgllm.words.tokens import Token, is_han, tokens

__all__ = ["Family", "Lexicon", "Token", "is_han", "lexicon", "relation_words", "respelled", "singular", "stem", "tokens"]
