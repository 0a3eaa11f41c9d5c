// The console works without this module. It refreshes a part of a page that says so, shows times in the reader's zone,
// counts what is selected, and prevents that a form is sent twice.

const REFRESH_SECONDS = 15;
const SENT_SECONDS = 30; // as long as API Gateway waits for an answer

/** Writes each moment in the reader's zone; the moment in UTC is in its title. */
function localTimes(root) {
  const language = document.documentElement.lang;
  const form = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
  for (const time of root.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.getTime())) {
      time.title = time.dateTime;
      time.textContent = form.format(moment);
    }
  }
}

/** Whether somebody has typed or chosen something in the part. */
function isFilledIn(part) {
  const fields = [...part.querySelectorAll("input:not([type=hidden])")];
  return fields.some((field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked);
}

/** Replaces the parts with the same parts of the page as it is now, except those in which a person works. */
async function refresh(parts) {
  const free = parts.filter((part) => !part.contains(document.activeElement) && !isFilledIn(part));
  if (free.length === 0 || document.visibilityState !== "visible") return;
  const source = free[0].dataset.refreshFrom ?? location.href; // a refused form has the address of its action
  const response = await fetch(source, { headers: { accept: "text/html" }, redirect: "manual" });
  if (response.type === "opaqueredirect") location.reload(); // the session has ended: to the sign-in, and back
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of free) {
    const now = page.getElementById(part.id);
    if (now === null) continue;
    if (now.dataset.refresh === undefined) delete part.dataset.refresh; // it changes no more
    // A part that is the same stays, so that a screen reader does not read it again.
    if (shown.get(part) === now.innerHTML) continue;
    shown.set(part, now.innerHTML);
    part.replaceChildren(...now.childNodes);
    localTimes(part);
  }
}

/** The HTML of each part as the server sent it: in the page, moments are written in the reader's zone. */
const shown = new Map([...document.querySelectorAll("[data-refresh]")].map((part) => [part, part.innerHTML]));

localTimes(document);

/** Refreshes again and again, at the shortest of the intervals (s) that the parts ask for. */
function refreshLater() {
  const parts = [...document.querySelectorAll("[data-refresh]")];
  if (parts.length === 0) return;
  const seconds = Math.min(...parts.map((part) => Number(part.dataset.refresh) || REFRESH_SECONDS));
  setTimeout(() => refresh(parts).catch(() => undefined).finally(refreshLater), seconds * 1000);
}

refreshLater();

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = button.dataset.copied;
  });
}

const checked = (name) => document.querySelectorAll(`input[name="${name}"]:checked`).length;

/** Writes how many check boxes are selected, for the reader and into the form, which then needs no question first. */
function count() {
  for (const part of document.querySelectorAll("[data-count-of]")) {
    const number = checked(part.dataset.countOf);
    if (part.dataset.text === undefined) part.value = number;
    else part.textContent = part.dataset.text.replace("{count}", number);
  }
}

for (const box of document.querySelectorAll("input[data-select-all]")) {
  const others = () => document.querySelectorAll(`input[name="${box.dataset.selectAll}"]`);
  box.closest("[hidden]")?.removeAttribute("hidden");
  box.addEventListener("change", () => others().forEach((other) => (other.checked = box.checked)));
}

document.addEventListener("change", count);
count();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent !== undefined) event.preventDefault();
  form.dataset.sent = "";
  setTimeout(() => delete form.dataset.sent, SENT_SECONDS * 1000); // a person may have stopped the loading
});

// A page that the browser keeps for "back" must be usable again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  count();
});
