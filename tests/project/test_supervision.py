"""A child that ends is started again; a signal ends all, and nothing is left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

PARENT = """
import sys
from guanxi.project.supervision import Child, Supervisor
beat = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); time.sleep(600)"
Supervisor([Child(name, [sys.executable, "-c", beat, f"{sys.argv[1]}/{name}"]) for name in ("web", "worker")]).run()
"""


def eventually(found: Callable[[], object], seconds: float = 30.0) -> object:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if result := found():
            return result
        time.sleep(0.05)
    raise AssertionError("did not happen in time")


def pid_in(path: Path, other_than: int = 0) -> int:
    text = path.read_text() if path.exists() else ""
    return int(text) if text and int(text) != other_than else 0


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("ends_by", [signal.SIGINT, signal.SIGTERM])
def test_a_dead_child_returns_and_a_signal_ends_all(tmp_path, ends_by):
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)])
    try:
        web = int(str(eventually(lambda: pid_in(tmp_path / "web"))))
        worker = int(str(eventually(lambda: pid_in(tmp_path / "worker"))))
        os.kill(web, signal.SIGKILL)
        again = int(str(eventually(lambda: pid_in(tmp_path / "web", other_than=web))))
        parent.send_signal(ends_by)
        assert parent.wait(30) == 0
        assert not is_alive(again) and not is_alive(worker)
    finally:
        parent.kill()
        parent.wait()
