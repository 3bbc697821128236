import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Figure } from './figure.js';
import type { ScaleReport } from './scale-fleet.js';

/** The first is what the others are held against. `TELLTALE_BENCH_SCALE=1000,30000` tries others. */
const SIZES = (process.env.TELLTALE_BENCH_SCALE ?? '1000,30000,300000').split(',').map(Number);
const LEAST_EVENTS = 1_000_000;
/** 300,000 vehicles on the road take some 6 GB. */
const HEAP_MB = 18_000;
/** As the server has it. */
const SEMI_SPACE_MB = 64;

/**
 * What an event costs the fold by the size of the fleet: decode, order, track, all default rules, in one process without journal and broker, each size in a
 * process of its own, processor time of all its threads. Where the first size is run again in the end, the two tell what the machine did meanwhile.
 */
export const run = async (): Promise<Figure[]> => {
  const reports: ScaleReport[] = [];
  for (const vehicles of [...SIZES, SIZES[0]!]) {
    const report = await measure(vehicles);
    console.error(`${vehicles} vehicles: ${costOf(report).toFixed(2)} µs an event`);
    reports.push(report);
  }
  const again = reports.pop()!;
  const base = (costOf(reports[0]!) + costOf(again)) / 2;
  return reports.flatMap(report => {
    const { vehicles, events, gc_us, heap_mb, cpu_us } = report;
    const said = vehicles === SIZES[0] ? `; again in the end: ${costOf(again).toFixed(2)}` : '';
    const note = `${events} events in arrays of 10, heap ${Math.round(heap_mb)} MB, ${(gc_us / events).toFixed(2)} µs an event of the clock in collections of garbage${said}`;
    return [
      { name: `scale.${vehicles}`, value: cpu_us / events, unit: 'us/event', note },
      ...(vehicles === SIZES[0]
        ? []
        : [{ name: `scale.${vehicles}_over_${SIZES[0]}`, value: costOf(report) / base, unit: '', note: 'aim 1.5' }]),
    ];
  });
};

const costOf = ({ cpu_us, events }: ScaleReport): number => cpu_us / events;

const measure = (vehicles: number): Promise<ScaleReport> =>
  new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'scale-fleet.js'), [String(vehicles), String(LEAST_EVENTS)], {
      execArgv: [`--max-old-space-size=${HEAP_MB}`, `--max-semi-space-size=${SEMI_SPACE_MB}`],
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    let report: ScaleReport | undefined;
    child.once('message', message => {
      report = message as ScaleReport;
    });
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      report ? resolve(report) : reject(new Error(`the fleet of ${vehicles} ended with ${signal ?? code} before it reported`)),
    );
  });
