import { useCallback, useEffect, useMemo, useState } from 'react';
import { getJson, type Query } from '../api/request';
import type { Page, Trip } from '../api/wire-types';
import { type Loaded, useLoaded } from '../app/use-loaded';
import { instantOfLocal } from '../format/zoned-day';
import { type TripFilters, tripQuery } from './trip-filters';

const PER_PAGE = 100;
/** A page that was looked through by place may be short or empty with more to come: so many are asked for in one go. */
const PAGES_AT_ONCE = 5;
/** Enough to fill a screen. */
const ENOUGH = 20;

export interface Trips {
  loaded: Loaded<Page<Trip>>;
  retry: () => void;
  loadMore: () => void;
  loadingMore: boolean;
}

/** Trips that fit the filters, newest first, page by page. */
export const useTrips = (filters: TripFilters): Trips => {
  const { vehicle, driver, period, when, box } = filters;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the parts of the filters, which stay the same while they say the same
  const query = useMemo(() => tripQuery(filters), [vehicle, driver, period, when, box]);
  const ask = useCallback(
    async (cursor: string | undefined, signal?: AbortSignal): Promise<Page<Trip>> => {
      const from = when === undefined ? undefined : instantOfLocal(when);
      const items: Trip[] = [];
      let next = cursor;
      for (let pages = 0; pages < PAGES_AT_ONCE && items.length < ENOUGH; pages++) {
        const page = await getJson<Page<Trip>>('/trips', { ...query, limit: PER_PAGE, cursor: next } satisfies Query, signal);
        // Began before a moment and had not ended by then: it was under way.
        items.push(
          ...page.items.filter(({ ended_at }) => from === undefined || ended_at === null || Date.parse(ended_at) >= from),
        );
        if (page.next === null) return { items, next: null };
        next = page.next;
      }
      return { items, next: next ?? null };
    },
    [query, when],
  );
  const [first, retry] = useLoaded(useCallback((signal: AbortSignal) => ask(undefined, signal), [ask]));
  const [further, setFurther] = useState<Page<Trip>>();
  const [loadingMore, setLoadingMore] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another first page makes what came after it pointless
  useEffect(() => setFurther(undefined), [first]);

  const loaded: Loaded<Page<Trip>> = useMemo(
    () =>
      first.state !== 'ready'
        ? first
        : {
            state: 'ready',
            value: { items: [...first.value.items, ...(further?.items ?? [])], next: (further ?? first.value).next },
          },
    [first, further],
  );
  const loadMore = async (): Promise<void> => {
    if (loaded.state !== 'ready' || loaded.value.next === null) return;
    setLoadingMore(true);
    const page = await ask(loaded.value.next).catch(() => undefined);
    setLoadingMore(false);
    if (page) setFurther({ items: [...(further?.items ?? []), ...page.items], next: page.next });
  };
  return { loaded, retry, loadMore: () => void loadMore(), loadingMore };
};
