"""Child processes that never outlive their parent."""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


def ends_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Return a `preexec_fn` that has the kernel send `number` to the child when its parent dies.

    The kernel means the *thread* that starts the child: start it from one that lives as long as
    the process. `subprocess` calls the function after it has switched the account, which is as it
    must be, because a switch forgets the wish.
    """
    parent = os.getpid()

    def arrange() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:  # it died before the kernel was told
            signal.raise_signal(signal.SIGKILL)

    return arrange


def stop_process(
    process: subprocess.Popen[bytes], *, politely: signal.Signals, seconds: float
) -> None:
    """Send `politely`, wait at most `seconds`, then kill; an ended process is left alone."""
    if process.poll() is not None:
        return
    process.send_signal(politely)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
