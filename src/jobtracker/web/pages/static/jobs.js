import { $, act, busy, call, chips, count, day, dialog, field, fill, get, h, LANGUAGES, money, none, number, outside, post, select, t, toast, values } from "./lib.js";

const form = $("search");
const any = (names, prefix) => [["any", t("any")], ...names.map((name) => [name, t(`${prefix}_${name}`)])];
const MODES = ["remote", "hybrid", "onsite"];
const KINDS = ["permanent", "full_time", "part_time", "contract", "temporary", "internship", "apprenticeship", "volunteer"];
$("filters").append(
  field(t("radius"), select("radius_km", [["", t("radius_none")], ...[10, 25, 50, 100].map((km) => [km, `${km} km`])])),
  field(t("mode"), select("work_mode", any(MODES, "mode"))),
  field(t("kind"), select("employment_type", any(KINDS, "kind"))),
  field(t("salary_min"), h("input", { name: "salary_min", type: "number", min: 0, step: 1000, inputMode: "numeric" })),
  field(t("currency"), select("currency", [["", "–"], ["CHF", "CHF"], ["EUR", "EUR"], ["GBP", "GBP"], ["USD", "USD"]])),
  field(t("company"), h("input", { name: "company" })),
  field(t("posting_language"), select("language", [["", t("any")], ...LANGUAGES])),
  field(t("posted"), select("posted_within_days", [["", t("any_time")], ["1", t("days_1")], ["7", t("days_7")], ["30", t("days_30")]])));

const SHOWN = new Set(["pay", "posted", "posted_today", "sample"]); // reasons that stand in the chips or beside already
let next = null;
const summary = (job) => h("li", {}, h("button", { type: "button", class: "card", "data-job": job.job_id, "aria-pressed": "false", onclick: act(() => show(job.job_id)) },
  h("strong", {}, job.title), h("div", {}, [job.company, job.location].filter(Boolean).join(" · ")),
  chips([job.work_mode && t(`mode_${job.work_mode}`), job.employment_type && t(`kind_${job.employment_type}`), job.workload && `${job.workload.min === job.workload.max ? job.workload.min : `${job.workload.min}–${job.workload.max}`}%`, money(job.salary), job.sample && t("sample")].filter(Boolean)),
  h("div", { class: "small soft" }, [job.posted_at && t("posted_on", { day: day(job.posted_at) }), ...job.why.filter((_, at) => !SHOWN.has(job.why_codes[at]))].filter(Boolean).join(" · "))));

const query = () => {
  const given = values(form);
  for (const key of ["work_mode", "employment_type"]) if (given[key] === "any") delete given[key];
  if (!given.salary_min) delete given.currency;
  return given;
};
const search = async (cursor) => {
  const given = query();
  const page = await get("/v1/jobs", { ...given, limit: 10, cursor });
  if (!cursor) {
    $("results").replaceChildren();
    history.replaceState(null, "", `?${new URLSearchParams(given)}`);
  }
  $("results").append(...page.jobs.map(summary));
  $("count").textContent = [count("found", page.total, { n: number(page.total) }), ...page.notes, ...page.failures.map((f) => t("no_answer", { source: f.source }))].join(" · ");
  next = page.next_cursor;
  $("more").hidden = !next;
};
form.addEventListener("submit", act(() => search()));
$("more").addEventListener("click", act(() => search(next)));

