"""The verbs and participles of the benchmark of the package structure."""

from __future__ import annotations

import pytest
from benchmarks.house import words


@pytest.mark.parametrize("word", ["compared", "keyed", "used", "agreed", "watching", "mapping", "known", "kept"])
def test_participle_is_recognised_by_ending_or_list(word: str) -> None:
    assert words.is_participle(word)
    assert not words.is_verb(word)


@pytest.mark.parametrize("word", ["embed", "seed", "feed", "need", "shed", "bring", "ring", "string", "put"])
def test_ending_without_verb_gives_no_participle(word: str) -> None:
    assert not words.is_participle(word)


def test_ambiguous_words_are_listed_once() -> None:
    """By the rule that the list states; a word is decided once."""
    verbs = "draw record count score sample rank fit predict tune embed"
    nouns = "value share span row text figure name number table page look step unit rate cost order place answer"
    empty = "get do make handle process perform manage"
    assert set(verbs.split()) <= words.VERBS
    assert set(nouns.split()) | set(empty.split()) <= words.NO_VERBS
    assert not words.VERBS & words.NO_VERBS
    assert not words.IRREGULAR & (words.NO_PARTICIPLES | words.VERBS)
    assert not [word for word in words.VERBS if words.is_participle(word)]
