"""Two people at one opportunity at once, on real connections: one wins, the other is told."""

import pytest
from tests.cadence.test_operations_together import at_once, kinds
from tests.pipeline.desk import CANCELLED, SEEN, mapped, opened, stored

from guanxi.cadence.models import LossReport
from guanxi.customers.models import Customer
from guanxi.deals.models import Deal
from guanxi.merging.operations import MergeDraft, merge_cards
from guanxi.organization.refusals import StaleEdit
from guanxi.pipeline.drafts import Progress
from guanxi.pipeline.operations.endings import Win, lose_opportunity, win_opportunity
from guanxi.pipeline.operations.moves import move_opportunity

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def row(transactional_db, cast, act, make_customer):
    card = make_customer(cast.lin, name="何工", kind="ORG", org_name="甬锐模具", level="B")
    return opened(act(cast.lin), mapped(card))


def moving(stage):
    return Progress(stage=stage, finished="做完这一步", evidence=SEEN)


def test_r_opp_01_two_people_move_one_stage_at_once(cast, act, row):
    results = at_once(
        lambda: move_opportunity(act(cast.lin), row.pk, version=1, progress=moving("DISCOVERY")),
        lambda: move_opportunity(act(cast.chen), row.pk, version=1, progress=moving("PROPOSAL")),
    )
    assert kinds(results) == ["StageMove", StaleEdit.__name__]
    (move,) = (result for result in results if not isinstance(result, Exception))
    assert (stored(row).stage, stored(row).version) == (move.to_stage, 2)
    assert row.evidence.count() == 1


def test_one_wins_while_the_other_gives_up(cast, act, row):
    win = Win("HT-1", "合同已签", SEEN)
    results = at_once(
        lambda: win_opportunity(act(cast.lin), row.pk, version=1, win=win),
        lambda: lose_opportunity(act(cast.chen), row.pk, version=1, draft=CANCELLED),
    )
    assert kinds(results) == ["Opportunity", StaleEdit.__name__]
    assert Deal.objects.count() + LossReport.objects.count() == 1


def test_two_wins_write_one_deal(cast, act, row):
    win = Win("HT-1", "合同已签", SEEN)
    results = at_once(*(
        lambda who=who: win_opportunity(act(who), row.pk, version=1, win=win) for who in (cast.lin, cast.ma)
    ))  # fmt: skip
    assert kinds(results) == ["Opportunity", StaleEdit.__name__]
    assert Deal.objects.count() == 1


def test_a_merge_and_a_loss_do_not_wait_for_each_other(cast, act, make_customer, row):
    other = make_customer(cast.lin, name="何工", kind="ORG", org_name="甬锐模具", level="B")
    versions = {row.customer_id: Customer.objects.get(pk=row.customer_id).version, other.pk: 1}
    results = at_once(
        lambda: merge_cards(act(cast.lin), MergeDraft(versions)),
        lambda: lose_opportunity(act(cast.chen), row.pk, version=1, draft=CANCELLED),
    )
    # Either the merge comes first, or it is refused because a loss waits.
    assert kinds(results) in (["CardMerge", "Opportunity"], ["MergeRefused", "Opportunity"])
