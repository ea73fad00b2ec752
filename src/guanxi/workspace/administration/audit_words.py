"""The audit trail in sentences. Every action and field that operations write has its words; a test sees to it."""

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.cadence.models import LossReport
from guanxi.catalogue.models import Product, RivalPrice, Scheme
from guanxi.catalogue.rules import SECRET
from guanxi.customers.models import Contact, Customer, Intent, OwnedItem
from guanxi.customers.rules.masks import mask_account, mask_email
from guanxi.deals.models import Contract, Deal, Order
from guanxi.insights.models import CustomerReview, DeliveredValue
from guanxi.key_accounts.models import (
    AccountMember,
    AccountPlan,
    Circle,
    Influence,
    InfoItem,
    KeyPerson,
    OurTie,
    PlannedStep,
)
from guanxi.lib.phones import mask_phone
from guanxi.markets.models import Campaign, MarketLevel, MarketPlan, ProductStanding, Segment
from guanxi.organization.labels import field_words, language
from guanxi.organization.models import AuditEntry, Store, Team, User
from guanxi.performance.models import (
    CoachingSession,
    DailyReport,
    MonthComment,
    SkillAssessment,
    Target,
    TargetMeasure,
    TeamReview,
)
from guanxi.pipeline.models import BidApproval, BidTask, Competitor, CreditReview, Opportunity, TimeSpent
from guanxi.playbooks.loader import load_pack, pack_codes
from guanxi.prospecting.models import InfluenceCentre, ReferralLead, ReferralRequest, Visit
from guanxi.ui.punctuation import listed

