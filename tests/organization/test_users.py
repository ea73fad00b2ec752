"""The users page: AZ-22, AZ-23, AZ-24, AZ-25, P5."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.cast import PASSWORD, Cast

from guanxi.cadence.models import Task
from guanxi.organization.acts import Act
from guanxi.organization.models import ApiToken, AuditEntry, RoleGrant, User
from guanxi.organization.operations.tokens import create_token
from guanxi.organization.operations.users import (
    UserDraft,
    UserRefused,
    create_user,
    deactivate_user,
    edit_user,
)
from guanxi.organization.rules.roles import Role


def fields(user: User, **changes: object) -> dict[str, object]:
    given = {"username": user.username, "name": user.name, "store": user.store_id, "team": user.team_id or "",
             "roles": sorted(user.roles), "version": user.version}  # fmt: skip
    return given | changes


@pytest.fixture
def admin(cast: Cast, client_for: Callable[[User], Client]) -> Client:
    return client_for(cast.admin)


def test_new_user_replaces_the_temporary_password(admin: Client, cast: Cast) -> None:
    asked = {"username": "Qian", "name": "钱进", "store": cast.store.pk, "team": cast.team_a.pk,
             "roles": ["CONSULTANT"], "language": "en", "password": "quiet-harbour-42"}  # fmt: skip
    assert admin.post("/settings/users/new/", asked).status_code == 303
    user = User.objects.get(username="qian")
    assert user.roles == {Role.CONSULTANT} and user.password_is_temporary and user.language == "en"
    browser = Client()
    browser.post("/sign-in/", {"username": "qian", "password": "quiet-harbour-42"})
    assert browser.get("/today/")["Location"] == "/password/"
    assert "quiet-harbour-42" not in str(AuditEntry.objects.values_list("changes", flat=True))


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"username": "LIN"}, "username"), ({"username": "a b"}, "username"), ({"roles": []}, "roles"),
     ({"team": ""}, "team"), ({"password": "12345"}, "password")],
)  # fmt: skip
def test_a_wrong_new_user_is_refused_by_field(
    admin: Client, cast: Cast, changes: dict[str, object], field: str
) -> None:
    asked = {"username": "qian", "name": "钱进", "store": cast.store.pk, "team": cast.team_a.pk,
             "roles": ["CONSULTANT"], "language": "en", "password": "quiet-harbour-42"}  # fmt: skip
    response = admin.post("/settings/users/new/", asked | changes)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not User.objects.filter(name="钱进").exists()


def test_roles_and_team_change_with_a_trace(admin: Client, cast: Cast) -> None:
    asked = fields(cast.zhao, roles=["CONSULTANT", "SUPERVISOR"], team=cast.team_b.pk)
    assert admin.post(f"/settings/users/{cast.zhao.pk}/", asked).status_code == 303
    zhao = User.objects.get(pk=cast.zhao.pk)
    assert zhao.roles == {Role.CONSULTANT, Role.SUPERVISOR} and zhao.team == cast.team_b
    entry = AuditEntry.objects.get(action="user_changed")
    assert entry.changes == {
        "team_id": [cast.team_a.pk, cast.team_b.pk],
        "roles": [["CONSULTANT"], ["CONSULTANT", "SUPERVISOR"]],
    }


def test_a_stale_edit_is_refused_and_keeps_what_was_typed(admin: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.zhao.pk).update(version=2, name="赵大磊")
    response = admin.post(f"/settings/users/{cast.zhao.pk}/", fields(cast.zhao, name="赵小磊"))
    text = response.content.decode()
    assert response.status_code == 409 and "赵小磊" in text and "赵大磊" in text
    assert User.objects.get(pk=cast.zhao.pk).name == "赵大磊"


def test_an_admin_keeps_their_own_role_and_account(admin: Client, cast: Cast) -> None:
    response = admin.post(f"/settings/users/{cast.admin.pk}/", fields(cast.admin, roles=["MANAGER"]))
    assert response.status_code == 422
    assert admin.post(f"/settings/users/{cast.admin.pk}/deactivation/").status_code == 422
    user = User.objects.get(pk=cast.admin.pk)
    assert user.is_active and Role.ADMIN in user.roles


def test_the_last_active_admin_stays(cast: Cast, act: Callable[..., Act]) -> None:
    RoleGrant.objects.create(user=cast.ma, role=Role.ADMIN)
    deactivate_user(act(cast.admin), cast.ma.pk)
    system = act(None, store=cast.store)
    with pytest.raises(UserRefused):
        deactivate_user(system, cast.admin.pk)
    with pytest.raises(UserRefused):
        draft = UserDraft("admin", "管理员", cast.store, None, frozenset({Role.MANAGER}))
        edit_user(system, cast.admin.pk, 1, draft)


def test_deactivation_ends_session_and_keys_and_tells_what_is_left(
    admin: Client, cast: Cast, act: Callable[..., Act], make_customer: Callable[..., object],
    client_for: Callable[[User], Client],
) -> None:  # fmt: skip
    make_customer(cast.lin)
    make_customer(cast.lin, level="")
    lin = client_for(cast.lin)
    row, _secret = create_token(act(cast.lin), cast.lin, "phone")
    shown = admin.get(f"/settings/users/{cast.lin.pk}/deactivation/").context
    assert (shown["cards"], shown["open_cards"]) == (2, 1)
    assert shown["open_tasks"] == Task.objects.open().filter(owner=cast.lin).count() > 0
    response = admin.post(f"/settings/users/{cast.lin.pk}/deactivation/")
    assert response["Location"] == f"/settings/users/{cast.lin.pk}/"
    assert lin.get("/password/").status_code == 302
    assert ApiToken.objects.get(pk=row.pk).revoked_at is not None
    admin.post(f"/settings/users/{cast.lin.pk}/reactivation/")
    assert lin.get("/password/").status_code == 200


def test_a_manager_who_is_admin_goes_on_to_the_hand_over(
    cast: Cast, client_for: Callable[[User], Client], make_customer: Callable[..., object]
) -> None:
    make_customer(cast.lin)
    RoleGrant.objects.create(user=cast.ma, role=Role.ADMIN)
    response = client_for(cast.ma).post(f"/settings/users/{cast.lin.pk}/deactivation/")
    assert response["Location"] == f"/hand-over/?from={cast.lin.pk}"


def test_reset_password_ends_sessions_and_lifts_the_lock(
    admin: Client, cast: Cast, client_for: Callable[[User], Client]
) -> None:
    lin, stranger = client_for(cast.lin), Client()
    for _ in range(5):
        stranger.post("/sign-in/", {"username": "lin", "password": "wrong"})
    assert "lin" in {
        row["user"].username for row in admin.get("/settings/users/").context["rows"] if row["is_locked"]
    }
    admin.post(f"/settings/users/{cast.lin.pk}/password/", {"password": "quiet-harbour-42"})
    assert lin.get("/password/").status_code == 302
    answer = stranger.post("/sign-in/", {"username": "lin", "password": "quiet-harbour-42"})
    assert answer.status_code == 303


def test_unlocking_lets_the_person_try_again(admin: Client, cast: Cast) -> None:
    stranger = Client()
    for _ in range(5):
        stranger.post("/sign-in/", {"username": "lin", "password": "wrong"})
    admin.post(f"/settings/users/{cast.lin.pk}/unlocking/")
    assert stranger.post("/sign-in/", {"username": "lin", "password": PASSWORD}).status_code == 303


def test_own_profile_takes_no_rights(cast: Cast, client_for: Callable[[User], Client]) -> None:
    lin = client_for(cast.lin)
    extra = {
        "roles": ["ADMIN"],
        "role": "ADMIN",
        "is_superuser": "1",
        "team": cast.team_b.pk,
        "is_active": "1",
    }
    lin.post("/language/", {"language": "en"} | extra)
    lin.post(
        "/password/", {"current": "x", "new": "quiet-harbour-42", "repeated": "quiet-harbour-42"} | extra
    )
    after = User.objects.get(pk=cast.lin.pk)
    assert after.roles == {Role.CONSULTANT} and after.team == cast.team_a


def test_create_user_lowers_the_name(cast: Cast, act: Callable[..., Act]) -> None:
    draft = UserDraft("Wei", "魏一", cast.store, cast.team_a, frozenset({Role.CONSULTANT}))
    assert create_user(act(cast.admin), draft, "quiet-harbour-42").username == "wei"
