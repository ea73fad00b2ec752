"""Two people at once about one campaign, on real connections."""

import pytest
import time_machine
from tests.cadence.test_operations_together import at_once
from tests.cast import MORNING
from tests.markets.desk import campaign_of, segment_of

from guanxi.cadence.models import Task
from guanxi.cadence.operations.tasks import finish_task
from guanxi.markets.operations.campaign_ends import take_back_draw
from guanxi.markets.operations.campaigns import draw_groups
from guanxi.markets.refusals import CampaignRefused

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _on_real_transactions(transactional_db):
    """Named here so that the cast is written outside a test transaction."""
    with time_machine.travel(MORNING, tick=False):
        yield


def test_a_task_done_beside_the_undo_of_its_draw_is_not_lost(cast, act, make_customer):
    for _ in range(8):
        make_customer(cast.lin)
    campaign = campaign_of(act(cast.ma), segment_of(act(cast.ma)))
    for _ in range(6):
        campaign.refresh_from_db()
        campaign = draw_groups(act(cast.ma), campaign.pk, version=campaign.version)
        task = Task.objects.filter(origin=campaign.origin).first()
        back, done = at_once(
            lambda drawn=campaign: take_back_draw(act(cast.ma), drawn.pk, version=drawn.version),
            lambda key=task.pk: finish_task(act(cast.lin), key),
        )
        if isinstance(back, CampaignRefused):
            assert Task.objects.get(pk=task.pk).status == Task.Status.DONE
            return
        assert isinstance(done, Task.DoesNotExist) and not Task.objects.filter(pk=task.pk).exists()