const show = async (id) => {
  const job = await get(`/v1/jobs/${id}`);
  document.querySelectorAll("[data-job]").forEach((one) => one.setAttribute("aria-pressed", one.dataset.job === id));
  const box = $("detail");
  fill(box,
    h("div", { class: "row between" }, h("h2", {}, job.title), job.sample ? h("span", { class: "chip warn" }, t("sample")) : null),
    h("p", {}, [job.company, job.location].filter(Boolean).join(" · ")),
    chips([job.work_mode && t(`mode_${job.work_mode}`), job.employment_type && t(`kind_${job.employment_type}`), money(job.salary), job.posted_at && t("posted_on", { day: day(job.posted_at) }), job.expires_at && t("expires_on", { day: day(job.expires_at) })].filter(Boolean)),
    h("div", { class: "row" },
      h("button", { type: "button", class: "first", onclick: act(() => track(job, "saved")) }, t("save")),
      h("button", { type: "button", onclick: act(() => track(job, "applied")) }, t("applied")),
      outside(job.apply_url, t("apply")),
      h("button", { type: "button", onclick: act(() => fit(job)) }, t("fit")),
      h("button", { type: "button", onclick: act(async () => { const checked = await post(`/v1/jobs/${id}/check`); toast(`${t(`open_${checked.status}`)}: ${checked.evidence}`); }) }, t("still_open"))),
    h("div", { id: "fit" }),
    chips(job.skills.slice(0, 30)), h("pre", { class: "text" }, job.description),
    h("p", { class: "small soft" }, t("seen_at", { sources: job.sources.map((one) => one.source).join(", ") })),
    h("h2", {}, t("similar")), h("ul", { class: "list", id: "similar" }));
  box.focus();
  const { jobs } = await get(`/v1/jobs/${id}/similar`, { limit: 3 });
  fill($("similar"), jobs.length ? jobs.map(summary) : none(t("none")));
};
const track = async (job, status) => {
  const made = await post("/v1/applications", { job_id: job.job_id, status });
  toast(t(made.created || made.moved ? "tracked" : "tracked_already", { title: job.title }));
};
const fit = async (job) => {
  const { resumes } = await get("/v1/resumes");
  if (!resumes.length) { fill($("fit"), h("p", { class: "note" }, h("a", { href: "/resume" }, t("need_resume")))); return; }
  const result = await post(`/v1/resumes/${resumes[0].resume_id}/score`, { job_id: job.job_id });
  fill($("fit"), h("div", { class: "note" }, h("strong", {}, t("score", { score: number(result.score) })),
    h("p", { class: "small" }, t("matched"), ": ", result.matched.slice(0, 12).map((m) => m.term).join(", ") || t("none")),
    h("p", { class: "small" }, t("missing"), ": ", result.missing.slice(0, 12).map((m) => m.term).join(", ") || t("none")),
    h("a", { href: `/resume?job=${job.job_id}` }, t("details"))));
};

const listSaved = async () => {
  const { searches } = await get("/v1/saved-searches");
  fill($("saved"), searches.length ? searches.map((one) => h("li", { class: "card" },
    h("div", { class: "row between" }, h("strong", {}, one.name), h("div", { class: "row" },
      h("button", { type: "button", class: "plain", onclick: act(async () => {
        for (const [key, value] of Object.entries(one.request)) if (form.elements[key] && value !== null) form.elements[key].value = value;
        await search();
      }) }, t("run")),
      h("button", { type: "button", class: "plain", onclick: act(async () => { await call("DELETE", `/v1/saved-searches/${one.search_id}`); await listSaved(); }) }, t("delete")))),
    one.new_jobs.length ? h("ul", { class: "list" }, one.new_jobs.map(summary)) : h("span", { class: "soft small" }, t("nothing_new")))) : none(t("no_saved")));
};
$("save").addEventListener("click", act(async () => {
  const name = await dialog(t("save_search"), (done) => h("form", { class: "stack", onsubmit: (event) => { event.preventDefault(); done(values(event.target).name ?? null); } },
    field(t("name"), h("input", { name: "name", required: true, maxLength: 120, value: [form.elements.query.value, form.elements.location.value].filter(Boolean).join(", ") })),
    h("div", { class: "row end" }, h("button", { class: "first" }, t("save")))));
  if (!name) return;
  const given = query();
  for (const key of ["salary_min", "posted_within_days"]) if (given[key]) given[key] = Number(given[key]);
  await post("/v1/saved-searches", { ...given, name });
  await listSaved();
}));
$("import").addEventListener("click", act(async () => {
  // The dialog stays where it fails: what was pasted is not lost.
  const made = await dialog(t("import"), (done) => h("form", { class: "stack", onsubmit: act(async (event) => {
    const given = values(event.target).posting.trim();
    done(await post("/v1/jobs/import", /^https?:\/\/\S+$/.test(given) ? { url: given } : { text: given }));
  }) },
  field(t("import_what"), h("textarea", { name: "posting", required: true, rows: 8 })),
  h("div", { class: "row end" }, h("button", { class: "first" }, t("import")))));
  if (!made) return;
  made.warnings.forEach((warning) => toast(warning));
  if (made.job_id) await show(made.job_id);
  else $("results").prepend(...made.jobs.map(summary));
}));

busy(null, async () => {
  for (const [key, value] of new URLSearchParams(location.search)) if (form.elements[key]) form.elements[key].value = value;
  await Promise.all([search(), listSaved()]);
  const asked = new URLSearchParams(location.search).get("job");
  if (asked) await show(asked);
});
