import { $, busy, count, empty, facts, fill, get, h, number, s, t } from "./lib.js";

const percent = (value) => `${number(100 * value)} %`;
// Horizontal bars with an interval; the same figures stand in a table for those who do not see them.
const chart = (title, rows, top) => {
  const width = 440;
  const left = 150;
  const step = 30;
  const x = (value) => left + (value / top) * (width - left - 60);
  return h("figure", { class: "card" }, h("figcaption", {}, h("strong", {}, title)),
    s("svg", { class: "chart", viewBox: `0 0 ${width} ${rows.length * step + 8}`, role: "img", "aria-label": rows.map((row) => `${row.label}: ${row.text}`).join("; ") },
      rows.map((row, i) => s("g", { transform: `translate(0 ${i * step + 4})` },
        s("text", { x: left - 8, y: 17, "text-anchor": "end" }, row.label.length > 20 ? `${row.label.slice(0, 19)}…` : row.label),
        s("rect", { class: "mark", x: left, y: 5, height: 16, rx: 3, width: Math.max(1, x(row.value ?? 0) - left), opacity: row.value === null ? 0.15 : 0.85 }),
        row.low === null || row.low === undefined ? null : s("line", { class: "range", x1: x(row.low), x2: x(row.high), y1: 13, y2: 13 }),
        s("text", { x: x(row.high ?? row.value ?? 0) + 6, y: 17 }, row.text)))));
};
const rates = (title, groups) => {
  const known = groups.filter((group) => group.rate.n > 0).slice(0, 10);
  if (!known.length) return null;
  return chart(title, known.map(({ group, label, rate }) => ({ label: t.names?.[group] ?? (label || group), value: rate.value, low: rate.low, high: rate.high, text: rate.value === null ? t("too_few", { n: rate.n }) : `${percent(rate.value)} (n ${rate.n})` })), 1);
};
busy(null, async () => {
  const found = await get("/v1/applications/stats");
  const trend = (name, value, before) => h("p", {}, h("strong", { class: "num" }, number(value)), ` ${name} `, h("span", { class: "soft small" }, t("last_month", { n: before })));
  fill($("stats"),
    h("section", { class: "card" }, h("h2", {}, t("month")), trend(count("applications", found.month.applications), found.month.applications, found.month.applications_before), trend(count("answers", found.month.answers), found.month.answers, found.month.answers_before),
      found.median_days_to_answer === null ? null : h("p", {}, t("median", { n: number(found.median_days_to_answer, 1) })),
      found.response.value === null ? h("p", { class: "soft" }, t("too_few", { n: found.response.n })) : h("p", {}, t("response", { rate: percent(found.response.value), low: percent(found.response.low), high: percent(found.response.high), n: found.response.n })), found.notes.map((note) => h("p", { class: "small soft" }, note))),
    found.total ? chart(t("funnel"), found.funnel.map((one) => ({ label: t(`status_${one.stage}`), value: one.count, text: String(one.count) })), Math.max(1, ...found.funnel.map((one) => one.count))) : empty(t("none")),
    rates(t("by_source"), found.by_source), rates(t("by_title"), found.by_title), rates(t("by_weekday"), found.by_weekday), rates(t("by_company_size"), found.by_company_size), rates(t("by_resume_version"), found.by_resume_version));
  if (facts.role === "admin") {
    const trends = await get("/v1/evals/trends").catch(() => null);
    if (trends?.suites?.length) $("stats").append(h("section", { class: "card" }, h("h2", {}, t("evals")), h("div", { class: "scroll" }, h("table", {}, h("tbody", {}, trends.suites.map((one) => h("tr", {}, h("th", { scope: "row" }, one.suite), h("td", {}, one.metric), h("td", { class: "num" }, one.points.map((point) => number(point.value, 3)).join(" → ")))))))));
  }
});
