import { setTimeout as sleep } from 'node:timers/promises';
import type { DeviceId } from '../../model/ids.js';
import type { Instant, Millis } from '../../model/units.js';
import { mergeRecordings, type RecordingLineError, readRecording } from '../../simulator/read-recording.js';
import { readSecrets } from '../../simulator/read-secrets.js';
import { ProgressLine } from '../progress-line.js';
import { stopSignal } from '../stop-signal.js';
import { ConnectionPool } from './connection-pool.js';

export interface ReplayOptions {
  files: readonly string[];
  url: string;
  /** Recorded seconds in a real one; infinite: as fast as it is acknowledged. */
  speed: number;
  rebase: boolean;
  secretFile: string | undefined;
  login: { user: string; password: string } | undefined;
  connections: number;
  skipBad: boolean;
}

/** Publishes recordings, oldest first. @returns the exit code: 0 where all was acknowledged */
export const replayFiles = async (options: ReplayOptions): Promise<number> => {
  const { files, url, speed, rebase, login, skipBad } = options;
  const progress = new ProgressLine();
  const secrets = options.secretFile === undefined ? new Map<DeviceId, string>() : await readSecrets(options.secretFile);
  let bad = 0;
  const onBad = (error: RecordingLineError): void => {
    if (!skipBad) throw error;
    bad += 1;
  };
  // A first reading finds a bad line before anything is sent, the end for --rebase, and what the bar counts to.
  const { count, last } = await survey(files, onBad);
  bad = 0;
  const shift = rebase ? Date.now() - last : 0;
  const { signal } = stopSignal();
  const pool = new ConnectionPool(url, options.connections, device => ({
    user: login?.user,
    secret: login?.password ?? secrets.get(device),
  }));
  const pace = new Pace(speed);
  let sent = 0;
  try {
    for await (const { device, ts, event } of mergeRecordings(files.map(file => readRecording(file, onBad)))) {
      await pace.reach(ts, signal);
      if (signal.aborted) break;
      const publisher = await pool.of(device);
      publisher.offer(JSON.stringify(rebase ? { ...event, ts: ts + shift } : event));
      await publisher.room();
      sent += 1;
      progress.show(() => bar(sent, count, pool));
    }
  } finally {
    progress.end();
    await pool.close(signal.aborted ? 2_000 : 30_000);
  }
  const { acknowledged, complaints, lastComplaint } = pool.totals;
  const remarks = [
    bad > 0 ? `${bad} bad lines skipped` : '',
    complaints > 0 ? `the server could not take ${complaints}: ${lastComplaint}` : '',
    signal.aborted ? 'stopped before the end' : '',
  ].filter(remark => remark !== '');
  progress.say([`${acknowledged} of ${count} events of ${pool.devices} devices acknowledged`, ...remarks].join('; '));
  return acknowledged === count ? 0 : 1;
};

const survey = async (
  files: readonly string[],
  onBad: (error: RecordingLineError) => void,
): Promise<{ count: number; last: Instant }> => {
  let count = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const file of files) {
    for await (const { ts } of readRecording(file, onBad)) {
      count += 1;
      last = Math.max(last, ts);
    }
  }
  return { count, last };
};

/** Recorded time against the clock. */
class Pace {
  #start: { ts: Instant; at: Millis } | undefined;
  #taken = 0;

  constructor(private readonly speed: number) {}

  async reach(ts: Instant, signal: AbortSignal): Promise<void> {
    this.#start ??= { ts, at: performance.now() };
    const wait = this.#start.at + (ts - this.#start.ts) / this.speed - performance.now();
    // Without waits sockets and signals would never get their turn.
    if (wait > 5 || ++this.#taken % 200 === 0) await sleep(Math.max(0, wait), undefined, { signal }).catch(() => undefined);
  }
}

const bar = (sent: number, count: number, pool: ConnectionPool): string => {
  const part = count === 0 ? 1 : sent / count;
  const full = Math.floor(part * 30);
  const { acknowledged } = pool.totals;
  return `[${'█'.repeat(full)}${'·'.repeat(30 - full)}] ${Math.floor(part * 100)} %  ${sent} of ${count} sent, ${acknowledged} acknowledged`;
};
