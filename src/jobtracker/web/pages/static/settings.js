import { $, act, busy, calendarName, call, count, day, dialog, download, empty, facts, field, fill, get, h, lang, moment, post, select, t, toast, values } from "./lib.js";
import { addPasskey, passkeysWork } from "./passkeys.js";

const [host, secure] = location.protocol === "https:" ? ["__Host-", "; secure"] : ["", ""];
const remember = (name, value) => { document.cookie = `${host}${name}=${value}; path=/; max-age=31536000; samesite=lax${secure}`; };
// The cookies are for pages without a person: signing in, and without a network.
const save = async (given) => { await call("PATCH", "/v1/settings", { body: given }); toast(t("saved")); };
$("lang").addEventListener("change", (event) => busy(null, async () => {
  await save({ language: event.target.value });
  remember("lang", event.target.value);
  location.assign(location.pathname);
}));
$("theme").addEventListener("change", (event) => busy(null, async () => {
  document.documentElement.dataset.theme = event.target.value;
  remember("theme", event.target.value);
  await save({ theme: event.target.value });
}));
const zones = Intl.supportedValuesOf?.("timeZone") ?? [];
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
fill($("zones"), zones.map((name) => h("option", { value: name })));
const known = (name) => { try { return Boolean(new Intl.DateTimeFormat("en", { timeZone: name })); } catch { return false; } };
const saveZone = async (name) => {
  if (!known(name)) { toast(t("zone_unknown", { zone: name }), true); return; }
  await save({ timezone: name });
  location.assign(location.pathname);
};
$("zone").addEventListener("change", (event) => busy(null, () => saveZone(event.target.value.trim())));
if (here && here !== facts.zone) {
  $("zone-here").hidden = false;
  $("zone-device").textContent = t("zone_here", { zone: here });
  $("zone-device").addEventListener("click", act(() => saveZone(here)));
}
$("mcp-url").textContent = `${location.origin}/mcp`;
$("openai-url").textContent = `${location.origin}/v1`;

const connections = async () => {
  const [{ calendars }, { sources }] = await Promise.all([get("/v1/calendar/calendars"), get("/v1/jobs/sources")]);
  fill($("calendars"), calendars.map((one) => h("li", {}, `${calendarName(one)} `, h("span", { class: one.status === "ok" ? "chip good" : "chip bad" }, t(`connection_${one.status}`)), one.note ? h("div", { class: "small soft" }, one.note) : null)));
  $("boards").textContent = count("boards_on", sources.filter((one) => one.enabled).length, { of: sources.length });
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
const drawHours = ({ start, end, days, lunch, buffer_minutes, notice_hours, travel_minutes }) => {
  const [from, to] = lunch.split("-");
  const time = (name, value, required) => h("input", { type: "time", name, value: value ?? "", required });
  const amount = (name, value, max) => h("input", { type: "number", name, value, min: 0, max, required: true });
  fill($("hours"),
    h("div", { class: "fields" }, field(t("work_from"), time("start", start, true)), field(t("work_to"), time("end", end, true))),
    h("fieldset", {}, h("legend", {}, t("work_days")), h("div", { class: "row" }, [1, 2, 3, 4, 5, 6, 7].map((one) => h("label", { class: "line" }, h("input", { type: "checkbox", name: "day", value: one, checked: days.includes(one) }), weekdayName(one))))),
    h("div", { class: "fields" }, field(t("lunch_from"), time("lunch_from", from)), field(t("lunch_to"), time("lunch_to", to))),
    h("div", { class: "fields" }, field(t("buffer"), amount("buffer_minutes", buffer_minutes, 240)), field(t("travel"), amount("travel_minutes", travel_minutes, 480)), field(t("notice"), amount("notice_hours", notice_hours, 720))),
    h("div", { class: "row end" }, h("button", { class: "first" }, t("save"))));
};
// The 1st of January 2024 was a Monday.
const weekdayName = (number) => new Intl.DateTimeFormat(lang, { weekday: "short", timeZone: "UTC" }).format(new Date(Date.UTC(2024, 0, number)));
$("hours").addEventListener("submit", act(async (event) => {
  const data = new FormData(event.target);
  const [from, to] = [data.get("lunch_from"), data.get("lunch_to")];
  if (from && to && from >= to) { toast(t("lunch_order"), true); return; }
  const amounts = Object.fromEntries(["buffer_minutes", "travel_minutes", "notice_hours"].map((name) => [name, Number(data.get(name))]));
  await save({ working_hours: { start: data.get("start"), end: data.get("end"), days: data.getAll("day").map(Number), lunch: from || to ? `${from}-${to}` : "", ...amounts } });
}));
const drawSearch = ({ location: place, work_mode }) => fill($("search"),
  field(t("search_place"), h("input", { name: "location", value: place, maxLength: 120, autocomplete: "off" })),
  field(t("search_mode"), select("work_mode", ["", "onsite", "hybrid", "remote"].map((one) => [one, t(`mode_${one || "any"}`)]), work_mode)),
  h("div", { class: "row end" }, h("button", { class: "first" }, t("save"))));
$("search").addEventListener("submit", act((event) => save({ search: Object.fromEntries(new FormData(event.target)) })));
const asSet = async () => {
  const found = await get("/v1/settings");
  drawHours(found.working_hours);
  drawSearch(found.search);
  const rows = [[t("mind"), found.mind.model || t("mind_embedded")], [t("upload_limit"), `${found.limits.max_body_mb} MB`]];
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
