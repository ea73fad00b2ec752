"""Samples for the style guide: every component in every state."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms

from guanxi.ui.components.containers import TONES
from guanxi.ui.components.controls import KINDS, SIZES
from guanxi.ui.components.values import LEVELS
from guanxi.ui.forms import GuanxiForm
from guanxi.ui.icons import drawings

REACHED = [("yes", "接通了"), ("no", "没接通")]
HOT = [(letter, letter) for letter in "OHABC"]
NEXT = [("1", "明天"), ("2", "周三 11-25"), ("3", "改日期")]
EVIDENCE = [("colour", "车型颜色已定"), ("loan", "分期资料"), ("payment", "付款方式")]


class SampleForm(GuanxiForm):
    """One field of each kind."""

    name = forms.CharField(label="姓名")
    phone = forms.CharField(
        label="电话", help_text="手机或带区号的座机。", widget=forms.TextInput({"type": "tel"})
    )
    amount = forms.DecimalField(label="预算（元）", required=False)
    expected_on = forms.DateField(label="预计成交日", required=False)
    source = forms.ChoiceField(label="来源", choices=[("", "请选择"), ("1", "朋友介绍"), ("2", "偶然光顾")])
    note = forms.CharField(label="谈了什么", widget=forms.Textarea({"rows": 3}), required=False)
    reached = forms.ChoiceField(label="结果", choices=REACHED, widget=forms.RadioSelect)
    level = forms.ChoiceField(label="级别（已按证据推荐）", choices=HOT, widget=forms.RadioSelect)
    next_on = forms.ChoiceField(label="下次", choices=NEXT, widget=forms.RadioSelect)
    evidence = forms.MultipleChoiceField(
        label="证据", choices=EVIDENCE, widget=forms.CheckboxSelectMultiple, required=False
    )
    workbook = forms.FileField(label="工作簿", required=False)
    consent = forms.BooleanField(label="客户同意我们保存资料")


def sample_context(today: date) -> dict[str, Any]:
    """What ``ui/styleguide.html`` needs."""
    chosen = {"reached": "yes", "level": "H", "next_on": "2", "evidence": ["colour", "loan"]}
    return {
        "form": SampleForm(initial=chosen, prefix="good"),
        "refused": SampleForm(
            {"refused-expected_on": "后天", "refused-phone": "138", "refused-level": "X"}, prefix="refused"
        ),
        "levels": LEVELS,
        "tones": TONES,
        "kinds": KINDS,
        "sizes": SIZES,
        "icons": sorted(drawings()),
        "today": today,
        "days": [today + timedelta(days=step) for step in (-400, -30, -3, -1, 0, 1, 2, 6, 20, 400)],
        "amounts": [Decimal("228900"), Decimal("1234.5"), Decimal(0), None],
        "rates": [Decimal("0.706"), Decimal(1), None],
        "tabs": [
            {"url": "#urgent", "label": "紧要", "active": True, "count": 14},
            {"url": "#route", "label": "路线"},
            {"url": "#tomorrow", "label": "明天", "count": 3},
        ],
        "bars": [
            {"label": "朋友介绍", "value": 42, "url": "#friends"},
            {"label": "偶然光顾", "value": 31},
            {"label": "互联网", "value": 18, "tone": "muted"},
            {"label": "未注明", "value": 4, "tone": "bad", "text": "4（补上）"},
        ],
        "page": {"next_url": "?after=20", "previous_url": ""},
    }
