/** Menus are <details class="menu">: a click elsewhere, Esc and leaving with Tab close them. Dialogs open from [data-dialog]. */

const open = () => document.querySelectorAll<HTMLDetailsElement>("details.menu[open]");

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  for (const menu of open()) if (!menu.contains(target)) menu.open = false;

  // A link to the page that asks opens the question here instead; without script the link is followed.
  const opener = target.closest<HTMLElement>("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog ?? "");
  if (dialog instanceof HTMLDialogElement) {
    event.preventDefault();
    dialog.showModal();
  }
  if (target.closest("[data-close]")) target.closest("dialog")?.close();
  if (target instanceof HTMLDialogElement) {
    const box = target.getBoundingClientRect();
    const inside =
      event.clientX >= box.left &&
      event.clientX <= box.right &&
      event.clientY >= box.top &&
      event.clientY <= box.bottom;
    if (!inside) target.close();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    const within = menu.contains(document.activeElement);
    menu.open = false;
    if (within) menu.querySelector("summary")?.focus();
  }
});

document.addEventListener("focusin", (event) => {
  for (const menu of open()) if (!menu.contains(event.target as Node)) menu.open = false;
});

export {};
