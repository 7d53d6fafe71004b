/**
 * <pt-stepper step="6"><button data-step="-1">..</button><input name="quantity" value="6"><button data-step="1">..</button></pt-stepper>
 *
 * Plus and minus beside a quantity, in steps of the package. The field stays a plain field: without script one types. A number with
 * a decimal comma keeps its comma. `change` bubbles, so a form or htmx hears it as if it was typed.
 */
class PtStepper extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", this.#click);
    this.addEventListener("keydown", this.#key);
  }

  disconnectedCallback(): void {
    this.removeEventListener("click", this.#click);
    this.removeEventListener("keydown", this.#key);
  }

  #click = (event: Event): void => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[data-step]");
    if (button) this.#move(Number(button.dataset.step));
  };

  #key = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLInputElement && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      this.#move(event.key === "ArrowUp" ? 1 : -1);
    }
  };

  #move(direction: number): void {
    const input = this.querySelector("input")!;
    const step = Number(this.getAttribute("step")) || 1;
    const least = Number(this.getAttribute("min") ?? 0);
    const most = Number(this.getAttribute("max") ?? Number.POSITIVE_INFINITY);
    const comma = document.documentElement.lang.startsWith("en") ? "." : ",";
    const now = Number(input.value.replace(",", ".")) || 0;
    // From 7 in packages of 6 one goes to 12 or 6: always a whole number of packages.
    const packages = direction > 0 ? Math.floor(now / step + 1e-9) + 1 : Math.ceil(now / step - 1e-9) - 1;
    const next = Math.min(most, Math.max(least, packages * step));
    input.value = String(Number(next.toFixed(4))).replace(".", comma);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

customElements.define("pt-stepper", PtStepper);

export {};
