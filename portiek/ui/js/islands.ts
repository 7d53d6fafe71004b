/**
 * Load an island where the page has one, and clear it up when its box goes.
 *
 * <div data-island="documents/viewer" data-url="/files/12">what is shown without script</div>
 *
 * The module's default export gets the box; what it returns, if anything, is called when the box leaves the page.
 */
import islands from "islands";

const running = new Map<HTMLElement, (() => void) | undefined>();

async function start(box: HTMLElement): Promise<void> {
  const load = islands[box.dataset.island ?? ""];
  if (running.has(box) || !load) return;
  running.set(box, undefined);
  try {
    const stop = (await load()).default(box);
    if (box.isConnected) running.set(box, stop ?? undefined);
    else stop?.();
    box.dataset.ready = "";
  } catch (error) {
    running.delete(box);
    console.error(`island ${box.dataset.island}`, error);
  }
}

function sweep(): void {
  for (const [box, stop] of running) {
    if (!box.isConnected) {
      running.delete(box);
      stop?.();
    }
  }
  for (const box of document.querySelectorAll<HTMLElement>("[data-island]")) void start(box);
}

sweep();
document.addEventListener("htmx:after:swap", sweep);
document.addEventListener("pt:refreshed", sweep);
