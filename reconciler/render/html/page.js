"use strict";
/* Everything is on the page already, and this only hides, sorts and folds: it makes no markup from
   text. Rows bear marks (data-f); a box that is ticked has a mark as its value. */
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
    if (lists.length) startList(lists);
    addEventListener("beforeprint", () => { for (const part of document.querySelectorAll("details")) part.open = true; });
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

  function makeList(table) {
    const body = table.tBodies[0];
    const rows = [...body.rows].map((node) => ({ node, marks: ` ${node.dataset.f} `, words: null, shown: true }));
    return { table, body, rows, order: rows };
  }

  /* Names and keys alone: a value that many objects have would find all of them. */
  function wordsOf(row) {
    row.words ??= [...row.node.querySelectorAll(".who, .members")].map((part) => part.textContent).join(" ").toLowerCase();
    return row.words;
  }

  function startList(lists) {
    const search = document.getElementById("search");
    const facets = document.getElementById("facets");
    const shown = document.getElementById("shown");
    const nothing = document.getElementById("nothing");
    const number = new Intl.NumberFormat("en");
    const current = () => lists.find((list) => !list.table.hidden) ?? lists[0];
    let timer = 0;

    function ticked() {
      if (!facets) return [];
      const groups = [...facets.querySelectorAll("fieldset")];
      return groups
        .map((group) => [...group.querySelectorAll("input:checked")].map((box) => ` ${box.value} `))
        .filter((marks) => marks.length);
    }

    function apply() {
      const groups = ticked();
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const list of lists) {
        list.number = 0;
        for (const row of list.rows) {
          row.shown = groups.every((marks) => marks.some((mark) => row.marks.includes(mark)))
            && (!words.length || words.every((word) => wordsOf(row).includes(word)));
          if (row.node.hidden === row.shown) row.node.hidden = !row.shown;
          list.number += row.shown;
        }
      }
      tell();
    }

    function tell() {
      const list = current();
      const [one, many] = [list.table.dataset.one, list.table.dataset.many];
      const total = `${number.format(list.rows.length)} ${list.rows.length === 1 ? one : many}`;
      const text = list.number === list.rows.length ? total : `${number.format(list.number)} of ${total}`;
      if (shown.textContent !== text) shown.textContent = text;
      nothing.hidden = list.number > 0;
    }

    function clear() {
      search.value = "";
      facets?.reset();
      apply();
    }

    function fold(open) {
      for (const row of current().rows) {
        const part = row.shown && detailsOf(row.node);
        if (part) part.open = open;
      }
    }

    const many = lists.some((list) => list.rows.length > 2000);
    search.addEventListener("input", () => {
      clearTimeout(timer);
      if (many) timer = setTimeout(apply, 120); else apply();
    });
    facets?.addEventListener("change", apply);
    facets?.addEventListener("reset", () => setTimeout(apply));
    if (facets && matchMedia("(max-width: 52rem)").matches) facets.querySelector("details").open = false;
    nothing.querySelector("button").addEventListener("click", () => { clear(); search.focus(); });
    document.getElementById("unfold").addEventListener("click", () => fold(true));
    document.getElementById("fold").addEventListener("click", () => fold(false));
    for (const list of lists) startSorting(list);
    startKeys(current, search, clear);
    apply();
  }

  function detailsOf(node) {
    return node.querySelector(":scope > .what > details");
  }

  function startSorting(list) {
    const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
    const heads = [...list.table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      if (!head.dataset.sort) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const turn = head.ariaSort === "ascending" ? "descending" : head.ariaSort === "descending" ? null : "ascending";
        for (const other of heads) other.ariaSort = null;
        head.ariaSort = turn;
        sort(column, head.dataset.sort, turn);
      });
    });

    /* The first mark of a row is its action, numbered by danger. */
    function sort(column, how, turn) {
      const sign = turn === "descending" ? -1 : 1;
      const key = how === "mark"
        ? (row) => parseInt(row.node.dataset.f.slice(1), 10)
        : (row) => row.node.cells[column].textContent;
      const compare = how === "mark" ? (a, b) => a - b : collator.compare;
      list.order = list.rows;
      if (turn) {
        const keyed = list.rows.map((row, index) => ({ row, index, key: key(row) }));
        keyed.sort((a, b) => sign * compare(a.key, b.key) || a.index - b.index);
        list.order = keyed.map((item) => item.row);
      }
      const body = list.body;
      body.append(...chunked(list.order.map((row) => row.node)));
    }
  }

  /* One fragment: so many arguments would not go on the stack. */
  function chunked(nodes) {
    const fragment = document.createDocumentFragment();
    for (const node of nodes) fragment.append(node);
    return [fragment];
  }

  function startKeys(current, search, clear) {
    const letters = document.getElementById("letters");
    letters.checked = kept.get("reconciler-letters") !== "off";
    letters.addEventListener("change", () => kept.set("reconciler-letters", letters.checked ? "on" : "off"));
    let last = null;

    function move(step) {
      const rows = current().order.filter((row) => row.shown).map((row) => row.node);
      if (!rows.length) return;
      const here = rows.indexOf(document.activeElement?.closest?.(".row") ?? last);
      const next = rows[here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + step, 0), rows.length - 1)];
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
