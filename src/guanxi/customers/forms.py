"""What people type on a card; shape and types only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanxi.catalogue.models import Product
from guanxi.customers.models import Customer, Intent, Phone
from guanxi.customers.rules.masks import MASK, mask_account, mask_email
from guanxi.lib.phones import PhoneNumber, PhoneRefused, mask_phone, parse_phone
from guanxi.organization.acts import Act
from guanxi.organization.labels import language
from guanxi.playbooks.definitions import Coded, Playbook
from guanxi.ui.forms import GuanxiForm, GuanxiModelForm

NO_NUMBER = _("This is no phone number. A mobile has 11 digits; a landline needs its area code.")


def options(items: tuple[Coded, ...], *, empty: bool = True) -> list[tuple[str, str]]:
    """(code, label) pairs of a coded list in the reader's language, led by "—" where none may be chosen."""
    return ([("", "—")] if empty else []) + [(item.code, item.label.text(language())) for item in items]


class PhoneField(forms.CharField):
    """One number as typed; cleans to a PhoneNumber, or None when left empty and not required."""

    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel"})

    def clean(self, value: Any) -> PhoneNumber | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_phone(text)
        except PhoneRefused as refused:
            raise forms.ValidationError(NO_NUMBER) from refused


class NewCustomerForm(GuanxiForm):
    """A name, a number and a level make a card; the rest can wait."""

    name = forms.CharField(label=_("Name"), max_length=80)
    phone = PhoneField(label=_("Phone"))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Customer.Kind.choices,
        initial="PERSON",
        required=False,
        widget=forms.RadioSelect,
    )
    org_name = forms.CharField(label=_("Organisation"), max_length=120, required=False)
    gender = forms.ChoiceField(
        label=_("Gender"),
        choices=Customer.Gender.choices,
        initial="U",
        required=False,
        widget=forms.RadioSelect,
    )
    product = forms.ModelChoiceField(
        label=_("Model"), queryset=Product.objects.none(), required=False, empty_label="—"
    )
    source_code = forms.ChoiceField(label=_("Source"))
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    level = forms.ChoiceField(
        label=_("Level"),
        required=False,
        widget=forms.RadioSelect,
        choices=[(code, code) for code in "HABCN"],
        initial="N",
    )
    evidence = forms.MultipleChoiceField(
        label=_("Evidence"), required=False, widget=forms.CheckboxSelectMultiple
    )
    expected_close_on = forms.DateField(
        label=_("Expected to close on"), required=False, widget=forms.DateInput
    )
    level_reason = forms.CharField(label=_("Why higher than the evidence"), required=False, max_length=200)
    remark = forms.CharField(
        label=_("Remark"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, act: Act, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        playbook = act.store.playbook
        self.fields["product"].queryset = Product.objects.of_store(act.store).on_sale()  # type: ignore[attr-defined]
        self.fields["source_code"].choices = options(playbook.sources, empty=False)  # type: ignore[attr-defined]
        self.fields["channel"].choices = options(playbook.channels)  # type: ignore[attr-defined]
        self.fields["evidence"].choices = options(  # type: ignore[attr-defined]
            tuple(item for item in playbook.evidence if item.level != "O"), empty=False
        )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("kind") == "ORG" and not given.get("org_name"):
            self.add_error("org_name", _("Enter the organisation's name."))
        return given


TOUCH_LABELS = [
    ("NONE", _("No contact")),
    ("LIGHT", _("Light: at festivals")),
    ("KEY", _("Key: every month")),
    ("VIP", _("VIP: every week")),
]
REFUSED_LABELS = {"CALL": _("Calls"), "SMS": _("SMS"), "WECHAT": _("WeChat"), "MAIL": _("Letters")}
META_LABELS = {
    "scope": _("Sees details or the big picture"),
    "match": _("Looks for sameness or difference"),
    "frame": _("Judges by self or by others"),
    "drive": _("Avoids pain or seeks pleasure"),
}
META_PROGRAMS: dict[str, list[tuple[str, Any]]] = {
    "scope": [("DETAIL", _("Goes by details")), ("BIG_PICTURE", _("Goes by the big picture"))],
    "match": [("SAMENESS", _("Seeks what is alike")), ("DIFFERENCE", _("Seeks what differs"))],
    "frame": [("SELF", _("Judges alone")), ("OTHERS", _("Listens to others"))],
    "drive": [("AWAY", _("Avoids trouble")), ("TOWARD", _("Seeks gain"))],
}


class CardForm(GuanxiModelForm):
    """The front of the card. Numbers, WeChat and e-mail show masked and are kept unless a new one is typed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    phone1 = forms.CharField(label=_("Phone 1"), required=False, max_length=40)
    phone2 = forms.CharField(label=_("Phone 2"), required=False, max_length=40)
    id_no = forms.CharField(label=_("ID number"), required=False, max_length=18)
    forget_id_no = forms.BooleanField(label=_("Forget the ID number"), required=False)
    family = forms.CharField(
        label=_("Family"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One person a line: name, relation, birthday, occupation."),
    )  # fmt: skip

    class Meta:
        model = Customer
        fields = ["name", "kind", "org_name", "gender", "birth_date", "wechat", "email", "region", "address",
                  "postcode", "occupation", "employer", "title", "industry", "income_band", "education",
                  "values_note", "channel", "tier", "touch_tier", "remark", "opt_outs"]  # fmt: skip
        widgets = {
            "birth_date": forms.DateInput,
            "values_note": forms.Textarea(attrs={"rows": 2}),
            "remark": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, playbook: Playbook, *args: Any, **kwargs: Any) -> None:
        card: Customer = kwargs["instance"]
        self.held = list(card.phones.all())
        kwargs["initial"] = {
            "version": card.version,
            "wechat": mask_account(card.wechat),
            "email": mask_email(card.email),
            "family": "\n".join(_family_line(member) for member in card.family),
            **{
                f"phone{place + 1}": mask_phone(phone.normalized) for place, phone in enumerate(self.held[:2])
            },
        }
        super().__init__(*args, **kwargs)
        self.fields["channel"] = forms.ChoiceField(
            label=_("Channel"), required=False, choices=options(playbook.channels)
        )
        self.fields["touch_tier"] = forms.ChoiceField(
            label=_("Attention"), required=False, choices=[("", "—"), *TOUCH_LABELS]
        )
        self.fields["opt_outs"] = forms.MultipleChoiceField(
            label=_("Refuses"), required=False, choices=list(REFUSED_LABELS.items()), initial=card.opt_outs,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Nothing is asked for through a refused channel; who refuses all is left in peace."),
        )  # fmt: skip
        self.fields["id_no"].help_text = card.id_no_masked
        for name, ends in META_PROGRAMS.items():
            self.fields[name] = forms.ChoiceField(
                label=META_LABELS[name], required=False, choices=[("", "—"), *ends],
                initial=card.meta_programs.get(name, ""),
            )  # fmt: skip
        kind = "org_dimensions" if card.kind == Customer.Kind.ORG else "person_dimensions"
        self.dimensions = getattr(playbook, kind)
        for item in self.dimensions:
            self.fields[f"dimension_{item.code}"] = forms.CharField(
                label=item.label.text(language()), required=False, max_length=200,
                initial=card.dimensions.get(item.code, ""),
            )  # fmt: skip

    def meta_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in META_PROGRAMS]

    def dimension_fields(self) -> list[forms.BoundField]:
        return [self[f"dimension_{item.code}"] for item in self.dimensions]

    def clean_wechat(self) -> str:
        return self._account("wechat")

    def clean_email(self) -> str:
        return self._account("email")

    def _account(self, name: str) -> str:
        """What was typed; a mask left alone, or that of somebody's earlier text, is what the card holds."""
        typed: str = self.cleaned_data[name]
        held: str = getattr(self.instance, name)
        return held if MASK in typed else typed

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for place in (1, 2):
            name = f"phone{place}"
            try:
                given[f"number{place}"] = self._number(given.get(name, ""), self.held[place - 1 : place])
            except PhoneRefused:
                self.add_error(name, NO_NUMBER)
        return given

    def _number(self, typed: str, here: list[Phone]) -> PhoneNumber | None:
        """The number typed; a masked one that was left alone is the number held ``here``.

        Two numbers may look alike under their masks, and a colleague may have put another number here
        meanwhile: the mask never becomes a number of its own.
        """
        if "*" not in typed:
            return parse_phone(typed) if typed.strip() else None
        alike = [phone for phone in self.held if typed.strip() == mask_phone(phone.normalized)]
        for phone in here if not alike or set(here) & set(alike) else alike:
            return PhoneNumber(phone.raw, phone.normalized, phone.kind)
        return None

    def numbers(self) -> list[PhoneNumber]:
        """All numbers of the card after this edit, third and later ones included."""
        typed = [self.cleaned_data.get(f"number{place}") for place in (1, 2)]
        rest = [PhoneNumber(phone.raw, phone.normalized, phone.kind) for phone in self.held[2:]]
        return [number for number in typed if number is not None] + rest

    def values(self) -> dict[str, Any]:
        """Field → value for the operation."""
        given = self.cleaned_data
        values = {name: given[name] for name in self.Meta.fields if name in given}
        values["dimensions"] = {
            item.code: given[f"dimension_{item.code}"]
            for item in self.dimensions
            if given[f"dimension_{item.code}"]
        }
        values["meta_programs"] = {name: given[name] for name in META_PROGRAMS if given[name]}
        values["family"] = [_family_member(line) for line in given["family"].splitlines() if line.strip()]
        return values

    def _post_clean(self) -> None:
        """The operation writes the card, so the form leaves its instance alone: on a refusal the page still
        shows what is stored."""


FAMILY = ("name", "relation", "birth_date", "occupation")


def _family_line(member: dict[str, str]) -> str:
    return "，".join(member.get(key, "") for key in FAMILY).rstrip("，")


def _family_member(line: str) -> dict[str, str]:
    parts = [part.strip() for part in line.replace(",", "，").split("，")]
    return {key: part for key, part in zip(FAMILY, parts, strict=False) if part}


class IntentForm(GuanxiModelForm):
    """What the customer means to buy."""

    class Meta:
        model = Intent
        fields = ["product", "colour", "configuration", "alternatives", "competitors", "use_type", "purchase_kind",
                  "budget_min", "budget_max", "payment", "expected_close_on", "trade_in", "test_drive_at",
                  "key_concerns", "decision_maker"]  # fmt: skip
        widgets = {"expected_close_on": forms.DateInput, "test_drive_at": forms.DateTimeInput}

    def __init__(self, act: Act, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        playbook = act.store.playbook
        offered = Product.objects.of_store(act.store)
        self.fields["product"].empty_label = "—"  # type: ignore[attr-defined]
        # A model that is no longer sold stays on the card of whoever wanted it.
        self.fields["product"].queryset = (  # type: ignore[attr-defined]
            offered.on_sale() | offered.filter(pk=self.instance.product_id)
        )
        for name, kind in (
            ("use_type", "use_types"),
            ("purchase_kind", "purchase_kinds"),
            ("payment", "payments"),
        ):
            self.fields[name] = forms.ChoiceField(
                label=self.fields[name].label, required=False, choices=options(getattr(playbook, kind))
            )

    def _post_clean(self) -> None:
        """As on the card: the operation writes."""


class ClassificationForm(GuanxiForm):
    """The conditions of BASE and VIP, and how much attention the card gets."""

    base_help = forms.BooleanField(label=_("May help future sales"), required=False)
    base_complete = forms.BooleanField(label=_("Data complete, card registered"), required=False)
    base_material = forms.BooleanField(
        label=_("Holds our material, knows us, no bad impression"), required=False
    )
    base_plan = forms.BooleanField(label=_("Contacted, reachable, periodic contact planned"), required=False)
    vip_leads = forms.BooleanField(label=_("Regularly gives leads and has influence"), required=False)
    vip_met = forms.BooleanField(label=_("A supervisor has met them in person"), required=False)
    vip_first = forms.BooleanField(label=_("First on the list for events and gifts"), required=False)
    vip_visited = forms.BooleanField(label=_("A named consultant visits every month"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, card: Customer, posted: Any = None) -> "ClassificationForm":
        return cls(posted, initial={name: getattr(card, name) for name in cls.base_fields})
