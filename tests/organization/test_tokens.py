"""AUTH-08: keys are shown once, hashed at rest, read-only by default, revoked at once."""

import re
from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone
from tests.cast import Cast

from guanxi.organization.models import ApiToken, AuditEntry, DoneRequest, User
from guanxi.organization.rules.tokens import token_digest

NEW = {"name": "报表程序", "days": "90"}


def test_the_key_stands_in_one_answer_only(cast: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(cast.lin)
    secret = re.search(
        r"gx_[\w-]{40,}", client.post("/settings/tokens/", NEW | {"form_key": "k"}).content.decode()
    )[0]  # type: ignore[index]
    row = ApiToken.objects.get()
    assert row.digest == token_digest(secret) and row.read_only
    assert timedelta(days=89) < row.expires_at - timezone.now() < timedelta(days=91)
    assert secret not in client.get("/settings/tokens/").content.decode()
    kept = f"{list(DoneRequest.objects.values())} {list(AuditEntry.objects.values())} {list(ApiToken.objects.values())}"
    assert secret not in kept


def test_sent_twice_makes_one(cast: Cast, client_for: Callable[[User], Client]) -> None:
    client = client_for(cast.lin)
    assert [client.post("/settings/tokens/", NEW).status_code for _ in range(2)] == [200, 422]
    assert ApiToken.objects.count() == 1


def test_only_ones_own_key_can_be_revoked(cast: Cast, client_for: Callable[[User], Client]) -> None:
    client_for(cast.lin).post("/settings/tokens/", NEW | {"may_write": "on", "days": "0"})
    row = ApiToken.objects.get()
    assert not row.read_only and row.expires_at is None
    assert client_for(cast.ma).post(f"/settings/tokens/{row.pk}/revocation/").status_code == 404
    assert row.name not in client_for(cast.ma).get("/settings/tokens/").content.decode()
    client_for(cast.lin).post(f"/settings/tokens/{row.pk}/revocation/")
    assert not ApiToken.objects.get().is_live(timezone.now())
