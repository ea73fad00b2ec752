"""Campaigns: planned, drawn once, evaluated (handbook 11.3)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.cadence.models import Task
from guanxi.cadence.operations.tasks import open_tasks, withdraw_derived
from guanxi.lib.dates import is_near
from guanxi.markets.models import Campaign, CampaignMember
from guanxi.markets.queries.outcomes import outcome_of, outcome_told
from guanxi.markets.queries.pools import Draw, draw_of
from guanxi.markets.refusals import CampaignRefused
from guanxi.markets.rules.access import PLANNERS, STORE_PLANNERS
from guanxi.markets.rules.campaigns import AFTER_THE_DRAW
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.edits import put, refuse_stale
from guanxi.organization.models import Store
from guanxi.ui.punctuation import said_of

LONGEST_DAYS = 366


@transaction.atomic
def save_campaign(
    act: Act, campaign_id: int | None, values: Mapping[str, Any], *, version: int = 0
) -> Campaign:
    """Plan a campaign, or change the ``version`` that was shown. ``values`` are fields of Campaign.
    A supervisor's campaign is their team's.

    Raises Campaign.DoesNotExist unless the actor plans, StaleEdit, CampaignRefused for a name that is taken, days the
    wrong way round, a segment that is not served, a price scheme without a priced product, and after the draw for
    anything that would change who is compared.
    """
    assert act.by is not None
    if not act.by.has_role(*PLANNERS):
        raise Campaign.DoesNotExist
    store = Store.objects.select_for_update().get(pk=act.store.pk)
    if campaign_id:
        campaign = locked_campaign(act, campaign_id)
    else:
        team = None if act.by.has_role(*STORE_PLANNERS) else act.by.team
        if team is None and not act.by.has_role(*STORE_PLANNERS):
            raise CampaignRefused(_("You lead no team yet."))
        campaign = Campaign(store=store, team=team, by=act.by, version=0)
    refuse_stale(campaign, version)
    changes = changed_fields(campaign, dict(values)) if campaign.pk else {
        name: [None, str(value)] for name, value in values.items() if value not in (None, "")
    }  # fmt: skip
    if campaign.drawn_at is not None and set(changes) - AFTER_THE_DRAW:
        raise CampaignRefused(
            _("The groups are drawn: segment, days, kind and share stay as they are."),
            next(iter(set(changes) - AFTER_THE_DRAW)),
        )
    if campaign.evaluated_on is not None and "cost" in changes:
        raise CampaignRefused(_("It is evaluated: its cost stays as it was said."), "cost")
    put(campaign, values, CampaignRefused)
    _check(act, campaign, store)
    campaign.version += 1
    campaign.save()
    leave_trace([act.entry("campaign_saved", campaign, changes=changes)])
    return campaign


def preview_draw(act: Act, campaign: Campaign) -> Draw:
    """What ``draw_groups`` would give now. Raises CampaignRefused where it would."""
    if campaign.drawn_at is not None:
        raise CampaignRefused(_("The groups are drawn already, and stay as they are."))
    if campaign.ends_on < act.on:
        raise CampaignRefused(_("The campaign is over: choose other days."), "ends_on")
    if campaign.segment.chosen_on is None:
        raise CampaignRefused(_("Choose the segment first: campaigns address those we serve."))
    assert act.by is not None
    draw = draw_of(campaign, act.by, act.on)
    _refuse_few(campaign, len(draw.pool.cards), len(draw.held))
    return draw


@transaction.atomic
def draw_groups(act: Act, campaign_id: int, *, version: int, seed: int | None = None) -> Campaign:
    """Draw whom the campaign addresses and whom it holds back, once: at random from a seed that is kept, alike in every
    level and among those who bought before and who did not. Each consultant gets a task for every customer addressed,
    spread over the open days of the campaign; none for those held back.

    Nobody is drawn who refuses every channel, has no active consultant, or is in another campaign on the same days.
    Raises Campaign.DoesNotExist, StaleEdit, CampaignRefused when drawn already or over, and when nobody is left to
    address or to compare with.
    """
    # The store's row is where two draws meet: side by side they would take the same customers.
    Store.objects.select_for_update().get(pk=act.store.pk)
    campaign = locked_campaign(act, campaign_id)
    if campaign.drawn_at is None:
        refuse_stale(campaign, version)
    campaign.seed = campaign.seed if seed is None else seed
    draw = preview_draw(act, campaign)
    sides = [(card, CampaignMember.Side.CONTROL) for card in draw.held]
    sides += [(card, CampaignMember.Side.TARGET) for card, _day in draw.calls]
    CampaignMember.objects.bulk_create(
        [
            CampaignMember(campaign=campaign, customer=card, stratum=draw.pool.strata[card.pk], side=side)
            for card, side in sorted(sides, key=lambda pair: pair[0].pk)
        ],
        batch_size=500,
    )
    campaign.drawn_at, campaign.left_out = act.at, draw.pool.left_out
    campaign.version += 1
    campaign.save()
    open_tasks(act, _tasks(act, campaign, draw))
    told = {
        "seed": [None, campaign.seed],
        "target": [None, len(draw.calls)],
        "control": [None, len(draw.held)],
    }
    leave_trace([act.entry("campaign_drawn", campaign, changes=told)])
    return campaign


@transaction.atomic
def evaluate_campaign(act: Act, campaign_id: int, values: Mapping[str, Any], *, version: int) -> Campaign:
    """Say what an ended campaign cost and what follows from it (``cost``, ``next_step``, ``lesson``); the result of
    this moment is kept, and tasks still open for it are withdrawn.

    Raises Campaign.DoesNotExist, StaleEdit, CampaignRefused before its end, without cost or consequence, and when the
    actor does not see all of its customers.
    """
    campaign = locked_campaign(act, campaign_id)
    refuse_stale(campaign, version)
    if campaign.drawn_at is None:
        raise CampaignRefused(_("Nobody was drawn for this campaign: there is nothing to evaluate."))
    if act.on <= campaign.ends_on and campaign.planned_end is None:
        raise CampaignRefused(_("The campaign runs until %(day)s.") % {"day": campaign.ends_on})
    if values.get("cost") is None or values["cost"] < 0:
        raise CampaignRefused(_("Say what it cost, 0 if nothing."), "cost")
    if not values.get("next_step"):
        raise CampaignRefused(_("Say what follows: repeat, adjust or stop."), "next_step")
    assert act.by is not None
    unseen = campaign.members.filter(customer__merged_into__isnull=True).count()
    if CampaignMember.objects.visible_to(act.by).filter(campaign=campaign).count() != unseen:
        raise CampaignRefused(_("Some of its customers are no longer yours to read: ask the manager."))
    changes = changed_fields(campaign, dict(values))
    put(campaign, values, CampaignRefused)
    campaign.evaluated_on = act.on
    campaign.result = outcome_told(outcome_of(campaign, act.by))
    campaign.version += 1
    campaign.save()
    withdraw_derived(act, campaign.origin)
    leave_trace([act.entry("campaign_evaluated", campaign, changes=changes)])
    return campaign


def locked_campaign(act: Act, campaign_id: int) -> Campaign:
    """One the actor may change, locked with its segment, store and team. Raises Campaign.DoesNotExist."""
    assert act.by is not None
    rows = Campaign.objects.editable_by(act.by).filter(store=act.store)
    return rows.select_for_update(of=("self",)).select_related("segment", "store", "team").get(pk=campaign_id)


def _check(act: Act, campaign: Campaign, store: Store) -> None:
    if not campaign.name.strip() or not campaign.offer.strip():
        raise CampaignRefused(
            _("Write a name and what is offered."), "offer" if campaign.name.strip() else "name"
        )
    if Campaign.objects.filter(store=store, name=campaign.name).exclude(pk=campaign.pk).exists():
        raise CampaignRefused(_("There is a campaign of this name already."), "name")
    for name in ("starts_on", "ends_on"):
        if not is_near(getattr(campaign, name), act.on):
            raise CampaignRefused(
                _("The year cannot be meant: choose a day within ten years of today."), name
            )
    if campaign.ends_on < campaign.starts_on:
        raise CampaignRefused(_("It cannot end before it starts."), "ends_on")
    if (campaign.ends_on - campaign.starts_on).days >= LONGEST_DAYS:
        raise CampaignRefused(_("A campaign lasts at most a year."), "ends_on")
    if campaign.cost is not None and campaign.cost < 0:
        raise CampaignRefused(_("The amount is at least 0."), "cost")
    if campaign.segment.store_id != store.pk:
        raise CampaignRefused(_("Choose from the list."), "segment")
    if campaign.segment.chosen_on is None:
        raise CampaignRefused(_("Choose the segment first: campaigns address those we serve."), "segment")
    if campaign.scheme is not None:
        _check_scheme(campaign)
    product = campaign.product
    if product is not None and product.store_id != store.pk:
        raise CampaignRefused(_("Choose from the list."), "product")
    if campaign.kind in Campaign.PRICED and product is None:
        raise CampaignRefused(_("Name the product whose price changes."), "product")
    if campaign.kind in Campaign.PRICED and product is not None and product.list_price is None:
        raise CampaignRefused(_("This product has no price yet, so nothing can be quoted."), "product")


def _check_scheme(campaign: Campaign) -> None:
    """The scheme names the product where nobody did; kind and days are those of the scheme."""
    scheme = campaign.scheme
    assert scheme is not None
    if scheme.store_id != campaign.store_id:
        raise CampaignRefused(_("Choose from the list."), "scheme")
    if campaign.drawn_at is None and scheme.quote.reduced is None:
        raise CampaignRefused(_("This price scheme is no longer valid: the list price fell."), "scheme")
    if campaign.kind != scheme.kind:
        raise CampaignRefused(
            _("A price scheme goes with a campaign of its kind, discount or bundle."), "scheme"
        )
    if campaign.product is None:
        campaign.product = scheme.products.first()
    elif not scheme.products.filter(pk=campaign.product.pk).exists():
        raise CampaignRefused(_("The price scheme is of another product."), "scheme")
    if campaign.starts_on < scheme.starts_on or (scheme.ends_on and campaign.ends_on > scheme.ends_on):
        raise CampaignRefused(_("The price scheme does not hold on all days of the campaign."), "scheme")


def _refuse_few(campaign: Campaign, drawn: int, held: int) -> None:
    if drawn - held < 1:
        raise CampaignRefused(_("Nobody of this segment can be addressed on these days."))
    if campaign.control_percent and not held:
        raise CampaignRefused(
            ngettext(
                "With %(count)s customer nobody can be held back: widen the segment, or compare with nobody (0 %%).",
                "With %(count)s customers nobody can be held back: widen the segment, or compare with nobody (0 %%).",
                drawn,
            )
            % {"count": drawn}
        )


def _tasks(act: Act, campaign: Campaign, draw: Draw) -> list[Task]:
    note = said_of(campaign.name, campaign.offer)[:300]
    return [
        Task(
            customer=card, owner_id=card.owner_id, kind=Task.Kind.ACTION, source_rule="11.3", origin=campaign.origin,
            note=note, given_by=act.by, due_on=due_on,
        )
        for card, due_on in draw.calls
    ]  # fmt: skip
