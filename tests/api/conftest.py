"""Programs that call the API: a bearer token each, JSON in and out."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from tests.cast import MORNING

from guanxi.organization.models import ApiToken, User
from guanxi.organization.rules.tokens import token_digest


class Program:
    """Calls the API with a token of ``user``."""

    def __init__(self, user: User, **token: Any):
        self.secret = f"secret-of-{user.username}-{ApiToken.objects.count()}"
        self.token = ApiToken.objects.create(
            user=user, name="test", digest=token_digest(self.secret), **{"read_only": False} | token
        )
        self.client = Client()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """``path`` without /api; ``body`` becomes JSON."""
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return self.client.generic(
            method, f"/api{path}", headers={"Authorization": f"Bearer {self.secret}", **headers}, **sent
        )

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.client.get(f"/api{path}", query, headers={"Authorization": f"Bearer {self.secret}"})

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.call("PATCH", path, body, **headers)


@pytest.fixture
def program(db: None) -> Callable[..., Program]:
    """``program(user, read_only=…, expires_at=…)``"""
    return Program


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    """The server's clock is that of ``act``: Monday 2 March 2026, 10:00 in Shanghai."""
    with time_machine.travel(MORNING, tick=False):
        yield
