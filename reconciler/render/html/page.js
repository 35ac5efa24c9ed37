"use strict";
/* Everything is on the page already; this hides, sorts and folds. Rows bear marks (data-f); a box
   that is ticked has a mark as its value. Of a long list most rows stand in a noscript, where they
   cost nothing until they are drawn: as they are, for the template has escaped them. */
(() => {
  const root = document.documentElement;
  root.classList.add("js");

  const kept = {
    get(name) { try { return localStorage.getItem(name); } catch { return null; } },
    set(name, value) { try { localStorage.setItem(name, value); } catch { /* a file may have no store */ } },
  };
  const themes = ["auto", "light", "dark"];
  let theme = themes.includes(kept.get("reconciler-theme")) ? kept.get("reconciler-theme") : "auto";
  wear();

  document.addEventListener("DOMContentLoaded", () => {
    startTheme();
    startCopying();
    const lists = [...document.querySelectorAll("table.rows")].map(makeList);
    if (lists.length) startLists(lists);
    for (const figure of document.querySelectorAll(".matrix")) startMatrix(figure);
    addEventListener("beforeprint", () => {
      for (const list of lists) draw(list, Infinity);
      for (const part of document.querySelectorAll("details")) part.open = true;
    });
    addEventListener("afterprint", () => { for (const list of lists) draw(list, STEP); });
  });

  function wear() {
    if (theme === "auto") delete root.dataset.theme; else root.dataset.theme = theme;
  }

  function startTheme() {
    const name = document.getElementById("theme-name");
    name.textContent = theme;
    document.getElementById("theme").addEventListener("click", () => {
      theme = themes[(themes.indexOf(theme) + 1) % themes.length];
      kept.set("reconciler-theme", theme);
      name.textContent = theme;
      wear();
    });
  }

  function startCopying() {
    for (const code of document.querySelectorAll(".copy")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Copy";
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(code.textContent);
          button.textContent = "Copied";
        } catch {
          getSelection().selectAllChildren(code);
          button.textContent = "Selected";
        }
        setTimeout(() => { button.textContent = "Copy"; }, 2000);
      });
      code.after(button);
    }
  }

  const STEP = 300;
  const holder = document.createElement("template");

  /* A row is known by its markup; its node is made when it is drawn, and kept. */
  function makeList(table) {
    const body = table.tBodies[0];
    const rows = [...body.rows].map((node) => ({ html: node.outerHTML, node }));
    const more = table.nextElementSibling;
    if (more?.tagName === "NOSCRIPT") {
      for (const html of more.textContent.split('<tr class="row"').slice(1)) {
        rows.push({ html: `<tr class="row"${html.slice(0, html.lastIndexOf("</tr>") + 5)}`, node: null });
      }
    }
    for (const row of rows) row.marks = ` ${/ data-f="([^"]*)"/.exec(row.html)[1]} `;
    return { table, body, rows, order: rows, found: rows, drawn: 0, open: null };
  }

  function nodeOf(row, list) {
    if (!row.node) {
      holder.innerHTML = row.html;
      row.node = holder.content.firstElementChild;
      const part = list.open === null ? null : detailsOf(row.node);
      if (part) part.open = list.open;
    }
    return row.node;
  }

  function draw(list, limit) {
    list.drawn = Math.min(limit, list.found.length);
    const fragment = document.createDocumentFragment();
    for (const row of list.found.slice(0, list.drawn)) fragment.append(nodeOf(row, list));
    list.body.replaceChildren(fragment);
  }

  function drawMore(list) {
    const next = list.found.slice(list.drawn, list.drawn + STEP);
    const fragment = document.createDocumentFragment();
    for (const row of next) fragment.append(nodeOf(row, list));
    list.body.append(fragment);
    list.drawn += next.length;
  }

  /* Names and keys alone: a value that many objects have would find all of them. */
  function wordsOf(row) {
    row.words ??= [...row.html.matchAll(/<(?:b|code|span class="display")>([^<]*)</g)].map((found) => found[1]).join(" ")
      .replaceAll("&#34;", '"').replaceAll("&#39;", "'").toLowerCase();
    return row.words;
  }

  /* The words of a search, written as markup has them. */
  function written(text) {
    const signs = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
    return text.toLowerCase().split(/\s+/).filter(Boolean).map((word) => word.replace(/[&<>]/g, (sign) => signs[sign]));
  }

  function startLists(lists) {
    const search = document.getElementById("search");
    const facets = document.getElementById("facets");
    const shown = document.getElementById("shown");
    const nothing = document.getElementById("nothing");
    const more = document.getElementById("more");
    const number = new Intl.NumberFormat("en");
    const current = () => lists.find((list) => !list.table.hidden) ?? lists[0];
    let timer = 0;

    function ticked() {
      const groups = facets ? [...facets.querySelectorAll("fieldset")] : [];
      return groups
        .map((group) => [...group.querySelectorAll("input:checked")].map((box) => ` ${box.value} `))
        .filter((marks) => marks.length);
    }

    function apply() {
      const list = current();
      const groups = ticked();
      const words = written(search.value);
      list.found = list.order.filter((row) =>
        groups.every((marks) => marks.some((mark) => row.marks.includes(mark)))
        && words.every((word) => wordsOf(row).includes(word)));
      draw(list, STEP);
      tell(list);
    }

    function tell(list) {
      const [one, many] = [list.table.dataset.one, list.table.dataset.many];
      const total = `${number.format(list.rows.length)} ${list.rows.length === 1 ? one : many}`;
      const text = list.found.length === list.rows.length ? total : `${number.format(list.found.length)} of ${total}`;
      if (shown.textContent !== text) shown.textContent = text;
      nothing.hidden = list.found.length > 0;
      more.hidden = list.drawn === list.found.length;
      more.firstElementChild.textContent = `${number.format(list.drawn)} of ${number.format(list.found.length)} are drawn.`;
    }

    function extend() {
      drawMore(current());
      tell(current());
    }

    function clear() {
      search.value = "";
      facets?.reset();
      apply();
    }

    function fold(open) {
      const list = current();
      list.open = open;
      for (const row of list.rows) {
        const part = row.node && detailsOf(row.node);
        if (part) part.open = open;
      }
    }

    function show(id) {
      for (const list of lists) list.table.hidden = lists.length > 1 && list.table.id !== id;
      numberChoices();
      apply();
    }

    /* How many rows of the list to be seen bear each mark. */
    function numberChoices() {
      const counts = new Map();
      for (const row of current().rows) {
        for (const mark of row.marks.trim().split(" ")) counts.set(mark, (counts.get(mark) ?? 0) + 1);
      }
      for (const box of facets?.querySelectorAll("input") ?? []) {
        const found = counts.get(box.value) ?? 0;
        box.parentNode.querySelector("small").textContent = number.format(found);
        box.parentNode.classList.toggle("none", !found);
      }
    }

    const isLong = lists.some((list) => list.rows.length > 5000);
    search.addEventListener("input", () => {
      clearTimeout(timer);
      if (isLong) timer = setTimeout(apply, 120); else apply();
    });
    facets?.addEventListener("change", apply);
    facets?.addEventListener("reset", () => setTimeout(apply));
    if (facets && matchMedia("(max-width: 52rem)").matches) facets.querySelector("details").open = false;
    nothing.querySelector("button").addEventListener("click", () => { clear(); search.focus(); });
    more.querySelector("button").addEventListener("click", extend);
    new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) extend(); }, { rootMargin: "800px" }).observe(more);
    document.getElementById("unfold")?.addEventListener("click", () => fold(true));
    document.getElementById("fold")?.addEventListener("click", () => fold(false));
    for (const box of document.querySelectorAll(".views input")) box.addEventListener("change", () => show(box.value));
    for (const list of lists) startSorting(list, apply);
    startKeys(current, extend, search, clear);
    show((document.querySelector(".views input:checked") ?? { value: lists[0].table.id }).value);
  }

  function detailsOf(node) {
    return node.querySelector(":scope > .what > details");
  }

  function startSorting(list, apply) {
    const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
    const heads = [...list.table.tHead.rows[0].cells];
    for (const head of heads) {
      if (!head.dataset.sort) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const turn = { ascending: "descending", descending: null }[head.ariaSort];
        const next = turn === undefined ? "ascending" : turn;
        for (const other of heads) other.ariaSort = null;
        head.ariaSort = next;
        list.order = sorted(head.dataset.sort, next);
        apply();
      });
    }

    /* The first mark of a row is its action, numbered by danger; other cells go by their text. */
    function sorted(name, turn) {
      if (!turn) return list.rows;
      const sign = turn === "descending" ? -1 : 1;
      const cell = new RegExp(`class="${name}">(.*?)</t[dh]>`, "s");
      const key = name === "action"
        ? (row) => parseInt(row.marks.slice(2), 10)
        : (row) => sortable(cell.exec(row.html)?.[1] ?? "");
      const compare = name === "action" ? (a, b) => a - b : collator.compare;
      const keyed = list.rows.map((row, index) => ({ row, index, key: key(row) }));
      keyed.sort((a, b) => sign * compare(a.key, b.key) || a.index - b.index);
      return keyed.map((item) => item.row);
    }
  }

  /* A time goes by its moment, and not by "3 days". */
  function sortable(html) {
    return / datetime="([^"]*)"/.exec(html)?.[1] ?? html.replace(/<[^>]*>/g, "");
  }

  /* Rows and columns of a matrix: those that bear the name, and those that differ. */
  function startMatrix(figure) {
    const [words, differs] = figure.querySelectorAll(".narrow input");
    const [head, ...rows] = figure.querySelector("table").rows;
    const named = (node, text) => `${node.textContent} ${node.title}`.toLowerCase().includes(text);

    function narrow() {
      const text = words.value.trim().toLowerCase();
      const heads = [...head.cells].slice(1);
      const inRows = rows.some((row) => named(row.cells[0], text));
      const inColumns = heads.some((cell) => named(cell, text));
      const columns = heads.map((cell) => (!differs.checked || cell.className === "differs")
        && (!inColumns || named(cell, text)));
      if (!inColumns && !inRows) columns.fill(false);
      for (const row of rows) {
        row.hidden = (differs.checked && row.className !== "differs") || (inRows && !named(row.cells[0], text));
      }
      for (const row of [head, ...rows]) {
        columns.forEach((shown, index) => { row.cells[index + 1].hidden = !shown; });
      }
    }

    words.addEventListener("input", narrow);
    differs.addEventListener("change", narrow);
  }

  function startKeys(current, extend, search, clear) {
    const letters = document.getElementById("letters");
    letters.checked = kept.get("reconciler-letters") !== "off";
    letters.addEventListener("change", () => kept.set("reconciler-letters", letters.checked ? "on" : "off"));
    let last = null;

    function move(step) {
      const rows = current().body.rows;
      const here = [...rows].indexOf(document.activeElement?.closest?.(".row") ?? last);
      if (here + step >= rows.length && current().drawn < current().found.length) extend();
      const next = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
      if (!next) return;
      last = next;
      next.tabIndex = -1;
      next.focus({ preventScroll: true });
      next.scrollIntoView({ block: "nearest" });
    }

    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const field = event.target.matches?.("input:not([type=checkbox]):not([type=radio]), select, textarea");
      const row = event.target.matches?.(".row") ? event.target : null;
      if (event.key === "Escape") {
        if (field && search.value === "") search.blur(); else clear();
      } else if (field) {
        return;
      } else if (event.key === "/" && letters.checked) {
        search.focus();
        search.select();
      } else if ((event.key === "j" && letters.checked) || (row && event.key === "ArrowDown")) {
        move(1);
      } else if ((event.key === "k" && letters.checked) || (row && event.key === "ArrowUp")) {
        move(-1);
      } else if (row && event.key === "Enter") {
        const part = detailsOf(row);
        if (part) part.open = !part.open;
      } else {
        return;
      }
      event.preventDefault();
    });
  }
})();
