"""R-FUP-02: the store's year, and what turning a day moves."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from tests.cast import MORNING, Cast

from guanxi.customers.models import Customer
from guanxi.organization.acts import Act
from guanxi.organization.models import AuditEntry, CalendarDay, User
from guanxi.organization.operations.calendars import CalendarRefused, set_day

DAY = "/settings/calendar/2026/3/17/"


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(MORNING + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def manager(cast: Cast, client_for: Callable[[User], Client]) -> Client:
    return client_for(cast.ma)


def due(customer: Customer) -> date | None:
    return Customer.objects.get(pk=customer.pk).next_due_on


def test_the_year_shows_spring_festival(manager: Client) -> None:
    months = manager.get("/settings/calendar/?year=2027").context["months"]
    festival = [day["on"] for month in months for day in month["days"] if day["look"] == "festival"]
    assert festival == [date(2027, 2, 5), date(2027, 2, 6), date(2027, 2, 7), date(2027, 2, 8)]


@pytest.mark.parametrize("year", ["2022", "2030", "0", "x", "99999"])
def test_far_years_do_not_exist(manager: Client, year: str) -> None:
    assert manager.get(f"/settings/calendar/?year={year}").status_code in (200, 404)
    assert manager.get("/settings/calendar/2030/1/1/").status_code == 404
    assert manager.get("/settings/calendar/2026/2/30/").status_code == 404


def test_closing_a_day_moves_what_falls_on_it(
    manager: Client, cast: Cast, make_customer: Callable[..., Customer], act: Callable[..., Act]
) -> None:
    late, early = make_customer(cast.lin, level="B"), make_customer(cast.lin, level="H", at=MORNING)
    assert (due(late), due(early)) == (date(2026, 3, 17), date(2026, 3, 4))
    shown = manager.get(DAY).context["effect"]
    assert [(one.before, one.after) for one in shown.examples] == [(date(2026, 3, 17), date(2026, 3, 18))]
    manager.post(DAY, {"is_closed": "closed", "note": "盘点"})
    manager.post("/settings/calendar/2026/3/4/", {"is_closed": "closed", "note": ""})
    assert (due(late), due(early)) == (date(2026, 3, 18), date(2026, 3, 3))
    assert AuditEntry.objects.filter(action="follow_up_moved").count() == 2


def test_opening_it_again_moves_back(
    manager: Client, cast: Cast, make_customer: Callable[..., Customer]
) -> None:
    card = make_customer(cast.lin, level="B")
    manager.post(DAY, {"is_closed": "closed", "note": ""})
    manager.post(DAY, {"is_closed": "open", "note": ""})
    assert due(card) == date(2026, 3, 17)
    assert not CalendarDay.objects.exists()


def test_a_month_of_closed_days_is_refused(cast: Cast, act: Callable[..., Act]) -> None:
    first = date(2026, 6, 1)
    rows = [CalendarDay(store=cast.store, on=first + timedelta(days=n), is_closed=True) for n in range(31)]
    CalendarDay.objects.bulk_create(rows)
    with pytest.raises(CalendarRefused):
        set_day(act(cast.ma), date(2026, 7, 2), True, "")


def test_consultants_do_not_come_here(cast: Cast, client_for: Callable[[User], Client]) -> None:
    assert client_for(cast.lin).get("/settings/calendar/").status_code == 404
    assert client_for(cast.lin).post(DAY, {"is_closed": "closed"}).status_code == 404
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize("year", ["0", "10000", "2147483648", "99999999999999999999"])
def test_a_year_no_calendar_has_is_absent(
    cast: Cast, client_for: Callable[[User], Client], year: str
) -> None:
    for rest in ("5/1", f"{year}/1", f"5/{year}"):
        assert client_for(cast.ma).get(f"/settings/calendar/{year}/{rest}/").status_code == 404
