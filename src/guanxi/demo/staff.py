"""The people of the demo store."""

from dataclasses import dataclass

from guanxi.organization.rules.roles import Role

STORE = "城南汽车销售服务店"
TEAMS = ("销售一组", "销售二组", "销售三组")


@dataclass(frozen=True)
class Person:
    """``team`` counts from 0; ``skill`` is how often a consultant's customers buy, 1.0 on average."""

    username: str
    name: str
    role: Role
    team: int | None = None
    skill: float = 1.0


PEOPLE = (
    Person("lin", "林晓", Role.CONSULTANT, 0, 1.35),
    Person("zhao", "赵磊", Role.CONSULTANT, 0, 1.0),
    Person("qian", "钱伟", Role.CONSULTANT, 0, 0.8),
    Person("li", "李娜", Role.CONSULTANT, 0, 1.1),
    Person("wu", "吴刚", Role.CONSULTANT, 1, 1.2),
    Person("zheng", "郑凯", Role.CONSULTANT, 1, 0.7),
    Person("wang", "王雪", Role.CONSULTANT, 1, 1.05),
    Person("feng", "冯涛", Role.CONSULTANT, 1, 0.9),
    Person("zhou", "周洋", Role.CONSULTANT, 2, 1.15),
    Person("xu", "徐静", Role.CONSULTANT, 2, 1.0),
    Person("he", "何俊", Role.CONSULTANT, 2, 0.75),
    Person("luo", "罗敏", Role.CONSULTANT, 2, 1.0),
    Person("chen", "陈静", Role.SUPERVISOR, 0),
    Person("sun", "孙丽", Role.SUPERVISOR, 1),
    Person("guo", "郭强", Role.SUPERVISOR, 2),
    Person("ma", "马志远", Role.MANAGER),
    Person("han", "韩雪", Role.FRONT_DESK),
    Person("tang", "唐慧", Role.CUSTOMER_SERVICE, 0),
    Person("jiang", "蒋文", Role.FINANCE),
    Person("cai", "蔡文", Role.LEGAL),
    Person("gao", "高建国", Role.PROPRIETOR),
    Person("shen", "沈平", Role.AUDITOR),
)
ADMIN = Person("admin", "系统管理员", Role.ADMIN)
