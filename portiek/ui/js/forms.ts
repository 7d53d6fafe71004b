/** What a form does while it is sent: the button shows it, a second click is ignored (but for a form that queues, which takes one after the other). A page that comes back is ready again. */

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target as HTMLFormElement;
    if (form.method !== "post" || form.target === "_blank" || form.getAttribute("hx-sync") === "this:queue all") return;
    if (form.dataset.sent !== undefined) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "";
    const button = event.submitter ?? form.querySelector("button:not([type=button])");
    button?.setAttribute("aria-busy", "true");
    // A file that is downloaded, or an answer that never comes, must not lock the form for good.
    window.setTimeout(() => ready(form), 15000);
  },
  { capture: true }, // before htmx, which listens on the form itself
);

function ready(form: HTMLFormElement): void {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}

function allReady(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) ready(form);
}

window.addEventListener("pageshow", allReady);
document.addEventListener("htmx:finally:request", allReady);

// [data-autosubmit]: a filter that is chosen is applied; without script there is the button.
document.addEventListener("change", (event) => {
  const field = event.target as HTMLInputElement;
  const form = field.form;
  if (form?.hasAttribute("data-autosubmit") && !field.matches("[type=text], [type=search]")) form.requestSubmit();
});

// [data-look]: what a pick finds stands below while one types; without script there is the button beside it.
let asked = 0;
document.addEventListener("input", (event) => {
  const field = event.target as HTMLInputElement;
  const name = field.dataset?.look;
  if (!name || !field.form) return;
  const mine = ++asked;
  window.setTimeout(() => mine === asked && look(field, name, () => mine === asked), 250);
});

async function look(field: HTMLInputElement, name: string, wanted: () => boolean): Promise<void> {
  const form = field.form as HTMLFormElement;
  const id = field.getAttribute("aria-controls") as string;
  const data = new FormData(form);
  data.set("look", name);
  const to = form.getAttribute("action") || location.href;
  const sent =
    form.method === "post"
      ? fetch(to, { method: "POST", body: data })
      : fetch(`${to}?${new URLSearchParams(data as unknown as Record<string, string>)}`);
  const answer = await sent.catch(() => null);
  if (!answer?.ok || !wanted()) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.getElementById(id);
  if (found && wanted()) document.getElementById(id)?.replaceWith(found);
}

// [data-onward]: a page that only carries something on does so by itself; without script there is the button.
document.querySelector<HTMLFormElement>("form[data-onward]")?.requestSubmit();

// The list of errors is where reading goes on.
document.querySelector<HTMLElement>(".summary-errors")?.focus();

// A file dropped on an upload field lands in it.
document.addEventListener("dragover", (event) => {
  const drop = (event.target as Element).closest?.(".drop");
  drop?.classList.add("over");
  if (drop) event.preventDefault();
});
document.addEventListener("dragleave", (event) =>
  (event.target as Element).closest?.(".drop")?.classList.remove("over"),
);
document.addEventListener("drop", (event) => {
  const drop = (event.target as Element).closest?.(".drop");
  const input = drop?.querySelector<HTMLInputElement>("input[type=file]");
  if (!drop || !input || !event.dataTransfer) return;
  event.preventDefault();
  drop.classList.remove("over");
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

export {};
