/**
 * A short message at the corner, also from the server: the header HX-Trigger: {"pt:toast": {"text": "...", "kind": "ok"}}.
 *
 * Words come from the page (data attributes of #pt-toasts), so that they are in its language.
 */

export type Kind = "ok" | "info" | "wait" | "stop";

/** Return a word that the page carries for the script. */
export function word(name: string): string {
  return document.getElementById("pt-toasts")?.dataset[name] ?? "";
}

/** Show a message; an error stays until it is closed. */
export function toast(text: string, kind: Kind = "info"): void {
  const region = document.getElementById("pt-toasts");
  const pattern = document.querySelector<HTMLTemplateElement>("#pt-toast");
  if (!region || !pattern || !text) return;
  const box = (pattern.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
  box.classList.add(kind);
  box.querySelector(".say")!.textContent = text;
  box.querySelector("button")?.addEventListener("click", () => box.remove());
  region.append(box);
  if (kind !== "stop") setTimeout(() => box.remove(), 6000);
}

document.addEventListener("pt:toast", (event) => {
  const { text, kind } = (event as CustomEvent<{ text: string; kind?: Kind }>).detail;
  toast(text, kind);
});
