"""What the demo store sells, and what its customers compare."""

from decimal import Decimal
from random import Random

# Model and list price in yuan.
MODELS = {
    "飞度 1.5": "95800",
    "锋范 1.5": "109800",
    "思域 1.8": "139800",
    "XR-V 1.5": "142900",
    "杰德 1.8": "149800",
    "思铂睿 2.0": "189800",
    "雅阁 2.0": "192800",
    "CR-V 2.0": "199800",
    "CR-V 2.4": "236800",
    "奥德赛 2.4": "248800",
    "冠道 2.0": "268800",
}
COLOURS = ("珠光白", "晶耀黑", "星月银", "钛金灰", "彩晶蓝", "宝石红")
RIVALS = (
    "卡罗拉 1.8",
    "轩逸 1.6",
    "朗逸 1.5",
    "RAV4 2.0",
    "奇骏 2.0",
    "途观 1.8",
    "凯美瑞 2.0",
    "天籁 2.0",
    "昂科威 1.5",
    "GL8 2.5",
)
INSURERS = ("人保财险", "平安产险", "太平洋产险", "国寿财险")
LENDERS = ("建设银行", "工商银行", "厂家金融", "招商银行")
VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


def price_of(model: str) -> Decimal:
    return Decimal(MODELS[model])


def cost_of(model: str) -> Decimal:
    """What the store pays for one."""
    return price_of(model) * Decimal("0.94")


def vin(rng: Random) -> str:
    return "LHG" + "".join(rng.choice(VIN_LETTERS) for _ in range(14))


def plate(rng: Random) -> str:
    return f"粤A{rng.choice('BCDEFGHJKLMNPQRSTUVWX')}{rng.randint(0, 9999):04d}"
