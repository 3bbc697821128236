import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type DatabaseOptions, openDatabase } from '../src/adapters/sql/open-database.js';
import { alertRow, dayRow, sampleAlert, sampleDay } from '../src/adapters/sql/sample-rows.js';
import type { AnyRoute, Ask } from '../src/api/http/route.js';
import { scorecardRoutes } from '../src/api/routes/scorecard-routes.js';
import { createFakeRegistry } from '../src/api/testing/fake-registry.js';
import type { AlertKind } from '../src/model/alert.js';
import type { RollUpRow } from '../src/ports/database.js';
import { onBothDatabases } from './both-databases.js';
import type { Figure } from './figure.js';

const drivers = 1_000;
const days = 31;
/** Of each driver and day; every second one has none. */
const alertsPerDay = 2;
const firstDay = Date.UTC(2026, 9, 1);
const kinds: readonly AlertKind[] = ['harsh_braking', 'harsh_acceleration', 'harsh_cornering', 'speeding', 'excessive_idle'];
const rounds = 7;

/**
 * A month's scorecards of 1,000 drivers, with rank, band and trend by day, from rows in SQL to the text of the answer: the first page of
 * a hundred, and all thousand at once. And how long the event loop, on which viewers wait, was held up meanwhile.
 */
export const run = (): Promise<Figure[]> => onBothDatabases(measure);

const rowsOf = (day: number): RollUpRow[] => {
  const date = new Date(firstDay + day * 86_400_000).toISOString().slice(0, 10);
  return Array.from({ length: drivers }, (_, n) => {
    const [driver, vehicle] = [`driver-${n}`, `van-${n}`];
    const distance = 60 + ((n * 37 + day * 11) % 90);
    const row = dayRow(sampleDay(n, { driver, vehicle, day: date, distance, driving: distance * 72, idle: 300 }));
    if ((n + day) % 2 === 0) return [row];
    const alerts = Array.from({ length: 2 * alertsPerDay }, (_, i) => {
      const at = firstDay + day * 86_400_000 + (8 + i) * 3_600_000;
      return alertRow(
        sampleAlert(0, {
          id: `alert-${day}-${n}-${i}`,
          ...{ driver, vehicle, trip: `trip-${day}-${n}`, kind: kinds[(n + i) % kinds.length]! },
          ...{ severity: i === 0 ? 'critical' : 'warning', occurred_at: new Date(at).toISOString() },
          ...{ ended_at: new Date(at + 45_000).toISOString(), value: 143, threshold: 130 },
        }),
      );
    });
    return [row, ...alerts];
  }).flat();
};

const measure = async (name: string, where: DatabaseOptions): Promise<Figure[]> => {
  const database = await openDatabase(where);
  try {
    await database.migrate();
    for (let day = 0; day < days; day++) {
      const rows = rowsOf(day);
      for (let from = 0; from < rows.length; from += 2_000)
        await database.writeRollUps(rows.slice(from, from + 2_000), new Map());
    }
    const registry = createFakeRegistry();
    for (const kind of kinds) {
      const rule = { id: kind, kind, severity: null, params: {}, applies_to: {}, schedule: null, cooldown_s: 60, enabled: true };
      await registry.change({ type: 'rule_put', rule });
    }
    const [list] = scorecardRoutes({
      registry,
      database,
      clock: { now: () => firstDay + days * 86_400_000, after: () => () => {}, every: () => () => {} },
    });
    const ask = async (limit: number): Promise<number> => {
      const began = performance.now();
      const text = JSON.stringify(await list!.run(asking(list!, limit)));
      if (JSON.parse(text).items.length !== limit) throw new Error('not all scorecards came');
      return performance.now() - began;
    };
    const figures: Figure[] = [];
    for (const limit of [100, drivers]) {
      await ask(limit);
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      const times: number[] = [];
      for (let round = 0; round < rounds; round++) times.push(await ask(limit));
      delay.disable();
      const note = `${drivers} drivers, ${days} days, ${(drivers * days * alertsPerDay).toLocaleString('en')} alerts; median of ${rounds}`;
      figures.push({
        name: `scorecards.${name}.page_of_${limit}`,
        value: times.sort((a, b) => a - b)[rounds >> 1]!,
        unit: 'ms',
        note,
      });
      figures.push({
        ...{ name: `scorecards.${name}.page_of_${limit}.loop_held`, value: delay.max / 1e6, unit: 'ms' },
        note: 'longest turn of the event loop meanwhile',
      });
    }
    return figures;
  } finally {
    await database.close();
  }
};

const asking = (route: AnyRoute, limit: number): Ask<Record<string, string>, Record<string, unknown>, unknown> => ({
  params: {},
  query: route.query!.parse({ from: '2026-10-01', to: '2026-10-31', limit }),
  body: undefined,
  caller: { id: 'bench', name: 'bench', role: 'admin', groups: [], driver: null, user: null, via: 'bearer', expiresAt: null },
  req: undefined as never,
  res: undefined as never,
});
