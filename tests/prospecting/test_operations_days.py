"""R-REG-02: the evening of the register, its lock, and what the night finds (R-REG-05)."""

from datetime import timedelta

import pytest
from tests.cast import MORNING
from tests.prospecting.desk import act_at, arrive, fill, leave

from guanxi.organization.models import AuditEntry
from guanxi.prospecting.models import RegisterDay, Visit
from guanxi.prospecting.operations.days import DayRefused, confirm_day, day_of, lock_day, note_day, reopen_day
from guanxi.prospecting.operations.visits import VisitRefused, complete_visit, note_departure
from guanxi.prospecting.queries.reception import day_totals, turns, unfinished_rows
from guanxi.prospecting.queries.tallies import broken_on

ON = MORNING.date()
EVENING = MORNING + timedelta(hours=8)


def test_r_reg_02_open_visits_are_closed_first_then_the_day_is_locked_and_signed(cast):
    visit = arrive(cast.desk, cast.lin)
    with pytest.raises(DayRefused):
        lock_day(act_at(cast.desk, EVENING), ON)
    leave(cast.desk, visit)
    with pytest.raises(DayRefused):
        confirm_day(act_at(cast.chen, EVENING), ON)
    day = lock_day(act_at(cast.desk, EVENING), ON)
    assert (day.is_locked, day.locked_by) == (True, cast.desk)
    confirm_day(act_at(cast.chen, EVENING), ON)
    day = confirm_day(act_at(cast.ma, EVENING), ON)
    assert (day.supervisor, day.manager) == (cast.chen, cast.ma)
    actions = list(
        AuditEntry.objects.filter(entity="RegisterDay").order_by("pk").values_list("action", flat=True)
    )
    assert actions == ["register_locked", "register_confirmed", "register_confirmed"]


def test_r_reg_02_after_the_lock_only_the_manager_edits(cast):
    visit = leave(cast.desk, arrive(cast.desk, cast.lin))
    lock_day(act_at(cast.desk, EVENING), ON)
    for who in (cast.chen, cast.desk):
        with pytest.raises(DayRefused):
            fill(who, visit, EVENING)
    with pytest.raises(DayRefused):
        arrive(cast.desk, cast.lin)
    with pytest.raises(DayRefused):
        note_day(act_at(cast.desk, EVENING), ON, weather="RAIN")
    assert fill(cast.ma, visit, EVENING, remark="改").visit.remark == "改"
    assert AuditEntry.objects.filter(action="visit_completed", actor=cast.ma).exists()
    arrive(cast.desk, cast.lin, MORNING + timedelta(days=1))


def test_r_reg_01_after_the_lock_the_consultant_completes_their_own_row_for_a_day(cast):
    visit = leave(cast.desk, arrive(cast.desk, cast.lin))
    [unfinished] = unfinished_rows(cast.store, ON)
    assert unfinished == visit
    lock_day(act_at(cast.desk, EVENING), ON)
    day = timedelta(hours=24)
    for given in ({"party_size": 5}, {"left_at": EVENING}, {"arrival_mode": "TAXI"}):
        with pytest.raises(DayRefused):
            fill(cast.lin, visit, EVENING, **given)
    with pytest.raises(DayRefused):
        fill(cast.lin, visit, EVENING + day + timedelta(minutes=1))
    saved = fill(cast.lin, visit, EVENING + day, name="陈志远", phone="13912340001", level_first="C").visit
    assert (saved.name, saved.visit_type, saved.in_time) == ("陈志远", "FIRST_FILED", False)
    assert unfinished_rows(cast.store, ON) == []


def test_the_manager_reopens_with_a_reason_and_the_signatures_fall_away(cast):
    lock_day(act_at(cast.desk, EVENING), ON)
    confirm_day(act_at(cast.chen, EVENING), ON)
    with pytest.raises(DayRefused):
        reopen_day(act_at(cast.chen, EVENING), ON, reason="漏登一组")
    with pytest.raises(DayRefused) as refused:
        reopen_day(act_at(cast.ma, EVENING), ON, reason=" ")
    assert refused.value.field == "reason"
    day = reopen_day(act_at(cast.ma, EVENING), ON, reason="漏登一组")
    assert (day.is_locked, day.supervisor, day.reopen_reason) == (False, None, "漏登一组")
    with pytest.raises(DayRefused):
        reopen_day(act_at(cast.ma, EVENING), ON, reason="漏登一组")
    assert lock_day(act_at(cast.ma, EVENING), ON).is_locked


