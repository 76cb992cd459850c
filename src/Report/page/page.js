"use strict";
(() => {
  const report = JSON.parse(document.getElementById("data").textContent);
  const claims = new Map(report.papers.flatMap((p) => p.claims).map((c) => [c.id, c]));
  const byId = (id) => document.getElementById(id);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isNarrow = () => !isOnPaper && document.documentElement.clientWidth < 640;

  // A template's copy, with its slots by name.
  function make(name) {
    const fragment = byId(`t-${name}`).content.cloneNode(true);
    const slots = {};
    for (const element of fragment.querySelectorAll("[data-slot]")) slots[element.dataset.slot] = element;
    return [fragment, slots];
  }

  function element(tag, text, className) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  // LaTeX, which stays as it is where the library is not there or cannot read it.
  function typeset(target, latex, options = {}) {
    target.textContent = latex;
    if (typeof temml === "undefined") return;
    try {
      temml.render(latex, target, { wrap: "none", throwOnError: true, ...options });
    } catch {
      target.textContent = latex;
    }
  }

  // A statement: smaller where it is too wide, then broken into lines, which only inline formulas are. Large brackets stay whole.
  function display(target, latex) {
    const isWide = () => target.scrollWidth > target.clientWidth + 1;
    typeset(target, latex);
    target.firstElementChild?.setAttribute("displaystyle", "true");
    if (!isWide()) return;
    target.classList.add("tight");
    if (!isWide()) return;
    lines(target, latex);
  }

  function lines(target, latex) {
    target.classList.remove("tight");
    typeset(target, latex.replace(/\\[Bb]igg?([([])/g, "\\left$1").replace(/\\[Bb]igg?([)\]])/g, "\\right$1"), { wrap: "tex" });
    target.firstElementChild?.setAttribute("displaystyle", "true");
    // An operator at a line's end keeps its spaces.
    for (const part of target.querySelectorAll("math > mrow > mo:last-child:not([form])")) {
      part.setAttribute("form", "infix");
      if (part.parentElement.childElementCount === 1 && /[=≤≥<>+−]/.test(part.textContent)) part.parentElement.classList.add("alone");
    }
  }

  // Formulas are typeset when they come near the screen.
  const near = new IntersectionObserver(
    (entries) => {
      for (const entry of entries)
        if (entry.isIntersecting) {
          near.unobserve(entry.target);
          entry.target.draw();
        }
    },
    { rootMargin: "800px" },
  );
  const waiting = new Set();
  function later(target, draw) {
    waiting.add(target);
    target.draw = () => {
      if (waiting.delete(target)) draw();
    };
    near.observe(target);
  }

  // On paper nothing can be scrolled to: formulas are all there, in lines that break; figures too, light and as wide as A4
  // and Letter hold, since the screen's width and scheme still stand when they are drawn.
  const statements = new Map();
  const paperWidth = 640;
  let isOnPaper = false;
  function turnToPaper(now) {
    isOnPaper = now;
    document.documentElement.classList.toggle("on-paper", now);
    redraw();
  }
  addEventListener("beforeprint", () => {
    turnToPaper(true);
    for (const target of [...waiting]) target.draw();
    for (const [target, latex] of statements) lines(target, latex);
  });
  addEventListener("afterprint", () => turnToPaper(false));

  function formula(target, latex) {
    target.textContent = latex;
    statements.set(target, latex);
    later(target, () => {
      display(target, latex);
      scrollable(target);
    });
  }

  function formulas(target, list) {
    later(target, () => {
      const wrap = element("div", undefined, "wrap");
      for (const latex of list) {
        const one = element("span");
        typeset(one, latex);
        wrap.append(one);
      }
      target.replaceChildren(wrap);
      scrollable(target);
    });
  }

  // What can be scrolled can be reached by keyboard.
  function scrollable(target) {
    if (target.scrollWidth > target.clientWidth + 1) {
      target.tabIndex = 0;
      target.setAttribute("role", "group");
      target.setAttribute("aria-label", "formula, may be scrolled");
    }
  }

  // Words among which LaTeX stands without delimiters: a word with a command, an index or brackets is a formula, and so is a
  // letter that is no article; neighbours belong together.
  function prose(target, words) {
    const isFormula = (w) => /[\\_^=(){}|]/.test(w) || /^[B-Zb-z][,;:]?$/.test(w) || /^a[,;:]$/.test(w);
    const parts = [];
    for (const word of words.split(" ")) {
      const last = parts.at(-1);
      if (last && last.isFormula && isFormula(word) && !/[,;:]$/.test(last.text)) last.text += ` ${word}`;
      else parts.push({ text: word, isFormula: isFormula(word) });
    }
    parts.forEach((part, i) => {
      const [, body, mark] = /^(.*?)([,;:]?)$/.exec(part.text);
      const span = element("span", body);
      if (part.isFormula) typeset(span, body);
      target.append(...(i > 0 ? [" "] : []), span, mark);
    });
  }

  function verdict(target, claim) {
    target.className = `verdict ${claim.verdict}`;
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `#mark-${claim.verdict}`);
    svg.append(use);
    target.replaceChildren(svg, element("span", claim.words));
  }

  function copyBox(title, text) {
    const [box, slots] = make("copy");
    slots.title.textContent = title;
    slots.text.textContent = text;
    slots.text.setAttribute("aria-label", title);
    slots.what.textContent = title;
    slots.button.addEventListener("click", async () => {
      let done = true;
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        // Pages of the file system have no clipboard in every browser: the text is marked instead.
        getSelection().selectAllChildren(slots.text);
        done = document.execCommand("copy");
      }
      slots.state.textContent = done ? "Copied" : "Selected";
      setTimeout(() => (slots.state.textContent = "Copy"), 2000);
    });
    return box;
  }

  function cite(target, claim) {
    const w = claim.witness;
    target.replaceChildren(
      copyBox("BibTeX", w.bibtex),
      copyBox("LaTeX", w.latex),
      copyBox("Witness: verify check reads it", w.json),
      element("p", `SHA-256 of id, version and witness, each line ended: ${w.hash}`, "facts"),
    );
  }

  const isBeyond = (claim) => claim.verdict === "refuted" && claim.ratio && claim.ratio.value > 1;

  function tightness(target, claim) {
    if (!claim.ratio || claim.isIdentity) {
      target.append(element("span", claim.isIdentity ? "an identity" : "no ratio", "tight-text"));
      return;
    }
    // The bound stands at 80 %; what is beyond it fills the rest.
    const place = (x) => `${Math.max(0, Math.min(x <= 1 ? 80 * x : 80 + 20 * (1 - 1 / x), 100))}%`;
    const bar = element("div", undefined, "bar");
    bar.setAttribute("aria-hidden", "true");
    const seen = element("i");
    seen.style.width = place(claim.ratio.value);
    bar.append(seen);
    if (isBeyond(claim)) bar.classList.add("beyond");
    else if (claim.certified) {
      const sure = element("i", undefined, "sure");
      sure.style.width = place(Math.min(claim.certified.value, 1));
      bar.append(sure);
    }
    const text = element("span", undefined, "tight-text");
    text.append(element("b", claim.ratio.text));
    target.append(bar, text);
    if (claim.certified) target.append(element("span", `certified ≥ ${claim.certified.text}`, "tight-text"));
    if (claim.part) {
      target.append(element("span", `${claim.part.ratio ? claim.part.ratio.text : "none"} where the ${claim.part.name} is at least half of the bound`, "tight-text"));
    }
  }

  const cost = (claim) => `${claim.gradients} gradients, ${claim.products} products`;

  // ---- figures

  const palette = () => {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(name).trim();
    return { ink: of("--ink"), soft: of("--soft"), line: of("--line"), paper: of("--paper") };
  };

  // Colours of the page; the data are not changed.
  function themed(figure) {
    const colours = palette();
    const layout = structuredClone((isNarrow() && figure.narrow) || figure.layout);
    layout.height -= layout.margin.t;
    delete layout.title;
    delete layout.template;
    layout.margin.t = layout.annotations ? 30 : 12;
    layout.height += layout.margin.t;
    layout.margin.l = isNarrow() ? 48 : layout.margin.l;
    layout.paper_bgcolor = "rgba(0,0,0,0)";
    if (isOnPaper) layout.width = paperWidth;
    // A cell without a number is not a dark one.
    layout.plot_bgcolor = dark.matches && !isOnPaper && figure.data.some((t) => t.z) ? colours.line : layout.paper_bgcolor;
    layout.font = { family: getComputedStyle(document.body).fontFamily, size: isOnPaper ? 9 : 12, color: colours.ink };
    layout.hoverlabel = { bgcolor: colours.paper, bordercolor: colours.soft, font: { color: colours.ink } };
    for (const [name, axis] of Object.entries(layout))
      if (/^[xy]axis/.test(name))
        Object.assign(axis, { gridcolor: colours.line, linecolor: colours.soft, zerolinecolor: colours.line, ticks: "outside", tickcolor: colours.soft });
    const data = structuredClone(figure.data);
    for (const trace of data)
      for (const part of [trace.line, trace.marker]) if (part && part.color === "#000000") part.color = colours.ink;
    return { data, layout };
  }

  const drawn = new Set();
  function plot(target, figure) {
    const { data, layout } = themed(figure);
    const config = { displaylogo: false, displayModeBar: false, responsive: !isOnPaper };
    target.style.height = `${layout.height}px`;
    return Plotly.react(target, data, layout, config).then(() => target.setAttribute("data-drawn", "true"));
  }

  function numbersOf(figure) {
    const table = element("table");
    const head = table.createTHead().insertRow();
    for (const text of ["series", "x", "y", "value"]) {
      const cell = element("th", text);
      cell.scope = "col";
      head.append(cell);
    }
    const body = table.createTBody();
    const label = (axis, value) => {
      const at = axis && axis.tickvals ? axis.tickvals.indexOf(value) : -1;
      return at >= 0 ? axis.ticktext[at] : String(value);
    };
    for (const trace of figure.data) {
      const [x, y] = [trace.xaxis, trace.yaxis].map((a) => figure.layout[a[0] + "axis" + a.slice(1)]);
      const add = (a, b, v) => {
        const row = body.insertRow();
        for (const text of [trace.name, label(x, a), label(y, b), v === undefined ? "" : String(v)]) row.insertCell().textContent = text;
      };
      if (trace.z) trace.z.forEach((line, j) => line.forEach((v, i) => v !== null && add(trace.x[i], trace.y[j], v)));
      else trace.x.forEach((a, i) => trace.y[i] !== null && add(a, trace.y[i]));
    }
    return table;
  }

  function figureBox(figure) {
    const [box, slots] = make("figure");
    slots.title.textContent = figure.title;
    slots.description.textContent = figure.description;
    slots.plot.setAttribute("aria-label", `${figure.title}. ${figure.description}`);
    const root = box.firstElementChild;
    if (figure.data.length && new Set(figure.data.map((t) => t.xaxis)).size > 1) root.classList.add("wide");
    slots["numbers-title"].textContent = `Numbers: ${figure.title}`;
    const numbers = slots.numbers;
    root.querySelector(".numbers").addEventListener("toggle", () => {
      if (numbers.childElementCount === 0) numbers.append(numbersOf(figure));
      numbers.tabIndex = 0;
    });
    if (typeof Plotly === "undefined") slots.plot.remove();
    else
      later(slots.plot, () => {
        plot(slots.plot, figure);
        drawn.add([slots.plot, figure]);
      });
    return box;
  }

  const redraw = () => {
    for (const [target, figure] of drawn) plot(target, figure);
  };
  dark.addEventListener("change", redraw);
  let wasNarrow = isNarrow();
  addEventListener("resize", () => {
    if (isNarrow() === wasNarrow) return;
    wasNarrow = isNarrow();
    redraw();
  });

  // ---- cards

  function rows(target, list) {
    const headings = [...target.parentElement.tHead.rows[0].cells].map((c) => c.textContent);
    for (const cells of list) {
      const row = target.insertRow();
      cells.forEach((fill, i) => {
        const cell = i === 0 ? row.appendChild(element("th")) : row.insertCell();
        if (i === 0) cell.scope = "row";
        if (typeof fill === "function") fill(cell);
        else cell.textContent = fill;
        // Where the columns do not fit, cells stand below each other with their headings.
        cell.dataset.label = headings[i] ?? "";
      });
    }
  }
  const math = (latex) => (cell) => typeset(cell, latex);
  const text = (words) => (cell) => prose(cell, words);

  function definitions(target, list) {
    for (const [name, value] of list)
      if (value !== "" && value !== null && value !== undefined) target.append(element("dt", name), element("dd", value));
  }
  const listed = (list) => list.map((x) => `${x.name} ${x.count}`).join(", ");

  function fill(card, claim) {
    const [body, s] = make("body");
    formula(s.statement, claim.statement);
    s.facts.textContent = `${claim.source}; ${claim.provenance}; ${claim.kind}; version ${claim.version}. ${claim.failure ? `It ${claim.failure}. ` : ""}Evidence: ${claim.strength}.`;
    const w = claim.witness;
    if (w) {
      formulas(s.formulas, [...w.formulas]);
      s["enclosure-caption"].textContent = `Both sides, enclosed with ${w.bits} bits${w.isExact ? ", exact" : ""}: ${w.summary}`;
      rows(s.enclosures, [["left", ...w.lhs], ["right", ...w.rhs]]);
      rows(s.constants, w.constants.map((c) => [math(c.name), text(c.meaning), c.value, c.lower === c.upper ? "exact" : `[${c.lower}, ${c.upper}]`]));
      s["constants-box"].hidden = w.constants.length === 0;
      rows(s.spectra, w.spectra.map((x) => [math(x.name), x.values]));
      s["spectra-box"].hidden = w.spectra.length === 0;
      s.replay.textContent = w.replay ? `Found at ${w.replay}, then made smaller: verify run ${claim.id} --replay ${w.replay}` : "";
      cite(s.cite, claim);
    } else s["witness-section"].remove();
    rows(s.hypotheses, claim.hypotheses.map((h) => [h.name, math(h.statement), h.how, (cell) => { cell.className = "number"; cell.textContent = h.notMet; }]));
    for (const figure of claim.figures) s.figures.append(figureBox(figure));
    if (claim.figures.length === 0) s["figures-section"].remove();
    for (const prescribed of claim.prescribes) {
      const meaning = element("dd");
      prose(meaning, prescribed);
      s.counts.append(element("dt", "prescribed"), meaning);
    }
    definitions(s.counts, [
      ["evaluations", claim.evaluations],
      ["by family", listed(claim.families)],
      ["cost", cost(claim)],
      ["best ratio at", claim.best],
      ["instances without a number", claim.inconclusive],
      ["violations in doubles", claim.violations],
      ["certified candidates", listed(claim.outcomes)],
    ]);
    card.querySelector(".card-body").append(body);
    for (const box of card.querySelectorAll(".table-box")) if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
  }

  function cardOf(claim) {
    const [box, slots] = make("card");
    const card = box.firstElementChild;
    card.id = `claim-${claim.id}`;
    card.dataset.claim = claim.id;
    verdict(slots.verdict, claim);
    slots.id.textContent = claim.id;
    slots.source.textContent = claim.source;
    card.addEventListener("toggle", () => {
      if (card.open && slots.body.childElementCount === 0) fill(card, claim);
    });
    return box;
  }

  const link = (target, claim) => {
    target.textContent = claim.id;
    target.href = `#claim-${claim.id}`;
  };

  function rowOf(claim) {
    const [box, slots] = make("row");
    box.firstElementChild.dataset.claim = claim.id;
    verdict(slots.verdict, claim);
    link(slots.id, claim);
    slots.source.textContent = `${claim.source} · ${claim.provenance}`;
    formula(slots.statement, claim.statement);
    tightness(slots.tight, claim);
    slots.strength.textContent = claim.strength;
    slots.cost.textContent = cost(claim);
    return box;
  }

  function findingOf(claim) {
    const [box, slots] = make("finding");
    box.firstElementChild.dataset.claim = claim.id;
    verdict(slots.verdict, claim);
    link(slots.id, claim);
    slots.new.hidden = !claim.isNew;
    slots.source.textContent = `${claim.source}; ${claim.failure}; ${claim.strength}`;
    formula(slots.statement, claim.statement);
    formulas(slots.formulas, claim.witness.formulas);
    slots.summary.textContent = claim.witness.summary;
    slots.short.textContent = claim.witness.hash.slice(0, 12);
    const details = box.querySelector("details");
    details.addEventListener("toggle", () => {
      if (slots.cite.childElementCount === 0) cite(slots.cite, claim);
    });
    return box;
  }

  // ---- the page

  const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;
  const total = claims.size;

  function head() {
    byId("abstract").textContent =
      `${count(total, "statement was", "statements were")} tried on ${report.evaluations} generated instances that meet every hypothesis. ` +
      "Refuted means certified: in outward-rounded or exact arithmetic, with constants established from the instance’s own numbers. Not refuted means that no counterexample was found." +
      (report.isComplete ? "" : " The run was interrupted: these are partial results.");
    const words = [];
    for (const v of report.verdicts.filter((x) => x.count > 0)) {
      const part = element("i", undefined, v.verdict);
      part.style.flex = v.count;
      byId("tally").append(part);
      const item = element("li");
      const name = element("span");
      verdict(name, v);
      item.append(element("b", String(v.count)), " ", name);
      byId("tally-words").append(item);
      words.push(`${v.count} ${v.words}`);
      const label = element("label");
      const box = element("input");
      Object.assign(box, { type: "checkbox", checked: true, value: v.verdict });
      const mark = element("span");
      verdict(mark, v);
      label.append(box, mark);
      byId("filter-verdicts").append(label);
    }
    byId("tally").setAttribute("aria-label", `Verdicts: ${words.join(", ")}`);
    definitions(byId("run"), report.run.map((x) => [x.name, x.value]));
  }

  function findings() {
    const list = report.findings.map((id) => claims.get(id));
    byId("findings-lead").textContent = list.length
      ? `${count(list.length, "statement is", "statements are")} refuted. Each counterexample is certified and can be cited.`
      : "No statement is refuted.";
    const groups = Map.groupBy ? Map.groupBy(list, (c) => c.failure) : list.reduce((m, c) => m.set(c.failure, [...(m.get(c.failure) || []), c]), new Map());
    for (const [failure, members] of groups) {
      const title = element("h3", `${failure[0].toUpperCase()}${failure.slice(1)} (${members.length})`, "findings-group");
      byId("findings-list").append(title);
      const box = element("div");
      byId("findings-list").append(box);
      for (const claim of members.slice(0, 6)) box.append(findingOf(claim));
      if (members.length <= 6) continue;
      const more = element("details", undefined, "more");
      more.append(element("summary", `${members.length - 6} more`));
      for (const claim of members.slice(6)) more.append(findingOf(claim));
      box.append(more);
    }
    if (report.changes.length === 0) return;
    byId("changes").append(element("h3", "Changes against the ledger"));
    const table = element("table");
    const header = table.createTHead().insertRow();
    for (const name of ["claim", "ledger", "this run"]) header.append(Object.assign(element("th", name), { scope: "col" }));
    rows(table.createTBody(), report.changes.map((c) => [(cell) => { const a = element("a"); link(a, claims.get(c.claim)); cell.append(a); }, c.known, claims.get(c.claim).words]));
    const box = element("div", undefined, "table-box");
    box.append(table);
    byId("changes").append(box);
  }

  function papers() {
    for (const paper of report.papers) {
      const [box, slots] = make("paper");
      const section = box.firstElementChild;
      section.id = `paper-${paper.id}`;
      slots.title.id = `title-${paper.id}`;
      section.setAttribute("aria-labelledby", slots.title.id);
      slots.title.textContent = paper.id;
      const parts = report.verdicts.map((v) => [paper.claims.filter((c) => c.verdict === v.verdict).length, v.words]).filter(([n]) => n > 0);
      slots.lead.textContent = `${count(paper.claims.length, "claim", "claims")}: ${parts.map(([n, w]) => `${n} ${w}`).join(", ")}.`;
      slots.caption.textContent = `Claims of ${paper.id} at a glance`;
      for (const claim of paper.claims) {
        slots.rows.append(rowOf(claim));
        slots.cards.append(cardOf(claim));
      }
      if (paper.figures.length) {
        slots.figures.append(element("h3", "Published figures, made again"));
        for (const figure of paper.figures) slots.figures.append(figureBox(figure));
      }
      slots["open-what"].textContent = `claims of ${paper.id}`;
      slots.open.addEventListener("click", () => {
        const cards = [...slots.cards.children].filter((c) => !c.hidden);
        const open = cards.some((c) => !c.open);
        for (const card of cards) card.open = open;
        slots["open-state"].textContent = open ? "Close all" : "Open all";
      });
      byId("papers").append(box);
    }
  }

  function filter() {
    const input = byId("filter");
    const boxes = [...byId("filter-verdicts").querySelectorAll("input")];
    const apply = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter((w) => w);
      const verdicts = new Set(boxes.filter((b) => b.checked).map((b) => b.value));
      const shown = new Set();
      for (const c of claims.values()) {
        const all = `${c.id} ${c.source} ${c.provenance} ${c.statement}`.toLowerCase();
        if (verdicts.has(c.verdict) && words.every((w) => all.includes(w))) shown.add(c.id);
      }
      for (const e of document.querySelectorAll("[data-claim]")) e.hidden = !shown.has(e.dataset.claim);
      for (const p of report.papers) byId(`paper-${p.id}`).hidden = !p.claims.some((c) => shown.has(c.id));
      for (const more of document.querySelectorAll(".more")) {
        if (words.length) more.open = true;
        more.hidden = ![...more.querySelectorAll("[data-claim]")].some((e) => !e.hidden);
      }
      byId("filter-count").textContent = `${shown.size} of ${count(total, "claim", "claims")}`;
    };
    input.addEventListener("input", apply);
    for (const box of boxes) box.addEventListener("change", apply);
    apply();
  }

  function follow() {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.classList.contains("card")) return;
    target.open = true;
    target.scrollIntoView();
    target.querySelector("summary").focus({ preventScroll: true });
  }

  function licenses() {
    const missing = report.libraries.filter((l) => l.license === null);
    if (missing.length) {
      byId("offline").hidden = false;
      byId("offline").textContent = `Built without npm: this page loads ${missing.map((l) => `${l.name} ${l.version}`).join(" and ")} from the network (${missing.map((l) => l.address).join(", ")}).`;
      document.querySelector("footer p").textContent = "Figures by plotly.js, formulas by Temml, loaded from the network.";
    }
    for (const l of report.libraries) byId("licenses").append(element("h3", `${l.name} ${l.version}`), element("pre", l.license ?? l.address));
  }

  head();
  findings();
  papers();
  filter();
  licenses();
  addEventListener("hashchange", follow);
  follow();
})();
