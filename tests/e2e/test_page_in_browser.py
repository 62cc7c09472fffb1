"""Every page in every state in a browser, on a phone and on a desk, light and dark.

Nothing overflows or overlaps, nobody is asked, axe finds nothing serious. Pictures for a person to look at are written
to the folder that OUTLAY_PAGE_PICTURES names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from outlay.page import write_pages
from tests.support.page_marts import company_of
from tests.support.page_states import STATES

pytestmark = pytest.mark.slow
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="the extra `dev` brings axe")

WIDTHS = {"phone": 390, "desk": 1320}
SERIOUS = {"serious", "critical"}
# Texts that a person sees: boxes of all pieces of text, by the element that holds them.
OVERLAPS = """() => {
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement;
    if (!node.textContent.trim() || holder.closest('.hidden, style, option')) continue;
    if (!holder.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true})) continue;
    const frames = [];
    for (let one = holder; one; one = one.parentElement) {
      if (getComputedStyle(one).overflow !== 'visible' && !one.matches('svg, svg *, html, body')) {
        frames.push(one.getBoundingClientRect());
      }
    }
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const whole of range.getClientRects()) {
      const box = frames.reduce((inner, frame) => ({
        left: Math.max(inner.left, frame.left), right: Math.min(inner.right, frame.right),
        top: Math.max(inner.top, frame.top), bottom: Math.min(inner.bottom, frame.bottom),
      }), whole);
      if (box.right - box.left < 2 || box.bottom - box.top < 2) continue;
      boxes.push({box, node, text: node.textContent.trim().slice(0, 40)});
    }
  }
  boxes.sort((a, b) => a.box.top - b.box.top);
  const found = [];
  for (let i = 0; i < boxes.length; i++) {
    for (let j = i + 1; j < boxes.length && boxes[j].box.top < boxes[i].box.bottom; j++) {
      const a = boxes[i].box, b = boxes[j].box;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 2 && high > 5 && boxes[i].node !== boxes[j].node) found.push(boxes[i].text + ' / ' + boxes[j].text);
    }
  }
  return found;
}"""

# Tables of which the first figure is out of sight until somebody scrolls.
UNSEEN = """() => [...document.querySelectorAll('table')].filter(table => {
  const figure = [...table.querySelectorAll('td.n')].find(cell => cell.checkVisibility());
  const frame = figure && figure.closest('.scroll');
  return frame && figure.getBoundingClientRect().right > frame.getBoundingClientRect().right + 1;
}).map(table => table.dataset.q + ' ' + table.tHead.textContent.trim().slice(0, 60))"""


def looked_at(folder: Path) -> list[Path]:
    """Every kind of page: the lists whole, of campaigns and vendors the first three."""
    single = [path for kind in ("campaigns", "vendors") for path in sorted((folder / kind).glob("*.html"))[:3]]
    return [*sorted(folder.glob("*.html")), *single]


@pytest.mark.parametrize("state", STATES)
def test_pages_are_fit_for_people(browser: Any, pictures: Path, tmp_path: Path, state: str) -> None:
    version = STATES[state].publish(tmp_path / "data")
    folder = tmp_path / "page"
    write_pages(version, folder, company_of(tmp_path / "company"), STATES[state].standing)
    faults: list[str] = []
    for width_name, width in WIDTHS.items():
        for scheme in ("light", "dark"):
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
            page = context.new_page()
            listen(page, faults)
            for file in looked_at(folder):
                page.goto(file.as_uri())
                name = f"{state}-{file.relative_to(folder).with_suffix('').as_posix().replace('/', '-')}"
                faults += [f"{name} {width_name} {scheme}: {fault}" for fault in found_in(page, scheme)]
                if scheme == "light" or file.name == "index.html":
                    page.screenshot(path=pictures / f"{name}-{width_name}-{scheme}.png", full_page=True)
            context.close()
    assert not faults, "\n".join(faults)


def listen(page: Any, faults: list[str]) -> None:
    """Notes every message and every request that leaves the machine."""

    def asked(request: Any) -> None:
        if not request.url.startswith(("file:", "data:")):
            faults.append(f"asks {request.url}")

    page.on("console", lambda message: faults.append(f"console: {message.text}"))
    page.on("request", asked)


def found_in(page: Any, scheme: str) -> list[str]:
    """What is wrong with the page that is open."""
    faults = []
    wide, seen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    if wide > seen:
        faults.append(f"scrolls sideways: {wide} > {seen}")
    if scheme == "light":  # boxes are the same in the dark
        faults += [f"texts overlap: {pair}" for pair in page.evaluate(OVERLAPS)]
        faults += [f"shows no figure before it is scrolled: {table}" for table in page.evaluate(UNSEEN)]
    for violation in axe.Axe().run(page, options={"preload": False}).response["violations"]:
        if violation["impact"] in SERIOUS:
            nodes = [node["html"][:120] for node in violation["nodes"][:3]]
            faults.append(f"axe: {violation['id']}: {nodes}")
    return faults


def test_the_report_prints_on_a_few_sheets_of_a3(browser: Any, pictures: Path, tmp_path: Path) -> None:
    version = STATES["whole"].publish(tmp_path / "data")
    write_pages(version, tmp_path / "page", company_of(tmp_path / "company"))
    page = browser.new_page()
    page.goto((tmp_path / "page" / "index.html").as_uri())
    printed = page.pdf(format="A3", print_background=True)
    (pictures / "whole-index.pdf").write_bytes(printed)
    assert 1 <= printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") <= 3
