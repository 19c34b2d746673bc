import { $, act, busy, call, day, facts, fill, get, h, icon, lang, phone, post, Problem, request, t, toast } from "./lib.js";
import { marked, plain } from "./marks.js";
import { events } from "./sse.js";

const log = $("log");
const input = $("message");
const form = $("compose");
let thread = new URLSearchParams(location.search).get("thread") ?? localStorage.getItem("thread") ?? "";
let running = null;
let known = 0; // the last turn of the thread that is shown

const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 120;
const toEnd = () => { log.scrollTop = log.scrollHeight; };
const bubble = (who, text = "") => {
  const said = h("div", { class: "said" }, who === "it" ? marked(text) : text);
  const node = h("article", { class: `turn ${who}`, "aria-label": t(who === "me" ? "you" : "assistant") }, said);
  log.append(node);
  toEnd();
  return { node, said };
};

const step = (node, run) => {
  const key = run.id ?? `${run.server}/${run.tool}`;
  let box = [...node.querySelectorAll("details")].find((one) => one.dataset.key === key);
  if (!box) {
    box = h("details", {}, h("summary", {}), h("pre", {}));
    box.dataset.key = key;
    node.append(box);
  }
  const state = run.ok === undefined ? t("step_running") : run.ok ? t("step_ok", { ms: Math.round(run.elapsed_ms ?? 0) }) : t("step_failed");
  box.firstChild.textContent = `${run.server} · ${run.tool} — ${state}`;
  const shown = { arguments: run.arguments, ...(run.ok === undefined ? {} : { result: run.result ?? run.error }) };
  box.lastChild.textContent = JSON.stringify(shown, null, 2).slice(0, 20000);
};

const confirmButtons = (node, pending) => {
  const row = h("div", { class: "ask", role: "group", "aria-label": pending.summary });
  const say = (answer) => act(async () => { row.remove(); await send({ answer, pending: pending.summary }, t(answer)); });
  row.append(
    h("button", { type: "button", class: "first", onclick: say("yes") }, t("yes_do")),
    h("button", { type: "button", onclick: say("no") }, t("no")));
  node.append(row);
  row.firstChild.focus();
};

const voiceOut = (text, language) => {
  if (!("speechSynthesis" in window)) return null;
  return h("button", { type: "button", class: "plain", title: t("listen"), "aria-label": t("listen"), onclick: () => {
    if (speechSynthesis.speaking) { speechSynthesis.cancel(); return; }
    const spoken = new SpeechSynthesisUtterance(plain(text));
    spoken.lang = language || lang;
    speechSynthesis.speak(spoken);
  } }, icon("sound"));
};

const rate = (turn, value, label, sign) => h("button", { type: "button", class: "plain", title: label, "aria-label": label, onclick: act(async () => {
  await post("/v1/feedback", { thread_id: turn.thread_id, turn: turn.turn, rating: value });
  if (value === "up") { toast(t("thanks")); return; }
  try {
    await post("/v1/feedback/capture", { thread_id: turn.thread_id, turn: turn.turn });
    toast(t("thanks_down"));
  } catch (error) { if (error.status !== 428) throw error; toast(t("thanks")); }
}) }, icon(sign));

const finish = ({ node, said }, turn) => {
  node.classList.remove("wait");
  said.replaceChildren(...marked(turn.reply));
  for (const run of turn.tool_calls ?? []) if (!node.querySelector("details")) step(node, run);
  node.append(h("div", { class: "tools" }, voiceOut(turn.reply, turn.language), rate(turn, "up", t("good_answer"), "up"), rate(turn, "down", t("bad_answer"), "down"),
    turn.mode === "offline" ? h("span", { class: "chip warn" }, t("mode_offline")) : null));
  if (turn.pending) confirmButtons(node, turn.pending);
  toEnd();
};

