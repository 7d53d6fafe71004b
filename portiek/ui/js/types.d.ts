declare module "islands" {
  /** Every island by its name, loaded when it is first met on a page. */
  // biome-ignore lint/suspicious/noConfusingVoidType: an island that has nothing to clear up returns nothing
  const islands: Record<string, () => Promise<{ default: (box: HTMLElement) => void | (() => void) }>>;
  export default islands;
}
declare module "*?url" {
  const url: string;
  export default url;
}
