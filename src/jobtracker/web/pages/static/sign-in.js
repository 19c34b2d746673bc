import { $, act, busy, facts, field, fill, get, h, Problem, post, t, values } from "./lib.js";
import { getPasskey, passkeysWork } from "./passkeys.js";

const go = () => location.assign(facts.next || "/");
const done = (answer) => { if (answer.status === "second_factor") second(answer); else go(); };
const failed = (work) => act(async (event) => {
  const say = $("said");
  say.hidden = true;
  try { await work(event); } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say.textContent = error.message;
    say.hidden = false;
    say.focus();
  }
});
const said = () => h("p", { id: "said", class: "note bad", role: "alert", tabIndex: -1, hidden: true });

const first = (options) => fill($("form"), said(), h("form", { class: "stack", onsubmit: failed(async (event) => done(await post("/v1/account/login", values(event.target)))) },
  field(t("account_name"), h("input", { name: "name", required: true, autocomplete: "username webauthn", autocapitalize: "none", spellcheck: false })),
  field(t("password"), h("input", { name: "password", type: "password", required: true, autocomplete: "current-password" })),
  h("button", { class: "first" }, t("sign_in"))),
options.passkeys && passkeysWork() ? h("button", { type: "button", onclick: failed(async () => done(await getPasskey())) }, t("with_passkey")) : null,
options.providers.map((one) => h("a", { class: "button", href: `/v1/account/oidc/${encodeURIComponent(one.id)}/login?next=${encodeURIComponent(facts.next)}` }, t("with_provider", { name: one.name }))),
options.setup || options.accounts === "open" ? h("p", {}, h("a", { href: "/register" }, t(options.setup ? "set_up" : "make_account"))) : null,
h("p", { class: "small soft" }, t("forgot_password")));

const second = ({ challenge }) => {
  fill($("form"), said(), h("form", { class: "stack", onsubmit: failed(async (event) => done(await post("/v1/account/login/second", { challenge, code: values(event.target).code }))) },
    field(t("code"), h("input", { name: "code", required: true, autocomplete: "one-time-code", inputMode: "numeric", maxLength: 64 })),
    h("p", { class: "small soft" }, t("code_or_recovery")), h("button", { class: "first" }, t("sign_in"))));
  $("form").querySelector("input").focus();
};
busy(null, async () => {
  if (facts.accounts === "off") return go();
  return first(await get("/v1/account/options"));
});
