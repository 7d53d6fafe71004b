/**
 * How long something can still be done, each second: minutes and seconds until a moment. The page says that moment in words beside it, which is all there is without script.
 *
 * <time role="timer" data-island="orders/countdown" data-say="{left} left" datetime="2026-11-23T14:00:00+01:00"></time>
 *
 * A timer is not read aloud by itself (WAI-ARIA 1.2, 5.4 `timer`).
 */
export default function countdown(box: HTMLElement): () => void {
  const two = (number: number): string => String(number).padStart(2, "0");
  const tell = (): void => {
    const left = Math.ceil((Date.parse(box.getAttribute("datetime") ?? "") - Date.now()) / 1000);
    const hours = Math.floor(left / 3600);
    const clock = `${hours ? `${hours}:` : ""}${hours ? two(Math.floor(left / 60) % 60) : Math.floor(left / 60)}:${two(left % 60)}`;
    box.textContent = left > 0 ? (box.dataset.say ?? "{left}").replace("{left}", clock) : "";
  };
  tell();
  const timer = setInterval(tell, 1000);
  return () => clearInterval(timer);
}
