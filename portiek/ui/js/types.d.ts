declare module "islands" {
  /** Every island by its name, loaded when it is first met on a page. */
  const islands: Record<string, () => Promise<{ default: (box: HTMLElement) => void | (() => void) }>>;
  export default islands;
}
declare module "*?url" {
  const url: string;
  export default url;
}
