"""Rows that ask for somebody: levels without a card (R-REG-06)."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from guanxi.cadence.rules.levels import GRADED
from guanxi.organization.models import Store, User
from guanxi.prospecting.models import RegisterDay, Visit

# Older rows are history: nobody opens their card any more.
LOOKED_BACK = timedelta(days=30)


def rows_without_card(store: Store, now: datetime) -> QuerySet[Visit]:
    """R-REG-06: a level from ``card.min_level`` up and no card after ``register.full_h`` hours, oldest first."""
    settings = store.playbook.settings
    levels = GRADED[GRADED.index(settings.card_min_level) :]
    until = now - timedelta(hours=settings.register_full_h)
    rows = Visit.objects.filter(
        store=store, customer__isnull=True, arrived_at__lt=until, on__gte=store.local_date(now - LOOKED_BACK)
    )
    level = Coalesce(NullIf(F("level_confirmed"), Value("")), F("level_first"))
    return rows.annotate(level_now=level).filter(level_now__in=levels).order_by("arrived_at", "id")


def rows_to_fill(person: User, store: Store, now: datetime) -> QuerySet[Visit]:
    """Rows of one's own parties whose basic data are owed (R-REG-01), the latest first; those of days locked more
    than ``register.full_h`` ago are the manager's."""
    since = now - timedelta(hours=store.playbook.settings.register_full_h)
    shut = RegisterDay.objects.filter(store=store, on=OuterRef("on"), locked_at__lt=since)
    rows = Visit.objects.filter(
        ~Exists(shut), consultant=person, store=store, basic_at__isnull=True,
        on__gte=store.local_date(now - LOOKED_BACK),
    )  # fmt: skip
    return rows.order_by("-arrived_at", "-pk")
