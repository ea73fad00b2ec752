"""``guanxi serve --demo`` on an empty GUANXI_HOME: answers, prints logins, and changes nothing the second time."""

import hashlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

# What a running server writes by itself: seals, nights, sessions and what the task queue keeps.
BY_ITSELF = {"organization_auditseal", "organization_nightlyrun", "django_session"}


@pytest.fixture
def home(tmp_path, monkeypatch):
    if connection.vendor != "sqlite":
        pytest.skip("the embedded database is SQLite")
    monkeypatch.setenv("GUANXI_HOME", str(tmp_path / "a home"))
    monkeypatch.setenv("DATABASE_URL", "")
    return tmp_path / "a home"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(port: int):
    command = [
        sys.executable,
        "-m",
        "guanxi.project",
        "serve",
        "--demo",
        "25",
        "--port",
        str(port),
        "--workers",
        "1",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said: list[str] = []
    try:
        yield process, said
    finally:
        process.send_signal(signal.SIGTERM)
        said.append(process.communicate(timeout=60)[0])


def answer(port: int, process: subprocess.Popen[str], path: str = "/sign-in/") -> int:
    until = time.monotonic() + 150
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as response:
                return int(response.status)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(f"no answer; ended with {process.poll()}")


def digest(home: Path) -> str:
    found = hashlib.sha256()
    with sqlite3.connect(home / "guanxi.sqlite3") as database:
        tables = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        ).fetchall()
        for (name,) in tables:
            if name in BY_ITSELF or re.match(r"sqlite_|customers_search_tokens|django_tasks", name):
                continue
            for row in database.execute(f'SELECT * FROM "{name}" ORDER BY 1'):
                found.update(repr((name, row)).encode())
    return found.hexdigest()


def test_the_second_start_changes_no_data(home):
    port = free_port()
    with served(port) as (process, said):
        assert answer(port, process) == 200
        assert (home / "guanxi.sqlite3").exists() and os.stat(home / "secret_key").st_mode & 0o077 == 0
    assert f"http://127.0.0.1:{port}/" in said[0]
    assert re.findall(r"^  \S+\t(\w+)\tguanxi-demo-2026$", said[0], re.M)[:2] == ["admin", "lin"]
    assert process.returncode == 0
    before = digest(home)
    with served(port) as (process, said):
        assert answer(port, process) == 200
    assert "nothing was changed" in said[0]
    assert digest(home) == before


def test_a_taken_port_is_said_plainly(home):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        command = [sys.executable, "-m", "guanxi.project", "serve", "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert f"127.0.0.1:{port} cannot be used" in done.stderr and "Traceback" not in done.stderr
