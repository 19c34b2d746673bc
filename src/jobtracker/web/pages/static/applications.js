import { $, act, busy, call, day, dialog, download, empty, facts, field, fill, get, h, lang, moment, money, none, now, outside, post, select, t, toast, values } from "./lib.js";

const OPEN = ["saved", "applied", "screening", "interview", "offer"];
const CLOSED = ["accepted", "rejected", "withdrawn"];
let held = null;

const all = async (status) => {
  const found = [];
  for (let cursor = null, round = 0; round < 20; round += 1) {
    const page = await get("/v1/applications", { status, limit: 50, cursor });
    found.push(...page.applications);
    cursor = page.next_cursor;
    if (!cursor) break;
  }
  return found;
};
const move = async (id, status) => {
  await call("PATCH", `/v1/applications/${id}`, { body: { status } });
  await draw();
  document.querySelector(`[data-id="${id}"]`)?.focus();
};
const states = (value) => [...OPEN, ...CLOSED].map((status) => [status, t(`status_${status}`)]).map(([key, text]) => h("option", { value: key, selected: key === value }, text));

const card = (one) => h("li", {}, h("article", { class: "card", draggable: true, tabIndex: 0, "data-id": one.application_id, "aria-label": `${one.title}, ${one.company}, ${t(`status_${one.status}`)}`,
  ondragstart: (event) => { held = one; event.dataTransfer.setData("text/plain", one.application_id); event.dataTransfer.effectAllowed = "move"; },
  onkeydown: (event) => {
    if (event.target !== event.currentTarget) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const to = OPEN.includes(one.status) ? OPEN[OPEN.indexOf(one.status) + step] : null;
    if (step && to) { event.preventDefault(); busy(null, () => move(one.application_id, to)); }
    if (event.key === "Enter") busy(null, () => show(one.application_id));
  } },
h("strong", {}, one.title), h("div", {}, one.company), h("div", { class: "small soft" }, [one.location, day(one.applied_on ?? one.status_on)].filter(Boolean).join(" · ")),
h("div", { class: "row" }, h("button", { type: "button", class: "plain", onclick: act(() => show(one.application_id)) }, t("open")),
  h("label", {}, h("span", { class: "sr" }, t("move", { title: one.title })), h("select", { onchange: (event) => busy(null, async () => {
    try { await move(one.application_id, event.target.value); } catch (error) { event.target.value = one.status; throw error; }
  }) }, states(one.status))))));

