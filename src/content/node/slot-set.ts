/** Slots of a page. A DAG's blocks mostly lie together, so a small one needs few pages in a large store. */
const PAGE = 8192;

/** A set of small numbers, a bit each. */
export function slotSet(): { has(slot: number): boolean; add(slot: number): boolean } {
  const pages = new Map<number, Uint8Array>();
  return {
    has(slot) {
      const bits = pages.get(Math.floor(slot / PAGE))?.[(slot % PAGE) >> 3] ?? 0;
      return (bits & (1 << (slot & 7))) !== 0;
    },
    /** True when it was not in. */
    add(slot) {
      const number = Math.floor(slot / PAGE);
      let page = pages.get(number);
      if (page === undefined) {
        page = new Uint8Array(PAGE >> 3);
        pages.set(number, page);
      }
      const at = (slot % PAGE) >> 3;
      const bit = 1 << (slot & 7);
      const bits = page[at] ?? 0;
      if ((bits & bit) !== 0) return false;
      page[at] = bits | bit;
      return true;
    },
  };
}
