"""The losses of a month, row by row and together (F-LOSS-1)."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Subquery

from guanxi.cadence.models import Interaction, LossReport
from guanxi.cadence.models.losses import LossReportQuerySet
from guanxi.organization.models import Store
from guanxi.performance.queries.about import About, FormFigures
from guanxi.performance.queries.report_days import masked_numbers
from guanxi.performance.rules.losses import LossFact, summary
from guanxi.performance.rules.periods import Days, start_of
from guanxi.prospecting.models import Visit


def losses_in(rows: LossReportQuerySet, store: Store, days: Days) -> LossReportQuerySet:
    """Applied for or approved within ``days``; withdrawn applications are left out."""
    first = start_of(days.first, store.timezone)
    after = start_of(days.seen + timedelta(days=1), store.timezone)
    approved = rows.filter(state=LossReport.State.APPROVED, decided_on__range=(days.first, days.seen))
    return rows.applied_in(first, after) | approved


def loss_figures(rows: LossReportQuerySet, store: Store, days: Days) -> dict[str, Any]:
    """Rows and summary in JSON shapes; four queries. Access is the caller's."""
    touches = Interaction.objects.filter(customer=OuterRef("customer"), on__lte=days.seen).order_by()
    touches = touches.by_hand().known_by(days.until)
    counted = touches.values("customer").annotate(count=Count("pk")).values("count")
    related = losses_in(rows, store, days).select_related(
        "customer__intent__product", "customer__owner", "applied_by", "decided_by"
    )
    reports = list(
        related.annotate(contacts=Subquery(counted)).order_by(F("decided_on").asc(nulls_last=True), "id")
    )
    ids = [report.customer_id for report in reports]
    driven = set(
        Visit.objects.filter(customer__in=ids, test_drive=True).values_list("customer_id", flat=True)
    )
    numbers = masked_numbers(ids)
    told = [
        _row(report, store, days, number, driven) for report, number in zip(reports, numbers, strict=True)
    ]
    return {
        "rows": told,
        **summary([_fact(row, report, store, days) for row, report in zip(told, reports, strict=True)]),
    }


def _row(report: LossReport, store: Store, days: Days, number: str, driven: set[int]) -> dict[str, Any]:
    card = report.customer
    intent = getattr(card, "intent", None)
    opened = store.local_date(card.card_created_at or card.created_at)
    applied = store.local_date(report.applied_at)
    decided = report.decided_on is not None and report.decided_on <= days.seen
    return {
        "customer_id": card.pk,
        "name": card.name,
        "phone": number,
        "source": card.source_code,
        # Of an opportunity, what it was about.
        "model": report.subject or (str(intent.product) if intent and intent.product else ""),
        "opened_on": opened.isoformat(),
        "highest": report.highest_level,
        "level": report.level_then,
        "days": (applied - opened).days,
        "contacts": report.contacts or 0,  # type: ignore[attr-defined]
        "drove": card.pk in driven or bool(intent and intent.test_drive_at),
        "outcome": report.outcome,
        "bucket": report.bucket,
        "bought": report.competitor,
        "bought_from": report.bought_from,
        "price": None if report.price is None else str(report.price),
        "reason": report.reason,
        "second": report.second_reason,
        "words": report.reason_text,
        "analysis": report.analysis,
        "countermeasure": report.countermeasure,
        "called_back": decided and report.called_back,
        "found": report.decision_note if decided else "",
        "state": report.state if decided else LossReport.State.APPLIED.value,
        "decided_by": str(report.decided_by or "") if decided else "",
        "decided_on": report.decided_on.isoformat() if decided and report.decided_on else None,
        "consultant": str(report.applied_by or card.owner or ""),
        "applied_on": applied.isoformat(),
    }


def _fact(row: dict[str, Any], report: LossReport, store: Store, days: Days) -> LossFact:
    approved = row["state"] == LossReport.State.APPROVED
    return LossFact(
        reason=report.reason,
        competitor=" ".join(report.competitor.split()),
        consultant=row["consultant"],
        level=report.level_then,
        bucket=report.bucket,
        outcome=report.outcome,
        applied=days.first <= store.local_date(report.applied_at),
        approved=approved,
        rejected=row["state"] == LossReport.State.REJECTED,
        verified=approved and row["called_back"],
    )


def compute(about: About) -> dict[str, Any]:
    """F-LOSS-1 of a person, or of the whole store."""
    rows = LossReport.objects.filter(store=about.store).of_person(about.person)
    return {
        "month": f"{about.days.first:%Y-%m}",
        "person": str(about.person) if about.person else "",
        **loss_figures(rows, about.store, about.days),
    }


LOSS_ANALYSIS = FormFigures("F-LOSS-1", "month", True, compute)
