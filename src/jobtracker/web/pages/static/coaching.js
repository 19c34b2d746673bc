import { $, act, bar, busy, chips, empty, field, fill, get, h, lang, LANGUAGES, moment, number, post, select, t, tabs, toast, values } from "./lib.js";

const asked = new URLSearchParams(location.search);
const STAGES = ["screening", "technical", "case", "panel", "final"];
const stage = () => field(t("stage"), select("stage", STAGES.map((one) => [one, t(`stage_${one}`)])));
const language = () => field(t("language"), select("language", LANGUAGES, lang));
let applications = [];
const subject = (required = true) => field(t("about"), select("application_id", [["", required ? t("choose") : t("none_chosen")], ...applications.map((one) => [one.application_id, `${one.title} · ${one.company}`])], asked.get("application") ?? ""));
const list = (title, items, line = (one) => one) => (items?.length ? [h("h3", {}, title), h("ul", {}, items.map((one) => h("li", {}, line(one))))] : null);
const lined = (work, ...rest) => { const out = h("div", { class: "stack", "aria-live": "polite" }); return h("div", { class: "stack" }, h("form", { class: "stack card", onsubmit: act(async (event) => fill(out, await work(values(event.target)))) }, ...rest), out); };
const go = (text) => h("div", { class: "row end" }, h("button", { class: "first" }, text));

const prepare = () => lined(async (given) => {
  const made = await post("/v1/coaching/preparations", { ...given, ...(given.application_id || !asked.get("job") ? {} : { job_id: asked.get("job") }) });
  return h("div", { class: "card stack" }, h("h2", {}, [made.role, made.company].filter(Boolean).join(" · ")), made.missing.map((one) => h("p", { class: "note" }, one)),
    list(t("facts"), made.facts, (one) => [one.text, h("span", { class: "small soft" }, ` (${one.source})`)]), list(t("logistics"), made.logistics, (one) => [moment(one.start), one.location].filter(Boolean).join(" · ")),
    h("h3", {}, t("questions")), h("ol", {}, made.questions.map((one) => h("li", {}, h("strong", {}, one.question), h("div", { class: "small soft" }, one.why), one.story === null || one.story === undefined ? null : h("div", { class: "small" }, `→ ${made.stories[one.story].title}`)))),
    list(t("stories"), made.stories, (one) => [h("strong", {}, one.title), h("div", { class: "small" }, [one.situation, one.task, one.action, one.result].filter(Boolean).join(" · ")), h("div", { class: "small soft" }, `“${one.evidence.quote}”`)]),
    list(t("gaps"), made.gaps, (one) => [h("strong", {}, one.term), ": ", one.say]), list(t("to_ask"), made.questions_to_ask), list(t("checklist"), made.checklist));
}, subject(), stage(), language(), go(t("prepare")));

const review = (found) => h("div", { class: "card stack" }, h("strong", {}, t("score", { score: found.score })),
  Object.entries(found.parts).map(([name, value]) => h("div", { class: "small" }, h("div", { class: "row between" }, h("span", {}, t(`part_${name}`)), h("span", { class: "num" }, value)), bar(value, t(`part_${name}`)))),
  h("ul", {}, found.notes.map((one) => h("li", { class: one.effect === "earned" ? "good" : "warn" }, one.message, one.sentence ? h("div", { class: "small soft" }, `“${one.sentence}”`) : null))));
const mock = () => {
  const out = h("div", { class: "stack" });
  let session = null;
  const question = (one) => {
    session = one.session_id;
    const form = h("form", { class: "card stack", onsubmit: act(async (event) => {
      const turn = await post(`/v1/coaching/mock-interviews/${session}/answers`, { answer: values(event.target).answer });
      form.querySelector(".row.end")?.remove();
      out.append(review(turn.review), h("p", {}, turn.message));
      if (turn.next && !turn.next.finished) question(turn.next); else await finish();
    }) }, h("p", { class: "small soft" }, t("question_of", { n: one.number, of: one.of })), h("h3", { tabIndex: -1 }, one.question), h("p", { class: "small soft" }, one.why),
    field(t("your_answer"), h("textarea", { name: "answer", rows: 6, required: true })), h("div", { class: "row end" }, h("button", { type: "button", onclick: act(finish) }, t("finish")), h("button", { class: "first" }, t("answer"))));
    out.append(form);
    form.querySelector("textarea").focus();
  };
  const finish = async () => {
    const made = await post(`/v1/coaching/mock-interviews/${session}/finish`);
    out.append(h("div", { class: "note stack" }, h("h3", {}, made.score === null ? t("finished") : t("score", { score: made.score })), h("ul", {}, made.answers.map((one) => h("li", {}, `${one.score} · ${one.question}`))),
      made.strongest ? h("p", {}, t("strongest", { what: made.strongest })) : null, made.weakest ? h("p", {}, t("weakest", { what: made.weakest })) : null, h("ul", {}, made.advice.map((one) => h("li", {}, one))),
      made.earlier_scores.length ? h("p", { class: "small soft" }, t("before", { scores: made.earlier_scores.join(", ") })) : null));
  };
  return h("div", { class: "stack" }, h("form", { class: "card stack", onsubmit: act(async (event) => {
    const given = values(event.target);
    out.replaceChildren();
    question(await post("/v1/coaching/mock-interviews", { ...given, questions: Number(given.questions ?? 5) }));
  }) }, subject(false), field(t("role"), h("input", { name: "role", maxLength: 200 })), stage(), language(), field(t("how_many"), h("input", { name: "questions", type: "number", min: 1, max: 20, value: 5 })), go(t("start"))), out);
};
const answer = () => lined(async (given) => review(await post("/v1/coaching/reviews", given)), field(t("question"), h("input", { name: "question", required: true })), field(t("your_answer"), h("textarea", { name: "answer", required: true, rows: 6 })), go(t("review")));

