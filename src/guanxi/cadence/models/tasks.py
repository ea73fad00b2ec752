"""Tasks: the one follow-up of an open card, and the other promised pieces of work."""

from datetime import date

from django.db import models

from guanxi.cadence.models.contacts import Interaction
from guanxi.customers.models import Customer, cards_within
from guanxi.organization.models import Store, User


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, actor: User) -> "TaskQuerySet":
        return self.filter(cards_within(actor, actor.read_reach, "customer__"))

    def editable_by(self, actor: User) -> "TaskQuerySet":
        return self.filter(cards_within(actor, actor.write_reach, "customer__"))

    def open(self) -> "TaskQuerySet":
        return self.filter(status=Task.Status.OPEN)

    def follow_ups(self) -> "TaskQuerySet":
        return self.filter(kind=Task.Kind.FOLLOW_UP)

    def due_by(self, on: date) -> "TaskQuerySet":
        """To be done on ``on``: due, or to be retried; a failed attempt waits for its retry day (R-FUP-01)."""
        waiting = models.Q(retry_on__isnull=True, due_on__lte=on)
        return self.filter(waiting | models.Q(retry_on__lte=on))


class Task(models.Model):
    """The handbook's FollowUpTask. An open card has exactly one open FOLLOW_UP; other kinds are unlimited."""

    class Kind(models.TextChoices):
        FOLLOW_UP = "FOLLOW_UP"
        ORDER = "ORDER"
        CARE = "CARE"
        SECOND_CHANCE = "SECOND"
        EVIDENCE = "EVIDENCE"
        CARD = "CARD"
        INSTRUCTION = "INSTRUCT"
        # A step of somebody's plan, in the words of ``note``.
        ACTION = "ACTION"
        # Tell the recommender what became of their recommendation; ask for the next one (handbook 10.3).
        REPORT_BACK = "REPORT"
        ASK = "ASK"

    class Status(models.TextChoices):
        OPEN = "OPEN"
        DONE = "DONE"
        MISSED = "MISSED"
        CANCELLED = "CANCELLED"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="tasks")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="tasks")
    kind = models.CharField(max_length=10, choices=Kind)
    item = models.CharField(max_length=20, blank=True)
    source_rule = models.CharField(max_length=12)
    # What the task was derived from, so that deriving it twice makes it once.
    origin = models.CharField(max_length=40, blank=True)
    # The words of an instruction or an action, and who gave it.
    note = models.CharField(max_length=300, blank=True)
    given_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField()
    # The level in whose place Today puts the customer because of this task; "" leaves them at their own. The next
    # contact that reaches them is what such a task asked for.
    stands_as = models.CharField(max_length=1, blank=True)
    is_agreed = models.BooleanField(default=False)
    retry_on = models.DateField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    proposes_loss = models.BooleanField(default=False)
    status = models.CharField(max_length=9, choices=Status, default=Status.OPEN)
    done_interaction = models.ForeignKey(Interaction, models.SET_NULL, null=True, related_name="+")
    done_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(kind="FOLLOW_UP", status="OPEN"),
                name="one_open_follow_up_per_card",
            ),
            models.UniqueConstraint(
                fields=["customer", "kind", "item", "origin"],
                condition=~models.Q(origin=""),
                name="derived_task_once",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "status", "due_on"], name="task_by_owner_due"),
            models.Index(fields=["store", "status", "due_on"], name="task_by_store_due"),
            models.Index(fields=["customer", "status"], name="task_by_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"

    def overdue_days(self, on: date) -> int:
        return max((on - self.due_on).days, 0)


class FormerDueDate(models.Model):
    """A date a follow-up was due on until ``until``, when it moved without a contact (R-FUP-03, a changed rule).

    The month sheet shows the dates that were in force on their day (R-MON-01); the task itself keeps its last.
    """

    task = models.ForeignKey(Task, models.CASCADE, related_name="former_dates")
    due_on = models.DateField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.due_on}"
