"""What people type about parties and days; shape and types only."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.catalogue.models import Product
from guanxi.customers.forms import PhoneField, options
from guanxi.customers.rules.masks import MASK
from guanxi.lib.phones import PhoneNumber, PhoneRefused, parse_phone
from guanxi.organization.acts import Act
from guanxi.organization.models import User
from guanxi.prospecting.models import Visit
from guanxi.prospecting.rules.judging import Judged
from guanxi.ui.forms import GuanxiForm, GuanxiModelForm

SIZES = 6
NOT_A_PHONE = _("This is no phone number. A mobile has 11 digits; a landline needs its area code.")


class ArrivalForm(GuanxiForm):
    """One party, in two taps: how many they are, and that they are here."""

    party_size = forms.ChoiceField(label=_("How many"), widget=forms.RadioSelect, initial="2")
    arrival_mode = forms.ChoiceField(label=_("Came by"), widget=forms.RadioSelect, required=False)
    consultant = forms.ChoiceField(label=_("Received by"), required=False)
    purpose = forms.ChoiceField(label=_("Purpose"), required=False)
    name = forms.CharField(label=_("Name"), required=False, max_length=80)
    phone = PhoneField(label=_("Phone"), required=False)

    def __init__(self, act: Act, people: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        playbook = act.store.playbook
        shown = [(str(size), str(size)) for size in range(1, SIZES + 1)]
        self.fields["party_size"].choices = shown  # type: ignore[attr-defined]
        self.fields["arrival_mode"].choices = options(playbook.arrival_modes, empty=False)  # type: ignore[attr-defined]
        self.fields["arrival_mode"].initial = playbook.arrival_modes[0].code
        self.fields["consultant"].choices = [("", _("Nobody yet")), *people]  # type: ignore[attr-defined]
        self.fields["purpose"].choices = options(playbook.visit_purposes)  # type: ignore[attr-defined]

    @property
    def consultant_id(self) -> int | None:
        chosen = self.cleaned_data["consultant"]
        return int(chosen) if chosen else None


class CallForm(GuanxiForm):
    """A call that came in: who takes it further, and what was asked."""

    nature = forms.ChoiceField(label=_("Kind of call"), widget=forms.RadioSelect)
    name = forms.CharField(label=_("Name"), required=False, max_length=80)
    phone = PhoneField(label=_("Phone"), required=False)
    consultant = forms.ChoiceField(label=_("Taken by"), required=False)
    product = forms.ModelChoiceField(
        label=_("Model"), queryset=Product.objects.none(), required=False, empty_label="—"
    )
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    course = forms.CharField(
        label=_("What was asked"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, act: Act, people: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        playbook = act.store.playbook
        self.fields["nature"].choices = options(playbook.call_natures, empty=False)  # type: ignore[attr-defined]
        self.fields["nature"].initial = playbook.call_natures[0].code
        self.fields["consultant"].choices = [("", _("Nobody yet")), *people]  # type: ignore[attr-defined]
        self.fields["product"].queryset = Product.objects.of_store(act.store).on_sale()  # type: ignore[attr-defined]
        self.fields["channel"].choices = options(playbook.channels)  # type: ignore[attr-defined]

    @property
    def consultant_id(self) -> int | None:
        chosen = self.cleaned_data["consultant"]
        return int(chosen) if chosen else None


class EventForm(GuanxiForm):
    """Somebody met at an event (R-REG-03): when, who, and what they asked for."""

    met_on = forms.DateField(label=_("Met on"), widget=forms.DateInput)
    name = forms.CharField(label=_("Name"), required=False, max_length=80)
    phone = PhoneField(label=_("Phone"), required=False)
    consultant = forms.ChoiceField(label=_("Taken by"), required=False)
    product = forms.ModelChoiceField(
        label=_("Model"), queryset=Product.objects.none(), required=False, empty_label="—"
    )
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    party_size = forms.IntegerField(label=_("People"), min_value=1, initial=1)
    course = forms.CharField(
        label=_("Which event, what was asked"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, act: Act, people: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.act = act
        self.fields["met_on"].initial = act.on
        self.fields["consultant"].choices = [("", _("Nobody yet")), *people]  # type: ignore[attr-defined]
        self.fields["product"].queryset = Product.objects.of_store(act.store).on_sale()  # type: ignore[attr-defined]
        self.fields["channel"].choices = options(act.store.playbook.channels)  # type: ignore[attr-defined]

    @property
    def consultant_id(self) -> int | None:
        chosen = self.cleaned_data["consultant"]
        return int(chosen) if chosen else None

    def met_at(self) -> datetime:
        """The instant of the row: now, or noon of the earlier day."""
        on: date = self.cleaned_data["met_on"]
        if on == self.act.on:
            return self.act.at
        return datetime.combine(on, time(12), ZoneInfo(self.act.store.timezone))


class ReceiverForm(GuanxiForm):
    """Who receives a party instead."""

    consultant = forms.ChoiceField(label=_("Received by"), widget=forms.RadioSelect)

    def __init__(self, people: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consultant"].choices = people  # type: ignore[attr-defined]


class ReopeningForm(GuanxiForm):
    reason = forms.CharField(label=_("Why the day is reopened"), max_length=200)


SIGNED = {"left", "party_size", "arrival_mode"}
WALK_IN_ONLY = ("arrival_mode", "purpose", "wechat_added", "colour", "competitor", "test_drive", "licence_checked",
                "quoted")  # fmt: skip
OF_THE_CARD = ("evidence", "expected_close_on", "level_reason", "open_card")
CALL_ONLY = ("nature", "invited_on", "result")


class VisitForm(GuanxiModelForm):
    """The rest of the row. The number shows masked and is kept unless a new one is typed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    left = forms.TimeField(label=_("Left at"), required=False, widget=forms.TimeInput)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=40)
    evidence = forms.MultipleChoiceField(
        label=_("Evidence"), required=False, widget=forms.CheckboxSelectMultiple
    )
    expected_close_on = forms.DateField(
        label=_("Expected to close on"), required=False, widget=forms.DateInput
    )
    level_reason = forms.CharField(label=_("Why higher than the evidence"), required=False, max_length=200)
    open_card = forms.BooleanField(
        label=_("Open the card, or write the visit on the one there is"), required=False, initial=True
    )

    class Meta:
        model = Visit
        fields = ["party_size", "arrival_mode", "purpose", "nature", "name", "gender", "wechat_added", "region",
                  "product", "colour", "competitor", "level_first", "level_confirmed", "channel", "test_drive",
                  "licence_checked", "quoted", "invited_on", "course", "result", "remark"]  # fmt: skip
        widgets = {
            "course": forms.Textarea(attrs={"rows": 2}),
            "remark": forms.Textarea(attrs={"rows": 2}),
            "invited_on": forms.DateInput,
            "gender": forms.RadioSelect,
        }

    def __init__(self, act: Act, *args: Any, signed: bool = False, **kwargs: Any) -> None:
        """``signed``: the day is locked, and what its signature stands for is not asked any more."""
        visit: Visit = kwargs["instance"]
        self.zone, self.on = ZoneInfo(act.store.timezone), visit.on
        left = (
            visit.left_at.astimezone(self.zone).time().replace(second=0, microsecond=0)
            if visit.left_at
            else None
        )
        kwargs["initial"] = {
            "version": visit.version, "phone": visit.phone_masked, "left": left,
            "purpose": visit.purpose or "LOOK", "nature": visit.nature or "FIRST",
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        playbook, fields = act.store.playbook, self.fields
        for name in CALL_ONLY if not visit.is_call else WALK_IN_ONLY:
            del fields[name]
        if visit.is_call:
            del fields["party_size"]
            fields["course"].label = _("What was asked")
            fields["nature"] = forms.ChoiceField(
                label=_("Kind of call"), choices=options(playbook.call_natures, empty=False),
                widget=forms.RadioSelect,
            )  # fmt: skip
        else:
            fields["purpose"] = forms.ChoiceField(
                label=_("Purpose"),
                choices=options(playbook.visit_purposes, empty=False),
                widget=forms.RadioSelect,
            )
            fields["arrival_mode"] = forms.ChoiceField(
                label=_("Came by"), choices=options(playbook.arrival_modes), required=False
            )
        fields["channel"] = forms.ChoiceField(
            label=_("Channel"), required=False, choices=options(playbook.channels)
        )
        fields["product"].queryset = Product.objects.of_store(act.store).on_sale()  # type: ignore[attr-defined]
        fields["product"].empty_label = "—"  # type: ignore[attr-defined]
        levels = [(code, code) for code in "HABCN"]
        fields["level_first"] = forms.ChoiceField(
            label=_("Level at first sight"), required=False, choices=levels, widget=forms.RadioSelect
        )
        fields["level_confirmed"] = forms.ChoiceField(
            label=_("Level within 24 h"), required=False, choices=levels[:-1], widget=forms.RadioSelect
        )
        fields["evidence"].choices = options(  # type: ignore[attr-defined]
            tuple(item for item in playbook.evidence if item.level != "O"), empty=False
        )
        fields["gender"].required = False
        self._fit(act, visit)
        for name in SIGNED & fields.keys() if signed else ():
            del fields[name]

    @classmethod
    def stored(cls, act: Act, visit: Visit) -> "VisitForm":
        """The row as it stands, without what is not of the row."""
        form = cls(act, None, instance=visit)
        for name in OF_THE_CARD:
            form.fields.pop(name, None)
        return form

    def _fit(self, act: Act, visit: Visit) -> None:
        """Leave out what this person, or this row, has no use for."""
        opens_cards = act.by is not None and act.by.write_reach != "NONE"
        if visit.customer_id is not None or not opens_cards:
            for name in OF_THE_CARD:
                del self.fields[name]
        # The second judgement of a card is made on the card; a row without one is judged here.
        if visit.customer_id is not None or not visit.level_first:
            del self.fields["level_confirmed"]
        if visit.customer_id is not None:
            self.fields["phone"].disabled = True

    def clean_phone(self) -> PhoneNumber | str:
        """What was typed; a mask left alone is the number the row holds."""
        typed: str = self.cleaned_data["phone"]
        if not typed:
            return ""
        if MASK in typed or typed == self.instance.phone_masked:
            return str(self.instance.phone_normalized)
        try:
            return parse_phone(typed)
        except PhoneRefused as refused:
            raise forms.ValidationError(NOT_A_PHONE) from refused

    def clean_left(self) -> datetime | None:
        """The instant of the departure: the time typed, on the day of the row."""
        typed: time | None = self.cleaned_data["left"]
        held = self.instance.left_at
        if typed is None:
            return None
        if held is not None and typed == held.astimezone(self.zone).time().replace(second=0, microsecond=0):
            return held  # type: ignore[no-any-return]
        return datetime.combine(self.on, typed, self.zone)

    def values(self) -> dict[str, Any]:
        """Fields of the row by name, as ``complete_visit`` takes them."""
        given = {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data}
        given["gender"] = given["gender"] or "U"
        left = self.cleaned_data.get("left")
        if left is not None:
            given["left_at"] = left
        return given | {"phone": self.cleaned_data["phone"] or None}

    def judged(self) -> Judged | None:
        """The judgement a card is opened with; None when none shall be."""
        given = self.cleaned_data
        if not given.get("open_card"):
            return None
        return Judged(frozenset(given["evidence"]), given["expected_close_on"], given["level_reason"])

    def clean_expected_close_on(self) -> date | None:
        day: date | None = self.cleaned_data["expected_close_on"]
        if day is not None and day < self.on:
            raise forms.ValidationError(_("The expected date lies in the past."))
        return day


class DayForm(GuanxiForm):
    """Weather, and who is away."""

    weather = forms.ChoiceField(label=_("Weather"), required=False)
    absent = forms.MultipleChoiceField(
        label=_("Away today"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, act: Act, people: Sequence[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weather"].choices = options(act.store.playbook.weathers)  # type: ignore[attr-defined]
        self.fields["absent"].choices = [(str(person.pk), person.name) for person in people]  # type: ignore[attr-defined]
