import { $, act, busy, call, day, empty, fill, get, h, t, toast } from "./lib.js";

const decide = (one, decision) => act(async () => {
  await call("POST", `/v1/reviews/${encodeURIComponent(one.review_id)}`, { body: { decision } });
  toast(t(`did_${decision}`));
  await draw();
});
const draw = async () => {
  const { reviews } = await get("/v1/reviews");
  fill($("list"), reviews.length ? reviews.map((one) => h("li", { class: "card stack" },
    h("div", { class: "row between" }, h("h2", {}, one.subject || t(`kind_${one.kind}`)), h("span", { class: "small soft" }, [t(`kind_${one.kind}`), one.about, day(one.created_at)].filter(Boolean).join(" · "))),
    h("pre", { class: "text" }, one.text),
    one.missing?.length ? h("p", { class: "small warn" }, `${t("missing")}: ${one.missing.join(", ")}`) : null,
    h("div", { class: "row" }, h("button", { type: "button", class: "first", onclick: decide(one, "approve") }, t("approve")),
      h("button", { type: "button", onclick: act(async () => { await navigator.clipboard.writeText(one.subject ? `${one.subject}\n\n${one.text}` : one.text); toast(t("copied")); }) }, t("copy")),
      h("button", { type: "button", class: "danger", onclick: decide(one, "discard") }, t("discard"))))) : h("li", {}, empty(t("nothing_waits"))));
};
busy(null, draw);
