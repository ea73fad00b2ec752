"""What tests of markets begin with."""

from datetime import timedelta

from tests.cast import MORNING

from guanxi.markets.operations.campaigns import save_campaign
from guanxi.markets.operations.segments import choose_segment, save_segment

TODAY = MORNING.date()
PASSED = {
    "is_accessible": True, "accessible_evidence": "车队经理名单齐全", "is_measurable": True,
    "measurable_evidence": "工商登记", "is_profitable": True, "profitable_evidence": "去年毛利表",
}  # fmt: skip


def segment_of(act, name="企业用车", rule=None, *, chosen=True, **values):
    given = (
        {"name": name, "bases": ["POPULATION"], "rule": {"level": "B"} if rule is None else rule}
        | PASSED
        | values
    )
    segment = save_segment(act, None, given)
    return choose_segment(act, segment.pk, chosen=True, version=1) if chosen else segment


def campaign_of(act, segment, name="春季团购", **values):
    given: dict[str, object] = {
        "name": name, "kind": "FESTIVAL", "segment": segment, "offer": "送首次保养", "starts_on": TODAY,
        "ends_on": TODAY + timedelta(days=6), "control_percent": 20,
    }  # fmt: skip
    return save_campaign(act, None, given | values)
