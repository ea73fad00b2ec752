"""What a column of a dealer's sheet can be, and the headers it goes by."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Block = Literal["customer", "intent", "owned", "cadence", "deal"]
Reader = Literal[
    "text",
    "date",
    "name",
    "phone",
    "level",
    "gender",
    "source",
    "channel",
    "code",
    "consultant",
    "money",
    "number",
]


@dataclass(frozen=True)
class ImportField:
    """``headers`` may stand inside a longer header; ``exact`` ones are too general for that."""

    name: str
    block: Block
    reader: Reader
    headers: tuple[str, ...]
    exact: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """The fields of one kind of sheet. Of each group in ``required`` one must have a column."""

    kind: str
    fields: tuple[ImportField, ...]
    required: tuple[frozenset[str], ...]

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(field.name for field in self.fields)

    def is_complete(self, names: Collection[str]) -> bool:
        """Whether these fields are enough to import a row."""
        return all(group & set(names) for group in self.required)

    def headers_understood(self) -> list[str]:
        """The first header of every field, for the message about a sheet without one."""
        return [field.headers[0] for field in self.fields]


CUSTOMER_FIELDS = (
    ImportField(
        "name", "customer", "name",
        ("姓名", "客户姓名", "顾客姓名", "车主姓名", "客户名称", "顾客名称", "客户名", "联系人", "customer name"),
        ("客户", "顾客", "车主", "名称", "称呼", "name", "customer"),
    ),
    ImportField(
        "phone", "customer", "phone",
        ("电话", "手机", "手机号", "手机号码", "联系电话", "电话号码", "移动电话", "联系方式", "客户电话", "mobile",
         "phone"),
        ("电话1", "手机1", "tel"),
    ),
    ImportField(
        "phone2", "customer", "phone",
        ("备用电话", "第二电话", "其他电话", "固定电话", "家庭电话", "办公电话", "座机"),
        ("电话2", "手机2", "phone 2"),
    ),
    ImportField("gender", "customer", "gender", ("性别", "gender"), ("称谓",)),
    ImportField("birth_date", "customer", "date", ("生日", "出生日期", "出生年月", "birthday", "date of birth")),
    ImportField("level", "cadence", "level", ("级别", "意向级别", "客户级别", "意向等级", "确度", "level"), ("等级",)),
    ImportField("source_code", "customer", "source", ("来源", "信息来源", "客户来源", "线索来源", "source")),
    ImportField("channel", "customer", "channel", ("渠道", "信息渠道", "获知渠道", "了解渠道", "channel")),
    ImportField(
        "last_contact_on", "cadence", "date",
        ("最近接触", "最近联系", "最近跟进", "最后联系", "最后接触", "上次联系", "上次跟进", "接触日期", "来访日期",
         "来店日期", "接待日期", "跟进日期", "回访日期", "last contact"),
        ("日期", "date"),
    ),
    ImportField("product", "intent", "text", ("意向车型", "拟购车型", "意向产品", "关注车型", "intended model")),
    ImportField("colour", "intent", "text", ("意向颜色", "拟购颜色"), ("颜色", "车色", "colour", "color")),
    ImportField("configuration", "intent", "text", ("意向配置", "配置")),
    ImportField("competitors", "intent", "text", ("竞品", "对比车型", "竞争车型", "比较车型")),
    ImportField("use_type", "intent", "code", ("用途", "购车用途")),
    ImportField("purchase_kind", "intent", "code", ("购买性质", "购车性质", "购买类型", "购车类型")),
    ImportField("payment", "intent", "code", ("付款方式", "支付方式", "购车方式")),
    ImportField(
        "expected_close_on", "intent", "date",
        ("预计购车", "预计成交", "计划购车", "预购日期", "预计日期", "expected close"),
    ),
    ImportField("key_concerns", "intent", "text", ("关注重点", "关注点", "主要顾虑")),
    ImportField("owner_kind", "customer", "code", ("保有类别", "保有类型", "保有性质"), ("类别", "客户类别")),
    ImportField("bought_on", "owned", "date", ("购车日期", "购买日期", "购车时间", "bought on")),
    ImportField("delivered_on", "owned", "date", ("交车日期", "提车日期", "交付日期")),
    ImportField("model", "owned", "text", ("所购车型", "购买车型", "现有车型", "保有车型"), ("车型", "model")),
    ImportField("brand", "owned", "text", ("现有品牌",), ("品牌", "厂牌")),
    ImportField("vin", "owned", "text", ("车架号", "底盘号"), ("vin", "vin码")),
    ImportField("engine_no", "owned", "text", ("发动机号",)),
    ImportField("plate_no", "owned", "text", ("车牌", "牌照", "车牌号")),
    ImportField("insurer", "owned", "text", ("保险公司",)),
    ImportField("insurance_expires_on", "owned", "date", ("保险到期", "保险截止")),
    ImportField("address", "customer", "text", ("地址", "联系地址", "家庭住址", "住址", "address")),
    ImportField("region", "customer", "text", ("所在区域", "所属区域"), ("区域", "地区")),
    ImportField("postcode", "customer", "text", ("邮编", "邮政编码")),
    ImportField("wechat", "customer", "text", ("微信", "微信号", "wechat")),
    ImportField("email", "customer", "text", ("邮箱", "电子邮件", "email")),
    ImportField("occupation", "customer", "text", ("职业",)),
    ImportField("employer", "customer", "text", ("工作单位", "单位名称"), ("单位", "公司")),
    ImportField("title", "customer", "text", ("职务", "职位")),
    ImportField("industry", "customer", "text", ("行业",)),
    ImportField("education", "customer", "text", ("学历",)),
    ImportField("remark", "customer", "text", ("备注", "备注信息", "remark"), ("说明", "note", "notes")),
    ImportField(
        "consultant", "customer", "consultant",
        ("销售顾问", "归属顾问", "业务员", "销售员", "负责人", "consultant"), ("顾问", "销售"),
    ),
)  # fmt: skip

FIELDS = {field.name: field for field in CUSTOMER_FIELDS}
CUSTOMERS = Vocabulary("customers", CUSTOMER_FIELDS, (frozenset({"name"}), frozenset({"phone"})))
OWNER_MARKS = frozenset({"owner_kind", "bought_on"})
LEADERS_ONLY = frozenset({"consultant"})
