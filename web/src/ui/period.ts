import { useMemo } from 'react';
import { setQuery, useLocation } from '../app/location';
import { addDays, dayOf, startOfDay } from '../format/zoned-day';

export const PRESETS = ['today', 'yesterday', '7d', '28d', '90d'] as const;
export type Preset = (typeof PRESETS)[number];

/** Whole days of the fleet's zone. */
export interface Period {
  preset: Preset | 'custom';
  /** `2026-11-22`, both included. */
  firstDay: string;
  lastDay: string;
  /** From the start of the first to the end of the last day, as the API takes them. */
  from: string;
  to: string;
}

const DAY = /^\d{4}-\d\d-\d\d$/;

const daysOf = (preset: Preset, today: string): [string, string] => {
  switch (preset) {
    case 'today':
      return [today, today];
    case 'yesterday':
      return [addDays(today, -1), addDays(today, -1)];
    default:
      return [addDays(today, 1 - Number.parseInt(preset, 10)), today];
  }
};

/** The period of a page, from its address: `?period=7d`, or `?from=2026-11-01&to=2026-11-07`. */
export const usePeriod = (otherwise: Preset): Period => {
  const { query } = useLocation();
  const [named, first, last] = [query.get('period'), query.get('from') ?? '', query.get('to') ?? ''];
  const today = dayOf(Date.now());
  return useMemo(() => {
    const custom = DAY.test(first) && DAY.test(last) && first <= last;
    const preset = PRESETS.find(one => one === named) ?? otherwise;
    const [firstDay, lastDay] = custom ? [first, last] : daysOf(preset, today);
    return {
      preset: custom ? 'custom' : preset,
      firstDay,
      lastDay,
      from: new Date(startOfDay(firstDay)).toISOString(),
      to: new Date(startOfDay(addDays(lastDay, 1)) - 1).toISOString(),
    };
  }, [named, first, last, today, otherwise]);
};

export const choosePreset = (preset: Preset): void => setQuery({ period: preset, from: undefined, to: undefined });

export const chooseDays = (from: string, to: string): void =>
  setQuery({ period: undefined, from: from <= to ? from : to, to: from <= to ? to : from });
