"""Who pays how well, whose credit is due for a look, and which bid has to wait (R-VAL-13)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from guanxi.customers.models import Customer, cards_within
from guanxi.lib.quarters import quarter_of
from guanxi.organization.models import Store, User
from guanxi.pipeline.models import BidApproval, CreditReview, Opportunity
from guanxi.pipeline.models.credit import cards_of_finance
from guanxi.pipeline.rules.credit import CreditClass


def newest_review(card: Customer) -> CreditReview | None:
    """The review that counts: the last one, however old."""
    return CreditReview.objects.filter(customer=card).select_related("by").first()


def approval_of(row: Opportunity) -> BidApproval | None:
    """What was asked for in this cycle."""
    found = BidApproval.objects.filter(opportunity=row, cycle_no=row.cycle_no)
    return found.select_related("asked_by", "decided_by").first()


def bid_is_held(store: Store, row: Opportunity) -> bool:
    """Whether a bid has to wait: credit is reviewed, its customer is class C and nobody gave leave in this cycle.
    Whoever was never reviewed is not held."""
    settings = store.playbook.settings
    if not settings.credit_asked:
        return False
    review = newest_review(row.customer)
    if review is None or review.credit_class(settings.credit_cuts) != CreditClass.C:
        return False
    approval = approval_of(row) if row.pk else None
    return approval is None or approval.state != BidApproval.State.APPROVED


def cards_with_credit(actor: User) -> QuerySet[Customer]:
    """Cards of which ``actor`` may know the credit; finance sees its store's without the cards."""
    cards = Customer.objects.filter(cards_within(actor, actor.read_reach) | cards_of_finance(actor))
    return cards.select_related("owner")


def due_for_review(cards: QuerySet[Customer], on: date) -> QuerySet[Customer]:
    """Those with an open opportunity and no review in the quarter of ``on``."""
    open_ones = Opportunity.objects.counted().filter(customer=OuterRef("pk"))
    done = CreditReview.objects.filter(customer=OuterRef("pk"), quarter=quarter_of(on))
    return cards.filter(Exists(open_ones)).exclude(Exists(done))


def reviewed(cards: QuerySet[Customer]) -> QuerySet[Customer]:
    return cards.filter(Exists(CreditReview.objects.filter(customer=OuterRef("pk"))))


def newest_reviews(cards: Iterable[Customer]) -> dict[int, CreditReview]:
    """Card → its newest review; one query."""
    newest: dict[int, CreditReview] = {}
    for review in CreditReview.objects.filter(customer__in=[card.pk for card in cards]).order_by("-quarter"):
        newest.setdefault(review.customer_id, review)
    return newest


def open_amounts(cards: Iterable[Customer]) -> dict[int, Decimal]:
    """Card → yuan of its open opportunities; one query."""
    rows = Opportunity.objects.counted().filter(customer__in=[card.pk for card in cards])
    return dict(rows.order_by().values_list("customer").annotate(Sum("amount")))


def after_card(cards: QuerySet[Customer], key: int | None) -> QuerySet[Customer]:
    """In the order of their keys, behind the last one seen."""
    return cards.filter(Q(pk__gt=key) if key else Q()).order_by("pk")
