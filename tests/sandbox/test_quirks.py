import pytest

from reconciler.model.service import Quirk
from reconciler.sandbox.quirks import QUIRKS, Manners


def test_the_island_speaks_the_words_of_the_profiles():
    assert set(QUIRKS) == {quirk.value for quirk in Quirk}
    assert len(QUIRKS) == len(set(QUIRKS))


def test_a_word_outside_the_vocabulary_is_refused():
    with pytest.raises(ValueError, match="no quirk 'no_pach'"):
        Manners(frozenset(["no_pach"]))
