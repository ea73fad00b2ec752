"""Receiving, handing over, leaving, filling and filing (R-REG-01 to -04, R-PRM-01)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import MORNING
from tests.prospecting.desk import act_at, arrive, fill, leave

from guanxi.cadence.models import Interaction, LevelChange, Task
from guanxi.cadence.operations.contacts import ContactRefused
from guanxi.cadence.operations.levels import set_level
from guanxi.customers.models import Collision, Customer
from guanxi.customers.operations.cards import CardRefused
from guanxi.lib.money import ratio
from guanxi.lib.phones import parse_phone
from guanxi.organization.models import AuditEntry, Store
from guanxi.organization.refusals import Refused, StaleEdit
from guanxi.prospecting.models import Visit
from guanxi.prospecting.operations.nights import look_over_registers
from guanxi.prospecting.operations.visits import Arrival, VisitRefused, complete_visit, give_to, receive_party
from guanxi.prospecting.queries.alerts import rows_without_card
from guanxi.prospecting.queries.tallies import day_tallies, summed

NEXT_DAY = MORNING + timedelta(days=1)
HOUR = timedelta(hours=1)


def test_a_row_stands_even_when_nothing_is_left(cast):
    visit = arrive(cast.desk, cast.lin)
    assert (visit.visit_type, visit.filed, visit.on) == ("INCOMPLETE", False, MORNING.date())
    fill(cast.lin, visit)
    visit.refresh_from_db()
    assert visit.visit_type == "FIRST_NOT_FILED"
    assert not Customer.objects.exists()


def test_from_the_register_to_card_level_follow_up_and_contact(cast):
    visit = arrive(cast.desk, cast.lin)
    fill(cast.lin, visit, name="陈志远", phone="139 1234 0001", level_first="B", evidence={"CHOOSING_MODEL"},
         reason="看中 CR-V", course="看了 CR-V，下周再来", channel="6")  # fmt: skip
    visit.refresh_from_db()
    card = visit.customer
    assert (card.owner, card.level, card.level_confirmed) == (cast.lin, "B", False)
    assert (card.source_code, card.channel) == ("S", "6")
    contact = Interaction.objects.get(customer=card)
    assert (contact.method, contact.content, contact.at) == (
        "SHOWROOM",
        "看了 CR-V，下周再来",
        visit.arrived_at,
    )
    assert visit.interaction == contact
    assert Task.objects.open().follow_ups().get(customer=card).due_on == card.next_due_on
    assert (visit.visit_type, visit.filed) == ("FIRST_FILED", True)
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"visit_received", "visit_completed", "card_opened", "contact_recorded"} <= actions


def test_saving_the_row_again_writes_no_second_contact(cast):
    visit = arrive(cast.desk, cast.lin)
    fill(cast.lin, visit, name="陈志远", phone="13912340001")
    fill(cast.lin, visit, remark="爱人做主")
    assert Interaction.objects.count() == 1 == Customer.objects.count()
    with pytest.raises(VisitRefused) as refused:
        fill(cast.lin, visit, phone="13912340002")
    assert refused.value.field == "phone"


def test_a_known_number_joins_the_card(cast, make_customer):
    card = make_customer(cast.lin, name="陈志远", phone="13912340001", level="B", evidence={"CHOOSING_MODEL"},
                         at=MORNING - timedelta(days=3))  # fmt: skip
    visit = arrive(cast.desk, cast.lin)
    saved = fill(cast.lin, visit, phone="13912340001", course="第二次来，谈价格", level_first="B")
    assert (saved.visit.customer, saved.visit.visit_type) == (card, "FIRST_WITH_CARD")
    assert saved.visit.name == "陈志远"
    assert Interaction.objects.get(customer=card).content == "第二次来，谈价格"
    later = arrive(cast.desk, cast.lin, NEXT_DAY)
    assert fill(cast.lin, later, phone="13912340001").visit.visit_type == "RETURN"


def test_r_reg_04_the_day_of_filing_is_no_return_and_a_second_arrival_continues(cast):
    first = arrive(cast.desk, cast.lin)
    fill(cast.lin, first, name="陈志远", phone="13912340001")
    again = arrive(cast.desk, cast.lin, MORNING + 4 * HOUR)
    saved = fill(cast.lin, again, phone="13912340001")
    assert saved.visit.continues_id == first.pk
    assert saved.visit.visit_type != "RETURN"
    assert Visit.objects.counted().count() == 1
    tomorrow = fill(cast.lin, arrive(cast.desk, cast.lin, NEXT_DAY), phone="13912340001").visit
    assert (tomorrow.visit_type, tomorrow.continues_id) == ("RETURN", None)


def test_r_reg_04_a_row_filled_late_makes_the_later_arrival_its_continuation(cast):
    first = arrive(cast.desk, cast.lin)
    again = arrive(cast.desk, cast.lin, MORNING + 4 * HOUR)
    fill(cast.lin, again, name="陈志远", phone="13912340001")
    fill(cast.lin, first, MORNING + 5 * HOUR, phone="13912340001")
    again.refresh_from_db()
    assert again.continues_id == first.pk


def test_r_reg_04_a_corrected_number_gives_the_other_party_back_its_count(cast):
    mistyped, other = arrive(cast.desk, cast.lin), arrive(cast.desk, cast.lin, MORNING + HOUR)
    fill(cast.lin, mistyped, card=False, phone="13912345678", level_first="C")
    fill(cast.lin, other, card=False, phone="13912345678", level_first="C")
    assert Visit.objects.counted().count() == 1
    fill(cast.lin, mistyped, MORNING + 2 * HOUR, card=False, phone="13712345670", level_first="C")
    other.refresh_from_db()
    assert (other.continues, other.visit_type, Visit.objects.counted().count()) == (None, "FIRST_FILED", 2)
    fill(cast.lin, mistyped, MORNING + 3 * HOUR, card=False, phone="13912345678", level_first="C")
    other.refresh_from_db()
    assert (other.continues, Visit.objects.counted().count()) == (mistyped, 1)


def test_r_reg_04_a_row_filled_after_the_next_days_makes_that_one_a_return(cast):
    monday, tuesday = arrive(cast.desk, cast.lin), arrive(cast.desk, cast.lin, NEXT_DAY)
    call = arrive(cast.desk, cast.lin, NEXT_DAY + HOUR, kind="PHONEIN")
    fill(cast.lin, tuesday, card=False, phone="13912345678")
    fill(cast.lin, call, card=False, phone="13912345678")
    assert (tuesday.visit_type, fill(cast.lin, monday, NEXT_DAY + HOUR, card=False, phone="13912345678")
            .visit.visit_type) == ("INCOMPLETE", "FIRST_FILED")  # fmt: skip
    tuesday.refresh_from_db()
    call.refresh_from_db()
    assert (tuesday.visit_type, call.visit_type) == ("RETURN", "FIRST_WITH_CARD")
    fill(cast.lin, monday, NEXT_DAY + 2 * HOUR, card=False, phone="13712345670")
    tuesday.refresh_from_db()
    assert tuesday.visit_type == "FIRST_FILED"


def test_r_reg_04_a_party_entered_for_an_earlier_day_makes_the_later_one_a_return(cast):
    tuesday = arrive(cast.desk, cast.lin, NEXT_DAY)
    fill(cast.lin, tuesday, card=False, phone="13912345678")
    late = Arrival("WALKIN", 2, cast.lin.pk, arrived_at=MORNING, phone=parse_phone("13912345678"))
    receive_party(act_at(cast.desk, NEXT_DAY + HOUR), late)
    tuesday.refresh_from_db()
    assert tuesday.visit_type == "RETURN"


def test_r_reg_03_a_party_met_at_an_event_is_entered_and_is_no_visit_to_the_showroom(cast):
    met = arrive(cast.lin, kind="EVENT")
    fill(cast.lin, met, name="陈志远", phone="13912340001")
    card = Customer.objects.get()
    assert (card.source_code, Interaction.objects.get().method) == ("P", "EVENT")
    came = fill(cast.lin, arrive(cast.desk, cast.lin, NEXT_DAY), phone="13912340001").visit
    assert came.visit_type == "FIRST_WITH_CARD"


def test_a_call_without_a_number_is_kept_and_not_filed(cast):
    call = arrive(cast.desk, cast.lin, kind="PHONEIN")
    saved = fill(cast.lin, call, result="再来电")
    assert (saved.visit.filed, saved.visit.visit_type, saved.visit.customer) == (
        False,
        "FIRST_NOT_FILED",
        None,
    )
    other = arrive(cast.desk, cast.lin, kind="PHONEIN", nature="PARTS")
    assert other.visit_type == "NON_INTENT"


def test_a_call_opens_a_card_and_the_visit_after_it_came_by_invitation(cast):
    call = arrive(cast.desk, cast.lin, kind="PHONEIN", phone="13912340001")
    saved = fill(cast.lin, call, name="陈志远", invited_on=NEXT_DAY.date())
    assert (saved.visit.visit_type, Interaction.objects.get().method) == ("FIRST_FILED", "PHONE")
    came = fill(cast.lin, arrive(cast.desk, cast.lin, NEXT_DAY), phone="13912340001").visit
    assert came.visit_type == "FIRST_WITH_CARD"


def test_a_colleagues_customer_is_not_shown_and_goes_to_the_manager(cast, make_customer):
    card = make_customer(cast.zhao, name="赵磊的客户", phone="13912340001")
    saved = fill(cast.lin, arrive(cast.desk, cast.lin, NEXT_DAY), phone="13912340001", name="王先生")
    assert saved.claimed and saved.visit.visit_type == "FIRST_WITH_CARD"
    assert Collision.objects.get().claimant == cast.lin
    card.refresh_from_db()
    assert (card.owner, Interaction.objects.count(), saved.visit.name) == (cast.zhao, 0, "王先生")


def test_a_level_two_steps_up_waits_for_the_leader(cast):
    saved = fill(cast.lin, arrive(cast.desk, cast.lin), name="陈志远", phone="13912340001", level_first="A",
                 reason="非常想买")  # fmt: skip
    assert saved.waits
    assert saved.visit.customer.level == "C"
    assert LevelChange.objects.get(state="REQUESTED").to_level == "A"


def test_a_level_above_the_evidence_needs_a_reason_and_keeps_nothing(cast):
    visit = arrive(cast.desk, cast.lin)
    with pytest.raises(ContactRefused):
        fill(cast.lin, visit, name="陈志远", phone="13912340001", level_first="B")
    visit.refresh_from_db()
    assert (visit.name, visit.version) == ("", 1)
    assert not Customer.objects.exists()


def test_a_card_needs_a_name(cast):
    with pytest.raises(CardRefused) as refused:
        fill(cast.lin, arrive(cast.desk, cast.lin), phone="13912340001")
    assert refused.value.field == "name"


def test_the_confirmed_level_is_copied_to_the_row(cast, act):
    visit = arrive(cast.desk, cast.lin)
    leave(cast.desk, visit)
    fill(
        cast.lin, visit, MORNING + timedelta(minutes=44), name="陈志远", phone="13912340001", level_first="C"
    )
    card = Customer.objects.get()
    set_level(act(cast.lin, NEXT_DAY - HOUR), card.pk, "B", evidence=frozenset({"CHOOSING_MODEL"}),
              reason="定了车型", confirm=True)  # fmt: skip
    found = look_over_registers(act(None, NEXT_DAY + 16 * HOUR, store=cast.store))
    visit.refresh_from_db()
    assert found["copied"] == 1
    assert (visit.level_first, visit.level_confirmed, visit.level) == ("C", "B", "B")


def test_r_reg_01_rows_know_whether_they_were_in_time(cast):
    prompt, tardy = arrive(cast.desk, cast.lin), arrive(cast.desk, cast.lin)
    for visit in (prompt, tardy):
        leave(cast.desk, visit)
    gone = MORNING + timedelta(minutes=40)
    full = {"purpose": "SERVICE"}
    assert fill(cast.lin, prompt, gone + timedelta(minutes=5), **full).visit.in_time is True
    assert fill(cast.lin, tardy, gone + timedelta(minutes=6), **full).visit.in_time is False


def test_r_reg_01_the_night_marks_what_ran_out_and_the_month_says_what_the_day_says(cast, act, client_for):
    prompt, never, open_row, basic = (arrive(cast.desk, cast.lin) for _ in range(4))
    for visit in (prompt, never, basic):
        leave(cast.desk, visit)
    fill(cast.lin, prompt, MORNING + timedelta(minutes=41), purpose="SERVICE")
    fill(cast.lin, basic, MORNING + timedelta(minutes=41))

    def told():
        month = summed(day_tallies(cast.store, "WALKIN", MORNING.date(), MORNING.date()).values())
        with time_machine.travel(night, tick=False):
            page = client_for(cast.ma).get("/registers/?on=2026-03-02")
        return page.context["timeliness"], month.timeliness

    night = MORNING + timedelta(hours=16)
    look_over_registers(act(None, night, store=cast.store))
    assert told() == (ratio(1, 2), ratio(1, 2))
    night += timedelta(days=1)
    look_over_registers(act(None, night, store=cast.store))
    assert told() == (ratio(1, 3), ratio(1, 3))
    kept = dict(Visit.objects.values_list("pk", "in_time"))
    assert kept == {prompt.pk: True, never.pk: False, open_row.pk: None, basic.pk: False}


def test_r_reg_01_a_corrected_departure_is_judged_anew(cast):
    visit = arrive(cast.desk, cast.lin)
    leave(cast.desk, visit)
    filled = MORNING + timedelta(minutes=50)
    assert fill(cast.lin, visit, filled, purpose="SERVICE").visit.in_time is False
    left = {"left_at": MORNING + timedelta(minutes=48)}
    assert fill(cast.lin, visit, filled, purpose="SERVICE", **left).visit.in_time is True


def test_the_night_asks_as_often_for_many_rows(cast, act):
    counted = []
    for number in (2, 6):
        for _ in range(number):
            visit = arrive(cast.desk, cast.lin)
            leave(cast.desk, visit)
            phone = f"1391234{Visit.objects.count():04}"
            fill(cast.lin, visit, MORNING + HOUR, name="陈志远", phone=phone, level_first="C")
        Visit.objects.update(in_time=None)
        night = act(None, NEXT_DAY + 16 * HOUR, store=Store.objects.get(pk=cast.store.pk))
        with CaptureQueriesContext(connection) as queries:
            look_over_registers(night)
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_r_reg_06_a_level_without_card_is_told_after_a_day(cast):
    visit = arrive(cast.desk, cast.lin)
    fill(cast.lin, visit, level_first="B")
    plain = arrive(cast.desk, cast.lin)
    fill(cast.lin, plain, level_first="C")
    assert list(rows_without_card(cast.store, MORNING + 24 * HOUR)) == []
    assert list(rows_without_card(cast.store, MORNING + 25 * HOUR)) == [visit]
    assert list(rows_without_card(cast.other_store, MORNING + 25 * HOUR)) == []


@pytest.mark.parametrize("size", [0, -1])
def test_a_party_of_nobody_is_refused(cast, size):
    with pytest.raises(VisitRefused) as refused:
        arrive(cast.desk, cast.lin, party_size=size)
    assert refused.value.field == "party_size"


def test_what_cannot_be_is_refused_and_what_is_unlikely_is_told(cast):
    visit = arrive(cast.desk, cast.lin)
    with pytest.raises(VisitRefused):
        leave(cast.desk, visit, MORNING - HOUR)
    with pytest.raises(VisitRefused):
        receive_party(act_at(cast.desk), Arrival(arrived_at=MORNING + HOUR))
    act = act_at(cast.desk, MORNING + 9 * HOUR)
    saved = complete_visit(act, visit.pk, version=visit.version, values={"left_at": act.at, "party_size": 25,
                                                                         "test_drive": True})  # fmt: skip
    assert saved.warnings == ["LONG_STAY", "MANY_HEADS", "NO_LICENCE"]
    with pytest.raises(VisitRefused):
        leave(cast.desk, visit)
    for field, value in {"purpose": "XX", "channel": "99", "arrival_mode": "ROCKET"}.items():
        with pytest.raises(VisitRefused) as refused:
            fill(cast.lin, visit, MORNING + 9 * HOUR, **{field: value})
        assert refused.value.field == field


def test_handing_over_and_who_may(cast):
    visit = arrive(cast.desk, cast.lin)
    assert give_to(act_at(cast.desk), visit.pk, cast.zhao.pk).visit.consultant == cast.zhao
    with pytest.raises(Visit.DoesNotExist):
        give_to(act_at(cast.lin), visit.pk, cast.lin.pk)
    with pytest.raises(VisitRefused):
        give_to(act_at(cast.zhao), visit.pk, cast.lin.pk)
    with pytest.raises(VisitRefused):
        give_to(act_at(cast.desk), visit.pk, cast.ma.pk)
    with pytest.raises(VisitRefused):
        arrive(cast.lin, cast.zhao)
    with pytest.raises(VisitRefused):
        arrive(cast.finance)
    with pytest.raises(Visit.DoesNotExist):
        fill(cast.wu, visit)
    assert arrive(cast.lin).consultant == cast.lin


def test_a_stale_row_is_refused(cast):
    visit = arrive(cast.desk, cast.lin)
    fill(cast.lin, visit)
    with pytest.raises(StaleEdit):
        complete_visit(act_at(cast.lin), visit.pk, version=1, values={"remark": "旧"})


def test_a_deactivated_consultant_receives_nobody(cast):
    cast.zhao.is_active = False
    cast.zhao.save()
    with pytest.raises(Refused):
        arrive(cast.desk, cast.zhao)


def test_who_sees_which_rows(cast):
    arrive(cast.desk, cast.lin)
    arrive(cast.desk, cast.wu)
    arrive(cast.desk)
    seen = {name: Visit.objects.visible_to(user).count() for name, user in cast.users.items()}
    assert seen == {
        "lin": 1, "zhao": 0, "chen": 1, "wu": 1, "sun": 1, "ma": 3, "admin": 0, "proprietor": 3, "auditor": 3,
        "cs": 1, "finance": 0, "desk": 3, "gao": 0, "legal": 0,
    }  # fmt: skip
