"""The components as templates call them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.template import TemplateSyntaxError, engines
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import SafeString

TODAY = date(2026, 11, 23)


def drawn(source: str, **context: Any) -> str:
    return engines["django"].from_string("{% load ui %}" + source).render(context)


@pytest.mark.parametrize(
    "source", ['{% button "Save" hrf="/x/" %}', '{% card titel="x" %}{% endcard %}', "{% level %}"]
)
def test_a_misspelt_argument_is_refused(source):
    with pytest.raises(TemplateSyntaxError):
        drawn(source)


@pytest.mark.parametrize(
    "source",
    ['{% icon "telephone" %}', '{% badge "gren" %}x{% endbadge %}', '{% button "Save" kind="primry" %}'],
)
def test_a_misspelt_choice_is_refused(source):
    with pytest.raises(TypeError):
        drawn(source)


def test_what_users_typed_is_escaped():
    page = drawn(
        "{% card title=name %}{{ name }}{% endcard %}{% badge %}{{ name }}{% endbadge %}"
        "{% button name %}{% empty title=name %}{% endempty %}{% stat name name %}"
        "{% page_head title=name %}{% endpage_head %}",
        name='<i onclick="x">',
    )
    assert "<i" not in page


def test_actions_of_the_page_head_stay_markup():
    assert '<a class="btn' in drawn('{% page_head title="x" %}{% button "y" href="/" %}{% endpage_head %}')


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 11, 23), "Today"),
        (date(2026, 11, 22), "Yesterday"),
        (date(2026, 11, 24), "Tomorrow"),
        (date(2026, 12, 20), "12-20"),
        (date(2025, 12, 20), "2025-12-20"),
    ],
)
def test_a_day_is_relative_near_today_and_whole_on_hover(on, words):
    with translation.override("zh-hans"):
        page = drawn("{% day on today %}", on=on, today=TODAY)
        assert f"<span>{translation.gettext(words)}</span>" in page
    assert f'title="{on:%Y-%m-%d} ' in page


def test_english_days():
    with translation.override("en"):
        assert "Wed" in drawn("{% day on today %}", on=date(2026, 11, 25), today=TODAY)
        assert "20 Dec 2027" in drawn("{% day on today %}", on=date(2027, 12, 20), today=TODAY)


def test_lateness_is_written_and_only_when_late():
    with translation.override("en"):
        assert "3 days late" in drawn("{% late 3 %}")
        assert "1 day late" in drawn("{% late 1 %}")
    assert drawn("{% late 0 %}{% late none %}", none=None) == ""


def test_a_missing_value_is_a_dash():
    assert drawn("{% ratio none %}|{% money none %}|{% day none %}", none=None) == "—|—|—"
    assert "¥12,345" in drawn("{% money amount %}", amount=Decimal(12345))


def test_a_full_number_never_reaches_the_page():
    page = drawn('{% phone_masked "13812348821" reveal_url="/r/" %}')
    assert "138****8821" in page
    assert "13812348821" not in page


def test_a_level_is_read_out():
    assert 'aria-label="H 级"' in drawn('{% level "H" title="H 级" %}')


def test_a_level_is_told_in_the_language_asked_and_its_words_are_escaped_once():
    for code, words in (("en", "Level H"), ("zh-hans", "H 级"), ("en", "Level H")):
        with translation.override(code):
            assert f'aria-label="{words}"' in drawn('{% level "H" %}')
    for title, written in (("a&amp;b", "a&amp;amp;b"), (SafeString("a&amp;b"), "a&amp;b")):
        assert f'title="{written}"' in drawn('{% level "H" title=title %}', title=title)


def test_a_sorted_heading_turns_round_and_starts_at_the_first_page():
    request = RequestFactory().get("/customers/?sort=name&after=40&level=H")
    page = drawn('{% sort_header "Name" "name" current="name" %}', request=request)
    assert 'aria-sort="ascending"' in page
    assert "sort=-name&amp;level=H" in page
    assert "after" not in page


def test_the_query_string_keeps_what_is_not_changed():
    request = RequestFactory().get("/customers/?q=陈&level=H")
    assert drawn("{% qs request level=none sort='name' %}", request=request, none=None).endswith("sort=name")


def test_the_form_key_is_new_each_time():
    assert drawn("{% form_key %}") != drawn("{% form_key %}")


def test_a_chart_carries_its_table():
    page = drawn("{% bar_chart rows 'Q' %}", rows=[{"label": "a", "value": 2}, {"label": "b", "value": 1}])
    assert "width:50.0%" in page
    assert '<th scope="row">' in page
    assert drawn("{% bar_chart rows 'Q' %}", rows=[])
