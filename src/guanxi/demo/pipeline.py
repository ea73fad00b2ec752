"""What the demo's opportunities are about, and what was said and seen on their way."""

from decimal import Decimal
from typing import Any, NamedTuple

TITLES = (
    "公务车 {count} 台更新", "商务接待车 {count} 台", "员工班车 {count} 台", "工程巡检车 {count} 台",
    "销售团队用车 {count} 台", "租赁车队 {count} 台", "高管用车 {count} 台",
)  # fmt: skip
# For each stage: what was finished, what was seen, what is done, what is planned.
STEPS: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "DISCOVERY": (
        ("和行政确认了今年要换车，预算已列入年度计划", "行政发来的年度采购计划截图", "摸清用车情况",
         "约使用部门座谈"),
        ("总经理当面说老车维修费太高，要换", "去年维修费用清单", "统计里程和油耗", "下周去车队实地看"),
        ("对方主动来电询价，说三个月内要到位", "来电登记和对方名片", "问清使用场景", "准备两套配置"),
    ),
    "PROPOSAL": (
        ("座谈开完，需求表双方签字", "七人签到的座谈纪要", "做方案和三年总成本测算", "请财务看一遍测算口径"),
        ("车队长试驾两次，写了试驾意见", "试驾意见表", "出方案报价", "约总经理汇报"),
        ("确认评分标准：价格四成、服务三成", "采购经理邮件里的评分表", "按评分表写方案", "准备样板客户参观"),
    ),
    "NEGOTIATION": (
        ("方案会上通过，只剩付款方式", "会议纪要写明选用我方方案", "谈付款节奏", "请店里批分期条件"),
        ("总经理点头，让采购来谈价", "采购经理发来的议价邀请", "准备让步清单", "争取本月签约"),
    ),
}  # fmt: skip
WON = (("合同双方盖章", "盖章合同扫描件"), ("中标通知书已收到，合同签完", "中标通知书"))
AGAINST = ("分管领导换人，新领导要重新比价", "预算被总部砍掉一半", "对手送了两台车给他们长期试用")
REVIEWS = ("等对方走内部审批", "补资质材料", "陪同对方看样板客户", "约分管领导见面")
RIVALS = (
    ("东风本部直销", "FRONTAL", "报价比我们低百分之五，交期要两个月"),
    ("城北汽贸", "FLANK", "老关系，服务网点少"),
    ("某租车公司", "BARRIER", "主推以租代买，财务喜欢"),
)  # fmt: skip
LOSSES: tuple[dict[str, Any], ...] = (
    {"outcome": "COMPETITOR_BOUGHT", "reason": "PRICE", "second_reason": "FINANCE", "competitor": "别克 GL8",
     "analysis": "对方财务更看重付款条件，我们没早点见财务总监"},
    {"outcome": "PLAN_CANCELLED", "reason": "PLAN_CHANGED", "analysis": "总部冻结了今年的资本开支"},
    {"outcome": "POSTPONED", "reason": "PLAN_CHANGED", "analysis": "改到明年预算再议"},
    {"outcome": "COMPETITOR_BOUGHT", "reason": "DELIVERY_TIME", "competitor": "丰田 赛那",
     "analysis": "对方要月底到车，我们最快要四十天"},
)  # fmt: skip


class Fleet(NamedTuple):
    """The opportunity of the key account whose map the demo shows."""

    title: str = "物流车队新能源更新 12 台"
    amount: Decimal = Decimal(2_016_000)
    criteria: str = "三年总成本、停运天数、电池衰减保证；评分价格四成、服务三成、方案三成"


FLEET = Fleet()
BURNING = {
    "personal": {"yes": True, "who": "郑国华"},
    "time_limited": {"yes": True, "who": "许明"},
    "dilemma": {"yes": True, "who": "严敏"},
}
UNIQUE = {
    "result": (2, "百公里能耗降 14%，三年省 38 万，测算表已交"),
    "measure": (2, "按三年总成本，财务口径已与成本会计核对"),
    "deadline": (1, "分两批交车，停运不超过 3 天"),
    "chain": (1, "安全、设备写了推荐意见，财务不反对"),
    "unique": (2, "本地服务站 24 小时流动抢修，对手没有"),
}
PLUS = ("PROJECT", "BUSINESS", "FINANCES", "EVENT", "CRITERIA", "FIT", "UNIQUE", "RELATION", "INSIDE", "AUTHORITY",
        "SHORT", "STRATEGIC")  # fmt: skip
OPEN = ("INFORMAL", "ALIGNMENT", "FUTURE")
BID = {
    "SHOW_VALUE": "陪车队长和安全经理参观样板客户，5 人签到",
    "GUIDE_NEEDS": "需求表里写入“停运不超过 3 天”，许明签字",
}
TENDER = "技术条款只写能耗和停运指标，不指定品牌；请法务看是否合规"
