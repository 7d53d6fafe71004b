/** <pt-copy text="NL91ABNA..."><button class="js-only">Kopieer</button></pt-copy>: put a text on the clipboard and say so. */
import { toast, word } from "./toast";

class PtCopy extends HTMLElement {
  connectedCallback(): void {
    this.querySelector("button")?.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(this.getAttribute("text") ?? "");
        toast(word("copied"), "ok");
      } catch {
        getSelection()?.selectAllChildren(this.parentElement?.querySelector("code") ?? this);
      }
    });
  }
}

customElements.define("pt-copy", PtCopy);