const amount = (value, currency) => (value === null || value === undefined ? "–" : `${currency} ${number(value, 2)}`);
const pay = (name, one) => (one ? h("div", { class: "scroll" }, h("table", {}, h("caption", { class: "small soft" }, name), h("tbody", {}, one.lines.map((line) => h("tr", {}, h("th", { scope: "row" }, line.name, h("div", { class: "small soft" }, line.how)), h("td", { class: "num" }, amount(line.amount, one.currency)))),
  h("tr", {}, h("th", { scope: "row" }, t("total")), h("td", { class: "num" }, h("strong", {}, amount(one.total_year, one.currency))))))) : null);
const negotiate = () => lined(async (given) => {
  for (const key of ["offer", "target", "pensum", "months"]) if (given[key]) given[key] = Number(given[key]);
  const made = await post("/v1/coaching/negotiation", given);
  return h("div", { class: "card stack" }, h("p", {}, made.position), made.market ? h("p", {}, t("market", { n: made.market.n, low: number(made.market.p25 ?? 0), mid: number(made.market.median ?? 0), high: number(made.market.p75 ?? 0), currency: made.market.currency })) : null,
    pay(t("offer"), made.offer), pay(t("target"), made.target), made.counter_year ? h("p", { class: "note" }, t("counter", { amount: amount(made.counter_year, made.offer?.currency ?? made.target?.currency ?? "") })) : null,
    list(t("arguments"), made.arguments, (one) => [one.text, h("span", { class: "small soft" }, ` (${one.source})`)]), list(t("say"), made.say), list(t("levers"), made.levers), list(t("missing"), made.missing));
}, subject(false), field(t("job_title"), h("input", { name: "title" })), h("div", { class: "row" }, field(t("offer"), h("input", { name: "offer", type: "number", min: 0 })), field(t("target"), h("input", { name: "target", type: "number", min: 0 })),
  field(t("currency"), select("currency", ["CHF", "EUR", "GBP", "USD"].map((one) => [one, one]))), field(t("period"), select("period", ["year", "month", "hour"].map((one) => [one, t(`period_${one}`)]))), field(t("country"), select("country", ["CH", "DE", "FR", "IT", "GB", "US"].map((one) => [one, one]))), field(t("pensum"), h("input", { name: "pensum", type: "number", min: 1, max: 100 }))), language(), go(t("brief")));

const outreach = () => lined(async (given) => {
  const made = await post("/v1/coaching/outreach", given);
  return h("div", { class: "card stack" }, h("h3", {}, made.subject), h("pre", { class: "text" }, made.text), h("p", { class: "small soft" }, t("characters", { n: made.characters })), chips(made.missing, "warn"), h("a", { href: "/reviews" }, t("to_reviews")));
}, field(t("message_kind"), select("kind", ["recruiter", "referral", "linkedin", "thank_you", "decline", "accept", "withdraw"].map((one) => [one, t(`outreach_${one}`)]))), subject(false), field(t("person"), h("input", { name: "person" })), field(t("company"), h("input", { name: "company" })), field(t("role"), h("input", { name: "role" })),
field(t("tone"), select("tone", ["professional", "enthusiastic", "concise"].map((one) => [one, t(`tone_${one}`)]))), language(), go(t("draft")));

const week = () => {
  const out = h("div", { class: "stack", "aria-live": "polite" });
  const draw = async () => {
    const made = await get("/v1/coaching/weekly-review", { language: lang });
    fill(out, h("p", { class: "note" }, made.encouragement), made.planned.length ? [h("h3", {}, t("goals")), made.planned.map((one) => h("div", {}, h("div", { class: "row between" }, h("span", {}, one.text), h("span", { class: one.reached ? "chip good" : "chip" }, `${one.done} / ${one.target}`)), bar((100 * one.done) / one.target, one.text)))] : null,
      list(t("done"), made.done, (one) => one.text), list(t("learnt"), made.learnt, (one) => one.text), list(t("next_week"), made.next_week), list(t("plan"), made.plan, (one) => [moment(one.start), " — ", one.what ?? one.title ?? one.text ?? ""]), list(t("missing"), made.missing));
  };
  busy(null, draw);
  return h("div", { class: "stack" }, h("form", { class: "row card", onsubmit: act(async (event) => {
    const given = values(event.target);
    await post("/v1/coaching/goals", { ...given, target: given.target ? Number(given.target) : undefined });
    toast(t("goal_set"));
    event.target.reset();
    await draw();
  }) }, h("label", { class: "grow" }, t("goal"), h("input", { name: "goal", required: true, placeholder: t("goal_hint") })), field(t("how_many"), h("input", { name: "target", type: "number", min: 1, max: 100 })), h("button", { class: "first" }, t("set"))), out);
};
busy(null, async () => {
  applications = (await get("/v1/applications", { status: "open", limit: 50 })).applications;
  fill($("tabs"), tabs([[t("tab_prepare"), prepare], [t("tab_mock"), mock], [t("tab_answer"), answer], [t("tab_negotiate"), negotiate], [t("tab_outreach"), outreach], [t("tab_week"), week]]), applications.length ? null : empty(t("no_applications")));
});
