/*
 * What the pages cannot do by themselves: keys, times that stay fresh, copying, and manners for htmx.
 * Everything works without it. No eval, no inline styles: the content security policy forbids both.
 */
/* The reader's zone, so that the server writes times in it (format/zone.ts). */
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const known = document.cookie.split("; ").find((part) => part.startsWith("lull_tz="));
if (zone && known !== `lull_tz=${encodeURIComponent(zone)}`) {
  document.cookie = `lull_tz=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
  // The page at hand was written in UTC: fetch it once more, unless the cookie was refused.
  if (document.cookie.includes("lull_tz=") && zone !== "UTC") location.reload();
}

/* Times: the words of format/time.ts, on the server's clock. */
const skew = Number(document.body.dataset.now ?? Date.now()) - Date.now();
const UNITS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
];

function span(ms, units) {
  const whole = Math.max(0, Math.floor(ms / 1_000)) * 1_000;
  const first = UNITS.findIndex(([size]) => whole >= size);
  if (first === -1) return "0 s";
  let rest = whole;
  const parts = [];
  for (const [size, name] of UNITS.slice(first, first + units)) {
    const n = Math.floor(rest / size);
    if (n > 0) parts.push(`${n} ${name}`);
    rest -= n * size;
  }
  return parts.join(" ");
}

const WORDS = {
  ago: (past) => (past < 10_000 ? "just now" : `${span(past, 1)} ago`),
  until: (past) => (-past < 1_000 ? "any moment" : `in ${span(-past, 2)}`),
  left: (past) => (-past < 1_000 ? "any moment" : span(-past, 2)),
  age: (past) => span(past, 1),
};

function refreshTimes() {
  const now = Date.now() + skew;
  for (const element of document.querySelectorAll("time[data-rel]")) {
    const words = WORDS[element.dataset.rel]?.(now - Date.parse(element.dateTime));
    if (words !== undefined && element.textContent !== words) element.textContent = words;
  }
}
setInterval(refreshTimes, 1_000);

/* Keys */
const rows = () =>
  [...document.querySelectorAll("[data-row]")].flatMap((row) => {
    const target = row.querySelector(".row-link, summary");
    return target === null ? [] : [target];
  });

function move(step) {
  const all = rows();
  const at = all.indexOf(document.activeElement);
  const next = all[at === -1 ? (step > 0 ? 0 : all.length - 1) : at + step];
  next?.focus({ preventScroll: true });
  next?.closest("[data-row]")?.scrollIntoView({ block: "nearest" });
}

function closeMenus(but) {
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (menu !== but) menu.open = false;
}

const KEYS = {
  "/": () => document.getElementById("search")?.focus(),
  j: () => move(1),
  k: () => move(-1),
  x: () => document.activeElement?.closest("[data-row]")?.querySelector(".pick")?.click(),
  "?": () => document.getElementById("keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open]");
    closeMenus();
    if (menu !== null) menu.querySelector("summary").focus();
    else if (document.activeElement?.id === "search") {
      // Chrome would empty the field, and with it the filter.
      event.preventDefault();
      document.activeElement.blur();
    }
    return;
  }
  if (event.target.closest("input, select, textarea, dialog[open]") !== null) return;
  const act = KEYS[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
});

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details.menu"));
  const opener = event.target.closest("[data-opens]");
  if (opener !== null) document.getElementById(opener.dataset.opens)?.showModal();
  const copier = event.target.closest("[data-copy]");
  if (copier !== null) void copy(copier);
  if (event.target.closest("[data-print]") !== null) print();
});

async function copy(button) {
  const label = button.querySelector("[aria-hidden]");
  const text = document.getElementById(button.dataset.copy)?.textContent ?? "";
  try {
    await navigator.clipboard.writeText(text.trim());
    label.textContent = "Copied";
  } catch {
    // Without https there is no clipboard: select it, so that the reader's own keys copy.
    getSelection()?.selectAllChildren(document.getElementById(button.dataset.copy));
    label.textContent = "Selected";
  }
  setTimeout(() => (label.textContent = "Copy"), 2_000);
}

/* htmx */
const polls = (detail) => detail.ctx.sourceEvent?.type === "every";

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (request.method !== "GET" || !request.body) return;
  // Empty fields say nothing: keep them out of the address.
  const names = [...request.body].filter(([, value]) => value === "").map(([name]) => name);
  for (const name of names) request.body.delete(name);
});

document.addEventListener("htmx:before:request", (event) => {
  const { detail } = event;
  // Nobody looks at a hidden page.
  if (polls(detail) && document.hidden) event.preventDefault();
  // Typing and then leaving the field asks for the same list twice.
  const asked = detail.ctx.request.action;
  if (detail.ctx.sourceElement?.id === "filters" && asked === location.pathname + location.search)
    event.preventDefault();
});

document.addEventListener("htmx:before:response", (event) => {
  const { raw } = event.detail.ctx.response;
  // A redirect means the session has ended: go where it leads, as a page.
  if (!raw.redirected && raw.status !== 401) return;
  event.preventDefault();
  if (raw.redirected) location.assign(raw.url);
  else location.reload();
});

const stale = document.getElementById("stale");
const say = (text) => {
  if (stale !== null && stale.textContent !== text) stale.textContent = text;
};
document.addEventListener("htmx:error", () => say("Not up to date: the server did not answer"));
document.addEventListener("htmx:response:error", (event) => {
  if (event.detail.ctx.response.status >= 500) say("Not up to date: the server failed to answer");
});
document.addEventListener("htmx:after:swap", () => {
  say("");
  refreshTimes();
  const news = document.querySelector("#new-findings a");
  document.title = document.title.replace(/^\(.*?\) /, "");
  if (news !== null) document.title = `(${news.textContent.split(" ")[0]}) ${document.title}`;
});
