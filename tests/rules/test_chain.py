"""The words of an event are hashed letter by letter, however they are put together."""

import hashlib
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from queueapp.rules.chain import link

numbers = st.integers(min_value=-(2**63), max_value=2**63)
texts = st.text(st.characters(exclude_categories=()))
keys = st.none() | numbers
odd = texts | keys | st.booleans() | st.floats()


def as_json(*words: Any) -> str:
    return hashlib.sha256(json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def told(*words: Any) -> str:
    """Return the hash, or which error there is instead."""
    try:
        return link(*words)
    except UnicodeEncodeError:
        return "no text"


def expected(*words: Any) -> str:
    try:
        return as_json(*words)
    except UnicodeEncodeError:
        return "no text"


@given(st.tuples(texts, numbers, numbers, numbers, texts, keys, keys, keys, texts))
def test_the_words_put_together_by_hand_are_json(words: tuple[Any, ...]) -> None:
    assert told(*words) == expected(*words)


@given(st.tuples(odd, odd, odd, odd, odd, odd, odd, odd, odd))
def test_what_no_event_holds_is_hashed_as_before(words: tuple[Any, ...]) -> None:
    assert told(*words) == expected(*words)
