"""Import batches: a file on its way from upload to customers, and back when undone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Customer
from guanxi.organization.models import Store, User
from guanxi.organization.rules.roles import Reach, Role

AT_WORK = ("CHECKING", "RUNNING", "UNDOING")


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def visible_to(self, actor: User) -> "ImportBatchQuerySet":
        """One's own imports; a manager sees the store's."""
        if not actor.is_active or actor.store_id is None:
            return self.none()
        rows = self.filter(store_id=actor.store_id)
        if actor.write_reach == Reach.NONE:
            return self.none()
        return rows if actor.has_role(Role.MANAGER) else rows.filter(by=actor)

    def at_work(self) -> "ImportBatchQuerySet":
        """Batches a worker is to carry on."""
        return self.filter(state__in=AT_WORK)


class ImportBatch(models.Model):
    class State(models.TextChoices):
        UPLOADED = "UPLOADED", _("Uploaded")
        CHECKING = "CHECKING", _("Being checked")
        CHECKED = "CHECKED", _("Ready to import")
        RUNNING = "RUNNING", _("Importing")
        DONE = "DONE", _("Imported")
        UNDOING = "UNDOING", _("Being undone")
        UNDONE = "UNDONE", _("Undone")
        REFUSED = "REFUSED", _("Refused")

    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    # Empty for a run of the system itself from the command line.
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=20, default="customers")
    filename = models.CharField(max_length=200)
    stored_as = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    sheet = models.CharField(max_length=80, blank=True)
    sheets = models.JSONField(default=list)
    header_row = models.PositiveIntegerField(default=0)
    headers = models.JSONField(default=list)
    shape = models.CharField(max_length=64, blank=True)
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.UPLOADED)
    refusal = models.CharField(max_length=300, blank=True)
    rows = models.PositiveIntegerField(default=0)
    done_rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    # What the dry run said would happen: outcome or warning → number of rows.
    plan = models.JSONField(default=dict)
    # New cards whose first follow-up would be overdue from the start.
    starts_late = models.PositiveIntegerField(default=0)
    # Of sales: year → how many rows and how many fen go into the ledger.
    sums = models.JSONField(default=dict)
    products = models.JSONField(default=list)
    kept_on_undo = models.JSONField(default=list)
    # A worker holds the batch until then; a task only wakes one up.
    lease_until = models.DateTimeField(null=True)
    woken_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.filename

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def columns(self) -> dict[int, str]:
        """Column index → field name; JSON keeps the index as text."""
        return {int(column): name for column, name in self.mapping.items()}

    @property
    def other_sheets(self) -> list[str]:
        """The other sheets of the workbook that have a header."""
        return [sheet["name"] for sheet in self.sheets if sheet["importable"] and sheet["name"] != self.sheet]


class ImportRow(models.Model):
    """One row of the sheet with what became of it; ``before`` and ``made`` are what an undo needs."""

    class Outcome(models.TextChoices):
        WAITING = "WAITING", _("Waiting")
        CREATED = "CREATED", _("Created")
        UPDATED = "UPDATED", _("Completed")
        SKIPPED = "SKIPPED", _("Unchanged")
        FAILED = "FAILED", _("Failed")

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="import_rows")
    row_no = models.PositiveIntegerField()
    cells = models.JSONField(default=list)
    planned = models.CharField(max_length=8, choices=Outcome, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.WAITING)
    reason = models.CharField(max_length=20, blank=True)
    column = models.CharField(max_length=60, blank=True)
    # [code, header] pairs.
    warnings = models.JSONField(default=list)
    customer = models.ForeignKey(Customer, models.SET_NULL, null=True, related_name="+")
    before = models.JSONField(default=dict)
    made = models.JSONField(default=dict)
    # The newest audit entry when the row was written: a later one on its card means somebody worked on it.
    audit_mark = models.BigIntegerField(default=0)
    is_undone = models.BooleanField(default=False)

    class Meta:
        ordering = ["row_no"]
        constraints = [models.UniqueConstraint(fields=["batch", "row_no"], name="import_row_once")]
        indexes = [
            models.Index(fields=["batch", "outcome", "row_no"], name="import_row_outcome"),
            models.Index(fields=["batch", "planned", "row_no"], name="import_row_planned"),
        ]

    def __str__(self) -> str:
        return f"{self.row_no}"


class ColumnMemory(models.Model):
    """How a store mapped the columns of a file shape the last time."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    shape = models.CharField(max_length=64)
    mapping = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "kind", "shape"], name="mapping_once_per_shape")
        ]

    def __str__(self) -> str:
        return self.shape[:8]
