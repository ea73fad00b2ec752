"""Before its time: a draw taken back, a campaign stopped early (handbook 11.3)."""

from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.cadence.operations.tasks import drop_derived, lock_derived, withdraw_derived
from guanxi.markets.models import Campaign, CampaignMember
from guanxi.markets.operations.campaigns import locked_campaign
from guanxi.markets.queries.campaigns import is_worked
from guanxi.markets.refusals import CampaignRefused
from guanxi.markets.rules.campaigns import Phase
from guanxi.organization.acts import Act, changed_fields, leave_trace
from guanxi.organization.edits import refuse_stale


@transaction.atomic
def take_back_draw(act: Act, campaign_id: int, *, version: int) -> Campaign:
    """Undo ``draw_groups`` while nobody has worked on it: both groups and all tasks are gone, and the campaign is a
    draft again. Its seed stays, so that nobody draws until they like the groups.

    Raises Campaign.DoesNotExist, StaleEdit for another draw than was shown, CampaignRefused when it is not drawn, over,
    or somebody it addresses was called since.
    """
    campaign = locked_campaign(act, campaign_id)
    if campaign.drawn_at is None:
        raise CampaignRefused(_("Nobody is drawn: there is nothing to take back."))
    if campaign.ends_on < act.on or campaign.planned_end is not None:
        raise CampaignRefused(_("The campaign is over: its draw stays."))
    refuse_stale(campaign, version)
    lock_derived(act, campaign.origin)
    if is_worked(campaign):
        raise CampaignRefused(_("Somebody has worked on it already: stop the campaign instead."))
    told = {
        "target": [campaign.members.filter(side=CampaignMember.Side.TARGET).count(), None],
        "control": [campaign.members.filter(side=CampaignMember.Side.CONTROL).count(), None],
    }
    drop_derived(act, campaign.origin)
    campaign.members.all().delete()
    campaign.drawn_at, campaign.left_out = None, {}
    campaign.version += 1
    campaign.save()
    leave_trace([act.entry("campaign_draw_taken_back", campaign, changes=told)])
    return campaign


@transaction.atomic
def stop_campaign(act: Act, campaign_id: int, *, version: int) -> Campaign:
    """End a running campaign early: today is its last day, the result counts to it, and open tasks are withdrawn. It
    may be evaluated at once.

    Raises Campaign.DoesNotExist, StaleEdit, CampaignRefused unless it runs beyond today.
    """
    campaign = locked_campaign(act, campaign_id)
    refuse_stale(campaign, version)
    if campaign.phase(act.on) != Phase.RUNNING:
        raise CampaignRefused(_("Only a running campaign can be stopped."))
    if campaign.ends_on == act.on:
        raise CampaignRefused(_("Today is its last day anyway."))
    changes = changed_fields(campaign, {"ends_on": act.on})
    campaign.planned_end, campaign.ends_on = campaign.ends_on, act.on
    campaign.version += 1
    campaign.save()
    changes["withdrawn"] = [None, withdraw_derived(act, campaign.origin)]
    leave_trace([act.entry("campaign_stopped", campaign, changes=changes)])
    return campaign
