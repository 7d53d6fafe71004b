/**
 * The worker behind /push.js: shows a message when no page of the portal is open, and opens what it is about. It sees no requests and keeps no pages.
 *
 * A message is JSON: { title, body, url, lang, tag }; `url` is a path of this portal, `tag` is the same for what takes an earlier one's place.
 */
type Waiting = { waitUntil(done: Promise<unknown>): void };
type Pushed = Waiting & { data: { json(): Record<string, string> } | null };
type Clicked = Waiting & { notification: Notification };
type Changed = Waiting & { oldSubscription?: PushSubscription | null; newSubscription?: PushSubscription | null };
type Window = { url: string; focus(): Promise<unknown> };
type Worker = {
  registration: ServiceWorkerRegistration;
  location: Location;
  clients: { matchAll(wanted: object): Promise<Window[]>; openWindow(url: string): Promise<unknown> };
  skipWaiting(): Promise<void>;
  addEventListener<E extends Waiting>(name: string, listener: (event: E) => void): void;
};
const worker = self as unknown as Worker;

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));

worker.addEventListener<Pushed>("push", (event) => {
  // Who takes a message must show one: what cannot be read still says that there is something.
  let said: Record<string, string> = {};
  try {
    said = event.data?.json() ?? {};
  } catch {}
  const { title = worker.location.hostname, body = "", lang = "", tag = "", url = "/notifications/" } = said;
  event.waitUntil(worker.registration.showNotification(title, { body, lang, tag, data: url }));
});

worker.addEventListener<Clicked>("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(String(event.notification.data ?? "/"), worker.location.origin);
  if (url.origin !== worker.location.origin) return;
  event.waitUntil(
    worker.clients.matchAll({ type: "window", includeUncontrolled: true }).then((open) => {
      // A page that shows it already comes to the front; another one may hold half a form, so that stays.
      const there = open.find((item) => item.url.split("#")[0] === url.href);
      return there ? there.focus() : worker.clients.openWindow(url.href);
    }),
  );
});

worker.addEventListener<Changed>("pushsubscriptionchange", (event) => {
  const old = event.oldSubscription;
  if (!old) return;
  const made = event.newSubscription ?? worker.registration.pushManager.subscribe(old.options);
  event.waitUntil(
    Promise.resolve(made).then((fresh) =>
      fetch("/notifications/devices/renew/", {
        method: "POST",
        credentials: "same-origin",
        body: new URLSearchParams({ old: old.endpoint, subscription: JSON.stringify(fresh) }),
      }),
    ),
  );
});

export {};
