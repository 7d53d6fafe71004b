/**
 * <pt-live src="/live/?as=12" data-since="1795334000" hidden></pt-live>: keep what is on the screen up to date, since the page was made.
 *
 * One stream for the whole browser: the tab that holds the lock listens and tells the others. An event carries names only
 * ({name: "orders.order.shipped", refs: ["orders.order:12"]}); what changed is fetched again as HTML, under the reader's own rights:
 *
 * <section id="order" data-live="orders.order:12" data-live-say="Order bijgewerkt">...</section>
 *
 * data-live      names of facts ("orders.order.*" for all of a noun) and refs, with spaces between
 * data-live-src  where to fetch it (this page if absent); the element with the same id is taken from the answer
 * data-live-say  what a screen reader says when it changed (announced politely)
 */
import { htmx } from "./hypermedia";

interface Fact {
  name: string;
  refs: string[];
}

const JITTER = 250; // all screens of a company hear of the same fact at once: spread what they ask

export function matches(topics: string, fact: Fact): boolean {
  return topics.split(/\s+/).some((topic) => {
    if (topic.endsWith(".*")) return fact.name.startsWith(topic.slice(0, -1));
    return topic !== "" && (topic === fact.name || fact.refs.includes(topic));
  });
}

class PtLive extends HTMLElement {
  #stale = new Set<string>();
  #timer = 0;
  #stop = new AbortController();

  connectedCallback(): void {
    const src = this.getAttribute("src");
    if (!src || !("EventSource" in window)) return;
    this.#stop = new AbortController();
    // The address names the membership: tabs of two companies never hear each other.
    const channel = new BroadcastChannel(`pt-live:${src}`);
    channel.onmessage = (event: MessageEvent<Fact>) => this.#hear(event.data);
    this.#stop.signal.addEventListener("abort", () => channel.close());
    const listen = () =>
      this.#listen(src, (fact) => {
        channel.postMessage(fact);
        this.#hear(fact);
      });
    if (navigator.locks) {
      navigator.locks.request(`pt-live:${src}`, { signal: this.#stop.signal }, listen).catch(() => {});
    } else {
      void listen();
    }
    document.addEventListener("visibilitychange", () => this.#soon(), { signal: this.#stop.signal });
  }

  disconnectedCallback(): void {
    this.#stop.abort();
  }

  /** Hold the stream until this tab goes; come back later and later, never all at once. */
  #listen(src: string, tell: (fact: Fact) => void): Promise<void> {
    return new Promise((done) => {
      let tries = 0;
      let stream: EventSource | undefined;
      const open = () => {
        if (this.#stop.signal.aborted) return;
        const since = this.dataset.since;
        delete this.dataset.since;
        stream = new EventSource(since ? `${src}&since=${since}` : src);
        const read = (event: MessageEvent<string>) => {
          try {
            const data = JSON.parse(event.data) as Partial<Fact>;
            if (data.name) tell({ name: data.name, refs: data.refs ?? [] });
          } catch {
            // a line that is no fact is not ours
          }
        };
        stream.onopen = () => {
          // What happened while the line was down is not told again: fetch everything once.
          if (tries) tell({ name: "*", refs: [] });
          tries = 0;
        };
        stream.onmessage = read;
        stream.addEventListener("fact", read as EventListener);
        stream.onerror = () => {
          stream?.close();
          tries += 1;
          const wait = Math.min(60000, 1000 * 2 ** Math.min(tries, 6));
          setTimeout(open, wait / 2 + Math.random() * wait);
        };
      };
      this.#stop.signal.addEventListener("abort", () => {
        stream?.close();
        done();
      });
      open();
    });
  }

  #hear(fact: Fact): void {
    document.dispatchEvent(new CustomEvent("pt:fact", { detail: fact }));
    for (const element of document.querySelectorAll<HTMLElement>("[data-live][id]")) {
      if (fact.name === "*" || matches(element.dataset.live ?? "", fact)) this.#stale.add(element.id);
    }
    this.#soon();
  }

  #soon(): void {
    if (!this.#stale.size || document.hidden || this.#timer) return;
    this.#timer = window.setTimeout(
      () => {
        this.#timer = 0;
        void this.#refresh();
      },
      80 + Math.random() * JITTER,
    );
  }

  /** Fetch what is stale, each address once, and morph it in, so that what somebody types stays. */
  async #refresh(): Promise<void> {
    const sources = new Map<string, HTMLElement[]>();
    for (const id of this.#stale) {
      const element = document.getElementById(id);
      if (!element) continue;
      const src = element.dataset.liveSrc ?? location.pathname + location.search;
      sources.set(src, [...(sources.get(src) ?? []), element]);
    }
    this.#stale.clear();
    for (const [src, elements] of sources) {
      let text = "";
      try {
        const answer = await fetch(src, {
          headers: { "HX-Request": "true", "HX-Request-Type": "full" },
          redirect: "error",
        });
        if (!answer.ok) continue;
        text = await answer.text();
      } catch {
        continue; // off line: the stream will say when it is back
      }
      const page = new DOMParser().parseFromString(text, "text/html");
      for (const element of elements) {
        const found = page.getElementById(element.id);
        if (!found || found.isEqualNode(element) || !element.isConnected) continue;
        const before = element.textContent;
        await htmx.swap({
          text: found.outerHTML,
          target: element,
          sourceElement: element,
          swap: "innerMorph strip:true ignoreTitle:true",
        });
        if (element.textContent === before) continue;
        element.classList.remove("live-changed");
        void element.offsetWidth; // start the highlight anew
        element.classList.add("live-changed");
        if (element.dataset.liveSay) this.#say(element.dataset.liveSay);
      }
    }
    document.dispatchEvent(new CustomEvent("pt:refreshed"));
  }

  #say(text: string): void {
    const region = document.getElementById("pt-say");
    if (region) region.textContent = text;
  }
}

customElements.define("pt-live", PtLive);
