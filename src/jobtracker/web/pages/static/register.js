import { $, act, busy, facts, field, fill, get, h, Problem, post, t, values } from "./lib.js";

const asked = new URLSearchParams(location.hash.slice(1) || location.search); // a key after # is in no server's log
const reset = asked.get("reset") ?? "";
const invite = asked.get("invite") ?? "";
if (reset || invite) history.replaceState(null, "", location.pathname); // the key stays out of history and logs
const say = h("p", { class: "note bad", role: "alert", tabIndex: -1, hidden: true });
const submit = (work) => act(async (event) => {
  say.hidden = true;
  try { await work(values(event.target)); } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say.textContent = error.message;
    say.hidden = false;
    say.focus();
  }
});
busy(null, async () => {
  if (facts.accounts === "off") return location.assign("/");
  const options = await get("/v1/account/options");
  const password = field(t("new_password"), h("input", { name: "password", type: "password", required: true, minLength: options.password.min_length, maxLength: options.password.max_length, autocomplete: "new-password" }));
  const rule = h("p", { class: "small soft" }, t("password_rule", { n: options.password.min_length }));
  if (reset) return fill($("form"), say, h("form", { class: "stack", onsubmit: submit(async (given) => { await post("/v1/account/password/reset", { key: reset, new: given.password }); location.assign("/sign-in"); }) }, password, rule, h("button", { class: "first" }, t("set_password"))));
  const needsKey = options.setup || options.accounts === "invite";
  return fill($("form"), say, h("form", { class: "stack", onsubmit: submit(async (given) => { await post("/v1/account/register", given); location.assign("/settings#security"); }) },
    needsKey ? field(t(options.setup ? "setup_key" : "invite_key"), h("input", { name: "invite", required: true, value: invite, autocomplete: "off" })) : null,
    field(t("account_name"), h("input", { name: "name", required: true, maxLength: 64, autocomplete: "username", autocapitalize: "none", spellcheck: false })),
    field(t("display_name"), h("input", { name: "display_name", maxLength: 100, autocomplete: "name" })), password, rule,
    h("button", { class: "first" }, t("make_account"))), h("p", {}, h("a", { href: "/sign-in" }, t("have_account"))));
});
