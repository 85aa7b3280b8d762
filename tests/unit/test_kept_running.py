"""A child that is kept running: started anew after its death, not too often, and stopped."""

import os
import signal

from cli.child import KeptRunning
from tests.support.processes import wait_until_gone

SLEEP = ("-c", "import time; time.sleep(600)")


def test_a_child_that_dies_is_started_anew() -> None:
    with KeptRunning(os.environ, *SLEEP, seconds=0) as child:
        first = child.process_id
        assert first is not None
        child.keep_running()
        assert child.process_id == first
        os.kill(first, signal.SIGKILL)
        wait_until_gone([first])
        assert child.process_id is None
        child.keep_running()
        second = child.process_id
        assert second not in {None, first}
    assert second is not None
    wait_until_gone([second])
    assert child.process_id is None


def test_a_child_that_dies_soon_after_its_start_is_left_for_a_while() -> None:
    with KeptRunning(os.environ, *SLEEP, seconds=3600) as child:
        first = child.process_id
        assert first is not None
        os.kill(first, signal.SIGKILL)
        wait_until_gone([first])
        child.keep_running()
        assert child.process_id is None
