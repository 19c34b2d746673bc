// What all pages share: words, elements, calls to the API, dialogs.

export const texts = JSON.parse(document.getElementById("texts").textContent);
export const lang = document.documentElement.lang;
export const facts = document.body.dataset;

export const t = (key, given = {}) => {
  const text = texts[key];
  if (text === undefined) { console.error(`no text: ${key}`); return key; }
  return text.replace(/\{(\w+)\}/g, (_, name) => given[name] ?? "");
};
// As `t`, in the form for one thing where the language takes it: in French for none, too.
const plural = new Intl.PluralRules(lang);
export const count = (key, n, given = {}) => t(plural.select(n) === "one" ? `${key}_one` : key, { n, ...given });

// Elements. Text is always set as text: nothing that came from outside becomes markup.
export const h = (tag, given = {}, ...children) => {
  const ns = ["svg", "g", "rect", "line", "text", "circle", "path", "title"].includes(tag) && given.svg !== undefined;
  const node = ns ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === false || name === "svg") continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.setAttribute("class", value);
    else if (name === "width_pc") node.style.width = `${value}%`;
    else if (!ns && name in node && !["list", "form", "type"].includes(name)) node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(9)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child);
  }
  return node;
};
export const s = (tag, given = {}, ...children) => h(tag, { ...given, svg: true }, ...children);
// Drawn, since not every system has the signs in a font. 24 by 24, after nobody's set.
const ICONS = {
  plus: "M12 5v14M5 12h14", cross: "M6 6l12 12M18 6L6 18", pen: "M4 20l4-1L19 8l-3-3L5 16zM14 7l3 3",
  clip: "M8 12l6-6a3 3 0 0 1 4 4l-8 8a5 5 0 0 1-7-7l7-7", mic: "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM6 11a6 6 0 0 0 12 0M12 17v4",
  sound: "M4 10v4h4l5 4V6L8 10zM16 9a4 4 0 0 1 0 6M18.500 6.500a8 8 0 0 1 0 11",
  up: "M7 11v9H4v-9zM7 11l4-8a2 2 0 0 1 2 2v4h6l-2 11H7", down: "M7 13V4H4v9zM7 13l4 8a2 2 0 0 0 2-2v-4h6L17 4H7",
};
export const icon = (name) => s("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, s("path", { d: ICONS[name] }));
export const fill = (node, ...children) => { node.replaceChildren(...children.flat(9).filter((c) => c !== null && c !== undefined && c !== false)); return node; };
export const $ = (id) => document.getElementById(id);

// Dates and money, as the person's language writes them.
const zone = facts.zone || undefined;
const format = (options) => new Intl.DateTimeFormat(lang === "en" ? "en-GB" : `${lang}-CH`, { timeZone: zone, ...options });
export const now = () => (facts.now ? new Date(facts.now) : new Date());
export const day = (value) => (value ? format({ day: "numeric", month: "short", year: "numeric" }).format(new Date(value)) : "");
export const moment = (value) => (value ? format({ weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(new Date(value)) : "");
export const clock = (value) => format({ hour: "2-digit", minute: "2-digit" }).format(new Date(value));
export const weekday = (value) => format({ weekday: "short", day: "numeric", month: "short" }).format(new Date(value));
export const number = (value, digits = 0) => new Intl.NumberFormat(`${lang}-CH`, { maximumFractionDigits: digits }).format(value);
export const money = (pay) => {
  if (!pay) return "";
  const parts = [...new Set([pay.min, pay.max].filter((v) => v !== null && v !== undefined))].map((v) => number(v, 2));
  return parts.length ? `${pay.currency ?? ""} ${parts.join("–")} ${t(`per_${pay.period}`)}`.trim() : "";
};

// Shown above a dialog, too: what is on top last is in front.
const inFront = (box) => { box.hidePopover?.(); box.showPopover?.(); };
export const toast = (text, bad = false) => {
  const box = $("toasts");
  const node = h("div", { class: bad ? "toast bad" : "toast" }, text);
  box.append(node);
  inFront(box);
  setTimeout(() => { node.remove(); if (!box.children.length) box.hidePopover?.(); }, bad ? 9000 : 4000);
};

// A dialog that resolves with what `build` gives to its `done`; Escape resolves with null.
export const dialog = (title, build) => new Promise((resolve) => {
  const box = h("dialog", { "aria-labelledby": "dialog-title" });
  let value = null;
  const done = (given) => { value = given; box.close(); };
  box.addEventListener("close", () => { box.remove(); resolve(value); });
  // Last in order, so that the first field has the focus; without it a phone has no way out.
  box.append(h("h2", { id: "dialog-title" }, title), build(done), h("button", { type: "button", class: "plain shut", "aria-label": t("leave_dialog"), title: t("leave_dialog"), onclick: () => box.close() }, icon("cross")));
  document.body.append(box);
  box.showModal();
  if ($("toasts").children.length) inFront($("toasts"));
});
export const ask = (question, yes = t("yes")) => dialog(t("confirm_title"), (done) => h("div", { class: "stack" },
  h("pre", { class: "text" }, question),
  h("div", { class: "row end" },
    h("button", { type: "button", onclick: () => done(false) }, t("no")),
    h("button", { type: "button", class: "first", onclick: () => done(true) }, yes))));

// What a server says is in English, mostly; where the page is not, a sentence of the page comes first.
const REASONS = { 400: "input", 403: "forbidden", 404: "gone", 409: "changed", 412: "changed", 413: "large", 422: "input", 429: "many", 502: "away", 503: "away", 504: "away" };
const explained = (status, detail) => {
  if (!detail) return t("failed");
  return lang === "en" || !REASONS[status] ? detail : `${t(`problem_${REASONS[status]}`)} (${detail})`;
};
export class Problem extends Error {
  constructor(status, body) { super(explained(status, body.detail)); this.status = status; this.body = body; }
}

const csrf = document.querySelector("meta[name=csrf]")?.content ?? "";
export const request = async (method, path, { body, form, query, headers = {} } = {}) => {
  const url = new URL(path, location.origin);
  for (const [key, value] of Object.entries(query ?? {})) if (value !== "" && value !== null && value !== undefined) url.searchParams.append(key, value);
  const sent = { "Accept-Language": lang, ...headers };
  if (csrf) sent["X-CSRF-Token"] = csrf;
  if (body !== undefined) sent["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(url, { method, headers: sent, body: form ?? (body === undefined ? undefined : JSON.stringify(body)) });
  } catch { throw new Problem(0, { detail: t("offline_now") }); }
  return answer;
};

// One call: JSON back. Where the server asks first (428), the person is asked and the call is sent again.
export const call = async (method, path, options = {}) => {
  let answer = await request(method, path, options);
  for (let round = 0; answer.status === 428 && round < 3; round += 1) {
    const problem = await answer.json();
    if (!(await ask(problem.question))) throw new Problem(428, { detail: t("not_done") });
    answer = await request(method, path, { ...options, query: { ...options.query, confirm: problem.confirm } });
  }
  if (answer.status === 204) return null;
  if (answer.status === 401 && facts.page === "private") location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
  const kind = answer.headers.get("content-type") ?? "";
  const body = kind.includes("json") ? await answer.json() : { detail: t("failed") };
  if (body.code === "proof_needed" && !options.proved && (await prove())) return call(method, path, { ...options, proved: true });
  if (!answer.ok) throw new Problem(answer.status, body);
  return body;
};
// What guards the account asks again who is there.
const prove = () => dialog(t("prove_title"), (done) => h("form", { class: "stack", onsubmit: act(async (event) => {
  const given = values(event.target).proof ?? "";
  await call("POST", "/v1/account/proof", { body: /^\d{6}$/.test(given) ? { code: given } : { password: given } });
  done(true);
}) }, h("p", {}, t("prove_what")), field(t("password_or_code"), h("input", { name: "proof", type: "password", required: true, autocomplete: "current-password" })), h("div", { class: "row end" }, h("button", { class: "first" }, t("go_on")))));
export const get = (path, query) => call("GET", path, { query });
export const post = (path, body = {}, options = {}) => call("POST", path, { body, ...options });

// Run what a button does: it is off meanwhile, and what goes wrong is said.
export const busy = async (button, work) => {
  if (button) button.disabled = true;
  try { return await work(); } catch (error) {
    if (!(error instanceof Problem)) console.error(error);
    toast(error.message || t("failed"), true);
    return undefined;
  } finally { if (button) button.disabled = false; }
};
export const act = (work) => (event) => { event.preventDefault(); return busy(event.submitter ?? event.currentTarget, () => work(event)); };

export const field = (label, input) => h("label", {}, label, input);
export const select = (name, options, value = "", given = {}) => h("select", { name, ...given },
  options.map(([key, text]) => h("option", { value: key, selected: key === value }, text)));
export const values = (form) => Object.fromEntries([...new FormData(form)].filter(([, v]) => v !== ""));
export const calendarName = ({ name, provider }) => (provider === "local_folder" ? t("calendar_here") : `${name} (${provider})`);
// The languages by their own names.
export const LANGUAGES = [["de", "Deutsch"], ["en", "English"], ["fr", "Français"], ["it", "Italiano"]];
export const phone = matchMedia("(max-width: 52rem)").matches;
export const chips = (items, kind = "") => (items?.length ? h("ul", { class: "chips" }, items.map((item) => h("li", { class: `chip ${kind}` }, item))) : null);
export const bar = (value, label) => h("div", { class: "bar", role: "img", "aria-label": `${label}: ${number(value)}` }, h("span", { width_pc: Math.max(0, Math.min(100, value)) }));
export const empty = (text) => h("p", { class: "soft" }, text);
export const none = (text) => h("li", {}, empty(text));
export const download = async (path, query) => {
  const answer = await request("GET", path, { query });
  if (!answer.ok) throw new Problem(answer.status, await answer.json());
  const name = /filename\*?=(?:UTF-8'')?"?([^";]+)/i.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? "file";
  const link = h("a", { href: URL.createObjectURL(await answer.blob()), download: decodeURIComponent(name) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};
// Links that came from outside: only to the web, never a script.
export const outside = (url, text) => (/^https?:\/\//i.test(url ?? "") ? h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text) : null);
export const tabs = (items) => {
  const body = h("div", { role: "tabpanel", tabIndex: -1 });
  const list = h("div", { class: "tabs", role: "tablist" });
  const show = (at) => {
    [...list.children].forEach((tab, i) => { tab.setAttribute("aria-selected", i === at); tab.tabIndex = i === at ? 0 : -1; });
    fill(body, items[at][1]());
  };
  items.forEach(([label], i) => list.append(h("button", { type: "button", role: "tab", onclick: () => show(i) }, label)));
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = list.children[([...list.children].indexOf(document.activeElement) + step + items.length) % items.length];
    next.focus(); next.click();
  });
  show(0);
  return h("div", {}, list, body);
};

document.querySelectorAll("[data-icon]").forEach((node) => node.prepend(icon(node.dataset.icon)));
// Every page: the menu on a phone, signing out, the service worker.
if (phone) $("menu")?.removeAttribute("open");
$("sign-out")?.addEventListener("click", act(async () => {
  await post("/v1/account/logout");
  if ("caches" in window) await Promise.all((await caches.keys()).map((key) => caches.delete(key)));
  location.assign("/sign-in");
}));
if ("serviceWorker" in navigator && window.isSecureContext) navigator.serviceWorker.register("/sw.js").catch(() => {});
