"""The cyclic collector: off within, and afterwards as it was."""

import gc

import pytest

from reconciler.collector import without_collector


def test_it_is_off_within_and_on_again_afterwards():
    with without_collector():
        assert not gc.isenabled()
        with without_collector():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_an_error_leaves_it_on():
    with pytest.raises(ValueError, match="no"), without_collector():
        raise ValueError("no")
    assert gc.isenabled()


def test_whoever_had_it_off_keeps_it_off():
    gc.disable()
    try:
        with without_collector():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
