import { $, act, busy, calendarName, call, clock, dialog, download, facts, field, fill, get, h, moment, none, now, post, t, toast, values, weekday } from "./lib.js";

const DAY = 86400000;
// The date in the person's zone, as YYYY-MM-DD.
const date = (value) => new Intl.DateTimeFormat("sv-SE", { timeZone: facts.zone }).format(value);
const noon = (text) => new Date(`${text}T12:00:00Z`);
const monday = (value) => { const at = noon(date(value)); return new Date(at - ((at.getUTCDay() + 6) % 7) * DAY); };
let first = monday(now());

const draw = async () => {
  const days = Array.from({ length: 7 }, (_, i) => date(new Date(+first + i * DAY)));
  const { events, warnings } = await get("/v1/calendar/events", { start: `${days[0]}T00:00:00`, end: `${date(new Date(+first + 7 * DAY))}T00:00:00`, limit: 50 });
  warnings.forEach((warning) => toast(warning, true));
  $("span").textContent = `${weekday(noon(days[0]))} – ${weekday(noon(days[6]))} · ${facts.zone}`;
  fill($("week"), days.map((one) => {
    const mine = events.filter((event) => (event.all_day ? event.start.slice(0, 10) <= one && one < event.end.slice(0, 10) : date(new Date(event.start)) === one));
    return h("section", { class: one === date(now()) ? "day today" : "day", "aria-labelledby": `d${one}` }, h("h2", { id: `d${one}` }, weekday(noon(one))),
      mine.length ? mine.map((event) => h("button", { type: "button", class: `event ${event.kind}`, onclick: act(() => show(event)) }, h("strong", {}, event.all_day ? t("all_day") : `${clock(event.start)}–${clock(event.end)}`), " ", event.summary)) : h("p", { class: "small soft" }, t("nothing")));
  }));
};
const show = async (event) => {
  const done = await dialog(event.summary, (close) => h("div", { class: "stack" },
    h("p", {}, `${moment(event.start)} – ${clock(event.end)} (${event.timezone})`), h("p", {}, [event.location, event.link, event.calendar === "local" ? null : event.calendar].filter(Boolean).join(" · ")),
    h("form", { class: "row", onsubmit: act(async (submitted) => { await call("PATCH", `/v1/calendar/events/${encodeURIComponent(event.event_id)}`, { body: { start: values(submitted.target).start } }); close(true); }) },
      h("label", { class: "grow" }, t("move_to"), h("input", { type: "datetime-local", name: "start", required: true })), h("button", {}, t("move"))),
    h("div", { class: "row between" }, h("button", { type: "button", class: "danger", onclick: act(async () => { await call("DELETE", `/v1/calendar/events/${encodeURIComponent(event.event_id)}`); close(true); }) }, t("cancel_event")),
      h("button", { type: "button", onclick: () => close(false) }, t("close")))));
  if (done) await draw();
};
const book = async (given) => {
  const made = await post("/v1/calendar/interviews", given);
  [...made.conflicts, ...made.warnings].forEach((one) => toast(one, true));
  toast(t(made.already_booked ? "already" : "booked", { n: made.events.length }));
  if (made.events.length) first = monday(new Date(made.events[0].start));
  await draw();
};
fill($("book"),
  field(t("company"), h("input", { name: "company", required: true, maxLength: 200 })), field(t("role"), h("input", { name: "role", maxLength: 200 })),
  field(t("start"), h("input", { type: "datetime-local", name: "start", required: true })),
  field(t("minutes"), h("input", { type: "number", name: "duration_minutes", min: 5, max: 720, value: 60 })),
  field(t("place"), h("input", { name: "location", maxLength: 500 })), field(t("link"), h("input", { name: "link", type: "url" })),
  h("div", { class: "row end" }, h("button", { class: "first" }, t("book"))));
$("book").addEventListener("submit", act((event) => {
  const given = values(event.target);
  return book({ ...given, duration_minutes: Number(given.duration_minutes ?? 60) });
}));
$("read").addEventListener("submit", act(async (event) => {
  const { text } = values(event.target);
  const found = await post("/v1/calendar/invitations/read", /BEGIN:VCALENDAR/.test(text) ? { ics: text } : { text });
  const given = { company: found.company, role: found.role, timezone: found.timezone, location: found.location, link: found.link, invitation_uid: found.uid, duration_minutes: found.duration_minutes };
  const clean = Object.fromEntries(Object.entries(given).filter(([, value]) => value));
  const times = found.proposed_times.length ? found.proposed_times : found.start ? [{ start: found.start, end: found.end, conflict: found.conflicts[0] }] : [];
  fill($("found"), h("div", { class: "note stack" }, h("strong", {}, [found.summary, found.company, found.role].filter(Boolean).join(" · ") || t(times.length ? "a_time" : "no_invitation")),
    h("ul", { class: "list" }, times.map((one) => h("li", { class: "row between" }, h("span", {}, moment(one.start), one.conflict ? h("span", { class: "bad" }, ` — ${one.conflict}`) : null),
      h("button", { type: "button", class: "first", onclick: act(() => book({ ...clean, start: one.start })) }, t("book"))))),
    [found.location, found.link, ...found.asks].filter(Boolean).map((line) => h("p", { class: "small" }, line)), found.reply_by ? h("p", {}, t("reply_by", { when: moment(found.reply_by) })) : null,
    found.reply ? h("details", {}, h("summary", {}, t("reply")), h("pre", { class: "text" }, found.reply)) : null, found.warnings.map((line) => h("p", { class: "small warn" }, line))));
}));
$("suggest").addEventListener("click", act(async () => {
  const { suggestions, note } = await get("/v1/calendar/suggestions", { duration_minutes: 60 });
  fill($("slots"), suggestions.length ? suggestions.map((one) => h("li", { class: "card" }, h("strong", {}, moment(one.start)), h("div", { class: "small soft" }, [one.why, one.conflict].filter(Boolean).join(" · ")))) : none(note || t("nothing")));
}));
$("export").addEventListener("click", act(() => download("/v1/calendar/export")));
$("ics").addEventListener("change", (event) => busy(null, async () => {
  const [file] = event.target.files;
  if (!file) return;
  const made = await post("/v1/calendar/import", { ics: await file.text() });
  toast(t("imported", { n: made.imported }));
  made.warnings.forEach((one) => toast(one, true));
  event.target.value = "";
  await draw();
}));
for (const [id, step] of [["back", -7], ["forth", 7]]) $(id).addEventListener("click", act(() => { first = new Date(+first + step * DAY); return draw(); }));
$("today").addEventListener("click", act(() => { first = monday(now()); return draw(); }));
busy(null, async () => {
  await draw();
  const { calendars } = await get("/v1/calendar/calendars");
  fill($("calendars"), calendars.map((one) => h("li", {}, `${calendarName(one)}`, one.status === "ok" ? null : h("span", { class: "bad" }, ` — ${one.note ?? one.status}`))));
});
