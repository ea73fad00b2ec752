"""Coaching of the last quarters: both judgements, sessions with the next date, the six questions of each week."""

from datetime import date, timedelta
from random import Random

from guanxi.demo.reports import leader_of
from guanxi.demo.world import World
from guanxi.lib.quarters import quarter_before, quarter_of
from guanxi.organization.models import User
from guanxi.performance.operations.coaching import (
    SessionDraft,
    assess_skills,
    record_session,
    review_team,
)
from guanxi.performance.rules.coaching import (
    ASPECTS,
    LISTENING,
    METHODS,
    PARTS,
    QUESTIONS,
    week_of,
)

SEED = 20260308
SKILLS = (
    "价格异议怎么接",
    "邀约到店的话术",
    "试驾中的需求确认",
    "置换客户的估价说明",
    "促单时机",
    "倾听与复述",
)
NOTES = ("案例讲得清楚，复述还不够。", "下次带一段真实电话录音来。", "先问再答，有明显进步。", "")
ANSWERED = {
    "DUTIES": "", "COSTS": "本周没有算外拓的费用", "WORDS": "H、A 的证据大家说法一致", "CHANCES": "团购和老客户日",
    "ACCOUNTS": "两家企业客户由组长跟进", "SYSTEMS": "",
}  # fmt: skip
EVENING = 17 * 60 + 30


def coach_the_sellers(world: World) -> None:
    """The quarter before and this one judged, one seller falling a class; sessions every other week; two reviews."""
    rng = Random(SEED)
    first = quarter_of(world.last)
    days = [min(quarter_before(first) + timedelta(days=20), world.last), world.last]
    for place, person in enumerate(world.consultants):
        leader = leader_of(world, person)
        usual = {aspect: rng.choice((1, 2, 2, 2, 3)) for aspect in ASPECTS}
        for number, on in enumerate(days):
            # The third falls, the fifth rises, and not everybody looked at themselves this quarter.
            shift = {2: (1, -1), 4: (-1, 1)}.get(place, (0, 0))[number]
            degrees = {aspect: max(1, min(3, degree + shift)) for aspect, degree in usual.items()}
            assess_skills(world.act(leader, on, EVENING), person.pk, degrees)
            if number == 0 or place % 3:
                own = degrees | {"price": min(3, degrees["price"] + place % 2)}
                assess_skills(world.act(person, on, EVENING + 5), person.pk, own)
        if place != 2:
            _sessions(world, rng, leader, person, place)
    _reviews(world)


def _sessions(world: World, rng: Random, leader: User, person: User, place: int) -> None:
    for ago in (30, 16, 2 + place):
        on = world.last - timedelta(days=ago)
        along = rng.random() < 0.4
        # The first of them is due on the day the visitor comes.
        wait = 3 if place == 0 and ago < 16 else 14
        record_session(world.act(leader, on, EVENING), person.pk, SessionDraft(
            on, rng.choice(METHODS), rng.choice(SKILLS), {part: rng.randint(14, 24) for part in PARTS},
            rode_along=along, listening=tuple(rng.sample(LISTENING, 5)) if along else (),
            next_on=_open_day(world, on + timedelta(days=wait)), notes=rng.choice(NOTES),
        ))  # fmt: skip


def _open_day(world: World, on: date) -> date:
    return world.tomorrow(on - timedelta(days=1))


def _reviews(world: World) -> None:
    week = week_of(world.last)
    for code in ("chen", "sun", "guo"):
        leader = world.users[code]
        for on in (week - timedelta(days=7), week)[: 2 if code == "chen" else 1]:
            answers = {question: question != "COSTS" for question in QUESTIONS}
            review_team(world.act(leader, on, EVENING), leader.team_id or 0, on, answers, ANSWERED)
