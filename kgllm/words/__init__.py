"""What kgllm knows about words: tokens, stems, and a lexicon of families in English and Chinese (readable data files).

>>> from kgllm.words import stem, tokens
>>> [token.text for token in tokens("谁导演了Inception?")]
['谁', '导', '演', '了', 'Inception', '?']
>>> stem("directors") == stem("directed")
True
"""

from kgllm.words.lexicon import Family, Lexicon, lexicon
from kgllm.words.relations import relation_words
from kgllm.words.stems import singular, stem
from kgllm.words.tokens import Token, is_han, tokens

__all__ = ["Family", "Lexicon", "Token", "is_han", "lexicon", "relation_words", "singular", "stem", "tokens"]
