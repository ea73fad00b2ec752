"""The kinds of sheets that are imported."""

from guanxi.imports.rules.deal_fields import DEALS
from guanxi.imports.rules.fields import CUSTOMERS, Vocabulary

VOCABULARIES: dict[str, Vocabulary] = {found.kind: found for found in (CUSTOMERS, DEALS)}
