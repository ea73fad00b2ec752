"""What the search box looks through: tokens per engine, and the normalised text for the recheck."""

from django.db import models

from guanxi.customers.models.customers import Customer


class SearchEntry(models.Model):
    """One row per card. The token index stands beside it: an FTS5 table on SQLite, a tsvector column on
    PostgreSQL, both made by a migration and written only by ``operations.search``."""

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="search_entry")
    store_id = models.BigIntegerField()
    owner_id = models.BigIntegerField(null=True)
    texts = models.TextField()
    numbers = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["store_id", "-customer"], name="search_newest")]

    def __str__(self) -> str:
        return f"search {self.customer_id}"
