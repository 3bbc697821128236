import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';

/** Groups whose newest alert is remembered. */
const GROUPS_AT_MOST = 10_000;
/** Sealed a moment ago: an alert is told to many. */
const SEALED_AT_MOST = 1_000;

/**
 * Cursors as clients are told them. The numbers count the alerts of everybody: who sees some groups only would read from them how many
 * others there are. They get theirs sealed, and told no further than the newest alert that they may see; to resume, it is as good.
 */
export interface AlertCursors {
  told(caller: Caller, cursor: number): string;
  /** @returns undefined where it is none of ours, or a bare number from who gets sealed ones (0, the beginning, is nobody's secret) */
  given(caller: Caller, cursor: string): number | undefined;
  /** The newest cursor that is this caller's to know. */
  head(caller: Caller): number;
  close(): void;
}

export const createAlertCursors = ({
  alerts,
  registry,
  config,
}: Pick<ApiDeps, 'alerts' | 'registry'> & { config: { adminTokenHash: string } }): AlertCursors => {
  const key = createHash('sha256').update(`telltale cursors\n${config.adminTokenHash}`).digest().subarray(0, 16);
  const start = alerts.head();
  const sealed = new Map<number, string>();
  const newestOf = new Map<string, number>();
  const close = alerts.onEntry(({ cursor, alert }) => {
    const group = registry.vehicle(alert.vehicle)?.group;
    if (group != null && (newestOf.has(group) || newestOf.size < GROUPS_AT_MOST)) newestOf.set(group, cursor);
  });
  const isLimited = ({ groups }: Caller): boolean => groups.length > 0;

  /** One block: a permutation of the numbers, so that equal cursors look equal and nothing else can be read from them. */
  const seal = (cursor: number): string => {
    let text = sealed.get(cursor);
    if (text === undefined) {
      const block = Buffer.alloc(16);
      block.writeDoubleBE(cursor);
      const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
      text = `c${Buffer.concat([cipher.update(block), cipher.final()]).toString('base64url')}`;
      sealed.set(cursor, text);
      if (sealed.size > SEALED_AT_MOST) sealed.delete(sealed.keys().next().value!);
    }
    return text;
  };
  const open = (text: string): number | undefined => {
    const decipher = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    const bytes = Buffer.from(text.slice(1), 'base64url');
    if (bytes.length !== 16) return undefined;
    const block = Buffer.concat([decipher.update(bytes), decipher.final()]);
    // The second half is zero in every block of ours.
    return block.subarray(8).every(byte => byte === 0) ? block.readDoubleBE() : undefined;
  };

  return {
    told: (caller, cursor) => (isLimited(caller) ? seal(cursor) : String(cursor)),
    given(caller, text) {
      if (text.startsWith('c')) return open(text);
      return !isLimited(caller) || text === '0' ? Number(text) : undefined;
    },
    head: caller =>
      isLimited(caller) ? Math.max(start, ...caller.groups.map(group => newestOf.get(group) ?? 0)) : alerts.head(),
    close,
  };
};
