"""P6: the same form sent twice acts once, and the copy gets the first answer."""

import threading
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from tests.cast import MORNING, Cast

from guanxi.organization import once
from guanxi.organization.models import DoneRequest, Team, User
from guanxi.organization.once import forget_requests, once_per_key


@once_per_key
def new_team(request: HttpRequest) -> HttpResponse:
    name = request.POST["name"]
    if not name:
        return HttpResponse("no name", status=422)
    team = Team.objects.create(store=request.user.store, name=name)  # type: ignore[union-attr]
    if name == "fails":
        raise ValueError(name)
    return HttpResponse(status=303, headers={"Location": f"/teams/{team.pk}/"})


def post(user: User, name: str, key: str = "k1", view: Any = new_team, at: Any = MORNING) -> HttpResponse:
    request = RequestFactory().post(
        "/teams/", {"name": name, "form_key": key, "csrfmiddlewaretoken": str(id(name))}
    )
    request.user, request.at, request.htmx = user, at, False  # type: ignore[attr-defined]
    request.resolver_match = SimpleNamespace(view_name="team-new")  # type: ignore[assignment]
    return view(request)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "PATIENCE", 0.0)


def test_copy_gets_the_first_answer_and_adds_nothing(cast: Cast) -> None:
    first, copy = post(cast.desk, "三组"), post(cast.desk, "三组")
    assert Team.objects.filter(name="三组").count() == 1
    assert (copy.status_code, copy["Location"]) == (303, first["Location"])


def test_other_words_with_the_same_key_are_refused(cast: Cast) -> None:
    post(cast.desk, "三组")
    assert post(cast.desk, "四组").status_code == 422
    assert not Team.objects.filter(name="四组").exists()


@pytest.mark.parametrize("key", ["\0", "a\0b", "k" * 81])
def test_a_key_no_database_keeps_is_refused(cast: Cast, key: str) -> None:
    assert post(cast.desk, "三组", key=key).status_code == 422
    assert not Team.objects.filter(name="三组").exists()


def test_another_user_with_the_same_key_is_new(cast: Cast) -> None:
    post(cast.desk, "三组")
    assert post(cast.cs, "四组").status_code == 303


def test_refused_answer_releases_the_key(cast: Cast) -> None:
    assert post(cast.desk, "").status_code == 422
    assert post(cast.desk, "三组").status_code == 303


def test_failure_undoes_the_work_and_releases_the_key(cast: Cast) -> None:
    with pytest.raises(ValueError):
        post(cast.desk, "fails")
    assert not Team.objects.filter(name="fails").exists()
    assert not DoneRequest.objects.exists()


def test_without_key_the_view_just_runs(cast: Cast) -> None:
    post(cast.desk, "三组", key="")
    assert not DoneRequest.objects.exists()


def test_running_request_answers_409_until_its_process_is_surely_dead(cast: Cast) -> None:
    answers: list[int] = []

    @once_per_key
    def outer(request: HttpRequest) -> HttpResponse:
        if not answers:
            answers.append(post(cast.desk, "三组", view=outer).status_code)
            late = MORNING + once.LEASE + timedelta(seconds=1)
            answers.append(post(cast.desk, "三组", view=outer, at=late).status_code)
        return HttpResponse(status=303, headers={"Location": "/"})

    # The sleeper wakes after its key was taken over: its own work is undone.
    assert post(cast.desk, "三组", view=outer).status_code == 409
    assert answers == [409, 303]


def test_old_answers_are_forgotten(cast: Cast) -> None:
    post(cast.desk, "三组")
    assert forget_requests(MORNING + timedelta(days=6)) == 0
    assert forget_requests(MORNING + timedelta(days=8)) == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_copies_make_one_row(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "PATIENCE", 5.0)
    start, answers = threading.Barrier(6), []

    def send() -> None:
        start.wait()
        try:
            answers.append(post(cast.desk, "三组"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Team.objects.filter(name="三组").count() == 1
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(303, answers[0]["Location"])}
    assert len(answers) == 6
