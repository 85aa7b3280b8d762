"""Shorter turns of threads, for as long as anybody wants them."""

import sys

import pytest

from core.short_turns import short_turns


def test_turns_are_shorter_until_the_last_block_that_wants_them_ends():
    usual = sys.getswitchinterval()
    with short_turns():
        short = sys.getswitchinterval()
        with short_turns():
            assert sys.getswitchinterval() == short
        assert sys.getswitchinterval() == short
    assert short < usual
    assert sys.getswitchinterval() == usual


def test_a_block_that_fails_gives_the_turns_back():
    usual = sys.getswitchinterval()
    with pytest.raises(ValueError, match="broken"), short_turns():
        int("broken")
    assert sys.getswitchinterval() == usual
