"""The demo's logins, one for each role."""

from django.contrib.auth.hashers import check_password

from guanxi.demo.staff import ADMIN, PEOPLE
from guanxi.organization.models import User
from guanxi.organization.role_names import ROLE_NAMES

PASSWORD = "guanxi-demo-2026"


def login_lines() -> list[str]:
    """One printed line per role whose person still has the demo's password; none outside a demo store."""
    first_of_role = {person.role: person for person in (*reversed(PEOPLE), ADMIN)}
    wanted = [person.username for person in first_of_role.values()]
    users = dict(User.objects.active().filter(username__in=wanted).values_list("username", "password"))
    # The demo gives everybody the same hash, so one slow check answers for all.
    unchanged = {encoded for encoded in set(users.values()) if check_password(PASSWORD, encoded)}
    lines = [
        f"  {ROLE_NAMES[role]}\t{person.username}\t{PASSWORD}"
        for role, person in first_of_role.items()
        if users.get(person.username) in unchanged
    ]
    return sorted(lines, key=lambda line: wanted[::-1].index(line.split("\t")[1]))
