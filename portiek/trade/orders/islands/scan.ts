/**
 * Quick order by scanning: a button that reads a barcode with the camera where the browser can, and the field of the number ready again after each line.
 *
 * <form class="quick" data-island="orders/scan" hx-post hx-sync="this:queue all"><input name="product"> ... <button type="button" data-scan hidden>Scan</button>
 *   <div data-scan-box hidden><video playsinline muted></video> <p data-say="looking">...</p> <p data-say="denied" hidden>...</p></div></form>
 *
 * A scanner that types (EAN and Enter) sends the form by itself and does not wait for an answer: the field is empty again as soon as its line is on its way, and lines are added one after the other.
 * A number that was refused comes back to be mended, unless the next one is there already. Without script, and in browsers that read no barcodes, the button stays hidden.
 */
interface Sending {
  ctx: { request: { body: FormData }; response?: { status: number } };
}
interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type Detectors = { new (options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> };

const FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e", "itf", "code_128", "code_39"];
const PAUSE = 150;

export default function scan(box: HTMLElement): () => void {
  const form = box as HTMLFormElement;
  const field = form.querySelector<HTMLInputElement>("[name=product]")!;
  const button = form.querySelector<HTMLButtonElement>("[data-scan]");
  const view = form.querySelector<HTMLElement>("[data-scan-box]");
  const video = form.querySelector<HTMLVideoElement>("video");
  const kind = (window as unknown as { BarcodeDetector?: Detectors }).BarcodeDetector;
  let stream: MediaStream | undefined;

  const say = (what: string): void => {
    for (const line of form.querySelectorAll<HTMLElement>("[data-say]")) line.hidden = line.dataset.say !== what;
  };
  const stop = (): void => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = undefined;
    if (view) view.hidden = true;
    button?.setAttribute("aria-expanded", "false");
  };

  const look = async (reader: Detector): Promise<void> => {
    while (stream && video) {
      const [found] = video.readyState >= 2 ? await reader.detect(video).catch(() => []) : [];
      if (found && stream) {
        stop();
        field.value = found.rawValue;
        form.requestSubmit();
        return;
      }
      await new Promise((done) => setTimeout(done, PAUSE));
    }
  };

  const start = async (kinds: Detectors): Promise<void> => {
    if (stream) return stop();
    view!.hidden = false;
    button!.setAttribute("aria-expanded", "true");
    say("looking");
    try {
      const able = await kinds.getSupportedFormats();
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video!.srcObject = stream;
      await video!.play();
      void look(new kinds({ formats: FORMATS.filter((format) => able.includes(format)) }));
    } catch (error) {
      console.warn("no camera", error);
      for (const track of stream?.getTracks() ?? []) track.stop();
      stream = undefined;
      say("denied");
    }
  };

  if (kind && button && view && video && navigator.mediaDevices) {
    button.hidden = false;
    button.addEventListener("click", () => void start(kind));
  }
  form.addEventListener("htmx:config:request", () => {
    form.reset();
    field.removeAttribute("aria-invalid");
    field.focus();
  });
  form.addEventListener("htmx:after:request", (event) => {
    const { request, response } = (event as CustomEvent<Sending>).detail.ctx;
    if (response?.status !== 422 || field.value) return;
    for (const name of ["product", "quantity", "unit"])
      form.querySelector<HTMLInputElement>(`[name=${name}]`)!.value = String(request.body.get(name) ?? "");
    field.setAttribute("aria-invalid", "true");
    field.select();
  });
  window.addEventListener("pagehide", stop, { once: true });
  return stop;
}
