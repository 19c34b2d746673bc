import { $, act, bar, busy, call, chips, count, day, download, empty, field, fill, get, h, lang, LANGUAGES, number, post, request, s, select, t, tabs, toast, values } from "./lib.js";

const asked = new URLSearchParams(location.search).get("job");
const TEMPLATES = ["swiss", "modern", "classic", "compact", "ats"];
let current = null;

const upload = async (file) => {
  const data = new FormData();
  data.append("file", file);
  const made = await call("POST", "/v1/resumes", { form: data });
  made.warnings.forEach((warning) => toast(warning, true));
  toast(t("read", { name: made.resume.basics?.name ?? file.name }));
  await list(made.resume_id);
};
$("choose").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", (event) => busy($("choose"), async () => { for (const file of event.target.files) await upload(file); event.target.value = ""; }));
const drop = $("drop");
drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => { event.preventDefault(); drop.classList.remove("over"); busy($("choose"), async () => { for (const file of event.dataTransfer.files) await upload(file); }); });

const list = async (chosen) => {
  const { resumes } = await get("/v1/resumes");
  fill($("resumes"), resumes.map((one) => h("li", {}, h("button", { type: "button", class: "card", "aria-pressed": String(one.resume_id === chosen), "data-id": one.resume_id, onclick: act(() => show(one.resume_id)) },
    h("strong", {}, one.name ?? one.filename), h("div", { class: "small soft" }, `${one.label ?? one.filename} · ${count("versions", one.versions)} · ${day(one.updated_at)}`)))));
  if (resumes.length) await show(chosen ?? resumes[0].resume_id);
};
const show = async (id, version) => {
  current = await get(`/v1/resumes/${id}`, { version_id: version });
  document.querySelectorAll("[data-id]").forEach((one) => one.setAttribute("aria-pressed", one.dataset.id === id));
  fill($("detail"), tabs([[t("content"), content], [t("score_tab"), score], [t("edit"), edit], [t("tailor"), tailor], [t("letter"), letter], [t("history"), history], [t("export"), exporting]]));
};
const path = () => `/v1/resumes/${current.resume_id}`;
const span = (one) => [one.startDate, one.endDate ?? (one.startDate ? t("today") : null)].filter(Boolean).join(" – ");
const content = () => {
  const r = current.resume;
  const b = r.basics ?? {};
  const part = (key, items, line) => (items?.length ? [h("h2", {}, t(key)), items.map(line)] : null);
  return h("div", {}, current.warnings.map((warning) => h("p", { class: "note" }, warning)),
    h("h2", {}, b.name ?? "–"), h("p", {}, b.label), h("p", { class: "soft" }, [b.email, b.phone, b.location?.city, b.url].filter(Boolean).join(" · ")), h("p", {}, b.summary),
    part("work", r.work, (w) => h("div", {}, h("h3", {}, [w.position, w.name].filter(Boolean).join(", ")), h("p", { class: "small soft" }, span(w)), w.summary ? h("p", {}, w.summary) : null, w.highlights?.length ? h("ul", {}, w.highlights.map((line) => h("li", {}, line))) : null)),
    part("education", r.education, (e) => h("p", {}, h("strong", {}, [e.studyType, e.area].filter(Boolean).join(" ")), ` ${e.institution ?? ""} `, h("span", { class: "soft small" }, span(e)))),
    part("skills", r.skills, (one) => h("p", {}, h("strong", {}, one.name), one.keywords?.length ? `: ${one.keywords.join(", ")}` : "")),
    part("languages", r.languages, (one) => h("p", {}, [one.language, one.fluency].filter(Boolean).join(": "))),
    part("certificates", r.certificates, (one) => h("p", {}, [one.name, one.issuer, one.date].filter(Boolean).join(", "))),
    part("projects", r.projects, (one) => h("p", {}, h("strong", {}, one.name), " ", one.description)));
};
const target = (button, work, extra = []) => h("form", { class: "stack", onsubmit: act((event) => {
  const given = values(event.target);
  if (given.job_id && !given.job_text) delete given.job_text; else delete given.job_id;
  return work(given);
}) }, asked ? h("input", { type: "hidden", name: "job_id", value: asked }) : null,
asked ? h("p", { class: "note" }, t("for_posting"), " ", h("a", { href: `/jobs?job=${asked}` }, t("posting"))) : null,
field(t("job_text"), h("textarea", { name: "job_text", rows: 6, required: !asked })), ...extra, h("div", { class: "row end" }, h("button", { class: "first" }, button)));
const ring = (value) => s("svg", { class: "ring", viewBox: "0 0 100 100", role: "img", "aria-label": t("score_is", { score: number(value) }) },
  s("circle", { cx: 50, cy: 50, r: 42, fill: "none", stroke: "var(--line)", "stroke-width": 10 }),
  s("circle", { cx: 50, cy: 50, r: 42, fill: "none", stroke: "var(--accent)", "stroke-width": 10, "stroke-dasharray": `${value * 2.639} 264`, transform: "rotate(-90 50 50)", "stroke-linecap": "round" }),
  s("text", { x: 50, y: 59, "text-anchor": "middle", "font-size": 26, fill: "currentColor" }, number(value)));
