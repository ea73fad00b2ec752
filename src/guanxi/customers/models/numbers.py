"""The counter customer numbers are taken from, one row a month."""

from django.db import models


class NumberSequence(models.Model):
    month = models.CharField(max_length=4, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.month} {self.last}"
