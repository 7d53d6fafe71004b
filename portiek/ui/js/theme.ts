/** [data-theme-set="light|dark|auto"]: choose light or dark; kept in a cookie, so that the server's next page has it at once. */

const buttons = () => document.querySelectorAll<HTMLElement>("[data-theme-set]");

function show(theme: string): void {
  for (const button of buttons()) button.setAttribute("aria-pressed", String(button.dataset.themeSet === theme));
}

document.addEventListener("click", (event) => {
  const theme = (event.target as Element).closest<HTMLElement>("[data-theme-set]")?.dataset.themeSet;
  if (!theme) return;
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store is not in every browser yet
  document.cookie = `theme=${theme};path=/;max-age=31536000;samesite=lax${location.protocol === "https:" ? ";secure" : ""}`;
  show(theme);
});

show(document.documentElement.dataset.theme ?? "auto");

export {};