// The process that told of the turn is gone, and its events with it. What it had finished is in the
// thread; whether something was changed by a turn it had not, nobody knows: the person decides.
const fromThread = async (id, said) => {
  let found = null;
  for (let after = id ? known : null; after !== null;) {
    const page = await get(`/v1/threads/${encodeURIComponent(id)}`, { after });
    page.messages.forEach((line, at) => {
      const next = page.messages[at + 1];
      if (line.role === "user" && line.text === said && next?.turn === line.turn) found = { thread_id: id, turn: line.turn, reply: next.text, pending: page.pending };
    });
    after = page.next_after;
  }
  if (!found) throw new Problem(0, { detail: t("failed") });
  return found;
};

// One turn over SSE; a stream that is cut is read on after the last event that came. Where a server
// that is being restarted had to stop the turn, and nothing was changed yet, it is asked once more.
const stream = async (body, answer) => {
  let last = "";
  let again = false;
  let id = body.thread_id;
  for (let attempt = 0; attempt < 7; attempt += 1) {
    if (attempt) await new Promise((resolve) => setTimeout(resolve, 400 * 2 ** (attempt - 1)));
    const headers = { Accept: "text/event-stream", ...(last ? { "Last-Event-ID": last } : {}) };
    let response;
    try {
      response = await request(last ? "GET" : "POST", "/v1/chat", last ? { headers } : { body, headers });
    } catch (error) { if (last || again) continue; throw error; }
    if (again && response.status === 503) continue;
    if (last && response.status === 404) return fromThread(id, body.message ?? body.answer);
    if (!response.ok) throw new Problem(response.status, await response.json());
    id = decodeURIComponent(response.headers.get("X-Thread-Id") ?? "") || id;
    try {
      for await (const { id: number, event, data } of events(response)) {
        if (number) last = number;
        const stay = atEnd();
        if (event === "token") answer.said.append(data.text);
        else if (event === "tool_call" || event === "tool_result") step(answer.node, data);
        else if (event === "error" && data.restart) answer.said.textContent = "";
        else if (event === "error" && data.resend) {
          answer.said.textContent = "";
          answer.node.querySelectorAll("details").forEach((node) => node.remove());
          last = "";
          again = true;
          break;
        } else if (event === "error") throw new Problem(500, { detail: data.message });
        else if (event === "done") return data;
        if (stay) toEnd();
      }
    } catch (error) { if (error instanceof Problem) throw error; }
    if (!last && !again) break;
  }
  throw new Problem(0, { detail: t("offline_now") });
};

const send = async (body, shown) => {
  log.querySelectorAll(".ask, .hints").forEach((node) => node.remove());
  bubble("me", shown);
  const answer = bubble("it");
  answer.node.classList.add("wait");
  log.setAttribute("aria-busy", "true");
  try {
    running = stream({ ...body, ...(thread ? { thread_id: thread } : {}) }, answer);
    const turn = await running;
    const fresh = thread !== turn.thread_id;
    thread = turn.thread_id;
    known = turn.turn;
    localStorage.setItem("thread", thread);
    finish(answer, turn);
    if (fresh) listThreads();
  } catch (error) {
    answer.node.classList.remove("wait");
    answer.said.textContent = error.message || t("failed");
    answer.node.classList.add("bad");
    if (error.status === 0 && body.message && !input.value) { input.value = body.message; grow(); } // not lost
  } finally { running = null; log.removeAttribute("aria-busy"); }
};

const submit = async () => {
  const text = input.value.trim();
  if (!text || running) return;
  input.value = "";
  grow();
  await send({ message: text }, text);
  input.focus();
};
const grow = () => { input.style.height = "auto"; input.style.height = `${input.scrollHeight + 2}px`; };
input.addEventListener("input", grow);
input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
});
form.addEventListener("submit", act(submit));
if (document.fonts) document.fonts.ready.then(grow); // the hint may take two lines

