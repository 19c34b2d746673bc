import { $, act, busy, call, day, dialog, download, empty, facts, field, fill, get, h, LANGUAGES, moment, post, t, toast, values } from "./lib.js";
import { addPasskey, passkeysWork } from "./passkeys.js";

const [host, secure] = location.protocol === "https:" ? ["__Host-", "; secure"] : ["", ""];
const remember = (name, value) => { document.cookie = `${host}${name}=${value}; path=/; max-age=31536000; samesite=lax${secure}`; };
$("lang").addEventListener("change", (event) => { remember("lang", event.target.value); location.assign(location.pathname); });
$("theme").addEventListener("change", (event) => { remember("theme", event.target.value); document.documentElement.dataset.theme = event.target.value; });
$("mcp-url").textContent = `${location.origin}/mcp`;
$("openai-url").textContent = `${location.origin}/v1`;

const connections = async () => {
  const [{ calendars }, { sources }] = await Promise.all([get("/v1/calendar/calendars"), get("/v1/jobs/sources")]);
  fill($("calendars"), calendars.map((one) => h("li", {}, `${one.name} (${one.provider}) `, h("span", { class: one.status === "ok" ? "chip good" : "chip bad" }, t(`connection_${one.status}`)), one.note ? h("div", { class: "small soft" }, one.note) : null)));
  $("boards").textContent = t("boards_on", { n: sources.filter((one) => one.enabled).length, of: sources.length });
  fill($("board-list"), sources.map((one) => h("li", {}, h("strong", {}, one.title), ` · ${one.status}`, one.enabled ? h("span", { class: "chip good" }, t("on")) : null, one.note ? h("div", { class: "soft" }, one.note) : null)));
};

