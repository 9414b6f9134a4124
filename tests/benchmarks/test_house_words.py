"""Which words the benchmark of the house takes for verbs and for participles."""

from __future__ import annotations

import pytest
from benchmarks.house import words


@pytest.mark.parametrize("word", ["compared", "keyed", "used", "agreed", "watching", "mapping", "known", "kept"])
def test_a_participle_is_known_by_its_ending_or_listed(word: str) -> None:
    assert words.is_participle(word)
    assert not words.is_verb(word)


@pytest.mark.parametrize("word", ["embed", "seed", "feed", "need", "shed", "bring", "ring", "string", "put"])
def test_an_ending_alone_makes_no_participle(word: str) -> None:
    assert not words.is_participle(word)


def test_doubtful_words_are_decided_in_the_list() -> None:
    """By the rule that the list states; a word is decided once."""
    verbs = "draw record count score sample rank fit predict tune embed"
    nouns = "value share span row text figure name number table page look step unit rate cost order place answer"
    empty = "get do make handle process perform manage"
    assert set(verbs.split()) <= words.VERBS
    assert set(nouns.split()) | set(empty.split()) <= words.NO_VERBS
    assert not words.VERBS & words.NO_VERBS
    assert not words.IRREGULAR & (words.NO_PARTICIPLES | words.VERBS)
    assert not [word for word in words.VERBS if words.is_participle(word)]
