"""Names as they are compared: `kgllm.words.names`, under the name that it had."""

from kgllm.words.names import LONGEST, clean, fold, fold_normalised, has_han, normalise, normalise_all, unqualified

__all__ = ["LONGEST", "clean", "fold", "fold_normalised", "has_han", "normalise", "normalise_all", "unqualified"]
