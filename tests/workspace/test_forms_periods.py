"""Printing forms of a period: for whom, for which days, live or as locked (Annex F, R-PRM-04, R-PRM-12)."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from tests.cast import MORNING

from guanxi.organization.models import AuditEntry
from guanxi.organization.rules.roles import READ, Role
from guanxi.paper.sheets import Column, Sheet, Table
from guanxi.performance.models import FrozenFigures, MonthClose
from guanxi.performance.queries.about import About, FormFigures
from guanxi.performance.rules.periods import start_of
from guanxi.playbooks.definitions import Label
from guanxi.workspace.forms import menu, period_printing
from guanxi.workspace.forms.asking import asked_in
from guanxi.workspace.forms.period_printing import NoSuchForm, PeriodAsked, print_period
from guanxi.workspace.forms.periods import PeriodForm
from guanxi.workspace.forms.printing import PrintRefused
from guanxi.workspace.management.commands import form as command

FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)
NOW = MORNING + timedelta(days=20)
READERS = frozenset(READ)


def told(about: About) -> dict[str, Any]:
    """Live figures; a day has something when its number is even."""
    rows = [] if about.days.first.day % 2 else [1]
    return {"who": str(about.person or "全店"), "as_of": str(about.days.as_of), "rows": rows}


def drawn(figures: dict[str, Any], about: About, words: Any) -> Sheet:
    line = f"told {figures['who']} {about.days.first} {figures['as_of']}"
    table = Table((Column("X"),), ((line,),))
    return Sheet("X", "X", (table,), words.footer(None, about.days.first, []), subtitle="about")


@pytest.fixture(autouse=True)
def forms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand-ins: a form of a day and one of a month for each person, and one of the whole store."""
    figures = (
        FormFigures("F-X-D", "day", True, told),
        FormFigures("F-X-M", "month", True, told),
        FormFigures("F-X-S", "month", False, told),
    )
    desk = frozenset({Role.FRONT_DESK})
    made = tuple(
        PeriodForm(
            row.code, Label(zh=row.code, en=row.code), "INTENT", READERS if row.per_person else READERS | desk, drawn
        )
        for row in figures
    )  # fmt: skip
    monkeypatch.setattr(period_printing, "FIGURES", figures)
    for module in (period_printing, menu, command):
        monkeypatch.setattr(module, "PERIOD_FORMS", made)


@pytest.fixture(autouse=True)
def _three_weeks_later():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def printed(act: Callable[..., Any], cast: Any) -> Callable[..., str]:
    """A print as csv, which keeps what the stand-in forms say."""

    def print_it(by: Any, code: str, *, language: str = "zh-hans", **asked: Any) -> str:
        wanted = act(by, NOW, store=asked.pop("store", cast.store))
        made = print_period(wanted, code, "csv", PeriodAsked(**asked), language=language)
        return made.content.decode("utf-8-sig")

    return print_it


def lines(text: str) -> list[str]:
    return [line.removeprefix("told ") for line in text.splitlines() if line.startswith("told ")]


def close(cast: Any, month: date = FEBRUARY, version: int = 1) -> MonthClose:
    cutoff = start_of(MARCH, cast.store.timezone)
    return MonthClose.objects.create(
        store=cast.store, month=month, version=version, cutoff=cutoff, closed_at=cutoff + timedelta(minutes=6)
    )


def freeze(closed: MonthClose, code: str, person: Any, on: date) -> None:
    figures = {"who": f"{person or '全店'}锁定", "as_of": "locked", "rows": [1]}
    FrozenFigures.objects.create(close=closed, code=code, person=person, on=on, figures=figures)


def test_without_a_person_there_is_a_page_for_each_whom_the_actor_reads(cast, make_customer, printed):
    make_customer(cast.lin)
    month = f"{MARCH} {NOW.date()}"
    assert lines(printed(cast.ma, "F-X-M")) == [f"林晓 {month}", f"赵磊 {month}", f"吴刚 {month}"]
    assert lines(printed(cast.chen, "F-X-M")) == [f"林晓 {month}", f"赵磊 {month}"]
    assert lines(printed(cast.ma, "F-X-M", whole=True)) == [f"全店 {month}"]
    assert lines(printed(cast.ma, "F-X-M", person=cast.wu)) == [f"吴刚 {month}"]
    assert lines(printed(None, "F-X-S")) == [f"全店 {month}"]


def test_a_consultant_who_left_keeps_the_pages_of_what_they_held(cast, make_customer, printed):
    make_customer(cast.wu)
    type(cast.wu).objects.filter(pk__in=[cast.wu.pk, cast.zhao.pk]).update(is_active=False)
    assert [line.split()[0] for line in lines(printed(cast.ma, "F-X-M"))] == ["林晓", "吴刚"]


