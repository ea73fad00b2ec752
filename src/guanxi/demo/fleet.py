"""The people of the demo's key account, in the notation of the map, and what was learnt of them week by week."""

from decimal import Decimal
from typing import Any, NamedTuple

NAME, ORG = "何伟", "甬港现代物流集团"
CIRCLES = {
    "运营系": {"colour": "RED", "business_value": 3, "track_record": 3, "allies": 2, "philosophy": 2},
    "财务系": {"colour": "GREEN", "business_value": 2, "track_record": 2, "allies": 3, "philosophy": 1},
    "老港务": {"colour": "BLUE", "business_value": 1, "track_record": 2, "allies": 2, "philosophy": 1},
}


class Person(NamedTuple):
    """As first seen ``seen`` days before the demo opens; ``boss`` and ``circle`` by name."""

    name: str
    box: str
    boss: str
    circle: str
    seen: int
    evidence: str
    more: dict[str, Any] = {}


class Turn(NamedTuple):
    """Marks of one person moved, ``ago`` days before the demo opens, by evidence."""

    ago: int
    name: str
    marks: dict[str, Any]
    evidence: str


PEOPLE = (
    Person("郑国华", "A 总经办 D 总经理 = /0", "", "", 66, "何伟介绍：二十万以上的采购都要他签字，常把方案退回重做",
           {"buy_power": 1, "influence": 1, "concern": "三年内把车队换成新能源，不能停运", "chain_roles": ["DECIDER"]}),
    Person("许明", "D 运营 E 副总经理 = /1", "郑国华", "运营系", 66, "首次拜访：运输车辆归他管，去年的车也是他拍板",
           {"buy_power": 1, "influence": 2, "is_core": True, "concern": "司机满意、出勤率",
            "chain_roles": ["DECIDER"]}),
    Person("严敏", "D 财务 A 财务总监 − /0", "郑国华", "财务系", 63, "何伟说：她坚持租车不买车，去年否决过一次",
           {"buy_power": 1, "influence": 2, "is_core": True, "concern": "现金流和残值", "chain_roles": ["DECIDER"]}),
    Person("沈立", "E 行政 K 副总经理 = /1", "郑国华", "老港务", 60, "座谈会上听得多说得少，请各部门先谈",
           {"influence": 3, "is_core": True}),
    Person("何伟", "E 设备 A 经理 + /N", "许明", "运营系", 69, "老客户转介绍认识，主动给了车辆台账",
           {"buy_power": 3, "influence": 2, "is_core": True, "network_note": "郑国华同乡，每月一起打球",
            "chain_roles": ["PROPOSER", "INFLUENCER"]}),
    Person("冯磊", "U 车队 K 一队队长 = /1", "许明", "运营系", 62, "看车时问得很细，没有表态",
           {"influence": 3, "chain_roles": ["USER"]}),
    Person("丁海", "U 车队 E 二队队长 = /1", "许明", "运营系", 62, "希望先试一台",
           {"influence": 3, "chain_roles": ["USER"]}),
    Person("罗刚", "U 调度 D 主任 + /1", "许明", "运营系", 55, "电话里说车型合适，只担心续航", {"influence": 3}),
    Person("方圆", "U 调度 K 调度员 = /0", "罗刚", "运营系", 55, "调度室见过一面，没说话"),
    Person("石磊", "U 设备 A 维修班长 = /1", "何伟", "运营系", 50, "陪同看了维修间，问配件周期",
           {"chain_roles": ["USER"]}),
    Person("田野", "U 车队 E 副队长 + /1", "丁海", "运营系", 44, "试驾之后到处说好开"),
    Person("孙桂生", "U 车队 K 驾驶员代表 = /0", "冯磊", "", 44, "职代会上替驾驶员说话，听冯磊提起",
           {"influence": 2, "concern": "座椅和空调"}),
    Person("柳青", "E 采购 A 经理 = /1", "严敏", "财务系", 58, "招标流程由她排，要求三家比价",
           {"buy_power": 2, "influence": 3, "chain_roles": ["BUYER"]}),
    Person("秦岚", "E 法务 A 主管 − /0", "严敏", "财务系", 48, "上一份合同的违约条款是她加的，说我们的模板不行",
           {"buy_power": 4, "influence": 3}),
    Person("高洁", "U 财务 A 成本会计 = /1", "严敏", "财务系", 48, "要了百公里能耗的算法",
           {"chain_roles": ["INFLUENCER"]}),
    Person("叶芳", "E 财务 K 资金主管 = /0", "严敏", "财务系", 47, "何伟说付款节奏由她定", {"buy_power": 3}),
    Person("邵丽", "U 财务 K 出纳 = /0", "叶芳", "财务系", 47, "名片上看到"),
    Person("汪涛", "E 安全 D 经理 + /1", "沈立", "老港务", 45, "主动问主动刹车的数据，说愿意写推荐意见",
           {"influence": 2}),
    Person("孟洁", "U 人事 E 经理 = /0", "沈立", "老港务", 40, "沈立的座谈会名单上有她"),
    Person("潘勇", "U 后勤 K 主管 X /1", "沈立", "老港务", 40, "现在的租赁公司是他亲戚开的，当面说不换",
           {"influence": 4}),
    Person("金鹏", "E 信息 A 经理 = /1", "沈立", "", 38, "要求车机数据能接进他们的调度系统"),
    Person("贺兰", "U 客服 E 经理 = /0", "许明", "", 30, "冷链客户投诉由她汇总"),
    Person("郑晓峰", "U 总经办 E 总经理助理 = /1", "郑国华", "", 35, "郑国华的儿子，管新能源试点，想做出样板",
           {"influence": 2, "adaptability": "PIONEER"}),
    Person("黄蓉", "U 总经办 K 秘书 + /1", "郑国华", "", 35, "帮忙约过两次时间，都守信", {"influence": 3}),
    Person("吴启年", "U 顾问 D 顾问 = /0", "", "老港务", 33, "前任总经理，沈立和汪涛都是他带出来的", {"influence": 2}),
)  # fmt: skip
LEFT = Person("唐平", "E 采购 D 经理 − /1", "严敏", "财务系", 66, "当面说已有供应商")
LEFT_AGO = 59
TURNS = (
    Turn(52, "何伟", {"attitude": "*", "degree": "F"}, "把竞争对手的报价节奏告诉我们，并提醒先找许明"),
    Turn(47, "许明", {"attitude": "+", "degree": "N"}, "第三次见面，当着队长们说可以先上三台"),
    Turn(41, "冯磊", {"attitude": "+", "degree": "N"}, "试驾一周后在队里开会夸省心"),
    Turn(36, "柳青", {"degree": "N"}, "连续三周一起改比价表"),
    Turn(30, "丁海", {"attitude": "+"}, "自己写了试用小结交给许明"),
    Turn(27, "罗刚", {"degree": "N"}, "每周对一次续航数据"),
    Turn(24, "汪涛", {"degree": "N", "attitude": "*"}, "把安全部的评审意见提前给我们看，请我们补两组数据"),
    Turn(
        20, "许明", {"attitude_to_product": "+", "attitude_to_rival": "="}, "说我们的车比租的省，对手只是便宜"
    ),
    Turn(16, "高洁", {"attitude": "+", "degree": "N"}, "按我们的算法重做了三年成本，差额写进了报告"),
    Turn(12, "潘勇", {"attitude": "−"}, "听说会保留他那边的代步车，不再当众反对"),
    Turn(9, "郑晓峰", {"attitude": "+", "degree": "N"}, "同意把三台试点作为新能源样板上报"),
    Turn(5, "严敏", {"degree": "1"}, "在高洁办公室碰面五分钟，她问了残值担保"),
)
LINES = (
    ("何伟", "郑国华", "INFLUENCE", "0.60", "同乡 · 每月打球"),
    ("郑晓峰", "郑国华", "INFLUENCE", "0.70", "父子"),
    ("黄蓉", "郑国华", "INFLUENCE", "0.40", "排日程"),
    ("吴启年", "郑国华", "INFLUENCE", "0.50", "老领导"),
    ("吴启年", "沈立", "INFLUENCE", "0.80", "带出来的"),
    ("吴启年", "汪涛", "FRIEND", "0.60", "师徒"),
    ("高洁", "严敏", "INFLUENCE", "0.60", "成本报告"),
    ("何伟", "冯磊", "FRIEND", "0.70", "老同事"),
    ("何伟", "石磊", "INFLUENCE", "0.60", ""),
    ("何伟", "高洁", "FRIEND", "0.50", "夫妻同学"),
    ("孙桂生", "冯磊", "INFLUENCE", "0.60", "替司机说话"),
    ("罗刚", "丁海", "FRIEND", "0.50", "牌友"),
    ("柳青", "秦岚", "FRIEND", "0.60", "同批进公司"),
    ("许明", "严敏", "CONFLICT", "0.50", "买车还是租车"),
    ("潘勇", "何伟", "CONFLICT", "0.50", "租赁合同"),
)
# Who of us, with whom, now and wanted.
TIES = (
    ("lin", "何伟", 4, 4, "一起看过三次球，孩子同校", 8), ("lin", "许明", 2, 3, "每周例会固定通话", 12),
    ("lin", "柳青", 2, 3, "一起改过比价表", 25), ("lin", "郑晓峰", 2, 3, "样板方案一起汇报过", 9),
    ("chen", "汪涛", 3, 4, "陈静和他在安全培训班同组", 24), ("ma", "沈立", 1, 3, "商会年会上同桌", 40),
)  # fmt: skip
FACTS = (
    ("PRICE", "今年车辆预算三百二十万，财务想改成租赁", "何伟", "VINE", 3, True, 30),
    ("PEOPLE", "郑国华看重样板工程，上级十二月来检查", "郑晓峰", "OBSERVE", 2, True, 9),
    ("RIVAL", "对手报价低六个点，但交车要四个月", "柳青", "HYPO", 2, True, 16),
    ("SERVICE", "冷链线夜间出车，要求两小时到场救援", "罗刚", "VINE", 3, False, 27),
    ("PERFORM", "同行北仑港运用同款车，出勤率九成八", "公开年报", "PEER", 2, False, None),
)
# Goal, action, with whom, answer to the rival, started so many days ago, due in so many days, what came of it.
STEPS = (
    ("认识财务总监", "请高洁带着成本报告引见严敏", "AUTHORITY", "高洁", "用残值担保对比租赁总价", 10, -5,
     "见到五分钟，同意看残值担保方案"),
    ("反对者转为中立", "把残值担保方案讲给严敏听", "DEMO", "严敏", "三年总成本比租赁低一成", 3, 1, ""),
    ("认识批准者", "请何伟约郑国华看三台试点车", "PLANT", "何伟", "", 2, 4, ""),
    ("反对者转为中立", "请柳青约秦岚先过一遍合同模板", "", "秦岚", "", 1, 6, ""),
)  # fmt: skip
# The plan as it grew: so many days ago, fields, what shows the relation.
PLAN = (
    (58, {"potential": 5, "margin": 3, "fit": 4, "access": 2, "rival_hold": 3, "stage": "COLLECT"}, ""),
    (40, {"stage": "PEOPLE", "growth_stage": "AWARE", "trust": 2, "benefit": 2, "emotion": 2, "create_credibility": 3,
          "create_reality": 4, "create_empathy": 3, "create_adaptability": 3, "create_trust": 3,
          "create_empowerment": 3}, "许明带两个车队队长来看了保养车间，留下车辆台账"),
    (8, {"stage": "PLAN", "growth_stage": "TRUST_PERSON", "trust": 4, "benefit": 3, "emotion": 3, "access": 3,
         "strategy": "FLANK", "need_depth": "DEEP", "offer": "SOLUTION", "planned_hours": 14,
         "strategic_traits": ["VALUES", "STRENGTHS"], "switch_cost_money": Decimal(180_000), "switch_cost_hours": 240,
         "switch_cost_effort": 3, "maintain_analysis": "现有二十六台在保养，货量一年增两成，冷链线要扩",
         "maintain_strategy": "从何伟一个人走到各部门：店总对沈立，服务经理对车队队长",
         "maintain_execution": "每月一次出勤率报告；十二月样板检查前备好两台替换车"},
     "何伟把招标节奏提前告诉我们，郑晓峰用我们的方案做样板"),
)  # fmt: skip
# What the seller's other organisations are rated, in the order of their cards.
OTHERS = ((3, 3, 4, 3, 1), (4, 2, 2, 1, 4), (2, 3, 3, 4, 2), (1, 2, 1, 3, 3))
# Who of us, in which function, for whom of theirs, since so many days ago.
TEAM = (
    ("lin", "SALES", "柳青", 50), ("zhao", "SERVICE", "冯磊", 38), ("chen", "SALES_LEAD", "汪涛", 24),
    ("ma", "TOP", "郑国华", 20),
)  # fmt: skip
VISITS = (
    (69, "何伟来店，说集团要换一批车，给了车辆台账"), (62, "上门拜访，见到许明和两个车队队长"),
    (52, "何伟私下说了招标节奏"), (41, "一队试驾一周，冯磊反馈省心"), (30, "改第三版比价表，柳青要三家"),
    (20, "和许明算了一遍租和买的账"), (9, "郑晓峰同意把试点做成样板"), (2, "严敏要残值担保方案，约下周讲"),
)  # fmt: skip
