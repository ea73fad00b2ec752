"""One world for all addresses: nothing they answer may change it, so it is written once."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine
from django.test import Client
from tests.architecture.policies import PERSONS
from tests.architecture.world import rows_of_lin
from tests.cast import MORNING, assemble

from guanxi.organization.models import User

BACKEND = "guanxi.organization.authentication.Backend"


@dataclass(frozen=True)
class World:
    """``rows`` by kind; a signed-in browser of each person, of nobody, and of somebody deactivated since;
    the same browsers again, with the CSRF check on."""

    rows: dict[str, int]
    browsers: dict[str, Client]
    strict: dict[str, Client]


@pytest.fixture(scope="module")
def world(kept_rows: None) -> Iterator[World]:
    quiet = logging.getLogger("django.request")
    before, quiet.level = quiet.level, logging.CRITICAL
    with time_machine.travel(MORNING, tick=False):
        cast = assemble()
        people = {name: getattr(cast, name) for name in PERSONS}
        leaver = User.objects.create(username="leaver", name="吕离", store=cast.store, team=cast.team_a)
        browsers = _signed_in(people | {"deactivated": leaver}) | {"anonymous": Client()}
        User.objects.filter(pk=leaver.pk).update(is_active=False)
        yield World(rows_of_lin(cast), browsers, _signed_in(people, enforce_csrf_checks=True))
    quiet.level = before


def _signed_in(people: dict[str, User], **options: bool) -> dict[str, Client]:
    found = {}
    for name, user in people.items():
        found[name] = Client(**options)  # type: ignore[arg-type]
        found[name].force_login(user, backend=BACKEND)
    return found
