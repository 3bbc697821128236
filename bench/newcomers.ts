import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';

const EVERY_MS = 200;

/** How long each newcomer waited, ms. */
export class NewcomerLog {
  private readonly waited: number[] = [];
  private sayFirst = () => {};
  /** Resolves with the first that was answered. */
  readonly first = new Promise<void>(resolve => {
    this.sayFirst = resolve;
  });

  add(ms: number): void {
    this.waited.push(ms);
    this.sayFirst();
  }

  get count(): number {
    return this.waited.length;
  }

  percentile(share: number): number {
    const sorted = [...this.waited].sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil((share / 100) * sorted.length) - 1)] ?? Number.NaN;
  }
}

/** New devices, one each 200 ms whether those before were answered or not: each connects, says one thing, and goes when that is acknowledged. */
export const newcomers = (mqtt: string, log: NewcomerLog): { stop(): Promise<void> } => {
  let stopped = false;
  const under: Promise<void>[] = [];
  const come = async (n: number): Promise<void> => {
    const begun = performance.now();
    const device = await connectAsync(mqtt, { clientId: `newcomer-${n}`, username: `newcomer-${n}`, connectTimeout: 60_000 });
    const event = JSON.stringify({ ts: Date.now(), seq: 1 });
    await device.publishAsync(`telltale/v1/newcomer-${n}/events`, event, { qos: 1 });
    log.add(performance.now() - begun);
    await device.endAsync();
  };
  const running = (async () => {
    for (let n = 0; !stopped; n++) {
      under.push(come(n));
      await sleep(EVERY_MS);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await running;
      await Promise.all(under);
    },
  };
};
