/** What a page is given: the parts of the path behind its own, decoded (`/trips/t-1` → `['t-1']`). */
export interface PageProps {
  rest: readonly string[];
}
