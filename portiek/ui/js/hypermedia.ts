/**
 * htmx, held to our rules: same origin only, nothing evaluated, explicit inheritance, no page kept in the browser's history.
 *
 * A 422 (a form with errors) and a 409 (somebody was first) are swapped in like a success; any other error leaves the page as it
 * is and says so in a toast, so that what somebody typed stays.
 *
 * Whoever works by keyboard never loses his place: when what had the focus is swapped away, the focus goes to what now stands there.
 */
import htmx from "htmx.org";
import { toast, word } from "./toast";

Object.assign(htmx.config, {
  mode: "same-origin",
  implicitInheritance: false,
  history: "reload",
  noSwap: ["204", "304", "400", "401", "403", "404", "405", "410", "413", "429", "5xx"],
  defaultTimeout: 30000,
});

const refuse = () => {
  throw new Error("Code in attributes is not run here");
};
htmx.registerExtension("pt-no-eval", {
  init(api: { initSecurity: (policy: null, sync: () => never, async: () => never) => void }) {
    api.initSecurity(null, refuse as () => never, refuse as () => never);
  },
} as never);

const REACHABLE =
  "a[href], button:not([disabled]), summary, input:not([type=hidden], [disabled]), select, textarea, [tabindex='0']";
const reachable = () =>
  [...document.querySelectorAll<HTMLElement>(REACHABLE)].filter((element) => element.checkVisibility());
let place = -1;

document.addEventListener("htmx:before:swap", () => {
  place = document.activeElement === document.body ? -1 : reachable().indexOf(document.activeElement as HTMLElement);
});
document.addEventListener("htmx:after:swap", () => {
  if (place < 0 || document.activeElement !== document.body) return;
  const there = reachable();
  there[Math.min(place, there.length - 1)]?.focus();
});

interface Answer {
  ctx?: { response?: { status: number; headers: Headers } };
}

document.addEventListener("htmx:response:error", (event) => {
  const response = (event as CustomEvent<Answer>).detail.ctx?.response;
  if (!response || response.status === 422 || response.status === 409) return;
  // Logged out meanwhile: the page itself leads to the log-in and back.
  if (response.status === 401) return location.reload();
  const id = response.headers.get("X-Request-Id");
  toast(`${word("failed")}${id ? ` (${id})` : ""}`, "stop");
});
document.addEventListener("htmx:error", (event) => {
  if (!(event as CustomEvent<Answer>).detail.ctx?.response) toast(word("offline"), "stop");
});

export { htmx };
