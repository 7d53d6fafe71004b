/**
 * <pt-search><form role="search" action="/search/"><input type="search" name="q"></form></pt-search>
 *
 * The search form of the bar; with script also a list under it while typing (Ctrl K or / from anywhere). The list is HTML from
 * `action?q=...&palette=1`: links with role="option". Without an option chosen, Enter sends the form to the search page.
 *
 * <form><pt-search id="quick" data-url="/orders/cart/quick/" data-list="Suggestions" data-said="quick-said"><input name="product"></pt-search> ... <div id="quick-said" role="status"></div></form>
 *
 * A field that says what is typed in it: `data-url` is asked with all fields of the form, what it answers in [data-said] stands in the element of that name, and an option
 * puts its `data-value` in the field. Who types on, sends or clears the form is never kept waiting: what was asked is forgotten and nothing stays chosen.
 */
const PAUSE = 120; // of the search itself
const LONG = 250; // of a field, which a scanner fills faster than that

class PtSearch extends HTMLElement {
  #input: HTMLInputElement | null = null;
  #list: HTMLElement | null = null;
  #timer = 0;
  #asked = new AbortController();
  #stop = new AbortController();

  connectedCallback(): void {
    const input = this.querySelector("input");
    const form = input?.form;
    if (!input || !form) return;
    this.#stop = new AbortController();
    const signal = this.#stop.signal;
    this.#input = input;
    this.#list = document.createElement("div");
    this.#list.id = `${this.id || "pt"}-palette`;
    this.#list.className = "palette";
    this.#list.hidden = true;
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", this.dataset.list ?? input.getAttribute("aria-label") ?? "");
    (this.dataset.url ? input : form).after(this.#list);
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
        if (!this.contains(event.relatedTarget as Node | null)) this.#hide();
      },
      { signal },
    );
    // Keep the focus in the field, or the list closes before the click arrives.
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault(), { signal });
    if (this.dataset.url) this.#field(form, signal);
    else this.#bar(input, signal);
  }

  /** What the search of the bar has besides: its keys, and a choice that follows the pointer. */
  #bar(input: HTMLInputElement, signal: AbortSignal): void {
    this.#list!.addEventListener(
      "pointermove",
      (event) => {
        const option = (event.target as Element).closest<HTMLElement>("[role=option]");
        if (option) this.#choose(option, false);
      },
      { signal },
    );
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

  /** What a field of a form has besides: the other fields count, an option fills it in, and a form that is cleared says nothing. */
  #field(form: HTMLFormElement, signal: AbortSignal): void {
    form.addEventListener(
      "input",
      (event) => {
        if (event.target !== this.#input) this.#later();
      },
      { signal },
    );
    form.addEventListener("reset", () => this.#close(), { signal });
    this.#list!.addEventListener(
      "click",
      (event) => {
        const value = (event.target as Element).closest<HTMLElement>("[data-value]")?.dataset.value;
        if (value === undefined) return;
        this.#input!.value = value;
        this.#close();
        void this.#ask();
      },
      { signal },
    );
  }

  disconnectedCallback(): void {
    this.#stop.abort();
    this.#asked.abort();
    clearTimeout(this.#timer);
    this.#list?.remove();
  }

  get #options(): HTMLElement[] {
    return [...(this.#list?.querySelectorAll<HTMLElement>("[role=option]") ?? [])];
  }

  #later(): void {
    clearTimeout(this.#timer);
    this.#asked.abort();
    this.#choose(null, false); // what was chosen was of other words
    this.#timer = window.setTimeout(() => void this.#ask(), this.dataset.url ? LONG : PAUSE);
  }

  async #ask(): Promise<void> {
    const { value, form } = this.#input!;
    this.#asked.abort();
    const asked = new AbortController();
    this.#asked = asked;
    if (!value.trim()) return this.#close();
    const url = new URL(this.dataset.url ?? form!.action, location.href);
    for (const [name, text] of new FormData(form!))
      if (name !== "csrfmiddlewaretoken" && typeof text === "string") url.searchParams.set(name, text);
    if (!this.dataset.url) url.searchParams.set("palette", "1");
    try {
      const answer = await fetch(url, {
        headers: { "HX-Request": "true", "HX-Request-Type": "partial" },
        signal: asked.signal,
      });
      if (!answer.ok) return this.#close();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const said = page.querySelector("[data-said]");
      said?.remove();
      this.#say(said?.childElementCount ? [...said.childNodes] : []);
      this.#list!.replaceChildren(...page.body.childNodes);
    } catch {
      return; // typed on, or off line: Enter still searches
    }
    this.#options.forEach((option, n) => {
      option.id ||= `${this.id || "pt"}-option-${n}`;
      option.tabIndex = -1;
      option.setAttribute("aria-selected", "false");
    });
    this.#list!.hidden = !this.#list!.childElementCount || document.activeElement !== this.#input;
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
    } else if (event.key === "Escape" && (open || !this.dataset.url)) {
      event.preventDefault();
      if (open) this.#close();
      else this.#input!.blur();
    }
  }

  #choose(option: HTMLElement | null, scroll: boolean): void {
    for (const other of this.#options) other.setAttribute("aria-selected", String(other === option));
    if (option) this.#input!.setAttribute("aria-activedescendant", option.id);
    else this.#input!.removeAttribute("aria-activedescendant");
    if (scroll) option?.scrollIntoView({ block: "nearest" });
  }

  #say(nodes: Node[]): void {
    document.getElementById(this.dataset.said ?? "")?.replaceChildren(...nodes);
  }

  #hide(): void {
    this.#choose(null, false);
    this.#list!.hidden = true;
    this.#input!.setAttribute("aria-expanded", "false");
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#asked.abort();
    this.#say([]);
    this.#hide();
  }
}

customElements.define("pt-search", PtSearch);

export {};
