"""Forms dress their controls and keep what was typed."""

from django import forms
from django.template import engines

from guanxi.ui.forms import GuanxiForm


class CardForm(GuanxiForm):
    name = forms.CharField(help_text="As on the card.")
    expected_on = forms.DateField()
    level = forms.ChoiceField(choices=[("H", "H"), ("A", "A")], widget=forms.RadioSelect)
    secret = forms.CharField(widget=forms.PasswordInput, required=False, strip=False)


def drawn(form: CardForm, name: str) -> str:
    return engines["django"].from_string("{% load ui %}{% field bound %}").render({"bound": form[name]})


def test_controls_are_dressed_and_dates_use_the_picker():
    form = CardForm(initial={"expected_on": "2026-11-25"})
    assert 'class="input"' in drawn(form, "name")
    assert 'type="date" name="expected_on" value="2026-11-25"' in drawn(form, "expected_on")


def test_fields_added_later_are_dressed_too():
    form = CardForm()
    form.fields["late"] = forms.ChoiceField(choices=[("1", "1")])
    assert 'class="select"' in str(form["late"])


def test_a_refused_date_stays_readable():
    form = CardForm({"name": "陈", "expected_on": "后天", "level": "H"})
    assert not form.is_valid()
    page = drawn(form, "expected_on")
    assert 'type="text" name="expected_on" value="后天"' in page
    assert 'aria-describedby="id_expected_on_error"' in page
    assert 'id="id_expected_on_error"' in page


def test_a_hint_is_tied_to_its_control():
    page = drawn(CardForm(), "name")
    assert 'aria-describedby="id_name_hint"' in page
    assert 'id="id_name_hint"' in page


def test_browsers_do_not_offer_the_last_customer():
    assert 'autocomplete="off"' in drawn(CardForm(), "name")
    assert 'autocomplete="off"' not in drawn(CardForm(), "secret")


def test_choices_are_a_named_group():
    page = drawn(CardForm(), "level")
    assert "<fieldset" in page
    assert "<legend" in page
    assert page.count('type="radio"') == 2


def test_a_whole_form_is_drawn_with_our_fields():
    assert 'class="field-label"' in str(CardForm())


def test_characters_nobody_can_see_are_not_kept():
    sent = {"name": "陈\u200b志\x01远", "expected_on": "2026-11-25", "level": "H", "secret": "a\u200b"}
    form = CardForm(sent)
    assert form.is_valid()
    assert (form.cleaned_data["name"], form.cleaned_data["secret"]) == ("陈志远", "a\u200b")


def test_a_text_of_nothing_to_see_counts_as_empty():
    form = CardForm({"name": "\u200b\u3164", "expected_on": "2026-11-25", "level": "H"})
    assert "name" in form.errors