ACTIONS = {
    "bid_approval_asked": gettext_lazy("asked for leave to bid"),
    "bid_approval_decided": gettext_lazy("decided whether we bid"),
    "bid_task_decided": gettext_lazy("decided a tender item"),
    "bid_task_reported": gettext_lazy("reported a task of the bid"),
    "credit_reviewed": gettext_lazy("reviewed the credit of a customer"),
    "customer_reviewed": gettext_lazy("reviewed how good a customer is"),
    "delivered_value_saved": gettext_lazy("compared the value delivered with a rival's"),
    "forecast_target_set": gettext_lazy("set the target of a quarter"),
    "opportunity_assessed": gettext_lazy("assessed an opportunity"),
    "opportunity_edited": gettext_lazy("edited an opportunity"),
    "opportunity_evidence": gettext_lazy("added evidence to an opportunity"),
    "opportunity_loss_withdrawn": gettext_lazy("took back that an opportunity is lost"),
    "opportunity_lost": gettext_lazy("applied for the loss of an opportunity"),
    "opportunity_moved": gettext_lazy("moved an opportunity"),
    "opportunity_opened": gettext_lazy("opened an opportunity"),
    "opportunity_reopened": gettext_lazy("opened a lost opportunity again"),
    "opportunity_reviewed": gettext_lazy("reviewed an opportunity"),
    "opportunity_unwon": gettext_lazy("took a win back"),
    "opportunity_won": gettext_lazy("won an opportunity"),
    "rival_saved": gettext_lazy("saved a rival"),
    "time_spent": gettext_lazy("noted time for an opportunity"),
    "call_asked": gettext_lazy("asked for a call because of the customer's value"),
    "action_changed": gettext_lazy("changed a step's task"),
    "segment_saved": gettext_lazy("saved a segment"),
    "segment_chosen": gettext_lazy("chose a segment to be served"),
    "segment_left": gettext_lazy("no longer serves a segment"),
    "market_levels_saved": gettext_lazy("wrote market levels down"),
    "market_plan_saved": gettext_lazy("saved a market plan"),
    "campaign_saved": gettext_lazy("planned a campaign"),
    "campaign_drawn": gettext_lazy("drew the groups of a campaign"),
    "campaign_draw_taken_back": gettext_lazy("took the draw of a campaign back"),
    "campaign_stopped": gettext_lazy("stopped a campaign early"),
    "campaign_evaluated": gettext_lazy("evaluated a campaign"),
    "chart_entered": gettext_lazy("entered an organisation chart"),
    "chart_read": gettext_lazy("read an organisation chart"),
    "chart_undone": gettext_lazy("took an organisation chart back"),
    "circle_removed": gettext_lazy("took a circle off the map"),
    "circle_saved": gettext_lazy("drew a circle"),
    "contact_person_dropped": gettext_lazy("took a contact person back"),
    "info_saved": gettext_lazy("noted a fact"),
    "line_drawn": gettext_lazy("drew a line on the map"),
    "line_ended": gettext_lazy("ended a line on the map"),
    "member_removed": gettext_lazy("took a colleague out of the account team"),
    "member_saved": gettext_lazy("put a colleague into the account team"),
    "plan_saved": gettext_lazy("changed the plan of an account"),
    "map_arranged": gettext_lazy("arranged the map"),
    "marks_taken_back": gettext_lazy("took an assessment back"),
    "person_left": gettext_lazy("noted who left"),
    "person_mapped": gettext_lazy("put a person on the map"),
    "person_marked": gettext_lazy("assessed a person"),
    "step_changed": gettext_lazy("changed a planned step"),
    "step_planned": gettext_lazy("planned a step"),
    "step_reopened": gettext_lazy("reopened a step"),
    "step_result": gettext_lazy("noted what came of a step"),
    "tie_saved": gettext_lazy("noted who of us knows whom"),
    "calendar_day_set": gettext_lazy("changed a day of the calendar"),
    "card_classified": gettext_lazy("classified the customer"),
    "card_completed": gettext_lazy("completed the card"),
    "card_edited": gettext_lazy("edited the card"),
    "card_handed_over": gettext_lazy("handed the card over"),
    "card_opened": gettext_lazy("opened the card"),
    "card_removed": gettext_lazy("removed the card"),
    "cards_merged": gettext_lazy("merged two cards"),
    "close_date_set": gettext_lazy("set the expected closing date"),
    "collision_decided": gettext_lazy("decided a collision"),
    "collision_recorded": gettext_lazy("claimed a customer who is taken"),
    "collision_withdrawn": gettext_lazy("withdrew a claim"),
    "contact_person_saved": gettext_lazy("saved a contact person"),
    "coaching_changed": gettext_lazy("changed a coaching session"),
    "coaching_recorded": gettext_lazy("recorded a coaching session"),
    "completion_undone": gettext_lazy("undid the completion of the card"),
    "contact_recorded": gettext_lazy("recorded a contact"),
    "contract_corrected": gettext_lazy("corrected a contract"),
    "contract_ended": gettext_lazy("recorded that a contract ends"),
    "contract_entered": gettext_lazy("entered a contract"),
    "contract_renewed": gettext_lazy("renewed a contract"),
    "contract_taken_back": gettext_lazy("took back what was said of a contract"),
    "deal_corrected": gettext_lazy("corrected a row of the ledger"),
    "deal_returned": gettext_lazy("recorded a return in the ledger"),
    "deal_reversed": gettext_lazy("wrote a deal back"),
    "deal_written": gettext_lazy("wrote a deal into the ledger"),
    "delivered": gettext_lazy("delivered the car"),
    "deposit_received": gettext_lazy("received a deposit"),
    "evidence_changed": gettext_lazy("changed the evidence"),
    "follow_up_moved": gettext_lazy("moved a follow-up by changing a rule"),
    "form_printed": gettext_lazy("printed a form"),
    "id_number_set": gettext_lazy("entered the ID number"),
    "ledger_exported": gettext_lazy("exported the ledger of deals"),
    "import_failures_exported": gettext_lazy("downloaded the failed rows of an import"),
    "import_finished": gettext_lazy("finished an import"),
    "import_started": gettext_lazy("started an import"),
    "import_undo_started": gettext_lazy("began to undo an import"),
    "import_undone": gettext_lazy("undid an import"),
    "import_uploaded": gettext_lazy("uploaded a file"),
    "imported_level_withdrawn": gettext_lazy("withdrew an imported level"),
    "installed": gettext_lazy("set up the installation"),
    "instructed": gettext_lazy("gave an instruction"),
    "instruction_withdrawn": gettext_lazy("took an instruction back"),
    "language_chosen": gettext_lazy("chose another language"),
    "level_change_decided": gettext_lazy("decided a level change"),
    "level_changed": gettext_lazy("changed the level"),
    "level_requested": gettext_lazy("asked for a level change"),
    "loss_applied": gettext_lazy("applied for a loss"),
    "loss_decided": gettext_lazy("decided a loss"),
    "loss_resumed": gettext_lazy("took up a lost opportunity again"),
    "loss_withdrawn": gettext_lazy("withdrew a loss application"),
    "number_called": gettext_lazy("called from their own card"),
    "number_looked_up": gettext_lazy("looked up a number"),
    "number_revealed": gettext_lazy("saw a full number"),
    "order_cancelled": gettext_lazy("cancelled the order"),
    "order_placed": gettext_lazy("placed an order"),
    "owned_item_saved": gettext_lazy("saved what the customer owns"),
    "password_changed": gettext_lazy("changed the password"),
    "password_issued": gettext_lazy("gave a temporary password"),
    "product_added": gettext_lazy("added a product"),
    "product_changed": gettext_lazy("changed a product"),
    "scheme_saved": gettext_lazy("kept a price scheme"),
    "rival_price_noted": gettext_lazy("noted a rival's price"),
    "rival_price_dropped": gettext_lazy("took a rival's price out"),
    "product_visit_proposed": gettext_lazy("proposed a visit about a product"),
    "product_removed": gettext_lazy("removed a product"),
    "register_confirmed": gettext_lazy("signed the register of a day"),
    "register_locked": gettext_lazy("locked the register of a day"),
    "register_noted": gettext_lazy("noted weather and who is away"),
    "register_reopened": gettext_lazy("re-opened the register of a day"),
    "report_reviewed": gettext_lazy("reviewed a daily report"),
    "report_submitted": gettext_lazy("submitted a daily report"),
    "report_supplemented": gettext_lazy("added to a submitted daily report"),
    "report_taken_back": gettext_lazy("took a daily report back"),
    "merge_undone": gettext_lazy("undid a merge"),
    "measure_saved": gettext_lazy("saved a measure"),
    "month_close_asked": gettext_lazy("asked to lock a month again"),
    "month_closed": gettext_lazy("locked a month"),
    "month_commented": gettext_lazy("commented on a month"),
    "month_reopened": gettext_lazy("re-opened a month"),
    "targets_set": gettext_lazy("set targets"),
    "targets_undone": gettext_lazy("undid targets"),
    "influence_ticked": gettext_lazy("ticked the traits of an influence centre"),
    "name_carded": gettext_lazy("made a name a customer"),
    "name_claimed": gettext_lazy("claimed the customer of a name"),
    "name_freed": gettext_lazy("freed a name whose claim was refused"),
    "name_edited": gettext_lazy("edited a name"),
    "name_handed_over": gettext_lazy("handed a name over"),
    "name_noted": gettext_lazy("noted a name"),
    "name_result": gettext_lazy("noted what a first visit gave"),
    "name_warmed": gettext_lazy("changed the warmth of a name"),
    "referral_asked": gettext_lazy("asked for a recommendation"),
    "searched": gettext_lazy("searched"),
    "skills_assessed": gettext_lazy("judged somebody's skills"),
    "set_up_link_made": gettext_lazy("made a set-up link"),
    "setting_changed": gettext_lazy("changed a setting"),
    "signed_in": gettext_lazy("signed in"),
    "source_changed": gettext_lazy("changed the source"),
    "standing_judged": gettext_lazy("judged what a customer could buy"),
    "store_changed": gettext_lazy("changed a store"),
    "store_opened": gettext_lazy("opened a store"),
    "taken_number_asked": gettext_lazy("asked about a number that is taken"),
    "task_changed": gettext_lazy("changed a task"),
    "task_status": gettext_lazy("changed a task"),
    "team_reviewed": gettext_lazy("asked the six questions about a team"),
    "team_changed": gettext_lazy("renamed a team"),
    "team_opened": gettext_lazy("opened a team"),
    "token_created": gettext_lazy("made an API key"),
    "token_revoked": gettext_lazy("revoked an API key"),
    "user_changed": gettext_lazy("changed a user"),
    "user_created": gettext_lazy("created a user"),
    "user_deactivated": gettext_lazy("deactivated a user"),
    "user_reactivated": gettext_lazy("let a user in again"),
    "user_unlocked": gettext_lazy("unlocked a user"),
    "visit_completed": gettext_lazy("filled a row of the register"),
    "visit_handed_over": gettext_lazy("handed a party over"),
    "visit_left": gettext_lazy("noted that a party left"),
    "visit_received": gettext_lazy("received a party"),
}
SOURCES = {
    "web": gettext_lazy("Browser"),
    "api": gettext_lazy("API"),
    "import": gettext_lazy("Import"),
    "cli": gettext_lazy("Command line"),
    "demo": gettext_lazy("Demo data"),
    "night": gettext_lazy("Nightly run"),
}
# Fields no form shows, and what operations note beside the fields of a row.
NOTED = {
    "absent": gettext_lazy("Away today"),
    "ask_no": gettext_lazy("Request number"),
    "accepted": gettext_lazy("Approved"),
    "added": gettext_lazy("Contacts added"),
    "approved": gettext_lazy("Approved"),
    "base_class": gettext_lazy("Class"),
    "bant": "BANT",
    "counter_evidence": gettext_lazy("Counter-evidence"),
    "created": gettext_lazy("Created"),
    "dimensions": gettext_lazy("Known about them"),
    "due_on": gettext_lazy("Next contact"),
    "evidence": gettext_lazy("Evidence"),
    "failed": gettext_lazy("Failed"),
    "family": gettext_lazy("Family"),
    "file": gettext_lazy("File"),
    "form": gettext_lazy("Form"),
    "format": gettext_lazy("File format"),
    "found": gettext_lazy("Found"),
    "full": gettext_lazy("Full numbers"),
    "id_no": gettext_lazy("ID number"),
    "is_ours": gettext_lazy("Bought from our brand"),
    "is_primary": gettext_lazy("Main contact"),
    "is_vip_supporter": gettext_lazy("VIP supporter"),
    "kept": gettext_lazy("Unchanged"),
    "products_kept": gettext_lazy("Products that stay"),
    "late": gettext_lazy("Late"),
    "level": gettext_lazy("Level"),
    "locked": gettext_lazy("As locked"),
    "merged_from": gettext_lazy("Merged with"),
    "manager": gettext_lazy("Manager"),
    "meta_programs": gettext_lazy("Ways of thinking"),
    "method": gettext_lazy("How"),
    "month": gettext_lazy("Month"),
    "moved": gettext_lazy("Handed over"),
    "note": gettext_lazy("Instruction"),
    "number": gettext_lazy("Phone"),
    "on": gettext_lazy("Day"),
    "opt_outs": gettext_lazy("Opted out of"),
    "owner_kind": gettext_lazy("Kind of owner"),
    "pack": gettext_lazy("Industry"),
    "phones": gettext_lazy("Phone"),
    "query": gettext_lazy("Search"),
    "reached": gettext_lazy("Reached"),
    "read_only": gettext_lazy("Read only"),
    "roles": gettext_lazy("Roles"),
    "rows": gettext_lazy("Rows"),
    "sheets": gettext_lazy("Sheets"),
    "skipped": gettext_lazy("Unchanged"),
    "supervisor": gettext_lazy("Supervisor"),
    "state": gettext_lazy("State"),
    "status": gettext_lazy("State"),
    "timezone": gettext_lazy("Time zone"),
    "touch_tier": gettext_lazy("Attention"),
    "updated": gettext_lazy("Completed"),
    "version": gettext_lazy("Version"),
    "withdrawn": gettext_lazy("Tasks withdrawn"),
}
FIELDS = (
    field_words(
        Customer,
        Intent,
        OwnedItem,
        Contact,
        Order,
        Deal,
        Contract,
        LossReport,
        Opportunity,
        Competitor,
        TimeSpent,
        BidTask,
        BidApproval,
        CreditReview,
        Product,
        Store,
        Team,
        User,
        DailyReport,
        Target,
        TargetMeasure,
        MonthComment,
        Visit,
        SkillAssessment,
        CoachingSession,
        TeamReview,
        KeyPerson,
        Circle,
        Influence,
        OurTie,
        InfoItem,
        PlannedStep,
        AccountPlan,
        AccountMember,
        ReferralLead,
        ReferralRequest,
        InfluenceCentre,
        ProductStanding,
        Segment,
        MarketLevel,
        MarketPlan,
        Campaign,
        Scheme,
        RivalPrice,
        CustomerReview,
        DeliveredValue,
    )
    | NOTED
)
NUMBER = re.compile(r"\+?\d[\d -]{5,}\d")
DAY = re.compile(r"(?<!\d)((?:19|20|21)\d\d-[01]\d-[0-3]\d)(?!\d)")
MASKS = {"wechat": mask_account, "email": mask_email}
LONGEST = 80


