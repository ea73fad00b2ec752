"""Foreign keys point down and name the imported class: a string would hide from the import linter."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

PACKAGE = Path(__file__).resolve().parents[2] / "src/guanxi"
UPWARDS = [
    "organization",
    "catalogue",
    "customers",
    "cadence",
    "deals",
    "key_accounts",
    "pipeline",
    "care",
    "markets",
    "prospecting",
    "performance",
    "insights",
    "imports",
]
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}

OURS = [config for config in apps.get_app_configs() if config.name.startswith("guanxi.")]


def test_every_domain_with_tables_has_its_place() -> None:
    assert {config.label for config in OURS if list(config.get_models())} <= set(UPWARDS)


@pytest.mark.parametrize("config", OURS, ids=lambda config: config.label)
def test_relations_point_down(config: object) -> None:
    for model in config.get_models():  # type: ignore[attr-defined]
        for field in model._meta.get_fields():
            if not field.concrete or not field.is_relation:
                continue
            target = field.related_model._meta.app_label
            assert UPWARDS.index(target) <= UPWARDS.index(config.label), f"{field} points up to {target}"  # type: ignore[attr-defined]


def test_relations_name_the_class() -> None:
    found = []
    for path in PACKAGE.rglob("*.py"):
        if "migrations" in path.parts or "models" not in str(path.relative_to(PACKAGE)):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") not in RELATIONS:
                continue
            target = node.args[0]
            if isinstance(target, ast.Constant) and target.value != "self":
                found.append(f"{path.relative_to(PACKAGE)}:{node.lineno} {target.value}")
    assert not found
