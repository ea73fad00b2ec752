"""Moving and reviewing an opportunity by the four progress questions (R-OPP-01)."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guanxi.organization.acts import Act, leave_trace
from guanxi.pipeline.drafts import EvidenceDraft, Progress
from guanxi.pipeline.models import EvidenceItem, Opportunity, StageMove
from guanxi.pipeline.operations.files import drop_file, keep_file
from guanxi.pipeline.operations.opportunities import (
    OpportunityRefused,
    lock_opportunity,
    note,
    refuse_held_bid,
    refuse_missing_roles,
    refuse_past_closing,
    state_probability,
)
from guanxi.pipeline.rules.stages import direction, move_problems

PROBLEM_WORDS = {
    "SAY_SOMETHING": _("Answer at least one of the four questions."),
    "FINISHED_NEEDED": _("Say which step was just finished."),
    "EVIDENCE_NEEDED": _("A step forward needs evidence: what was seen, or a file that shows it."),
    "COUNTER_MOVES_BACK": _("What speaks against it moves an opportunity back, not forward."),
    "COUNTER_NEEDED": _("A step back needs what speaks against it."),
}


@transaction.atomic
def move_opportunity(act: Act, opportunity_id: int, *, version: int, progress: Progress) -> StageMove:
    """Move an open opportunity to another stage, or review it where it is.

    Raises Opportunity.DoesNotExist, StaleEdit, OpportunityRefused: without the answers a move needs (R-OPP-01), with
    roles missing on the map (R-KEY-02), for a probability outside its band, or a closing day in the past.
    """
    row = lock_opportunity(act, opportunity_id, version)
    stages = act.store.playbook.stage_order
    stage = progress.stage or row.stage
    if stage != row.stage and stage not in stages:
        raise OpportunityRefused(_("Choose a stage."), "stage")
    way = direction(stages, row.stage, stage)
    if way and row.waits_for_loss:
        raise OpportunityRefused(_("A loss waits for approval: take the application back first."))
    for field, code in move_problems(progress.answers(), way).items():
        raise OpportunityRefused(PROBLEM_WORDS[code], field)
    if way > 0:
        refuse_missing_roles(act, row.customer, stage)
        refuse_held_bid(act, row, stage)
    before = {
        "stage": row.stage,
        "probability": row.probability,
        "expected_close_on": str(row.expected_close_on),
    }
    old, days = row.stage, row.days_in_stage(act.on) if way else None
    if way:
        row.stage, row.stage_since = stage, act.on
    if progress.expected_close_on is not None:
        row.expected_close_on = progress.expected_close_on
    refuse_past_closing(act, row)
    if way or progress.probability is not None:
        state_probability(act, row, progress.probability, progress.probability_reason)
    row.current_action = progress.action.strip() or row.current_action
    row.next_plan = progress.plan.strip() or row.next_plan
    row.reviewed_on = act.on
    row.version += 1
    row.save()
    kind = StageMove.Kind.MOVED if way else StageMove.Kind.REVIEWED
    move = note(
        act, row, kind, from_stage=old, days=days, finished=progress.finished.strip(),
        action=progress.action.strip(), plan=progress.plan.strip(), reason=progress.probability_reason.strip()[:200],
    )  # fmt: skip
    write_evidence(act, row, progress.evidence, move)
    after = {
        "stage": row.stage,
        "probability": row.probability,
        "expected_close_on": str(row.expected_close_on),
    }
    changes = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    action = "opportunity_moved" if way else "opportunity_reviewed"
    leave_trace([act.entry(action, row, customer=row.customer_id, reason=progress.finished, changes=changes)])
    return move


@transaction.atomic
def add_evidence(act: Act, opportunity_id: int, drafts: Sequence[EvidenceDraft]) -> list[EvidenceItem]:
    """Keep what was seen without moving anything. Raises Opportunity.DoesNotExist, OpportunityRefused, also for
    nothing at all."""
    row = lock_opportunity(act, opportunity_id, None)
    if not drafts:
        raise OpportunityRefused(_("Say what was seen, or add a file that shows it."), "evidence")
    return write_evidence(act, row, drafts, None)


def write_evidence(
    act: Act, row: Opportunity, drafts: Sequence[EvidenceDraft], move: StageMove | None
) -> list[EvidenceItem]:
    """Keep evidence with its files. When one is refused, the files written before it are removed again; a later failure
    of the caller's transaction leaves files without a row, which nothing shows."""
    kept: list[EvidenceItem] = []
    try:
        for draft in drafts:
            text = " ".join(draft.text.split())
            if not text and draft.file is None:
                raise OpportunityRefused(_("Say what was seen, or add a file that shows it."), "evidence")
            if len(text) > 300:
                raise OpportunityRefused(_("Say it in %(count)s characters.") % {"count": 300}, "evidence")
            file = keep_file(draft.file) if draft.file is not None else {}
            item = EvidenceItem(
                opportunity=row, move=move, text=text or str(file["filename"]), is_counter=draft.is_counter,
                by=act.by, at=act.at, on=act.on, **file,
            )  # fmt: skip
            kept.append(item)
            item.save()
    except BaseException:
        for item in kept:
            drop_file(item.stored_as)
        raise
    leave_trace(
        act.entry("opportunity_evidence", item, customer=row.customer_id, changes={
            "counter_evidence" if item.is_counter else "evidence": [None, item.text]})
        for item in kept
    )  # fmt: skip
    return kept
