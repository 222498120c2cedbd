"""Catalogues of words: English is the source, Vietnamese the translation."""
