"""What a column of a sheet of sales can be, and the headers it goes by."""

from guanxi.imports.rules.fields import ImportField, Vocabulary

DEAL_FIELDS = (
    ImportField(
        "customer_no", "deal", "text",
        ("客户编号", "客户号", "顾客编号", "会员编号", "会员号", "customer number", "customer no", "customer id"),
    ),
    ImportField(
        "name", "deal", "name",
        ("客户姓名", "客户名称", "顾客姓名", "购买人", "买方", "姓名", "单位名称", "customer name"),
        ("客户", "顾客", "车主", "customer", "name"),
    ),
    ImportField(
        "phone", "deal", "phone",
        ("电话", "手机", "手机号", "手机号码", "联系电话", "电话号码", "联系方式", "mobile", "phone"), ("tel",),
    ),
    ImportField(
        "on", "deal", "date",
        ("成交日期", "购买日期", "销售日期", "订单日期", "交易日期", "下单日期", "购车日期", "开票日期", "退货日期",
         "成交时间", "购买时间", "下单时间", "deal date", "order date", "purchase date", "sale date",
         "date of purchase"),
        ("日期", "时间", "date"),
    ),
    ImportField(
        "product", "deal", "text",
        ("产品名称", "商品名称", "所购车型", "购买车型", "产品", "商品", "车型", "品名", "服务项目", "product"),
        ("项目", "item", "model"),
    ),
    ImportField("quantity", "deal", "number", ("数量", "件数", "台数", "quantity", "qty"), ("个数", "units")),
    ImportField(
        "amount", "deal", "money",
        ("成交金额", "销售金额", "订单金额", "合同金额", "成交价", "销售额", "实收", "实付", "总价", "金额", "amount"),
        ("价税合计", "total", "revenue", "sales"),
    ),
    ImportField("margin", "deal", "money", ("毛利额", "毛利", "利润", "margin", "gross profit"), ("profit",)),
    ImportField(
        "number", "deal", "text",
        ("订单编号", "订单号", "合同编号", "合同号", "单据号", "单号", "order number", "order no", "order id",
         "contract number", "contract no"),
        ("订单", "合同", "order"),
    ),
    ImportField(
        "seller", "deal", "consultant",
        ("销售顾问", "业务员", "销售员", "经办人", "负责人", "seller", "salesperson", "consultant"), ("顾问", "销售"),
    ),
)  # fmt: skip

DEALS = Vocabulary(
    "deals",
    DEAL_FIELDS,
    (frozenset({"customer_no", "name", "phone"}), frozenset({"on"}), frozenset({"amount"})),
)
