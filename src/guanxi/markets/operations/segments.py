"""Segments: kept, chosen to be served, planned, and the levels of their market on a day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.catalogue.models import sees_margins
from guanxi.catalogue.rules import SECRET
from guanxi.customers.queries.filters import asked_filters
from guanxi.lib.dates import is_near
from guanxi.markets.models import MarketLevel, MarketPlan, Segment
from guanxi.markets.refusals import MarketRefused
from guanxi.markets.rules.access import PLANNERS
from guanxi.markets.rules.segments import RULE, open_tests
from guanxi.markets.rules.sizes import MarketSizes, SizesRefused
from guanxi.markets.words import LEVELS, tests_named
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.edits import put, refuse_stale
from guanxi.organization.models import Store


@transaction.atomic
def save_segment(act: Act, segment_id: int | None, values: Mapping[str, Any], *, version: int = 0) -> Segment:
    """Keep a new segment, or change the ``version`` that was shown. ``values`` are fields of Segment; ``rule`` holds
    filters of the customer list by their names.

    Raises Segment.DoesNotExist unless the actor plans the markets of the store, StaleEdit, MarketRefused for a name
    that is taken or empty, without a basis, for a rule nobody can follow, for a margin from somebody who may not see
    margins (11.3), and for a chosen segment that would no longer pass the three tests.
    """
    assert act.by is not None
    if not act.by.has_role(*PLANNERS):
        raise Segment.DoesNotExist
    _refuse_secret(act, values)
    # The store's row is where two new segments of one name meet.
    store = Store.objects.select_for_update().get(pk=act.store.pk)
    segment = _locked(act, segment_id) if segment_id else Segment(store=store, version=0)
    refuse_stale(segment, version)
    values = dict(values) | {"name": str(values.get("name", segment.name)).strip()}
    if not values["name"]:
        raise MarketRefused(_("Give the segment a name."), "name")
    if Segment.objects.filter(store=store, name=values["name"]).exclude(pk=segment.pk).exists():
        raise MarketRefused(_("There is a segment of this name already."), "name")
    if "rule" in values:
        values["rule"] = _rule(store, values["rule"])
    changes = changed_fields(segment, values)
    put(segment, values, MarketRefused)
    if not segment.bases or set(segment.bases) - set(Segment.Basis.values):
        raise MarketRefused(_("Say on what the segment is based."), "bases")
    if segment.chosen_on is not None:
        _refuse_untested(segment)
    segment.version += 1
    segment.save()
    leave_trace([act.entry("segment_saved", segment, changes=changes)])
    return segment


@transaction.atomic
def choose_segment(act: Act, segment_id: int, *, chosen: bool, version: int) -> Segment:
    """Take a segment among those served, or out of them (11.2, R-VAL-14).

    Raises Segment.DoesNotExist, StaleEdit, MarketRefused with the tests that failed or lack an answer or evidence.
    """
    segment = _locked(act, segment_id)
    refuse_stale(segment, version)
    if chosen:
        _refuse_untested(segment)
    values = {"chosen_on": (segment.chosen_on or act.on) if chosen else None}
    changes = changed_fields(segment, values)
    segment.chosen_on = values["chosen_on"]
    segment.version += 1
    segment.save()
    leave_trace([act.entry("segment_chosen" if chosen else "segment_left", segment, changes=changes)])
    return segment


@transaction.atomic
def save_levels(
    act: Act,
    segment_id: int,
    on: date,
    sizes: Mapping[str, int],
    values: Mapping[str, Any],
    *,
    version: int = 0,
) -> MarketLevel:
    """Write the levels of a segment's market down as they are held true on a day (R-MKT-01); ``values``: ``gain``,
    ``margin``, ``source``. One row a day, changed by its ``version``; a new day without ``margin`` keeps that of the
    day before it.

    Raises Segment.DoesNotExist, StaleEdit, MarketRefused for inverted sizes, for a day to come, a number out of range,
    for a margin from somebody who may not see margins (11.3).
    """
    segment = _locked(act, segment_id)
    _refuse_secret(act, values)
    if not is_near(on, act.on):
        raise MarketRefused(_("The year cannot be meant: choose a day within ten years of today."), "on")
    if on > act.on:
        raise MarketRefused(_("The day lies in the future."), "on")
    try:
        MarketSizes(**sizes)
    except SizesRefused as refused:
        raise MarketRefused(_inverted(refused.name), refused.name) from refused
    level = MarketLevel.objects.filter(segment=segment, on=on).first()
    if level is None:
        last = MarketLevel.objects.filter(segment=segment, on__lt=on).first()
        level = MarketLevel(segment=segment, on=on, version=0, margin=last.margin if last else None)
    refuse_stale(level, version)
    given = dict(sizes) | dict(values)
    changes = (
        {name: [None, given[name]] for name in sizes} if level.pk is None else changed_fields(level, given)
    )
    put(level, given, MarketRefused)
    level.by = act.by
    level.version += 1
    level.save()
    leave_trace([act.entry("market_levels_saved", level, changes=changes)])
    return level


@transaction.atomic
def save_market_plan(act: Act, segment_id: int, values: Mapping[str, Any], *, version: int = 0) -> MarketPlan:
    """Change how the market of a segment is developed (11.5); ``version`` is 0 while there is no plan.

    Raises Segment.DoesNotExist, StaleEdit, MarketRefused for concentrating on a segment that is not chosen.
    """
    segment = _locked(act, segment_id)
    plan = MarketPlan.objects.filter(segment=segment).first() or MarketPlan(segment=segment, version=0)
    refuse_stale(plan, version)
    changes = changed_fields(plan, dict(values))
    put(plan, values, MarketRefused)
    if plan.step == MarketPlan.Step.CONCENTRATE and segment.chosen_on is None:
        raise MarketRefused(_("Choose the segment first: one concentrates on what one serves."), "step")
    plan.version += 1
    plan.save()
    leave_trace([act.entry("market_plan_saved", plan, changes=changes)])
    return plan


def _locked(act: Act, segment_id: int) -> Segment:
    assert act.by is not None
    rows = Segment.objects.editable_by(act.by).filter(store=act.store)
    return rows.select_for_update(of=("self",)).select_related("store").get(pk=segment_id)


def _rule(store: Store, given: Mapping[str, Any]) -> dict[str, str]:
    rule = {name: str(value) for name, value in given.items() if value not in (None, "")}
    if set(rule) - set(RULE):
        raise MarketRefused(_("A segment cannot be told by this."), "rule")
    try:
        filters = asked_filters(rule, store.playbook)
    except ValueError as error:
        raise MarketRefused(_("Choose from the list."), str(error)) from error
    if filters.product is not None and not store.products.filter(pk=filters.product).exists():
        raise MarketRefused(_("Choose from the list."), "product")
    return rule


def _refuse_secret(act: Act, values: Mapping[str, Any]) -> None:
    if not sees_margins(act.by) and (secret := SECRET.intersection(values)):
        raise MarketRefused(_("Margins are written by those who see them."), next(iter(secret)))


def _refuse_untested(segment: Segment) -> None:
    failed, missing = open_tests(segment.answers)
    if failed:
        raise MarketRefused(
            _("This segment cannot be served, it fails: %(tests)s.") % {"tests": tests_named(failed)}
        )
    if missing:
        raise MarketRefused(
            _("Answer with evidence before it is served: %(tests)s.") % {"tests": tests_named(missing)}
        )


def _inverted(name: str) -> str:
    names = list(LEVELS)
    place = names.index(name)
    if not place:
        return _("A size is at least 0.")
    return _("%(inner)s cannot be larger than %(outer)s, of which it is a part.") % {
        "inner": LEVELS[name], "outer": LEVELS[names[place - 1]],
    }  # fmt: skip
