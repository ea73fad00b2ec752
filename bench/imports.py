"""How fast 20,000 customers and as many sales are imported, and how much memory that takes.

``python bench/imports.py [ROWS]`` makes the workbook and an empty SQLite store in a temporary directory, then
measures, each part by the wall clock and by processor time:

- floor: ``bulk_create`` of the bare customer rows, nothing else (no phones, no levels, no audit, no search);
- import: the whole command: reading, staging with the dry run, validation, duplicates, cards, levels,
  follow-ups, contacts, audit rows, search tokens, row ledger;
- sales: the same for a text file of sales to these customers: dry run, duplicates, ledger, audit rows.
"""

import csv
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
HOME = tempfile.TemporaryDirectory(prefix="guanxi-bench-")
os.environ |= {"GUANXI_HOME": HOME.name, "DJANGO_SETTINGS_MODULE": "guanxi.project.settings"}
os.environ.pop("DATABASE_URL", None)

import django  # noqa: E402

import guanxi.project.settings  # noqa: E402, F401

django.setup()

import xlsxwriter  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from guanxi.customers.models import Customer  # noqa: E402
from guanxi.imports.operations.command_line import Asked, import_file  # noqa: E402
from guanxi.organization.acts import Act  # noqa: E402
from guanxi.organization.models import RoleGrant, Store, User  # noqa: E402

HEADERS = ("客户姓名", "联系电话", "性别", "意向车型", "级别", "信息来源", "最近接触日期", "地址", "备注")
SURNAMES, GIVEN = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚建国淑华桂英海燕",
)
MODELS = ("CR-V 2.0", "CR-V 2.4", "XR-V 1.5", "思域 1.8", "艾力绅")
SOURCES = ("来店", "来电", "展示会", "基盘推介", "VIP推荐", "内部情报")
DATES = ("2026-01-{0:02d}", "2026/1/{0}", "2026.1.{0}", "2026年1月{0}日", "202601{0:02d}")


def write_workbook(path: Path) -> None:
    """A list like a dealer's: titles, five date styles, one row in ten a repeat, one in fifty without use."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("意向客户")
    for position, row in enumerate(
        [["意向客户一览表"], [], HEADERS, *map(row_of, range(ROWS)), ["合计", ROWS]]
    ):
        sheet.write_row(position, 0, row)
    book.close()


def row_of(n: int) -> list[str]:
    who = n if n % 10 else max(n - 7, 0)
    name = SURNAMES[who % 20] + GIVEN[who * 7 % 28] + GIVEN[who * 13 % 28]
    number = "无" if n % 50 == 49 else str(13000000000 + who * 9973)
    day = 1 + n % 28
    return [
        name, number, "男女"[n % 2], MODELS[n % 5], "HABC"[n % 4], SOURCES[n % 6], DATES[n % 5].format(day),
        f"天津市河西区友谊路{n}号", "要求现车" if n % 3 else "",
    ]  # fmt: skip


def write_sales(path: Path) -> None:
    """Two sales a customer over five years, one row in twenty a return, one in fifty without use."""
    with path.open("w", newline="", encoding="utf-8") as target:
        rows = csv.writer(target)
        rows.writerow(("电话", "成交日期", "产品", "数量", "成交金额", "订单号"))
        for n in range(ROWS):
            # The first row that names each number: those with use which repeat no other.
            who = n // 2 * 10 % max(ROWS - 10, 1) + 1 + n % 2
            number = "无" if n % 50 == 49 else str(13000000000 + who * 9973)
            day = f"{2021 + n % 5}-{1 + n % 12:02d}-{1 + n % 28:02d}"
            amount = f"-{n + 1}.50" if n % 20 == 0 else f"{n + 1:,}.50元"
            rows.writerow((number, day, MODELS[n % 5], "", amount, f"D{n}" if n % 3 else ""))


def measured(name: str, work: Callable[[], object]) -> float:
    """Run and print rows a second; returns them, by the wall clock."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(f"{name:<8}{ROWS / wall:>9,.0f} rows/s  {wall:6.1f} s ({processor:.1f} s of processor time)")
    return ROWS / wall


def main() -> None:
    call_command("migrate", verbosity=0)
    store = Store.objects.create(code="01", name="01")
    user = User.objects.create(username="admin", name="经理", store=store)
    RoleGrant.objects.create(user=user, role="MANAGER")
    path = Path(HOME.name) / "customers.xlsx"
    write_workbook(path)
    at = timezone.now()

    def floor() -> None:
        with transaction.atomic():
            Customer.objects.bulk_create(
                (
                    Customer(store=store, owner=user, customer_no=f"F{n}", name=row_of(n)[0], created_at=at)
                    for n in range(ROWS)
                ),
                batch_size=200,
            )
            transaction.set_rollback(True)

    bare = measured("floor", floor)
    reports: list[object] = []
    found = measured("import", lambda: reports.extend(import_file(Act(user, at), Asked(path, [], user))))
    book = Path(HOME.name) / "sales.csv"
    write_sales(book)
    measured("sales", lambda: reports.extend(import_file(Act(user, at), Asked(book, [], user, "deals"))))
    for report in reports:
        print(" ".join(f"{name} {value:,}" for name, value in report.counts.items()))  # type: ignore[attr-defined]
    peaks = [
        resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    print(
        f"peak memory {peaks[0]} MB, reading child {peaks[1]} MB; {bare / found:.1f} times the floor's time"
    )


if __name__ == "__main__":
    main()
