"""Names, numbers and addresses of invented people and firms."""

from random import Random

from guanxi.lib.phones import PhoneNumber, parse_phone

SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓冯程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱"
    "夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚单解"
)
MEN = (
    *"伟强磊军勇涛明超杰刚平辉鹏飞波斌宇浩凯俊峰",
    *(
        "志强",
        "建国",
        "建军",
        "志伟",
        "海涛",
        "文博",
        "子轩",
        "浩然",
        "宇航",
        "俊杰",
        "晓东",
        "国庆",
        "立新",
        "永康",
    ),
    *(
        "嘉豪",
        "天佑",
        "家明",
        "振华",
        "学文",
        "德胜",
        "少华",
        "庆丰",
        "一鸣",
        "思远",
        "启航",
        "泽宇",
        "明远",
        "卫东",
    ),
)
WOMEN = (
    *"芳娜敏静丽艳娟霞燕玲婷雪慧洁梅琳莉倩颖薇",
    *(
        "秀英",
        "桂英",
        "雪梅",
        "晓燕",
        "玉兰",
        "丽华",
        "思琪",
        "雨桐",
        "欣怡",
        "梦瑶",
        "佳怡",
        "诗涵",
        "婉清",
        "若曦",
    ),
    *("春梅", "秋月", "美玲", "海燕", "文静", "晓丽", "淑芬", "雅琴", "紫萱", "一诺", "可欣", "嘉慧"),
)
PREFIXES = (133, 135, 136, 137, 138, 139, 150, 151, 152, 158, 159, 177, 180, 182, 186, 187, 188, 189)
DISTRICTS = ("天河区", "海珠区", "越秀区", "白云区", "番禺区", "荔湾区", "黄埔区", "花都区")
STREETS = (
    "建设路",
    "人民路",
    "滨江路",
    "体育路",
    "中山路",
    "新港路",
    "学院路",
    "工业大道",
    "科韵路",
    "东风路",
)
OCCUPATIONS = (
    "教师",
    "个体经营",
    "工程师",
    "医生",
    "公务员",
    "会计",
    "销售",
    "司机",
    "厨师",
    "设计师",
    "护士",
    "建筑监理",
    "自由职业",
)
INDUSTRIES = ("教育", "零售", "制造", "医疗", "建筑", "物流", "餐饮", "信息技术", "金融", "政府机关")
HOBBIES = ("钓鱼", "自驾游", "打羽毛球", "摄影", "带孩子露营", "跑步", "喝茶", "看球", "烘焙", "骑行")
FIRM_NAMES = (
    "恒达",
    "联创",
    "永兴",
    "瑞丰",
    "中泰",
    "鑫源",
    "宏远",
    "正大",
    "汇通",
    "优品",
    "安顺",
    "华腾",
    "新锐",
    "长青",
    "万合",
)
FIRM_KINDS = (
    "物流有限公司",
    "科技有限公司",
    "贸易有限公司",
    "建筑工程有限公司",
    "餐饮管理有限公司",
    "旅行社",
    "电子厂",
    "装饰工程有限公司",
)


def person_name(rng: Random, gender: str) -> str:
    return rng.choice(SURNAMES) + rng.choice(MEN if gender == "M" else WOMEN)


def firm_name(rng: Random) -> str:
    return f"{rng.choice(DISTRICTS)[:2]}{rng.choice(FIRM_NAMES)}{rng.choice(FIRM_KINDS)}"


def address(rng: Random) -> str:
    house, block, floor = rng.randint(1, 399), rng.randint(1, 30), rng.randint(1, 28)
    return f"{rng.choice(STREETS)}{house}号{block}栋{floor}0{rng.randint(1, 6)}室"


class Numbers:
    """Mobiles nobody of the demo has yet."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.given: set[str] = set()

    def fresh(self) -> PhoneNumber:
        while True:
            number = f"{self.rng.choice(PREFIXES)}{self.rng.randint(0, 99_999_999):08d}"
            if number not in self.given:
                self.given.add(number)
                return parse_phone(number)
