/**
 * <pt-search><form role="search" action="/search/"><input type="search" name="q"></form></pt-search>
 *
 * The search form of the bar; with script also a list under it while typing (Ctrl K or / from anywhere). The list is HTML from
 * `action?q=...&palette=1`: links with role="option". Without an option chosen, Enter sends the form to the search page.
 */
class PtSearch extends HTMLElement {
  #input: HTMLInputElement | null = null;
  #list: HTMLElement | null = null;
  #timer = 0;
  #asked = new AbortController();
  #stop = new AbortController();

  connectedCallback(): void {
    const input = this.querySelector("input");
    const form = this.querySelector("form");
    if (!input || !form) return;
    this.#stop = new AbortController();
    const signal = this.#stop.signal;
    this.#input = input;
    this.#list = document.createElement("div");
    this.#list.id = "pt-palette";
    this.#list.className = "palette";
    this.#list.hidden = true;
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", input.getAttribute("aria-label") ?? "");
    form.after(this.#list);
    input.type = "text"; // a combobox is a text field; the browser's own list stays away
    input.autocomplete = "off";
    for (const [name, value] of [
      ["role", "combobox"],
      ["aria-autocomplete", "list"],
      ["aria-expanded", "false"],
      ["aria-controls", this.#list.id],
    ]) {
      input.setAttribute(name!, value!);
    }
    input.addEventListener("input", () => this.#later(), { signal });
    input.addEventListener("focus", () => this.#later(), { signal });
    input.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.addEventListener(
      "focusout",
      (event) => {
        if (!this.contains(event.relatedTarget as Node | null)) this.#close();
      },
      { signal },
    );
    this.#list.addEventListener(
      "pointermove",
      (event) => {
        const option = (event.target as Element).closest<HTMLElement>("[role=option]");
        if (option) this.#choose(option, false);
      },
      { signal },
    );
    // Keep the focus in the field, or the list closes before the click arrives.
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault(), { signal });
    document.addEventListener(
      "keydown",
      (event) => {
        const typing = (event.target as Element).closest?.("input, textarea, select, [contenteditable]");
        if ((event.key === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !typing)) {
          event.preventDefault();
          input.focus();
          input.select();
        }
      },
      { signal },
    );
  }

  disconnectedCallback(): void {
    this.#stop.abort();
    this.#list?.remove();
  }

  get #options(): HTMLElement[] {
    return [...(this.#list?.querySelectorAll<HTMLElement>("[role=option]") ?? [])];
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#ask(), 120);
  }

  async #ask(): Promise<void> {
    const { value, form } = this.#input!;
    this.#asked.abort();
    this.#asked = new AbortController();
    if (!value.trim()) return this.#close();
    const url = new URL(form!.action);
    url.searchParams.set("q", value);
    url.searchParams.set("palette", "1");
    try {
      const answer = await fetch(url, {
        headers: { "HX-Request": "true", "HX-Request-Type": "partial" },
        signal: this.#asked.signal,
      });
      if (!answer.ok) return this.#close();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      this.#list!.replaceChildren(...page.body.childNodes);
    } catch {
      return; // typed on, or off line: Enter still searches
    }
    this.#options.forEach((option, n) => {
      option.id ||= `pt-option-${n}`;
      option.tabIndex = -1;
      option.setAttribute("aria-selected", "false");
    });
    this.#list!.hidden = !this.#list!.childElementCount;
    this.#input!.setAttribute("aria-expanded", String(!this.#list!.hidden));
    this.#input!.removeAttribute("aria-activedescendant");
  }

  #key(event: KeyboardEvent): void {
    const options = this.#options;
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const open = !this.#list!.hidden;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && open && options.length) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#choose(
        options[at < 0 && step < 0 ? options.length - 1 : (at + step + options.length) % options.length]!,
        true,
      );
    } else if (event.key === "Enter" && open && at >= 0) {
      event.preventDefault();
      options[at]!.click();
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (open) this.#close();
      else this.#input!.blur();
    }
  }

  #choose(option: HTMLElement, scroll: boolean): void {
    for (const other of this.#options) other.setAttribute("aria-selected", String(other === option));
    this.#input!.setAttribute("aria-activedescendant", option.id);
    if (scroll) option.scrollIntoView({ block: "nearest" });
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#list!.hidden = true;
    this.#input!.setAttribute("aria-expanded", "false");
    this.#input!.removeAttribute("aria-activedescendant");
  }
}

customElements.define("pt-search", PtSearch);

export {};