const once = (codes) => dialog(t("recovery_title"), (done) => h("div", { class: "stack" }, h("p", {}, t("recovery_what")), h("pre", { class: "text card" }, codes.join("\n")), h("div", { class: "row end" }, h("button", { type: "button", class: "first", onclick: () => done(true) }, t("kept_them")))));
const setUpTotp = async () => {
  const made = await post("/v1/account/totp");
  const codes = await dialog(t("totp_title"), (done) => h("form", { class: "stack", onsubmit: act(async (event) => done((await post("/v1/account/totp/confirm", { code: values(event.target).code })).recovery_codes)) },
    h("p", {}, t("totp_what")), h("img", { src: `data:image/svg+xml;base64,${btoa(made.svg)}`, alt: t("totp_image"), width: 200, height: 200 }), h("p", { class: "small" }, t("totp_secret"), " ", h("code", { id: "totp-secret" }, made.secret)),
    field(t("code"), h("input", { name: "code", required: true, inputMode: "numeric", autocomplete: "one-time-code", maxLength: 7 })), h("div", { class: "row end" }, h("button", { class: "first" }, t("confirm")))));
  if (codes) await once(codes);
  await account();
};
const account = async () => {
  const [me, factors, keys] = await Promise.all([get("/v1/account"), get("/v1/account/factors"), get("/v1/account/passkeys").catch(() => ({ passkeys: [] }))]);
  fill($("account"),
    h("form", { class: "stack", onsubmit: act(async (event) => { await call("PATCH", "/v1/account", { body: values(event.target) }); toast(t("saved")); }) }, field(t("display_name"), h("input", { name: "display_name", value: me.display_name, required: true, maxLength: 100 })), h("div", { class: "row end" }, h("button", {}, t("save")))),
    h("form", { class: "stack", onsubmit: act(async (event) => { await post("/v1/account/password", values(event.target)); toast(t("saved")); location.reload(); }) },
      h("input", { type: "hidden", autocomplete: "username", value: me.name }),
      me.has_password ? field(t("password"), h("input", { name: "current", type: "password", required: true, autocomplete: "current-password" })) : null,
      field(t("new_password"), h("input", { name: "new", type: "password", required: true, autocomplete: "new-password" })), h("div", { class: "row end" }, h("button", {}, t("change_password")))),
    h("h3", {}, t("second_factor")),
    factors.totp ? h("div", { class: "row" }, h("span", { class: "chip good" }, t("on")), h("span", { class: "small" }, t("codes_left", { n: factors.recovery_codes_left })), h("button", { type: "button", onclick: act(async () => once((await post("/v1/account/recovery-codes")).recovery_codes)) }, t("new_codes")), h("button", { type: "button", class: "danger", onclick: act(async () => { await call("DELETE", "/v1/account/totp"); await account(); }) }, t("turn_off")))
      : h("button", { type: "button", id: "set-up-totp", onclick: act(setUpTotp) }, t("turn_on")),
    h("h3", {}, t("passkeys")), keys.passkeys.length ? h("ul", {}, keys.passkeys.map((one) => h("li", {}, `${one.name} · ${day(one.created_at)} `, h("button", { type: "button", class: "plain bad", onclick: act(async () => { await call("DELETE", `/v1/account/passkeys/${one.id}`); await account(); }) }, t("delete"))))) : empty(t("none")),
    passkeysWork() ? h("button", { type: "button", onclick: act(async () => { await addPasskey(navigator.platform || "passkey"); await account(); }) }, t("add_passkey")) : null);
};
const sessions = async () => {
  const found = await get("/v1/account/sessions");
  fill($("sessions"), found.sessions.map((one) => h("li", { class: "row between small" }, h("span", {}, one.label || one.method, " · ", moment(one.seen_at), one.current ? h("span", { class: "chip good" }, t("this_one")) : null), one.current ? null : h("button", { type: "button", class: "plain", onclick: act(async () => { await call("DELETE", `/v1/account/sessions/${one.id}`); await sessions(); }) }, t("end")))));
};
const tokens = async () => {
  const found = await get("/v1/account/tokens");
  fill($("tokens"), found.tokens.map((one) => h("li", { class: "row between small" }, h("span", {}, h("strong", {}, one.name), ` · ${one.scopes.join(", ")} · ${t("until", { day: day(one.expires_at) })}`), h("button", { type: "button", class: "plain bad", onclick: act(async () => { await call("DELETE", `/v1/account/tokens/${one.id}`); await tokens(); }) }, t("revoke")))));
  fill($("new-token"), field(t("name"), h("input", { name: "name", required: true, maxLength: 200 })), field(t("days"), h("input", { name: "days", type: "number", min: 1, max: 366, value: 90 })),
    h("fieldset", {}, h("legend", {}, t("scopes")), found.available_scopes.map((scope) => h("label", { class: "line" }, h("input", { type: "checkbox", name: "scope", value: scope }), scope))), h("div", { class: "row end" }, h("button", { class: "first" }, t("make_token"))));
};
const events = async () => {
  const found = await get("/v1/account/events", { limit: 20 });
  fill($("events"), found.events.map((one) => h("li", {}, `${moment(one.at)} · ${one.kind} ${one.method}`)));
};
const asSet = async () => {
  const found = await get("/v1/settings");
  const rows = [[t("zone"), found.timezone], [t("hours"), `${found.working_hours.start}–${found.working_hours.end}`],
    [t("answers_in"), found.language ? Object.fromEntries(LANGUAGES)[found.language] ?? found.language : t("of_the_message")],
    [t("mind"), found.mind.model || t("mind_embedded")], [t("upload_limit"), `${found.limits.max_body_mb} MB`]];
  fill($("as-set"), rows.map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, value))));
};
busy(null, () => Promise.all([connections(), asSet()]));
if (facts.accounts !== "off") {
  busy(null, () => Promise.all([account(), sessions(), tokens(), events()]));
  $("end-others").addEventListener("click", act(async () => { const { ended } = await call("DELETE", "/v1/account/sessions"); toast(t("ended", { n: ended })); await sessions(); }));
  $("new-token").addEventListener("submit", act(async (event) => {
    const data = new FormData(event.target);
    const made = await post("/v1/account/tokens", { name: data.get("name"), days: Number(data.get("days")), scopes: data.getAll("scope") });
    await dialog(t("token_title"), (done) => h("div", { class: "stack" }, h("p", {}, t("token_once")), h("pre", { class: "text card" }, h("code", {}, made.token)), h("div", { class: "row end" }, h("button", { type: "button", class: "first", onclick: () => done(true) }, t("close")))));
    await tokens();
  }));
  $("take").addEventListener("click", act(() => download("/v1/account/export")));
  $("leave").addEventListener("click", act(async () => { await call("DELETE", "/v1/account"); location.assign("/sign-in"); }));
}
