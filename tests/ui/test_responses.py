"""Answers for pages and for htmx."""

import json
from types import SimpleNamespace

from django.http import HttpResponse
from django.test import RequestFactory

from guanxi.ui.responses import close_sheet, see_other, toast, wants_fragment


def asked_by(htmx):
    request = RequestFactory().get("/")
    request.htmx = htmx
    return request


def test_a_toast_travels_as_ascii_and_keeps_other_events():
    response = toast(close_sheet(HttpResponse()), "已保存", undo_url="/undo/7/")
    assert response.headers["HX-Trigger"].isascii()
    assert json.loads(response.headers["HX-Trigger"]) == {
        "closeSheet": True,
        "toast": {"message": "已保存", "undo": "/undo/7/"},
    }


def test_a_form_is_sent_on_with_303_and_htmx_with_its_header():
    assert see_other(asked_by(None), "/today/").status_code == 303
    answer = see_other(asked_by(SimpleNamespace()), "/today/")
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/today/")


def test_boosted_and_restored_pages_are_whole():
    assert not wants_fragment(asked_by(None))
    assert not wants_fragment(asked_by(SimpleNamespace(boosted=True, history_restore_request=False)))
    assert wants_fragment(asked_by(SimpleNamespace(boosted=False, history_restore_request=False)))
