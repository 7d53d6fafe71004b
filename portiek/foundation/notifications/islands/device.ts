/**
 * A form that lets messages come to this browser: asks its permission on a click, makes an address for it and sends that along in the field `subscription`.
 *
 * <form method="post" data-island="notifications/device" data-key="BN..." data-worker="/push.js" data-on="">
 *   <input type="hidden" name="subscription"><button type="button" data-ask class="button js-only">Switch on</button>
 *   <p data-say="denied" hidden>...</p> <p data-say="unable" hidden>...</p> <p data-say="iphone" hidden>...</p> <p data-say="failed" hidden>...</p> <p data-say="lost" hidden>...</p>
 * </form>
 *
 * `data-on`: the server sends messages to this browser already; `lost` is said when the browser no longer has the address. A form with `data-forget` in it,
 * within the same box, also takes the address away in the browser. Without script messages can still be switched off.
 */
const bytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));

export default function device(box: HTMLElement): (() => void) | undefined {
  const form = box as HTMLFormElement;
  const button = form.querySelector<HTMLButtonElement>("[data-ask]");
  const { key = "", worker = "" } = form.dataset;
  const on = "on" in form.dataset;
  const say = (what: string): void => {
    for (const line of form.querySelectorAll<HTMLElement>("[data-say]")) line.hidden = line.dataset.say !== what;
  };
  if (!button) return;
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
    button.remove();
    say(/iPhone|iPad/.test(navigator.userAgent) ? "iphone" : "unable");
    return;
  }
  const look = async (): Promise<void> => {
    const held = await (await navigator.serviceWorker.getRegistration("/"))?.pushManager.getSubscription();
    if (Notification.permission === "denied") say("denied");
    else if (on && !held) say("lost");
    else return;
    button.hidden = Notification.permission === "denied";
  };

  button.addEventListener("click", async () => {
    say("");
    if ((await Notification.requestPermission()) !== "granted") return say("denied");
    button.disabled = true;
    try {
      const registration = await navigator.serviceWorker.register(worker, { scope: "/", updateViaCache: "none" });
      await ready(registration);
      // An address of who used this browser before is never taken over.
      await (await registration.pushManager.getSubscription())?.unsubscribe();
      const made = await registration.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: bytes(key),
      });
      form.querySelector<HTMLInputElement>("[name=subscription]")!.value = JSON.stringify(made);
      form.requestSubmit();
    } catch (error) {
      console.warn("no messages on this device", error);
      button.disabled = false;
      say("failed");
    }
  });

  const forget = (event: SubmitEvent): void => {
    const given = event.target as HTMLFormElement;
    if (!("forget" in given.dataset)) return;
    event.preventDefault();
    void (async () => {
      try {
        await (
          await (await navigator.serviceWorker.getRegistration("/"))?.pushManager.getSubscription()
        )?.unsubscribe();
      } finally {
        given.submit();
      }
    })();
  };
  document.addEventListener("submit", forget);
  void look();
  return () => document.removeEventListener("submit", forget);
}

/** Wait until a worker runs: only then an address can be made. */
function ready(registration: ServiceWorkerRegistration): Promise<void> {
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  return new Promise((done) => {
    if (!worker || worker.state === "activated") return done();
    worker.addEventListener("statechange", () => worker.state === "activated" && done());
  });
}