def what(entry: AuditEntry) -> str:
    """The verb of the sentence; an action of an older release reads as its code."""
    return str(ACTIONS.get(entry.action, entry.action))


def who(entry: AuditEntry) -> str:
    return str(entry.actor) if entry.actor else _("The system")


def field_name(name: str) -> str:
    """As the forms call it, a setting as its page does; a day, and what an older release wrote, as it stands."""
    if words := FIELDS.get(name.removesuffix("_id")):
        return str(words)
    texts = (text for code in pack_codes() for text in load_pack(code).setting_texts)
    return next((text.label.text(language()) for text in texts if text.key == name), name)


def changes(entry: AuditEntry, *, secrets: bool = False) -> list[tuple[str, str, str]]:
    """Field, before, after; never a full phone number, WeChat name or address, whoever wrote the row. Costs and margins
    only with ``secrets``."""
    told = []
    for name, pair in entry.changes.items():
        if name in SECRET and not secrets:
            told.append((field_name(name), "•••", "•••"))
            continue
        before, after = pair if isinstance(pair, list) and len(pair) == 2 else ("", pair)
        if mask := MASKS.get(name):
            before, after = (mask(str(one or "")) for one in (before, after))
        told.append((field_name(name), value(before), value(after)))
    return told


def value(given: Any) -> str:
    if given is None or given == "":
        return "—"
    if isinstance(given, bool):
        return _("yes") if given else _("no")
    if isinstance(given, list):
        return listed(value(part) for part in given) or "—"
    if isinstance(given, dict):
        return listed(f"{name} {value(part)}" for name, part in given.items()) or "—"
    # The days in a text stay readable; a number beside one is still a number.
    parts = DAY.split(str(given))
    parts[::2] = [
        NUMBER.sub(lambda found: mask_phone(found[0].replace(" ", "")), part) for part in parts[::2]
    ]
    return "".join(parts)[:LONGEST]