const score = () => {
  const out = h("div", { class: "stack", "aria-live": "polite" });
  const run = async (given) => {
    const found = await post(`${path()}/score`, given);
    fill(out, h("div", { class: "row" }, ring(found.score), h("div", { class: "grow stack" }, Object.entries(found.parts).map(([name, value]) => h("div", {}, h("div", { class: "row between small" }, h("span", {}, t(`part_${name}`)), h("span", { class: "num" }, number(value))), bar(value, t(`part_${name}`)))))),
      h("h3", {}, t("matched")), chips(found.matched.map((m) => m.term), "good") ?? empty(t("nothing")), h("h3", {}, t("missing")), chips(found.missing.map((m) => m.term), "warn") ?? empty(t("nothing")),
      h("h3", {}, t("findings")), h("div", { class: "scroll" }, h("table", {}, h("thead", {}, h("tr", {}, [t("part"), t("finding"), t("points")].map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, found.findings.map((f) => h("tr", {}, h("td", {}, t(`part_${f.part}`)), h("td", { class: { bad: "bad", warn: "warn", good: "good" }[f.severity] ?? "" }, f.message, f.where ? h("div", { class: "small soft" }, f.where) : null), h("td", { class: "num" }, number(f.points, 1))))))));
  };
  return h("div", { class: "stack" }, target(t("score"), run), out);
};
const changes = (items) => (items.length ? h("ul", { class: "list" }, items.map((c) => h("li", { class: "card small" }, h("code", {}, c.path), c.before ? h("div", {}, h("del", {}, c.before)) : null, c.after ? h("div", {}, h("ins", {}, c.after)) : null, c.why ? h("div", { class: "soft" }, c.why) : null, c.evidence ? h("div", { class: "soft" }, `${t("evidence")}: “${c.evidence.quote}”`) : null))) : empty(t("nothing")));
const edit = () => {
  const out = h("div", { class: "stack", "aria-live": "polite" });
  return h("div", { class: "stack" }, h("form", { class: "stack", onsubmit: act(async (event) => {
    const made = await call("PATCH", path(), { body: { instruction: values(event.target).instruction } });
    fill(out, made.note ? h("p", {}, made.note) : null, changes(made.changes), h("button", { type: "button", onclick: act(async () => { await post(`${path()}/restore`, { version_id: made.version_before }); await show(current.resume_id); }) }, t("undo")));
    current = await get(path());
  }) }, field(t("instruction"), h("textarea", { name: "instruction", required: true, placeholder: t("instruction_hint") })), h("div", { class: "row end" }, h("button", { class: "first" }, t("change")))), out);
};
const tailor = () => {
  const out = h("div", { class: "stack", "aria-live": "polite" });
  return h("div", { class: "stack" }, h("p", { class: "soft" }, t("tailor_what")), target(t("tailor"), async (given) => {
    const made = await post(`${path()}/tailor`, given);
    fill(out, h("p", { class: "note" }, t("tailored", { before: number(made.score_before), after: number(made.score_after) })), made.wording?.note ? h("p", { class: "small soft" }, made.wording.note) : null, changes(made.changes),
      h("h3", {}, t("gaps")), made.gaps.length ? h("ul", {}, made.gaps.map((g) => h("li", {}, h("strong", {}, g.term), ": ", g.advice))) : empty(t("nothing")));
    current = await get(path());
  }), out);
};
const letter = () => {
  const out = h("div", { class: "stack", "aria-live": "polite" });
  const tones = ["professional", "enthusiastic", "concise"].map((one) => [one, t(`tone_${one}`)]);
  return h("div", { class: "stack" }, target(t("write"), async (given) => {
    const made = await post(`${path()}/letters`, given);
    fill(out, h("h3", {}, made.subject), h("pre", { class: "text card" }, made.text), made.wording?.note ? h("p", { class: "small soft" }, made.wording.note) : null, h("details", {}, h("summary", {}, t("evidence")), h("ul", {}, made.claims.map((c) => h("li", {}, `${c.text} — “${c.evidence?.quote ?? ""}”`)))), h("p", {}, h("a", { href: "/reviews" }, t("to_reviews"))));
  }, [field(t("tone"), select("tone", tones)), field(t("language"), select("language", LANGUAGES, lang))]), out);
};
const history = () => {
  const out = h("div", { class: "stack", "aria-live": "polite" });
  return h("div", { class: "stack" }, h("ul", { class: "list" }, current.versions.map((v) => h("li", { class: "card" }, h("div", { class: "row between" },
    h("span", {}, h("strong", {}, v.label ?? t(`purpose_${v.purpose}`)), h("div", { class: "small soft" }, [day(v.created_at), v.job_title, v.note].filter(Boolean).join(" · "))),
    h("div", { class: "row" }, h("button", { type: "button", class: "plain", onclick: act(async () => fill(out, changes((await get(`${path()}/diff`, { version_a: v.version_id })).changes))) }, t("diff")),
      v.version_id === current.version_id ? h("span", { class: "chip" }, t("present")) : h("button", { type: "button", class: "plain", onclick: act(async () => { await post(`${path()}/restore`, { version_id: v.version_id }); await show(current.resume_id); }) }, t("restore"))))))), out);
};
const exporting = () => {
  const frame = h("iframe", { class: "preview", title: t("preview"), hidden: true });
  const form = h("form", { class: "row" }, field(t("format"), select("format", ["pdf", "docx", "html", "markdown", "txt", "json"].map((one) => [one, one.toUpperCase()]))),
    field(t("template"), select("template", TEMPLATES.map((one) => [one, t(`template_${one}`)]))), field(t("language"), select("language", [["", "–"], ...LANGUAGES])),
    h("button", { type: "button", onclick: act(async () => {
      const answer = await request("GET", `${path()}/export`, { query: { ...values(form), format: "pdf" } });
      if (!answer.ok) throw new Error((await answer.json()).detail);
      frame.src = URL.createObjectURL(await answer.blob());
      frame.hidden = false;
    }) }, t("preview")), h("button", { class: "first" }, t("download")));
  form.addEventListener("submit", act(() => download(`${path()}/export`, values(form))));
  return h("div", { class: "stack" }, form, frame);
};
busy(null, () => list());
