"""Who every test talks about: Lin sells, Chen leads the team, Wu on the other team must see nothing."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from guanxi.organization.models import RoleGrant, Store, Team, User
from guanxi.organization.rules.roles import Role

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)
PASSWORD = "guanxi-test-2026"


@dataclass(frozen=True)
class Cast:
    """Two stores; the first has two teams. ``users`` holds everybody by user name."""

    store: Store
    other_store: Store
    team_a: Team
    team_b: Team
    lin: User
    zhao: User
    chen: User
    wu: User
    sun: User
    ma: User
    admin: User
    proprietor: User
    auditor: User
    cs: User
    finance: User
    desk: User
    legal: User
    gao: User

    @property
    def owner(self) -> User:
        """The proprietor, who owns the business."""
        return self.proprietor

    @property
    def users(self) -> dict[str, User]:
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}


# User name, name, role, team of the first store; Gao leads the other store.
PEOPLE = [
    ("lin", "林晓", Role.CONSULTANT, "A"),
    ("zhao", "赵磊", Role.CONSULTANT, "A"),
    ("chen", "陈静", Role.SUPERVISOR, "A"),
    ("wu", "吴刚", Role.CONSULTANT, "B"),
    ("sun", "孙丽", Role.SUPERVISOR, "B"),
    ("ma", "马强", Role.MANAGER, ""),
    ("admin", "管理员", Role.ADMIN, ""),
    ("proprietor", "周总", Role.PROPRIETOR, ""),
    ("auditor", "郑审", Role.AUDITOR, ""),
    ("cs", "冯客服", Role.CUSTOMER_SERVICE, "A"),
    ("finance", "蒋会计", Role.FINANCE, ""),
    ("desk", "韩前台", Role.FRONT_DESK, ""),
    ("legal", "沈法务", Role.LEGAL, ""),
    ("gao", "高远", Role.MANAGER, "other"),
]


def assemble() -> Cast:
    """Write the cast to the database: two stores, two teams, fourteen people with one role each."""
    store, other_store = (
        Store.objects.create(code=code, name=name) for code, name in (("01", "城东店"), ("02", "城西店"))
    )
    teams = {
        "A": Team.objects.create(store=store, name="一组"),
        "B": Team.objects.create(store=store, name="二组"),
    }
    hashed = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(
            username=username,
            name=name,
            password=hashed,
            store=other_store if team == "other" else store,
            team=teams.get(team),
        )
        for username, name, _role, team in PEOPLE
    )
    RoleGrant.objects.bulk_create(
        RoleGrant(user=user, role=role)
        for user, (_username, _name, role, _team) in zip(users, PEOPLE, strict=True)
    )
    return Cast(store, other_store, teams["A"], teams["B"], **{user.username: user for user in users})
