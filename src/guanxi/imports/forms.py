"""Upload, sheet and column forms."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.imports.models import ImportBatch
from guanxi.imports.queries.kinds import KINDS
from guanxi.imports.queries.previews import ColumnSample
from guanxi.imports.queries.rights import may_use
from guanxi.imports.rules.vocabularies import VOCABULARIES
from guanxi.lib.spreadsheets.headers import ROWS_SEARCHED
from guanxi.organization.models import User
from guanxi.organization.rules.roles import LEADERS
from guanxi.ui.forms import GuanxiForm
from guanxi.ui.punctuation import listed


class OwnerForm(GuanxiForm):
    """Who gets the customers: a consultant always themself, a leader anybody they reach."""

    owner = forms.ModelChoiceField(User.objects.none(), label=_("Who gets the customers"), empty_label=None)

    def __init__(self, actor: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        people = User.objects.givable_by(actor)
        if actor.has_role(*LEADERS):
            self.fields["owner"].queryset = people  # type: ignore[attr-defined]
            self.fields["owner"].initial = actor.pk
        else:
            del self.fields["owner"]

    def chosen_owner(self) -> User:
        owner: User = self.cleaned_data.get("owner") or self.actor
        return owner


class UploadForm(OwnerForm):
    file = forms.FileField(
        label=_("Workbook"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv", "class": "drop-zone"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )


class SheetForm(GuanxiForm):
    """Which sheet, which of its rows is the header (0 lets the row be found), and what the sheet tells of."""

    sheet = forms.ChoiceField(label=_("Sheet"))
    header_row = forms.IntegerField(
        label=_("Header row"), required=False, min_value=0, max_value=ROWS_SEARCHED
    )

    kind = forms.ChoiceField(
        label=_("The sheet tells of"),
        choices=[(kind, shown.label) for kind, shown in KINDS.items()],
        required=False,
    )

    def __init__(self, batch: ImportBatch, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [(sheet["name"], sheet["name"]) for sheet in batch.sheets]  # type: ignore[attr-defined]
        self.initial = {"sheet": batch.sheet, "header_row": batch.header_row or None, "kind": batch.kind}


class MappingForm(OwnerForm):
    """One choice a column."""

    def __init__(
        self, actor: User, batch: ImportBatch, columns: Sequence[ColumnSample], *args: Any, **kwargs: Any
    ):
        super().__init__(actor, *args, **kwargs)
        if "owner" in self.fields and batch.owner_id:
            self.fields["owner"].initial = batch.owner_id
        if "owner" in self.fields and not KINDS[batch.kind].gives_cards:
            del self.fields["owner"]
        self.columns = columns
        self.words = KINDS[batch.kind].words
        choices = [("", _("Not imported"))] + [
            (field.name, self.words[field.name])
            for field in VOCABULARIES[batch.kind].fields
            if may_use(actor, field.name, batch.kind)
        ]
        for column in columns:
            self.fields[f"column_{column.index}"] = forms.ChoiceField(
                choices=choices, required=False, label=column.header or _("Column without a header"),
                initial=batch.columns.get(column.index, ""),
            )  # fmt: skip

    def rows(self) -> list[tuple[ColumnSample, forms.BoundField]]:
        return [(column, self[f"column_{column.index}"]) for column in self.columns]

    def mapping(self) -> Mapping[int, str]:
        chosen = {column.index: self.cleaned_data[f"column_{column.index}"] for column in self.columns}
        return {index: name for index, name in chosen.items() if name}

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        names = [values.get(f"column_{column.index}") for column in self.columns]
        twice = {name for name in names if name and names.count(name) > 1}
        if twice:
            labels = listed(self.words[name] for name in sorted(twice))
            raise forms.ValidationError(
                _("Two columns are both %(field)s. Choose one."), params={"field": labels}
            )
        return values