@pytest.mark.parametrize("who", ["lin", "chen", "finance", "admin", "auditor"])
def test_only_the_front_desk_and_the_manager_lock(cast, who):
    with pytest.raises(DayRefused):
        lock_day(act_at(cast.users[who], EVENING), ON)


def test_a_day_is_locked_once_and_not_before_it_comes(cast):
    with pytest.raises(DayRefused):
        lock_day(act_at(cast.desk, EVENING), ON + timedelta(days=1))
    lock_day(act_at(cast.desk, EVENING), ON)
    with pytest.raises(DayRefused):
        lock_day(act_at(cast.desk, EVENING), ON)


def test_weather_and_who_is_away(cast):
    act = act_at(cast.desk)
    assert day_of(cast.store, ON).pk is None
    with pytest.raises(DayRefused):
        note_day(act, ON, weather="SANDSTORM")
    note_day(act, ON, weather="RAIN", absent=[cast.zhao.pk, cast.gao.pk, 999])
    day = day_of(cast.store, ON)
    assert (day.weather, day.absent) == ("RAIN", [cast.zhao.pk]), "only consultants of the store"
    assert note_day(act, ON, weather="RAIN").version == day.version, "nothing changed, nothing kept"
    order = {place.person.username: place.turn.reasons for place in turns(cast.store, ON)}
    assert order["zhao"] == ("ABSENT",)
    assert arrive(cast.desk, cast.zhao).consultant == cast.zhao, "pointed out, not forbidden"


def test_the_turn_passes_on_with_every_party(cast, make_customer):
    late = make_customer(cast.wu, level="H", evidence={"MODEL_COLOUR"}, at=MORNING - timedelta(days=9))
    assert late.next_due_on < ON
    order = turns(cast.store, ON)
    assert [place.person.username for place in order] == ["lin", "zhao", "wu"]
    assert [place.proposed for place in order] == [True, False, False]
    assert (order[2].turn.reasons, order[2].overdue) == (("OVERDUE",), 1)
    visit = arrive(cast.desk, cast.lin)
    order = turns(cast.store, ON)
    assert [place.person.username for place in order] == ["zhao", "wu", "lin"]
    leave(cast.desk, visit)
    assert [place.person.username for place in turns(cast.store, ON)] == ["zhao", "lin", "wu"]
    leave(cast.desk, arrive(cast.desk, cast.zhao, MORNING + timedelta(minutes=50)))
    assert turns(cast.store, ON)[0].person == cast.lin, "the longest without a party"


def test_r_reg_05_what_the_night_would_find(cast):
    fill(cast.lin, arrive(cast.desk, cast.lin), name="陈志远", phone="13912340001")
    arrive(cast.desk, cast.lin, kind="PHONEIN")
    assert broken_on(cast.store, ON) == {}
    Visit.objects.filter(kind="WALKIN").update(visit_type="GHOST")
    assert broken_on(cast.store, ON) == {"WALKIN": {"total": (1, 0)}}


def test_the_day_so_far(cast):
    first = arrive(cast.desk, cast.lin, party_size=3)
    fill(cast.lin, first, name="陈志远", phone="13912340001")
    leave(cast.desk, first)
    fill(cast.lin, arrive(cast.desk, cast.lin, MORNING + timedelta(hours=2)), phone="13912340001")
    arrive(cast.desk, cast.zhao, kind="PHONEIN")
    found = day_totals(cast.store, ON)
    assert (found.parties, found.people, found.inside, found.filed, found.calls) == (1, 3, 2, 1, 1)
    assert found.incomplete == 1


def test_r_reg_02_nobody_empties_a_departure_of_a_locked_day(cast):
    visit = leave(cast.desk, arrive(cast.desk, cast.lin))
    lock_day(act_at(cast.desk, EVENING), ON)
    with pytest.raises(VisitRefused) as refused:
        complete_visit(act_at(cast.ma, EVENING), visit.pk, version=visit.version, values={"left_at": None})
    assert refused.value.field == "left_at"
    complete_visit(act_at(cast.ma, EVENING), visit.pk, version=visit.version, values={"remark": "补记"})
    reopen_day(act_at(cast.ma, EVENING), ON, reason="漏登一组")
    again = complete_visit(
        act_at(cast.ma, EVENING), visit.pk, version=visit.version + 1, values={"left_at": None}
    )
    assert again.visit.is_open


def test_a_locked_days_row_cannot_leave_later(cast):
    visit = arrive(cast.desk, cast.lin)
    RegisterDay.objects.filter(store=cast.store, on=ON).update(locked_at=EVENING, locked_by=cast.desk)
    with pytest.raises(DayRefused):
        note_departure(act_at(cast.desk, EVENING), visit.pk)
