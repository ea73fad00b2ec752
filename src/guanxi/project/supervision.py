"""Keeps child processes running: one that ends is started again, a signal ends all of them."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from types import FrameType

log = logging.getLogger(__name__)

# prctl(2): PR_SET_PDEATHSIG.
PARENT_DEATH_SIGNAL = 1
GRACE = 10.0
PATIENCE = 30.0


@dataclass
class Child:
    """One process to keep alive. ``pause`` doubles with every early death, so a broken one does not spin."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.5

    def start(self) -> None:
        self.started = time.monotonic()
        # A session of its own: Ctrl-C reaches the parent alone, which then ends the children in order.
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=partial(_die_with, os.getpid()),
        )

    def revive(self) -> None:
        """Start it anew when it has ended and its pause is over."""
        if self.process is None or self.process.poll() is None:
            return
        lived = time.monotonic() - self.started
        if lived > PATIENCE:
            self.pause = 0.5
        elif lived < self.pause:
            return
        else:
            self.pause = min(self.pause * 2, PATIENCE)
        log.warning("%s ended with %s and is started again", self.name, self.process.returncode)
        self._sweep()
        self.start()

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, until: float) -> None:
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(until - time.monotonic(), 0.1))
        self._sweep()
        self.process.wait()

    def _sweep(self) -> None:
        """What the process leaves behind would go on answering on the same port."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


@dataclass
class Supervisor:
    children: list[Child]
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Block until SIGINT or SIGTERM; then every child has ended."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        for child in self.children:
            child.start()
        while not self.stopped.wait(0.25):
            for child in self.children:
                child.revive()
        for child in self.children:
            child.end()
        until = time.monotonic() + GRACE
        for child in self.children:
            child.wait(until)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopped.set()


def _die_with(parent: int) -> None:
    """In the child, on Linux: end also when the parent is killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)
