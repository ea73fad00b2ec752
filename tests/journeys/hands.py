"""How a hand works the pages: the sheet over them, forms on them, and the map of a key account."""

from playwright.sync_api import Locator, Page, expect


def sheet(page: Page) -> Locator:
    return page.locator("dialog#sheet")


def fill(page: Page, button: str = "保存", **values: str) -> None:
    """Type into the open sheet by the names of its fields, and save it."""
    for name, value in values.items():
        sheet(page).locator(f"[name={name}]").fill(value)
    save(page, button)


def save(page: Page, button: str = "保存") -> None:
    with page.expect_navigation():
        sheet(page).get_by_role("button", name=button).click()


def press(page: Page, button: str) -> None:
    """Send a form that stands on the page itself."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=button).click()


def choose(inside: Locator, name: str, value: str) -> None:
    inside.locator("label", has=inside.page.locator(f"input[name={name}][value='{value}']")).first.click()


def answered(page: Page, refused: str) -> None:
    """Save the sheet, or be told why not."""
    if not refused:
        return save(page)
    sheet(page).get_by_role("button", name="保存").click()
    return expect(sheet(page)).to_contain_text(refused)


def person(page: Page, account: str, name: str) -> None:
    """The page of somebody on the map; who is open already stays open."""
    if page.locator("h1", has_text=name).count() and not sheet(page).is_visible():
        return
    if not page.url.endswith(account) or sheet(page).is_visible():
        page.goto(account)
    page.locator("#people").get_by_role("link", name=name).click()
    page.wait_for_url("**/people/*/")


def open_marks(page: Page, account: str, name: str) -> None:
    person(page, account, name)
    page.get_by_role("link", name="评定").click()


def mark(page: Page, account: str, name: str, evidence: str, refused: str = "", **marks: str) -> None:
    """Set marks of a person with what shows them; the sheet stays open where it is refused."""
    open_marks(page, account, name)
    for field, value in marks.items():
        if field == "influence":
            sheet(page).locator("details summary").click()
            sheet(page).locator("[name=influence]").select_option(value)
        else:
            choose(sheet(page), field, value)
    sheet(page).locator("[name=evidence]").fill(evidence)
    answered(page, refused)


def move(page: Page, opportunity: str, stage: str, evidence: str, refused: str = "") -> None:
    """Answer the four questions towards a stage."""
    page.goto(opportunity)
    page.locator(f".stage-bar a[href$='to={stage}']").click()
    for name, value in (
        ("finished", "上一步做完了"),
        ("action", "约评审"),
        ("plan", "备标书"),
        ("evidence", evidence),
    ):
        sheet(page).locator(f"[name={name}]").fill(value)
    answered(page, refused)


def back_on_the_map(page: Page) -> Page:
    """From the page of a person, by its arrow."""
    if "/people/" in page.url:
        page.locator("a.back").click()
    return page


def warns(page: Page, *texts: str) -> None:
    """What the map warns of now: these and nothing else."""
    missing = back_on_the_map(page).locator("aside section", has_text="还缺什么").locator("li")
    expect(missing).to_have_count(len(texts))
    for text in texts:
        expect(missing.filter(has_text=text)).to_have_count(1)


def figures(page: Page, index: str, met: str, deciders: str, core: str = "") -> None:
    page = back_on_the_map(page)
    shown = page.locator("aside section", has=page.locator(".support-figure"))
    expect(shown.locator(".support-figure")).to_have_text(index)
    expect(shown).to_contain_text(f"接触覆盖 {met} · 关键人覆盖 {deciders}")
    if core:
        expect(shown).to_contain_text(f"核心圈支持率 {core}")
