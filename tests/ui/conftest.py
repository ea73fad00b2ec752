"""A small server for the components alone: pages rendered here, answers set by the test."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.template import engines

import guanxi.ui

CHROMIUM = Path("/usr/bin/chromium")
BUILT = Path(guanxi.ui.__file__ or "").parent / "static/built/.vite/manifest.json"
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; object-src 'none'"
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}

Answer = tuple[int, dict[str, str], str]


@dataclass
class Stage:
    """What the server shows and what it was sent."""

    pages: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Answer | Callable[[], Answer]] = field(default_factory=dict)
    posts: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""

    def show(self, path: str, content: str, **context: Any) -> str:
        """Put a signed-in page at ``path`` and return its whole address."""
        self.pages[path] = page_with(content, **context)
        return self.url + path


def page_with(content: str, **context: Any) -> str:
    """A page of the signed-in shell."""
    source = '{% extends "ui/base.html" %}{% load ui %}{% block title %}x{% endblock %}{% block content %}'
    user = SimpleNamespace(pk=7, name="林晓", is_authenticated=True, store="东风路店")
    quick = [{"url": "/record/", "icon": "pencil-plus", "label": "记一笔"}]
    places = [{"url": "/", "icon": "sun", "label": "今日", "active": True, "count": 3}]
    shell = {"user": user, "navigation": places, "quick_actions": quick, "csrf_token": "t"}
    return engines["django"].from_string(source + content + "{% endblock %}").render(shell | context)


def handler_for(stage: Stage) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path.startswith("/static/"):
                found = finders.find(path.removeprefix("/static/"))
                body = Path(str(found)).read_bytes() if found else b""
                self.answer(200 if found else 404, {"Content-Type": TYPES[Path(path).suffix]}, body)
            elif path in stage.pages:
                self.answer(200, {}, stage.pages[path].encode())
            else:
                self.given(path)

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            stage.posts.append((self.path, sent))
            self.given(self.path)

        def given(self, path: str) -> None:
            answer = stage.answers.get(path, (404, {}, ""))
            status, headers, body = answer() if callable(answer) else answer
            self.answer(status, headers, body.encode())

        def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            given = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY} | headers
            for name, value in given.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if status != 204:
                self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    return Handler


@pytest.fixture
def stage() -> Iterator[Stage]:
    if not BUILT.exists() or not CHROMIUM.exists():
        pytest.skip("needs chromium and `npm run build`")
    stage = Stage()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(stage))
    stage.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield stage
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": str(CHROMIUM), "args": ["--no-sandbox"]}
