"""The types of a playbook pack: what differs between trades is data of these shapes, never code.

A pack is read from TOML and refused as a whole when one value is wrong. ``Settings`` holds the
configuration keys of handbook Annex E; a store may override each of them by its dotted key.
"""

from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Days = Annotated[int, Field(ge=1, le=3650)]
Share = Annotated[int, Field(ge=0, le=100)]
GRADED = ("C", "B", "A", "H", "O")
# Up to which value a measure has its first, second, third and fourth score.
Edges = dict[Literal["1", "2", "3", "4"], Annotated[int, Field(ge=1, le=100_000_000)]]


class Definition(BaseModel):
    """Frozen, and a misspelt key is an error rather than silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Label(Definition):
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def text(self, language: str) -> str:
        """The words in ``language`` ("en…" is English, everything else Chinese)."""
        return self.en if language.startswith("en") else self.zh


class Coded(Definition):
    code: str = Field(pattern=r"^[A-Z0-9_]+$")
    label: Label


class Level(Coded):
    """An intent level or end code (handbook 2.1)."""

    state: Literal["live", "pending", "end"]
    aim: Label | None = None
    words: Label | None = None


class Evidence(Coded):
    """One item a customer's level is judged by, what to ask to obtain it, and with what words."""

    level: Literal["O", "H", "A", "B"]
    ask: Label
    words: Label


class Source(Coded):
    """Where a customer came from; it decides credit (handbook 3.1)."""

    quadrant: Literal["I", "II", "III", "IV", ""] = ""
    aliases: tuple[str, ...] = ()


class TaskTemplate(Coded):
    """A piece of work for a group of customers (handbook 5.3)."""

    group: Literal["ORDERED", "PROSPECT", "OWNER", "LATENT"]
    due_days: int = Field(ge=0, le=90)


class CareStep(Coded):
    """One date of the owner-care schedule (handbook 5.4), in days from its anchor."""

    anchor: Literal["DELIVERED", "FIRST_SERVICE", "INSURANCE", "BIRTHDAY", "ANNIVERSARY", "REPLACEMENT"]
    offset_days: int = Field(ge=-90, le=90)


class Stage(Coded):
    """A step an open opportunity stands at, in order (handbook 8.4); won and lost are no stages but ends.

    ``done`` is what is finished when it is left. Where ``needs_map`` is set, the stage is reached only with an
    approver and a decision maker on the key-person map (R-KEY-02); from the first with ``is_bid`` on, we have bid
    (R-VAL-13).
    """

    done: Label
    needs_map: bool = False
    is_bid: bool = False


class Metric(Coded):
    """What a target may be set for (handbook 17.1), with the group of rows it is printed in (7.4)."""

    group: Literal["RESULTS", "CUSTOMERS", "ACTIVITY", "BASE"]
    unit: Literal["COUNT", "MONEY"] = "COUNT"


class Relation(Coded):
    """How somebody on a name list is known; ``same`` marks the five sames (五同, handbook 3.2)."""

    same: bool = False


class Script(Coded):
    """What to say at one of the five steps of asking for a recommendation (handbook 10.3)."""

    step: int = Field(ge=1, le=5)
    words: Label


class CallScript(Coded):
    """What a call for the value at risk is for (``label``), and the words it opens with: ``{cycle}`` are the days that
    usually lie between their purchases, ``{since}`` those since the last."""

    code: Literal["RHYTHM", "PLAIN"]
    words: Label

    @model_validator(mode="after")
    def _speaks(self) -> "CallScript":
        for text in (self.words.zh, self.words.en):
            try:
                text.format(cycle=1, since=1)
            except (KeyError, IndexError, ValueError) as error:
                raise ValueError("words of a call know {cycle} and {since} only") from error
        return self


class WarmLevel(Coded):
    """How warm a recommended name is, and what that means (handbook 10.4)."""

    meaning: Label


class NameResult(Coded):
    """What a first visit gave: ``ended`` names are visited no more, ``invalid`` ones do not count as names."""

    state: Literal["open", "ended", "invalid"] = "open"