@pytest.mark.parametrize(
    ("who", "code", "asked"),
    [
        ("lin", "F-X-M", {}),  # a consultant prints on paper only: no export
        ("chen", "F-X-M", {"person": "wu"}),
        ("ma", "F-X-M", {"person": "gao"}),
        ("desk", "F-X-M", {}),
        ("admin", "F-X-S", {}),
        ("ma", "F-NO-1", {}),
    ],
)
def test_what_is_not_the_actor_s_to_have_is_absent(cast, make_customer, printed, who, code, asked):
    make_customer(cast.lin)
    if "person" in asked:
        asked = {"person": cast.users[asked["person"]]}
    with pytest.raises(NoSuchForm):
        printed(cast.users[who], code, **asked)
    assert not AuditEntry.objects.filter(action="form_printed").exists()


def test_a_consultant_prints_their_own_and_nobody_else_s(cast, act, make_customer):
    make_customer(cast.lin)
    made = print_period(act(cast.lin, NOW), "F-X-M", "pdf", PeriodAsked())
    assert (made.content[:5], made.sheets, made.filename) == (b"%PDF-", 1, "F-X-M-2026-03.pdf")
    for asked in (PeriodAsked(person=cast.zhao), PeriodAsked(whole=True)):
        with pytest.raises(NoSuchForm):
            print_period(act(cast.lin, NOW), "F-X-M", "pdf", asked)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"month": date(2026, 2, 1)}, "month"),
        ({"on": date(2026, 3, 1)}, "on"),
        ({"month": date(2026, 4, 1)}, "month"),
        ({"on": date(2026, 3, 23)}, "on"),
        ({"month": MARCH, "on": date(2026, 3, 5)}, "on"),
    ],
)
def test_not_before_the_first_record_nor_for_the_future(cast, make_customer, printed, asked, field):
    make_customer(cast.lin)
    with pytest.raises(PrintRefused) as refused:
        printed(cast.ma, "F-X-M", **asked)
    assert refused.value.field == field


def test_a_store_without_records_says_so(cast, printed):
    with pytest.raises(PrintRefused, match=r"没有任何记录|no records"):
        printed(cast.ma, "F-X-M")


def test_a_form_of_the_whole_store_has_no_person(cast, make_customer, printed):
    make_customer(cast.lin)
    with pytest.raises(PrintRefused):
        printed(cast.ma, "F-X-S", person=cast.lin)


def test_a_form_of_a_day_over_a_month_prints_each_day_that_has_something(cast, make_customer, printed):
    make_customer(cast.lin)
    found = lines(printed(cast.ma, "F-X-D", month=MARCH, person=cast.lin))
    assert [line.split()[1][-2:] for line in found] == [f"{day:02}" for day in range(2, 23, 2)]
    assert lines(printed(cast.ma, "F-X-D", on=date(2026, 3, 3), person=cast.lin)) == [
        "林晓 2026-03-03 2026-03-03"
    ]
    assert len(lines(printed(cast.ma, "F-X-D"))) == 3


def test_a_form_of_a_month_for_a_day_is_told_as_it_stood_then(cast, make_customer, printed):
    make_customer(cast.lin)
    text = printed(cast.ma, "F-X-M", on=date(2026, 3, 10), person=cast.lin)
    assert lines(text) == ["林晓 2026-03-01 2026-03-10"]
    assert "截至 2026-03-10" in text


def test_r_prm_12_a_locked_month_prints_its_frozen_figures_and_the_lock_time(cast, make_customer, printed):
    make_customer(cast.lin, at=MORNING - timedelta(days=20))
    closed = close(cast)
    freeze(closed, "F-X-M", cast.lin, FEBRUARY)
    freeze(closed, "F-X-D", cast.lin, date(2026, 2, 17))
    text = printed(cast.ma, "F-X-M", month=FEBRUARY)
    assert lines(text) == ["林晓锁定 2026-02-01 locked"]
    assert "锁定时间 2026-03-01 00:06，数据截至 2026-03-01 00:00" in text
    assert "Locked 2026-03-01 00:06" in printed(cast.ma, "F-X-M", month=FEBRUARY, language="en")
    assert lines(printed(cast.ma, "F-X-D", month=FEBRUARY)) == ["林晓锁定 2026-02-17 locked"]
    # Part of the month is told anew, from what was recorded by then.
    assert lines(printed(cast.ma, "F-X-M", on=date(2026, 2, 20), person=cast.lin)) == [
        "林晓 2026-02-01 2026-02-20"
    ]
    assert lines(printed(cast.ma, "F-X-M", on=date(2026, 2, 28))) == ["林晓锁定 2026-02-01 locked"]


def test_r_prm_12_a_re_opened_month_is_live_and_says_so_until_it_is_locked_again(
    cast, make_customer, printed
):
    make_customer(cast.lin, at=MORNING - timedelta(days=20))
    closed = close(cast)
    freeze(closed, "F-X-M", cast.lin, FEBRUARY)
    closed.reopened_at, closed.reopened_by, closed.reason = NOW, cast.ma, "补录电话"
    closed.save()
    text = printed(cast.ma, "F-X-M", month=FEBRUARY, person=cast.lin)
    assert lines(text) == ["林晓 2026-02-01 2026-03-22"]
    assert "已反锁 2026-03-22 10:00（马强, 补录电话）" in text
    freeze(close(cast, version=2), "F-X-M", cast.lin, FEBRUARY)
    text = printed(cast.ma, "F-X-M", month=FEBRUARY, person=cast.lin)
    assert lines(text) == ["林晓锁定 2026-02-01 locked"]
    assert "曾反锁，第 2 版" in text
    assert "Re-opened before, version 2" in printed(cast.ma, "F-X-M", month=FEBRUARY, language="en")