// Threads
if (phone) document.querySelector(".threads details").removeAttribute("open");
const openThread = async (id) => {
  thread = id;
  known = 0;
  localStorage.setItem("thread", id);
  log.replaceChildren();
  if (!id) { greet(); return listThreads(); }
  try {
    const page = await get(`/v1/threads/${encodeURIComponent(id)}`);
    for (const line of page.messages) bubble(line.role === "user" ? "me" : "it", line.text);
    known = page.messages.at(-1)?.turn ?? 0;
    if (page.pending) confirmButtons(log.lastElementChild, page.pending);
  } catch (error) {
    if (error.status !== 404) throw error;
    thread = "";
    localStorage.removeItem("thread");
    greet();
  }
  return listThreads();
};
const listThreads = async () => {
  const { threads } = await get("/v1/threads", { limit: 30 });
  fill($("threads"), threads.map((one) => h("li", {},
    h("button", { type: "button", class: "plain", title: day(one.updated_at), "aria-current": one.thread_id === thread ? "true" : null, onclick: act(() => openThread(one.thread_id)) }, one.title),
    h("button", { type: "button", class: "plain", "aria-label": t("rename_thread", { title: one.title }), title: t("rename"), onclick: act(async () => {
      const title = prompt(t("rename"), one.title);
      if (title) { await call("PATCH", `/v1/threads/${encodeURIComponent(one.thread_id)}`, { body: { title } }); await listThreads(); }
    }) }, icon("pen")),
    h("button", { type: "button", class: "plain", "aria-label": t("delete_thread", { title: one.title }), title: t("delete"), onclick: act(async () => {
      if (!confirm(t("delete_thread", { title: one.title }))) return;
      await call("DELETE", `/v1/threads/${encodeURIComponent(one.thread_id)}`);
      await (one.thread_id === thread ? openThread("") : listThreads());
    }) }, icon("cross")))));
};
const greet = () => {
  const { node } = bubble("it", t("greeting"));
  node.append(h("div", { class: "hints" }, ["hint_1", "hint_2", "hint_3", "hint_4"].map((key) => h("button", { type: "button", onclick: act(() => send({ message: t(key) }, t(key))) }, t(key)))));
};
$("new").addEventListener("click", act(() => openThread("")));

// A file: the résumé is read at once, an invitation is read by the assistant.
const take = async (file) => {
  if (/\.ics$/i.test(file.name)) { const text = await file.text(); return send({ message: text.slice(0, 19000) }, file.name); }
  const data = new FormData();
  data.append("file", file);
  const made = await call("POST", "/v1/resumes", { form: data });
  bubble("me", file.name);
  bubble("it", t("resume_read", { name: made.resume.basics?.name ?? file.name }));
  for (const warning of made.warnings ?? []) bubble("it", warning);
  return undefined;
};
$("file").addEventListener("change", (event) => busy(null, async () => { for (const file of event.target.files) await take(file); event.target.value = ""; }));
$("attach").addEventListener("click", () => $("file").click());
log.addEventListener("dragover", (event) => event.preventDefault());
log.addEventListener("drop", (event) => { event.preventDefault(); busy(null, async () => { for (const file of event.dataTransfer.files) await take(file); }); });

// Voice in, where the browser has it.
const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
if (Recognition) {
  const button = $("speak");
  button.hidden = false;
  const ear = new Recognition();
  ear.lang = { en: "en-GB", de: "de-CH", fr: "fr-CH", it: "it-CH" }[lang];
  ear.interimResults = true;
  ear.addEventListener("result", (event) => { input.value = [...event.results].map((result) => result[0].transcript).join(""); grow(); });
  ear.addEventListener("end", () => button.setAttribute("aria-pressed", "false"));
  ear.addEventListener("error", (event) => { if (event.error !== "aborted" && event.error !== "no-speech") toast(t("no_voice"), true); });
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-pressed") === "true") ear.stop();
    else { ear.start(); button.setAttribute("aria-pressed", "true"); }
  });
}

busy(null, () => openThread(thread));
if (facts.next === "/") input.focus({ preventScroll: true });
