"""Every page of every role: no script error, no refusal by the policy, no sideways scrolling, no barrier."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from tests.cadence.desk import call, later
from tests.cast import MORNING
from tests.insights.years import past, still_open
from tests.journeys.conftest import DESKTOP, PHONE
from tests.key_accounts.accounts import grow_map, organisation, seed_map
from tests.markets.desk import bought, campaign_of, judged, product, segment_of
from tests.pipeline.desk import moved, opened

from guanxi.cadence.operations.contacts import record_contact
from guanxi.cadence.operations.losses import LossDraft, apply_for_loss
from guanxi.customers.operations.collisions import claim_number
from guanxi.deals.operations.contracts import ContractDraft, enter_contract
from guanxi.deals.operations.ledger import Sold, write_deals
from guanxi.deals.operations.orders import OrderDraft, place_order
from guanxi.insights.operations.chances import work_out_chances
from guanxi.lib.phones import parse_phone
from guanxi.markets.operations.campaigns import draw_groups
from guanxi.pipeline.operations.bids import report_bid_task
from guanxi.prospecting.operations.names import NameDraft, note_names
from guanxi.prospecting.operations.visits import Arrival, receive_party

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"

WRITER = [
    "/today/", "/today/?day=tomorrow", "/customers/", "/customers/?sort=-last_contact_on&due=late",
    "/customers/{card}/",
    "/customers/{ordered}/", "/customers/{card}/edit/", "/customers/{card}/contacts/", "/customers/{card}/level/",
    "/customers/{card}/losses/", "/customers/{card}/classification/", "/customers/{card}/orders/",
    "/customers/{card}/deposits/", "/customers/{card}/merge/", "/customers/{card}/merge/{ordered}/",
    "/customers/{card}/owned/", "/customers/new/", "/search/?q=赵", "/search/?q=nobody", "/orders/", "/orders/ledger/",
    "/orders/ledger/?words=x",
    "/record/",
    "/orders/{order}/delivery/", "/orders/{order}/cancellation/", "/daily-report/", "/registers/", "/forms/",
    "/targets/", "/coaching/", "/coaching/{lin}/", "/coaching/{lin}/assessment/", "/visits/{visit}/",
    "/reception/calls/", "/reception/events/",
    "/opportunities/", "/opportunities/list/", "/opportunities/calendar/?month={month}", "/opportunities/reviews/",
    "/insights/chances/", "/insights/chances/?of=opportunities", "/customers/{card}/chance/",
    "/opportunities/{opportunity}/chance/", "/insights/chances/?of=contracts", "/customers/{card}/contracts/",
    "/customers/{card}/contracts/new/", "/contracts/{contract}/renewal/", "/contracts/{contract}/correction/",
    "/contracts/{contract}/end/", "/contracts/{contract}/taking-back/",
    "/opportunities/forecast/", "/opportunities/{opportunity}/", "/opportunities/{opportunity}/edit/",
    "/opportunities/{opportunity}/progress/", "/opportunities/{opportunity}/assessment/",
    "/opportunities/{opportunity}/rivals/", "/opportunities/{opportunity}/win/", "/opportunities/{opportunity}/loss/",
    "/customers/{card}/opportunities/",
    "/key-accounts/", "/key-accounts/{account}/", "/key-accounts/{account}/people/{person}/",
    "/key-accounts/{account}/people/{person}/marks/", "/key-accounts/{account}/people/new/",
    "/key-accounts/{account}/chart/", "/key-accounts/{account}/steps/", "/key-accounts/{account}/circles/",
    "/key-accounts/screening/", "/key-accounts/screening/?open=1", "/key-accounts/{account}/plan/",
    "/key-accounts/{account}/plan/edit/", "/key-accounts/{account}/team/", "/key-accounts/{account}/review/",
    "/names/", "/names/?view=all", "/names/new/", "/names/{name}/", "/referrals/",
    "/names/{name}/edit/", "/names/{name}/warmth/", "/names/{name}/result/", "/names/{name}/card/",
    "/customers/{card}/referrals/", "/customers/{card}/referrals/requests/", "/customers/{card}/influence/",
    "/customers/{card}/comparisons/", "/customers/{card}/reviews/2026/",
    "/customers/{card}/products/", "/customers/{card}/products/{product}/",
    "/products/standing/", "/products/", "/products/{product}/", "/products/{product}/rivals/",
    "/products/standing/?cell=1-3", "/products/standing/enter/",
]  # fmt: skip
PAGES = {
    "lin": WRITER,
    "zhao": ["/today/", "/customers/", "/record/", "/orders/"],
    "chen": ["/today/", "/today/further/", "/customers/", "/customers/{card}/"],
    "ma": [
        "/today/",
        "/today/further/",
        "/customers/?level=B",
        "/customers/{card}/",
        "/hand-over/",
        "/hand-over/?from={lin}",
        "/orders/",
        "/orders/ledger/",
        "/orders/ledger/{deal}/return/",
        "/orders/ledger/{deal}/correction/",
        "/orders/ledger/{deal}/taking-back/",
        "/evening/",
        "/daily-reports/",
        "/losses/analysis/",
        "/registers/",
        "/registers/statistics/",
        "/forms/",
        "/targets/",
        "/targets/backward/",
        "/coaching/",
        "/coaching/{lin}/",
        "/coaching/{lin}/sessions/",
        "/coaching/teams/{team}/review/",
        "/opportunities/",
        "/opportunities/forecast/",
        "/insights/value/",
        "/insights/value/calls/",
        "/opportunities/{opportunity}/",
        "/opportunities/{opportunity}/bid/TERMS/",
        "/names/?view=all",
        "/names/hand-over/",
        "/referrals/",
        "/segments/",
        "/segments/{segment}/",
        "/segments/{segment}/edit/",
        "/segments/{segment}/levels/",
        "/segments/{segment}/buyers/",
        "/products/",
        "/products/{product}/",
        "/products/schemes/new/?product={product}",
        "/campaigns/{campaign}/edit/",
        "/campaigns/{campaign}/draw/",
        "/campaigns/",
        "/campaigns/new/",
        "/campaigns/{campaign}/",
        "/campaigns/{campaign}/?side=CONTROL",
    ],
    "auditor": ["/today/", "/customers/{card}/", "/orders/", "/key-accounts/", "/key-accounts/{account}/"],
    "cs": ["/today/", "/customers/{card}/"],
    "proprietor": ["/today/", "/customers/"],
    "finance": ["/orders/", "/orders/ledger/", "/credit/", "/customers/{card}/credit/"],
    "legal": ["/tender-items/"],
    "desk": [
        "/reception/",
        "/registers/",
        "/registers/?kind=PHONEIN",
        "/registers/statistics/",
        "/visits/{visit}/",
        "/visits/{visit}/consultant/",
        "/reception/arrivals/",
    ],
}
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What a finger aims at in lists, the bars and the foot of a form.
TARGETS = "main li a[href], main tbody a[href], .bottom a, .bottom summary, main .btn, main .segments a, .page-bar a"
# A finger 44 px wide hits whatever answers 21 px above and below the middle: a link may grow over its row.
SMALL = """(selector) => [...document.querySelectorAll(selector)].filter((each) => {
    if (!each.checkVisibility({ visibilityProperty: true }) || !each.getClientRects().length) return false;
    each.scrollIntoView({ block: 'center' });
    const box = each.getBoundingClientRect();
    if (box.height >= 44) return false;
    const hit = (dy) => {
        const found = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2 + dy);
        return found?.closest('a, button, summary, label') === each;
    };
    return !(hit(-21) && hit(21));
}).map((each) => each.outerHTML.slice(0, 120))"""


@pytest.fixture
def rows(cast, act, make_customer):
    """A card with history, one with an order, a loss and a collision that wait, levels to confirm."""
    card = make_customer(cast.lin, name="赵四海", level="B", evidence={"CHOOSING_MODEL"}, remark="长" * 60)
    for day in range(1, 4):
        record_contact(act(cast.lin, later(day)), call(card, content=f"第 {day} 次联系，谈了价格和颜色"))
    ordered = make_customer(cast.lin, name="钱五湖", level="H", evidence={"MODEL_COLOUR"})
    order = place_order(act(cast.lin), ordered.pk, OrderDraft())
    (deal,) = write_deals(
        act(cast.lin),
        card,
        MORNING.date(),
        [Sold(None, 2, Decimal(600))],
        seller_id=None,
        source="test",
        number="D-9",
    )
    apply_for_loss(
        act(cast.lin), make_customer(cast.lin, name="孙六合").pk, LossDraft("PLAN_CANCELLED", "FINANCE")
    )
    make_customer(
        cast.lin, name="上海某某机电设备有限公司采购部", phone="13900000001", kind="ORG", org_name="机电设备"
    )
    claim_number(act(cast.wu), parse_phone("13900000001"))
    now = timezone.now()
    today = cast.store.local_date(now)
    receive_party(act(cast.desk, now), Arrival(party_size=2, consultant_id=cast.lin.pk))
    left = Arrival(
        consultant_id=cast.lin.pk, values={"left_at": now, "name": "陈志远", "course": "看了后排空间"}
    )
    visit = receive_party(act(cast.desk, now), left).visit
    given = [
        NameDraft("欧阳建国", parse_phone("13900000007"), {"relation": "COLLEAGUE", "conditions": ["MEANS"]})
    ]
    (name,) = note_names(act(cast.lin), given, recommender_id=card.pk)
    note_names(act(cast.lin), [NameDraft("表哥", values={"conditions": ["DECIDES"]})])
    make_customer(cast.lin, name="李被荐", referrer=card)
    account = organisation(make_customer, cast.lin)
    people = seed_map(act(cast.lin), account)
    grow_map(act(cast.lin), account)
    asked = act(cast.lin, now)
    row = moved(asked, opened(asked, card, values={"process": 3}), "DISCOVERY")
    service = product(cast.store)
    bought(asked, card, service)
    judged(asked, card, service, "3")
    report_bid_task(act(cast.ma, now), row.pk, "TERMS", version=0, evidence="条款按国标写，不指定品牌")
    segment = segment_of(act(cast.ma, now))
    days = {"starts_on": today, "ends_on": today, "control_percent": 50}
    campaign = draw_groups(act(cast.ma, now), campaign_of(act(cast.ma, now), segment, **days).pk, version=1)
    past(cast, 400)
    still_open(cast)
    contract = enter_contract(
        act(cast.lin, now),
        card.pk,
        ContractDraft(today, today + timedelta(days=40), Decimal(2980), today, subject="整车保养套餐"),
    )
    work_out_chances(act(None, now, "night", cast.store))
    return {
        "segment": segment.pk, "campaign": campaign.pk,
        "name": name.pk, "deal": deal.pk, "contract": contract.pk,
        "opportunity": row.pk, "month": f"{row.expected_close_on:%Y-%m}",
        "card": card.pk, "ordered": ordered.pk, "order": order.pk, "lin": cast.lin.pk, "visit": visit.pk,
        "team": cast.team_a.pk, "product": service.pk,
        "account": account.pk, "person": people["系统经理"].pk,
    }  # fmt: skip


def barriers(page: Page) -> list[str]:
    """Serious and critical findings of axe on the page as it stands, once nothing fades in any more."""
    page.evaluate("document.getAnimations().forEach(one => { try { one.finish() } catch { one.cancel() } })")
    page.evaluate(AXE.read_text())
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{page.url} {rule['id']}: {rule['nodes'][0]['html'][:160]} {rule['nodes'][0].get('failureSummary', '')[:200]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("who", sorted(PAGES))
def test_phone(cast, rows, visit, who):
    page = visit(cast.users[who], PHONE)
    wrong = []
    for path in PAGES[who]:
        answer = page.goto(path.format(**rows))
        assert answer and answer.ok, path
        if page.evaluate(SIDEWAYS) > 0:
            wrong.append(f"{path} scrolls sideways")
        wrong += [f"{path} small: {each}" for each in page.evaluate(SMALL, TARGETS)]
    assert wrong == []


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("who", ["lin", "ma", "desk"])
def test_no_barrier(cast, rows, visit, who, colours):
    if not AXE.exists():
        pytest.skip(f"no axe at {AXE}: npm ci")
    page = visit(cast.users[who], DESKTOP, color_scheme=colours, bypass_csp=True)
    wrong = []
    for path in PAGES[who]:
        page.goto(path.format(**rows))
        wrong += barriers(page)
    assert wrong == []