def test_r_prm_04_each_print_leaves_one_entry(cast, make_customer, printed):
    make_customer(cast.lin)
    printed(cast.ma, "F-X-M", person=cast.lin)
    entry = AuditEntry.objects.get(action="form_printed")
    assert (entry.actor, entry.entity, entry.entity_id) == (cast.ma, "User", cast.lin.pk)
    assert entry.changes["form"] == [None, "F-X-M"] and entry.changes["on"] == [None, "2026-03"]


def test_the_command_prints_by_store_and_person_for_a_month_or_a_day(cast, make_customer, tmp_path, capsys):
    make_customer(cast.lin)
    out = tmp_path / "month.csv"
    call_command("form", "F-X-M", "--store", "01", "--out", str(out), "--json")
    said = json.loads(capsys.readouterr().out)
    assert (said["form"], said["store"], said["sheets"]) == ("F-X-M", "01", 3)
    call_command("form", "F-X-D", "--user", "lin", "--month", "2026-03", "--out", str(tmp_path / "days.pdf"))
    assert (tmp_path / "days.pdf").read_bytes().startswith(b"%PDF-")
    call_command("form", "F-X-S", "--store", "城东店", "--on", "2026-03-05", "--out", str(out))
    assert lines(out.read_text("utf-8-sig")) == ["全店 2026-03-01 2026-03-05"]
    call_command("form", "F-X-M", "--store", "01", "--whole", "--language", "en", "--out", str(out))
    assert lines(out.read_text("utf-8-sig")) == ["全店 2026-03-01 2026-03-22"]


@pytest.mark.parametrize(
    "words",
    [
        ["F-X-M"],  # two stores: name one
        ["F-X-M", "--store", "02"],
        ["F-X-M", "--store", "02", "--user", "lin"],
        ["F-X-M", "--user", "nobody"],
        ["F-X-M", "--store", "01", "--month", "2026-13"],
        ["F-X-M", "--store", "01", "--month", "2026-05"],
        ["F-X-M", "--store", "01", "--month", "2026-03", "--on", "2026-03-05"],
        ["F-X-M", "--store", "01", "--customer", "C1"],
        ["F-X-M", "--store", "01", "--reveal"],
        ["F-CARD-A"],
        ["F-CARD-A", "--customer", "C1", "--month", "2026-03"],
    ],
)
def test_the_command_says_what_to_change(cast, make_customer, tmp_path, words):
    make_customer(cast.lin)
    with pytest.raises(CommandError):
        call_command("form", *words, "--out", str(tmp_path / "x.pdf"))


def test_the_menu_groups_as_forms_set_says_and_sends_the_file(cast, make_customer, client_for):
    make_customer(cast.lin)
    client = client_for(cast.ma)
    page = client.get("/forms/?month=2026-03").content.decode()
    assert page.index("三表一卡") < page.index("F-CARD-A") < page.index("F-X-M")
    answer = client.get(f"/forms/F-X-M.csv?month=2026-03&person={cast.lin.pk}")
    assert answer["Content-Disposition"] == 'attachment; filename="F-X-M-2026-03-lin.csv"'
    assert lines(answer.content.decode("utf-8-sig")) == ["林晓 2026-03-01 2026-03-22"]
    refused = client.get("/forms/F-X-M.pdf?month=2025-03")
    assert (refused.status_code, refused["Location"]) == (303, "/forms/?month=2025-03")
    assert "2026-03-02" in client.get(refused["Location"]).content.decode()
    refused = client.get("/forms/F-X-M.pdf?month=march")
    assert client.get(refused["Location"]).status_code == 200
    assert client.get("/forms/F-X-M.pdf?person=99999").status_code == 404
    assert "F-X-S" in client_for(cast.desk).get("/forms/").content.decode()
    assert "xlsx" not in client_for(cast.lin).get("/forms/").content.decode()


def test_what_is_asked_is_read_strictly(cast):
    assert asked_in({"month": "2026-03", "on": "2026-03-05"}) == PeriodAsked(on=date(2026, 3, 5))
    assert asked_in({"person": "store"}) == PeriodAsked(whole=True)
    for wrong in ({"month": "2026-3"}, {"month": "٢٠٢٦-03"}, {"on": "2026-02-30"}, {"on": "20260301"}):
        with pytest.raises(PrintRefused):
            asked_in(wrong)
    for nobody in ("0", "-1", "9" * 30, "lin"):
        with pytest.raises(NoSuchForm):
            asked_in({"person": nobody})
