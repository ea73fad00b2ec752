"""What the tests of cadence operations share: moments, drafts and the digest of a database."""

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from tests.cast import MORNING, SHANGHAI

from guanxi.cadence.models import Task
from guanxi.cadence.operations.contacts import ContactDraft
from guanxi.customers.models import Customer


def at(day: int, hour: int = 10, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def march(day: int) -> date:
    return date(2026, 3, day)


def later(days: int) -> datetime:
    return MORNING + timedelta(days=days)


def call(customer: Customer, **facts: Any) -> ContactDraft:
    """A phone call that reached the customer, unless ``facts`` say otherwise."""
    return ContactDraft(
        **{"customer_id": customer.pk, "method": "PHONE", "reached": True, "content": "聊了配置和价格"}
        | facts
    )


def follow_up(customer: Customer) -> Task:
    """The one open follow-up; fails when there are none or several."""
    return Task.objects.open().follow_ups().get(customer=customer)


def fresh(customer: Customer) -> Customer:
    return Customer.objects.get(pk=customer.pk)


def database_digest() -> str:
    """A digest of every row of every table of the project."""
    digest = hashlib.sha256()
    for model in sorted(apps.get_models(), key=lambda model: model._meta.label):
        if model.__module__.startswith("guanxi."):
            digest.update(model._meta.label.encode())
            for row in model.objects.order_by("pk").values_list():
                digest.update(repr(row).encode())
    return digest.hexdigest()
