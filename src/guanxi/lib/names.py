"""How a Chinese name sounds and how any text is compared: pinyin, initials, one normal form."""

import re
import unicodedata
from functools import lru_cache

# Characters whose reading as a family name differs from their everyday one, which is what pypinyin gives.
_SURNAMES = {
    "单": "shan", "單": "shan", "解": "xie", "曾": "zeng", "仇": "qiu", "查": "zha", "盖": "ge",
    "蓋": "ge", "朴": "piao", "区": "ou", "區": "ou", "翟": "zhai", "覃": "qin", "乐": "yue",
    "樂": "yue", "华": "hua", "華": "hua", "任": "ren", "缪": "miao", "繆": "miao", "员": "yun",
    "員": "yun", "贠": "yun", "种": "chong", "召": "shao", "黑": "he", "纪": "ji", "紀": "ji",
    "宁": "ning", "宓": "mi", "牟": "mu", "秘": "bi", "折": "she", "哈": "ha", "车": "che",
    "車": "che", "晟": "cheng", "呙": "guo", "炔": "gui", "卜": "bu", "薄": "bo", "柏": "bai",
    "繁": "po", "过": "guo", "句": "gou", "阚": "kan", "闞": "kan", "隗": "wei", "那": "na",
    "能": "nai", "粘": "nian", "郗": "xi", "郄": "qie", "眭": "sui", "冼": "xian", "洗": "xian",
    "祭": "zhai", "重": "chong", "钭": "tou", "莘": "shen", "干": "gan", "费": "fei", "費": "fei",
    "盛": "sheng", "相": "xiang", "都": "du", "佴": "nai", "尉": "wei", "谌": "chen", "諶": "chen",
    "逄": "pang", "佘": "she", "瞿": "qu", "戚": "qi", "宿": "su", "郇": "xun", "厍": "she",
    "哱": "bo", "曲": "qu", "占": "zhan", "妫": "gui", "褚": "chu", "沈": "shen", "石": "shi",
    "叶": "ye",
}  # fmt: skip

_COMPOUND_SURNAMES = {
    "尉迟": ("yu", "chi"), "尉遲": ("yu", "chi"), "万俟": ("mo", "qi"), "萬俟": ("mo", "qi"),
    "澹台": ("tan", "tai"), "澹臺": ("tan", "tai"), "令狐": ("ling", "hu"), "长孙": ("zhang", "sun"),
    "長孫": ("zhang", "sun"), "单于": ("chan", "yu"), "單于": ("chan", "yu"), "司徒": ("si", "tu"),
    "夏侯": ("xia", "hou"), "鲜于": ("xian", "yu"), "闾丘": ("lv", "qiu"), "乐正": ("yue", "zheng"),
    "樂正": ("yue", "zheng"), "宰父": ("zai", "fu"), "亓官": ("qi", "guan"), "公良": ("gong", "liang"),
    "濮阳": ("pu", "yang"), "皇甫": ("huang", "fu"), "宗政": ("zong", "zheng"), "太叔": ("tai", "shu"),
}  # fmt: skip

# Longer than this is a company or an address, where 单 is 单位 and 华 is 中华.
LONGEST_PERSON_NAME = 4

_CJK_RANGES = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN = re.compile(f"[{_CJK_RANGES}]")


@lru_cache(maxsize=32_768)
def _reading(character: str) -> str:
    # pypinyin takes 0.3 s to import, so only a process that indexes or searches names pays for it.
    from pypinyin import lazy_pinyin

    reading = "".join(lazy_pinyin(character)).replace("ü", "v")
    return reading if reading.isascii() and reading.isalpha() else ""


def pinyin_syllables(name: str) -> list[str]:
    """Return one toneless syllable per Chinese character, ü written v; everything else is skipped.

    Up to four characters are read as a person's name, so the front follows the surname table
    (单 shan, 尉迟 yu chi). Characters are read one by one: reading phrases costs 30 µs a name
    and helps only companies.
    """
    characters = _HAN.findall(name)
    syllables = [_reading(character) for character in characters]
    if characters and len(characters) <= LONGEST_PERSON_NAME:
        compound = _COMPOUND_SURNAMES.get("".join(characters[:2]))
        if compound:
            syllables[:2] = compound
        else:
            syllables[0] = _SURNAMES.get(characters[0], syllables[0])
    return [syllable for syllable in syllables if syllable]


def sorting_of(name: str) -> str:
    """What a list of names is sorted by: the sound of a Chinese name, then its characters (曹 before 王)."""
    folded = normalize_text(name)
    return folded if folded[:1].isascii() else " ".join([*pinyin_syllables(folded), folded])


def normalize_text(text: str) -> str:
    """Return the form in which texts are compared: NFKC, case folded, single spaces, nothing invisible.

    Control and formatting characters, NUL and lone surrogates are removed; never raises.
    """
    if not text.isprintable():
        text = "".join(_visible(character) for character in text)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in {"Cc", "Cf", "Cs"} else character