class Settings(Definition):
    """Configuration keys (handbook Annex E). The alias is the key a store overrides."""

    level_windows: dict[Literal["H", "A", "B"], Days] = Field(alias="level.windows")
    level_min_evidence: int = Field(alias="level.min_evidence", ge=1, le=4)
    level_deposit_min: Decimal | None = Field(alias="level.deposit_min", default=None, ge=0, le=10_000_000)
    level_probability: dict[Literal["O", "H", "A", "B", "C"], Annotated[Decimal, Field(ge=0, le=1)]] = Field(
        alias="level.probability"
    )
    level_downgrade_days: dict[Literal["H", "A", "B", "C"], Days] = Field(alias="level.downgrade_days")
    cadence_interval: dict[Literal["O", "H", "A", "B", "C", "N"], Days] = Field(alias="cadence.interval")
    cadence_end_interval: dict[Literal["F1", "F2", "L"], Days] = Field(alias="cadence.end_interval")
    cadence_base_days: Days = Field(alias="cadence.base_days")
    retry_max: int = Field(alias="retry.max", ge=1, le=10)
    overdue_ladder: dict[Literal["H", "A", "B", "C"], tuple[Days, Days, Days]] = Field(alias="overdue.ladder")
    card_min_level: Literal["O", "H", "A", "B", "C"] = Field(alias="card.min_level")
    note_min: int = Field(alias="note.min", ge=0, le=100)
    next_date_max_days: Days = Field(alias="next_date.max_days")
    reveal_per_day: int = Field(alias="reveal.per_day", ge=0, le=1000)
    owner_file_deadline_days: Days = Field(alias="owner_file.deadline_days")
    first_service_days: Days = Field(alias="first_service.days")
    replacement_months: int = Field(alias="replacement.months", ge=6, le=240)
    protect_days: int | None = Field(alias="protect.days", default=None, ge=1, le=365)
    closed_weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] = Field(alias="store.closed_weekdays")
    closed_spring_festival: bool = Field(alias="store.closed_spring_festival")
    register_basic_min: int = Field(alias="register.basic_min", ge=1, le=240)
    register_full_h: int = Field(alias="register.full_h", ge=1, le=168)
    forms_set: Literal["HONDA", "THREE_TWO", "TEMPLATE", "CHERY"] = Field(alias="forms.set")
    rate_filing: Literal["FF_FN", "NATURAL"] = Field(alias="rate.filing")
    rate_defeat: Literal["POOL", "P0_PLUS_LOSS"] = Field(alias="rate.defeat")
    report_late_hour: int = Field(alias="report.late_hour", ge=0, le=23)
    target_work_days: int = Field(alias="target.work_days", ge=1, le=31)
    eff_weights: dict[Literal["STOCK", "NEW", "ACTIVITY", "RESULTS"], Share] = Field(alias="eff.weights")
    eff_results: dict[Literal["DEPOSITS", "DELIVERIES", "INSURANCE_NEW", "INSURANCE_RENEW"], Share] = Field(
        alias="eff.results"
    )
    support_role_weights: dict[str, Annotated[int, Field(ge=0, le=10)]] = Field(alias="support.role_weights")
    keylink_max: int = Field(alias="keylink.max", ge=1, le=20)
    loss_bucket_map: dict[str, Literal["F1", "F2", "L"]] = Field(alias="loss.bucket_map")
    stage_probability: dict[str, Share] = Field(alias="stage.probability")
    stage_band: Share = Field(alias="stage.band")
    stage_dwell: dict[str, Days] = Field(alias="stage.dwell")
    stage_dwell_min: int = Field(alias="stage.dwell_min", ge=1, le=1000)
    win_rate: Annotated[Decimal, Field(ge=0, le=1)] = Field(alias="win.rate")
    forecast_min_closed: int = Field(alias="forecast.min_closed", ge=1, le=1000)
    bi_min_yes: int = Field(alias="bi.min_yes", ge=1, le=3)
    ucv_ready: int = Field(alias="ucv.ready", ge=1, le=10)
    four_min_plus: int = Field(alias="four.min_plus", ge=1, le=16)
    bant_min: int = Field(alias="bant.min", ge=4, le=16)
    hourly_cost: Decimal = Field(alias="hourly.cost", ge=0, le=100_000)
    referral_asks: int = Field(alias="referral.asks", ge=1, le=20)
    referral_report_days: Days = Field(alias="referral.report_days")
    referral_cooldown_days: Days = Field(alias="referral.cooldown_days")
    warm_conversion: dict[Literal["1", "2", "3", "4", "5"], Annotated[Decimal, Field(ge=0, le=1)]] = Field(
        alias="warm.conversion", min_length=5
    )
    names_goal: int = Field(alias="names.goal", ge=1, le=10_000)
    names_norm: dict[Literal["NAMES", "PROSPECTS", "DEALS"], Annotated[int, Field(ge=1, le=1000)]] = Field(
        alias="names.norm", min_length=3
    )
    segment_min_roi: Decimal = Field(alias="segment.min_roi", ge=0, le=1000)
    clv_d: Annotated[Decimal, Field(ge=0, le=1)] = Field(alias="clv.d")
    pareto_cuts: dict[Literal["A", "B"], Annotated[int, Field(ge=1, le=100)]] = Field(
        alias="pareto.cuts", min_length=2
    )
    value_margin_rate: Annotated[Decimal, Field(ge=0, le=1)] = Field(alias="value.margin_rate")
    value_horizon_weeks: int = Field(alias="value.horizon_weeks", ge=4, le=260)
    value_cycle_days: Days = Field(alias="value.cycle_days")
    value_keep_cost: Decimal = Field(alias="value.keep_cost", ge=0, le=1_000_000)
    value_cost_ratio: Decimal = Field(alias="value.cost_ratio", ge=1, le=100)
    value_lines: dict[Literal["PRESENT", "FUTURE"], Share] = Field(alias="value.lines", min_length=2)
    contract_notice_days: Days = Field(alias="contract.notice_days")
    contract_renewal_rate: Annotated[Decimal, Field(ge=0, le=1)] = Field(alias="contract.renewal_rate")
    good_thresholds: dict[Literal["GOOD", "NORMAL"], Annotated[int, Field(ge=0, le=16)]] = Field(
        alias="good.thresholds", min_length=2
    )
    credit_asked: bool = Field(alias="credit.asked")
    credit_cuts: dict[Literal["A", "B"], Annotated[int, Field(ge=1, le=100)]] = Field(
        alias="credit.cuts", min_length=2
    )
    supply_short: bool = Field(alias="supply.short")
    rfm_bands: Literal["QUINTILES", "FIXED"] = Field(alias="rfm.bands")
    rfm_recency: Edges = Field(alias="rfm.recency", min_length=4)
    rfm_frequency: Edges = Field(alias="rfm.frequency", min_length=4)
    rfm_monetary: Edges = Field(alias="rfm.monetary", min_length=4)

    composite_current_edges: dict[Literal["1", "2", "3", "4"], Annotated[int, Field(ge=1, le=1000)]] = Field(
        alias="composite.current_edges", min_length=4
    )

    @model_validator(mode="after")
    def _ordered(self) -> "Settings":
        windows = self.level_windows
        if set(windows) != {"H", "A", "B"} or not windows["H"] < windows["A"] < windows["B"]:
            raise PydanticCustomError("windows_order", "level.windows needs H < A < B, each once")
        for name, value in (
            ("cadence.interval", self.cadence_interval),
            ("overdue.ladder", self.overdue_ladder),
        ):
            missing = (set("OHABCN") if name.startswith("cadence") else set("HABC")) - set(value)
            if missing:
                lacking = ", ".join(sorted(missing))
                raise PydanticCustomError(
                    "lacks", "{name} lacks {lacking}", {"name": name, "lacking": lacking}
                )
        for level, (first, second, third) in self.overdue_ladder.items():
            if not first <= second <= third:
                raise PydanticCustomError(
                    "ladder_falls", "overdue.ladder {level} must not fall", {"level": level}
                )
        for name, shares, parts in (
            ("eff.weights", dict(self.eff_weights), 4),
            ("eff.results", dict(self.eff_results), 4),
        ):
            if len(shares) != parts or sum(shares.values()) != 100:
                raise PydanticCustomError("shares_sum", "{name} must add up to 100", {"name": name})
        if set(self.support_role_weights) != set("ADEU"):
            raise PydanticCustomError("weights_lack", "support.role_weights needs A, D, E and U, each once")
        edges = [self.composite_current_edges[grade] for grade in ("1", "2", "3", "4")]
        if edges != sorted(set(edges)):
            raise PydanticCustomError("edges_fall", "composite.current_edges must rise from 1 to 4")
        if self.pareto_cuts["A"] >= self.pareto_cuts["B"]:
            raise PydanticCustomError("cuts_order", "pareto.cuts needs A below B")
        if self.good_thresholds["NORMAL"] >= self.good_thresholds["GOOD"]:
            raise PydanticCustomError("good_order", "good.thresholds needs NORMAL below GOOD")
        if self.credit_cuts["B"] >= self.credit_cuts["A"]:
            raise PydanticCustomError("credit_order", "credit.cuts needs B below A")
        for name in ("rfm_recency", "rfm_frequency", "rfm_monetary"):
            band = [getattr(self, name)[place] for place in ("1", "2", "3", "4")]
            if band != sorted(set(band)):
                raise PydanticCustomError("edges_order", "{name} must rise from 1 to 4", {"name": name})
        if len(set(self.closed_weekdays)) > 6:
            raise PydanticCustomError(
                "closed_every_day", "store.closed_weekdays cannot close every day of the week"
            )
        return self


