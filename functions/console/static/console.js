// The console works without this module. It refreshes a part of a page that says so, shows times in the reader's zone,
// and prevents that a form is sent twice.

const REFRESH_SECONDS = 15;

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

/** Replaces the part with the same part of the page as it is now, unless a person works in it. */
async function refresh(part) {
  const busy = part.contains(document.activeElement) || part.querySelector("input:checked") !== null;
  if (busy || document.visibilityState !== "visible") return;
  const response = await fetch(location.href, { headers: { accept: "text/html" }, redirect: "manual" });
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const now = page.getElementById(part.id);
  if (now !== null) {
    part.replaceChildren(...now.childNodes);
    localTimes(part);
  }
}

localTimes(document);

for (const part of document.querySelectorAll("[data-refresh]")) {
  setInterval(() => refresh(part).catch(() => undefined), REFRESH_SECONDS * 1000);
}

for (const box of document.querySelectorAll("input[data-select-all]")) {
  const others = () => document.querySelectorAll(`input[name="${box.dataset.selectAll}"]`);
  box.addEventListener("change", () => others().forEach((other) => (other.checked = box.checked)));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent !== undefined) event.preventDefault();
  form.dataset.sent = "";
});

// A page that the browser keeps for "back" must be usable again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
