import { $, act, ask, busy, call, day, empty, get, h, t, toast } from "./lib.js";

let next = null;
const line = (one) => {
  const text = h("span", { class: "grow" }, one.text);
  const node = h("li", { class: "card row" }, h("span", { class: "chip" }, t(`kind_${one.kind}`)), text, h("span", { class: "small soft" }, day(one.updated_at ?? one.created_at)),
    h("button", { type: "button", class: "plain", onclick: () => correct(node, text, one) }, t("correct")),
    h("button", { type: "button", class: "plain bad", onclick: act(async () => { if (!(await ask(t("forget_one", { text: one.text })))) return; await call("DELETE", `/v1/memories/${one.id}`); node.remove(); toast(t("forgotten")); }) }, t("forget")));
  return node;
};
const correct = (node, text, one) => {
  const form = h("form", { class: "row grow", onsubmit: act(async () => {
    const made = await call("PATCH", `/v1/memories/${one.id}`, { body: { text: form.elements.text.value } });
    node.replaceWith(line({ ...one, ...made }));
  }) }, h("label", { class: "grow" }, h("span", { class: "sr" }, t("correct")), h("input", { name: "text", value: one.text, required: true, maxLength: 2000 })), h("button", { class: "first" }, t("keep")));
  text.replaceWith(form);
  form.elements.text.focus();
};
const draw = async (cursor) => {
  const page = await get("/v1/memories", { kind: $("kind").value, limit: 50, cursor });
  if (!cursor) $("list").replaceChildren();
  $("list").append(...page.memories.map(line));
  if (!$("list").children.length) $("list").append(h("li", {}, empty(t("nothing"))));
  next = page.next_cursor;
  $("more").hidden = !next;
};
$("kind").addEventListener("change", () => busy(null, () => draw()));
$("more").addEventListener("click", act(() => draw(next)));
$("all").addEventListener("click", act(async () => { const { forgotten } = await call("DELETE", "/v1/memories"); toast(t("forgot_n", { n: forgotten })); await draw(); }));
$("export").addEventListener("click", act(async () => {
  const data = await get("/v1/memories/export");
  const link = h("a", { href: URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" })), download: "memories.json" });
  link.click();
}));
busy(null, () => draw());