class SettingText(Definition):
    """How a key is shown on the playbook page: its group, words and the rule it feeds."""

    key: str
    group: Literal[
        "levels", "cadence", "card", "calendar", "care", "loss", "privacy", "register", "report", "accounts",
        "pipeline", "referral", "markets", "value",
    ]  # fmt: skip
    rule: str
    label: Label
    help: Label


class Playbook(Definition):
    """One pack: codes with labels in both languages, and the settings in force."""

    code: str
    label: Label
    levels: tuple[Level, ...]
    evidence: tuple[Evidence, ...]
    sources: tuple[Source, ...]
    channels: tuple[Coded, ...]
    methods: tuple[Coded, ...]
    purposes: tuple[Coded, ...]
    task_templates: tuple[TaskTemplate, ...]
    care_steps: tuple[CareStep, ...]
    outcomes: tuple[Coded, ...]
    reasons: tuple[Coded, ...]
    use_types: tuple[Coded, ...]
    purchase_kinds: tuple[Coded, ...]
    payments: tuple[Coded, ...]
    owner_kinds: tuple[Coded, ...]
    person_dimensions: tuple[Coded, ...]
    org_dimensions: tuple[Coded, ...]
    arrival_modes: tuple[Coded, ...]
    visit_types: tuple[Coded, ...]
    visit_purposes: tuple[Coded, ...]
    call_natures: tuple[Coded, ...]
    weathers: tuple[Coded, ...]
    target_metrics: tuple[Metric, ...]
    stages: tuple[Stage, ...]
    relations: tuple[Relation, ...]
    name_conditions: Annotated[tuple[Coded, ...], Field(min_length=4, max_length=4)]
    ic_traits: Annotated[tuple[Coded, ...], Field(min_length=5, max_length=5)]
    referral_scripts: tuple[Script, ...]
    # For a customer with a rhythm of their own, and for any other.
    value_calls: Annotated[tuple[CallScript, ...], Field(min_length=2, max_length=2)]
    warm_levels: Annotated[tuple[WarmLevel, ...], Field(min_length=5, max_length=5)]
    warm_methods: tuple[Coded, ...]
    name_triggers: tuple[Coded, ...]
    ask_moments: tuple[Coded, ...]
    name_results: tuple[NameResult, ...]
    income_bands: tuple[Coded, ...]
    # What to say when the term of a contract nears its end.
    renewal_words: Label
    settings: Settings
    setting_texts: tuple[SettingText, ...]

    @model_validator(mode="after")
    def _complete(self) -> "Playbook":
        for name, items in self:
            if isinstance(items, tuple) and items and isinstance(items[0], Coded):
                codes = [item.code for item in items]
                twice = {code for code in codes if codes.count(code) > 1}
                if twice:
                    raise ValueError(f"{name}: {', '.join(sorted(twice))} stands twice")
        known = {field.alias for field in Settings.model_fields.values()}
        described = {text.key for text in self.setting_texts}
        if known != described:
            raise ValueError(
                f"settings without words or words without settings: {sorted(map(str, known ^ described))}"
            )
        if lacking := {"MEANS", "DECIDES", "NEED"} - {item.code for item in self.name_conditions}:
            raise ValueError(f"name_conditions lack {', '.join(sorted(lacking))}")
        unknown = set(self.settings.loss_bucket_map) ^ {outcome.code for outcome in self.outcomes}
        if unknown:
            raise ValueError(f"loss.bucket_map and outcomes differ in {', '.join(sorted(unknown))}")
        stages = {stage.code for stage in self.stages}
        for key, values in (("stage.probability", self.settings.stage_probability),
                            ("stage.dwell", self.settings.stage_dwell)):  # fmt: skip
            if stages != set(values):
                raise ValueError(f"{key} and stages differ in {', '.join(sorted(stages ^ set(values)))}")
        return self

    @cached_property
    def evidence_by_code(self) -> dict[str, Evidence]:
        return {item.code: item for item in self.evidence}

    @cached_property
    def value_calls_by_code(self) -> dict[str, CallScript]:
        return {item.code: item for item in self.value_calls}

    @cached_property
    def stage_order(self) -> dict[str, int]:
        """Stage → its place, from 0."""
        return {stage.code: place for place, stage in enumerate(self.stages)}

    @cached_property
    def levels_by_code(self) -> dict[str, Level]:
        return {item.code: item for item in self.levels}

    def labels(self, name: str) -> dict[str, Label]:
        """Code → label of one of the coded lists, e.g. ``labels("sources")``."""
        return {item.code: item.label for item in getattr(self, name)}

    def default_values(self) -> dict[str, Any]:
        """Settings by dotted key in JSON shapes, as stored, shown and overridden."""
        return self.settings.model_dump(mode="json", by_alias=True)
