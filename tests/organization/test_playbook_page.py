"""J7: a changed setting shows what it would change before it does, then moves only what came from the rule."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from tests.cast import MORNING, Cast

from guanxi.cadence.models import Task
from guanxi.cadence.operations.contacts import ContactDraft, record_contact
from guanxi.cadence.operations.levels import set_level
from guanxi.customers.models import Customer
from guanxi.organization.acts import Act
from guanxi.organization.models import AuditEntry, PlaybookOverride, RoleGrant, Store, User
from guanxi.organization.rules.roles import Role

INTERVAL = {"O": 7, "H": 2, "A": 7, "B": 15, "C": 30, "N": 1}
PAGE = "/settings/playbook/cadence.interval/"


@pytest.fixture(autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(MORNING + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def admin(cast: Cast, client_for: Callable[[User], Client]) -> Client:
    return client_for(cast.admin)


def due(customer: Customer) -> date:
    task = Task.objects.follow_ups().open().get(customer=customer)
    assert Customer.objects.get(pk=customer.pk).next_due_on == task.due_on
    return task.due_on


def test_every_setting_is_shown_with_its_default(admin: Client, cast: Cast) -> None:
    PlaybookOverride.objects.create(store=cast.store, key="note.min", value=10)
    rows = [row for _name, found in admin.get("/settings/playbook/").context["groups"] for row in found]
    assert {row["text"].key for row in rows} == set(cast.store.playbook.default_values())
    changed = [(row["text"].key, row["value"], row["default"]) for row in rows if row["is_changed"]]
    assert changed == [("note.min", "10", "4")]


def test_managers_read_and_only_admins_change(cast: Cast, client_for: Callable[[User], Client]) -> None:
    manager = client_for(cast.ma)
    assert manager.get("/settings/playbook/").status_code == 200
    assert manager.get(PAGE).status_code == 404
    assert client_for(cast.chen).get("/settings/playbook/").status_code == 404


def test_preview_tells_and_changes_nothing(
    admin: Client, cast: Cast, make_customer: Callable[..., Customer]
) -> None:
    cards = [make_customer(cast.lin, level="B") for _ in range(12)]
    make_customer(cast.lin, level="A")
    effect = admin.post(PAGE, INTERVAL | {"B": 14, "step": "preview"}).context["effect"]
    assert "12" in effect.sentence
    assert len(effect.examples) == 10
    first = effect.examples[0]
    assert (first.before, first.after) == (date(2026, 3, 17), date(2026, 3, 16))
    assert first.name == "" and first.customer_id is None
    assert due(cards[0]) == date(2026, 3, 17)
    assert not PlaybookOverride.objects.exists()


def test_examples_name_customers_to_those_who_see_them(
    cast: Cast, client_for: Callable[[User], Client], make_customer: Callable[..., Customer]
) -> None:
    make_customer(cast.lin, name="王芳")
    RoleGrant.objects.create(user=cast.ma, role=Role.ADMIN)
    effect = client_for(cast.ma).post(PAGE, INTERVAL | {"B": 14, "step": "preview"}).context["effect"]
    assert [example.name for example in effect.examples] == ["王芳"]


def test_applying_moves_dates_of_the_rule_and_not_those_agreed(
    admin: Client, cast: Cast, make_customer: Callable[..., Customer], act: Callable[..., Act]
) -> None:
    by_rule, agreed, elsewhere = make_customer(cast.lin), make_customer(cast.lin), make_customer(cast.gao)
    record_contact(
        act(cast.lin), ContactDraft(agreed.pk, "PHONE", True, "约好周五再谈", next_due_on=date(2026, 3, 6))
    )
    response = admin.post(PAGE, INTERVAL | {"B": 10, "step": "apply", "version": 0})
    assert response.status_code == 303
    assert (due(by_rule), due(agreed), due(elsewhere)) == (
        date(2026, 3, 12),
        date(2026, 3, 6),
        date(2026, 3, 17),
    )
    entry = AuditEntry.objects.get(action="follow_up_moved")
    assert entry.customer_key == by_rule.pk
    assert entry.changes == {"due_on": ["2026-03-17", "2026-03-12"]}
    assert AuditEntry.objects.get(action="setting_changed").changes == {
        "cadence.interval": [INTERVAL, INTERVAL | {"B": 10}]
    }


def test_back_to_the_default_moves_back(
    admin: Client, cast: Cast, make_customer: Callable[..., Customer]
) -> None:
    card = make_customer(cast.lin)
    admin.post(PAGE, INTERVAL | {"B": 10, "step": "apply", "version": 0})
    admin.post(PAGE, INTERVAL | {"step": "apply", "version": 1})
    assert due(card) == date(2026, 3, 17)
    assert not PlaybookOverride.objects.exists()


def test_r_fup_03_dates_are_reckoned_from_the_level_change(
    admin: Client, cast: Cast, make_customer: Callable[..., Customer], act: Callable[..., Act]
) -> None:
    card = make_customer(cast.lin, level="A", at=MORNING - timedelta(days=3))
    set_level(act(cast.chen), card.pk, "H", reason="客户来电说本周要定", evidence=frozenset({"MODEL_COLOUR"}))
    assert due(card) == date(2026, 3, 4)
    admin.post(PAGE, INTERVAL | {"H": 1, "step": "apply", "version": 0})
    assert due(card) == date(2026, 3, 3)


@pytest.mark.parametrize(
    ("key", "posted", "words"),
    [
        ("level.windows", {"H": 30, "A": 7, "B": 90}, "H"),
        ("retry.max", {"value": 99}, "10"),
        ("cadence.interval", INTERVAL | {"B": 0}, "1"),
        ("overdue.ladder", {f"{code}_{step}": 9 - step for code in "HABC" for step in range(3)}, "H"),
        ("store.closed_weekdays", {"value": ["1", "2", "3", "4", "5", "6", "7"]}, ""),
        ("level.probability", {"O": "1.2", "H": "0.5", "A": "0.2", "B": "0.1", "C": "0"}, "1"),
        ("note.min", {"value": "x"}, ""),
    ],
)
def test_a_wrong_value_is_refused_with_the_reason_and_kept(
    admin: Client, key: str, posted: dict[str, object], words: str
) -> None:
    response = admin.post(f"/settings/playbook/{key}/", posted | {"step": "apply", "version": 0})
    assert response.status_code == 422
    errors = str(response.context["form"].errors)
    assert words in errors
    for value in posted.values():
        if not isinstance(value, list):
            assert f'value="{value}"' in response.content.decode()
    assert not PlaybookOverride.objects.exists()


@pytest.mark.parametrize(
    ("key", "posted", "stored"),
    [
        ("level.deposit_min", {"value": "8000"}, "8000"),
        ("level.deposit_min", {"value": ""}, None),
        ("protect.days", {"value": "10"}, 10),
        ("card.min_level", {"value": "C"}, "C"),
        ("forms.set", {"value": "CHERY"}, "CHERY"),
        ("rate.defeat", {"value": "P0_PLUS_LOSS"}, "P0_PLUS_LOSS"),
        ("eff.weights", {"STOCK": 25, "NEW": 25, "ACTIVITY": 25, "RESULTS": 25},
         {"STOCK": 25, "NEW": 25, "ACTIVITY": 25, "RESULTS": 25}),
        ("store.closed_weekdays", {"value": ["1"]}, [1]),
        ("reveal.per_day", {"value": "5"}, 5),
        ("level.probability", {"O": "0.8", "H": "0.5", "A": "0.2", "B": "0.1", "C": "0"},
         {"O": "0.8", "H": "0.5", "A": "0.2", "B": "0.1", "C": "0"}),
        ("overdue.ladder", {f"{code}_{step}": step + 1 for code in "HABC" for step in range(3)},
         {code: [1, 2, 3] for code in "HABC"}),
    ],
)  # fmt: skip
def test_each_shape_of_value_is_stored(
    admin: Client, cast: Cast, key: str, posted: dict[str, object], stored: object
) -> None:
    assert admin.get(f"/settings/playbook/{key}/").status_code == 200
    assert admin.post(f"/settings/playbook/{key}/", posted | {"step": "preview"}).status_code == 200
    assert (
        admin.post(f"/settings/playbook/{key}/", posted | {"step": "apply", "version": 0}).status_code == 303
    )
    assert PlaybookOverride.objects.get(key=key).value == stored
    assert Store.objects.get(pk=cast.store.pk).playbook.default_values()[key] == stored
    assert admin.get(f"/settings/playbook/{key}/").status_code == 200


def test_outcome_buckets_are_chosen_one_by_one(admin: Client, cast: Cast) -> None:
    buckets = cast.store.playbook.default_values()["loss.bucket_map"] | {"REFUSED": "F1"}
    admin.post("/settings/playbook/loss.bucket_map/", buckets | {"step": "apply", "version": 0})
    assert Store.objects.get(pk=cast.store.pk).playbook.settings.loss_bucket_map["REFUSED"] == "F1"


def test_somebody_else_saved_first(admin: Client, cast: Cast) -> None:
    PlaybookOverride.objects.create(store=cast.store, key="note.min", value=10)
    response = admin.post("/settings/playbook/note.min/", {"value": 7, "step": "apply", "version": 0})
    assert response.status_code == 409
    assert PlaybookOverride.objects.get().value == 10


def test_windows_preview_counts_changed_suggestions(
    admin: Client, cast: Cast, make_customer: Callable[..., Customer]
) -> None:
    close = MORNING.date() + timedelta(days=20)
    card = make_customer(cast.lin, evidence={"TERMS"}, intent={"expected_close_on": close})
    posted = {"H": 7, "A": 15, "B": 90, "step": "preview"}
    effect = admin.post("/settings/playbook/level.windows/", posted).context["effect"]
    assert "1" in effect.sentence
    assert [(one.before, one.after) for one in effect.examples] == [("A", "B")]
    assert Customer.objects.get(pk=card.pk).level == "B"


def test_ladder_preview_counts_steps(
    admin: Client, cast: Cast, make_customer: Callable[..., Customer]
) -> None:
    make_customer(cast.lin, level="H", at=MORNING - timedelta(days=3))
    posted = {f"{code}_{step}": 5 + step for code in "HABC" for step in range(3)}
    effect = admin.post("/settings/playbook/overdue.ladder/", posted | {"step": "preview"}).context["effect"]
    assert len(effect.examples) == 1


def test_unknown_keys_are_absent(admin: Client) -> None:
    assert admin.get("/settings/playbook/no.such.key/").status_code == 404


def test_lists_show_both_languages(admin: Client) -> None:
    text = admin.get("/settings/playbook/lists/").content.decode()
    assert "车型颜色已定" in text and "Model and colour chosen" in text


def test_parts_that_do_not_make_a_whole_are_refused(admin: Client) -> None:
    posted = {"STOCK": 10, "NEW": 20, "ACTIVITY": 20, "RESULTS": 40, "step": "apply", "version": 0}
    answer = admin.post("/settings/playbook/eff.weights/", posted)
    assert answer.status_code == 422 and "100" in answer.content.decode()
    assert not PlaybookOverride.objects.exists()