const draw = async () => {
  const [open, closed, next] = await Promise.all([all("open"), all("closed"), get("/v1/applications/next-actions", { limit: 10 })]);
  fill($("board"), OPEN.map((status) => {
    const mine = open.filter((one) => one.status === status);
    return h("section", { class: "column", "data-status": status, "aria-labelledby": `col-${status}`,
      ondragover: (event) => { event.preventDefault(); event.currentTarget.classList.add("over"); },
      ondragleave: (event) => event.currentTarget.classList.remove("over"),
      ondrop: (event) => {
        event.preventDefault();
        event.currentTarget.classList.remove("over");
        if (held && held.status !== status) busy(null, () => move(held.application_id, status));
        held = null;
      } },
    h("h2", { id: `col-${status}` }, `${t(`status_${status}`)} (${mine.length})`), h("ul", { class: "list" }, mine.map(card)));
  }));
  fill($("closed-list"), closed.length ? closed.map(card) : none(t("none")));
  fill($("next"), next.actions.length ? next.actions.slice(0, 5).map((one) => h("li", { class: "card" },
    h("div", { class: "row between" }, h("strong", {}, t(`action_${one.action}`)), h("span", { class: one.overdue ? "chip bad" : "chip" }, day(one.due))),
    h("div", { class: "small" }, [one.title, one.company].filter(Boolean).join(" · "), ` — ${one.why}`),
    h("div", { class: "row" },
      one.application_id ? h("button", { type: "button", class: "plain", onclick: act(() => show(one.application_id)) }, t("open")) : null,
      one.action === "follow_up" ? h("button", { type: "button", class: "plain", onclick: act(() => followUp(one.application_id)) }, t("draft")) : null))) : none(t("nothing_due")));
};
const followUp = async (id) => {
  const made = await post(`/v1/applications/${id}/follow-ups`, { language: lang });
  toast(t("drafted"));
  await dialog(made.subject, () => h("div", { class: "stack" }, h("pre", { class: "text" }, made.text), made.wording?.note ? h("p", { class: "small soft" }, made.wording.note) : null, h("p", {}, h("a", { href: "/reviews" }, t("to_reviews")))));
};
const show = async (id) => {
  const one = await get(`/v1/applications/${id}`);
  const changed = await dialog(`${one.title} · ${one.company}`, (done) => h("div", { class: "stack" },
    h("dl", {}, [[t("status"), t(`status_${one.status}`)], [t("applied_on"), day(one.applied_on)], [t("deadline"), day(one.deadline)], [t("source"), one.source], [t("place"), one.location],
      [t("asked"), one.salary_asked ? money({ min: one.salary_asked.amount, ...one.salary_asked }) : ""], [t("offered"), one.salary_offered ? money({ min: one.salary_offered.amount, ...one.salary_offered }) : ""]]
      .filter(([, value]) => value).map(([name, value]) => [h("dt", { class: "small soft" }, name), h("dd", {}, value)])),
    outside(one.url, t("posting")),
    one.rounds.length ? [h("h3", {}, t("rounds")), h("ul", {}, one.rounds.map((r) => h("li", {}, [r.stage, moment(r.start), r.location, r.outcome].filter(Boolean).join(" · "))))] : null,
    one.contacts.length ? [h("h3", {}, t("contacts")), h("ul", {}, one.contacts.map((c) => h("li", {}, [c.name, c.role, c.email, c.phone].filter(Boolean).join(" · "))))] : null,
    h("h3", {}, t("notes")), one.notes.length ? h("ul", {}, one.notes.map((n) => h("li", {}, `${day(n.at)}: ${n.text}`))) : empty(t("none")),
    h("form", { class: "row", onsubmit: act(async (event) => { await call("PATCH", `/v1/applications/${id}`, { body: { note: values(event.target).note } }); done(true); }) },
      h("label", { class: "grow" }, t("note"), h("input", { name: "note", required: true, maxLength: 2000 })), h("button", {}, t("add_note"))),
    h("details", {}, h("summary", {}, t("history")), h("ul", {}, one.history.map((e) => h("li", { class: "small" }, [moment(e.at), e.kind, e.to_status && t(`status_${e.to_status}`), e.why].filter(Boolean).join(" · "))))),
    h("div", { class: "row between" },
      h("div", { class: "row" }, h("button", { type: "button", onclick: act(() => followUp(id)) }, t("draft")),
        h("a", { class: "button", href: `/coaching?application=${id}` }, t("prepare")),
        h("button", { type: "button", onclick: act(async () => { await call("PATCH", `/v1/applications/${id}`, { body: { undo: true } }); done(true); }) }, t("undo"))),
      h("button", { type: "button", class: "danger", onclick: act(async () => { await call("DELETE", `/v1/applications/${id}`); done(true); }) }, t("delete"))),
    h("div", { class: "row end" }, h("button", { type: "button", onclick: () => done(false) }, t("close")))));
  if (changed) await draw();
};
$("add").addEventListener("click", act(async () => {
  const given = await dialog(t("add"), (done) => h("form", { class: "stack", onsubmit: (event) => { event.preventDefault(); done(values(event.target)); } },
    field(t("company"), h("input", { name: "company", required: true, maxLength: 200 })),
    field(t("job_title"), h("input", { name: "title", required: true, maxLength: 200 })),
    field(t("status"), h("select", { name: "status" }, states("applied"))),
    field(t("date"), h("input", { name: "date", type: "date", max: now().toISOString().slice(0, 10) })),
    field(t("note"), h("textarea", { name: "note" })),
    h("div", { class: "row end" }, h("button", { class: "first" }, t("add")))));
  if (given) { const made = await post("/v1/applications", given); toast(made.message); await draw(); }
}));
$("rav").addEventListener("click", act(async () => {
  const month = await dialog(t("rav"), (done) => h("form", { class: "stack", onsubmit: (event) => { event.preventDefault(); done(values(event.target).month); } },
    h("p", {}, t("rav_what")), field(t("month"), h("input", { name: "month", type: "month", required: true, pattern: "\\d{4}-\\d{2}", value: (facts.now || new Date().toISOString()).slice(0, 7) })),
    h("div", { class: "row end" }, h("button", { class: "first" }, t("download")))));
  if (month) await download("/v1/applications/export", { format: "rav", month, language: lang });
}));
$("csv").addEventListener("click", act(() => download("/v1/applications/export", { format: "csv" })));
busy(null, draw);
