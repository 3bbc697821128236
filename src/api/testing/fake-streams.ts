import type { Alert, AlertChange, Contest } from '../../model/alert.js';
import type { Fact } from '../../model/fact.js';
import type { LiveState } from '../../model/live-state.js';
import type { AlertEntry, AlertStream, LiveStates, Quarantine, QuarantineEntry } from '../../ports/live.js';

export const anAlert = (id: string, vehicle: string, more: Partial<Alert> = {}): Alert => ({
  id,
  kind: 'harsh_braking',
  severity: 'warning',
  vehicle,
  driver: null,
  trip: null,
  occurred_at: '2026-11-22T00:00:00.000Z',
  ended_at: null,
  raised_at: '2026-11-22T00:00:01.000Z',
  late: false,
  location: null,
  value: -4.6,
  threshold: -3.5,
  unit: 'm/s2',
  rule: 'harsh_braking',
  geofence: null,
  dtc: null,
  message: 'Braked with 4.6 m/s².',
  status: 'open',
  latency_ms: 41,
  evidence: '3:10-12',
  suppressed: 0,
  replaced_by: null,
  handled_by: null,
  handled_at: null,
  notes: [],
  ...more,
});

export interface FakeAlertStream extends AlertStream {
  put(alert: Alert, change?: AlertChange): AlertEntry;
  /** Forgets what came before `cursor`. */
  forgetBefore(cursor: number): void;
  handle(fact: Extract<Fact, { type: 'alert_handled' }>): void;
  /** Called at each read, before it answers: for bursts in the middle of one. */
  onRead: () => void;
}

/** An alert stream in memory; reading takes a turn of the loop, as from a disk. */
export const createFakeAlertStream = (): FakeAlertStream => {
  const entries: AlertEntry[] = [];
  const listeners = new Set<(entry: AlertEntry) => void>();
  const alerts = new Map<string, Alert>();
  let oldest = 0;
  const stream: FakeAlertStream = {
    onRead: () => {},
    head: () => entries.length,
    oldest: () => oldest,
    async after(cursor, limit) {
      const page = entries.slice(cursor, cursor + limit);
      stream.onRead();
      await new Promise(resolve => setImmediate(resolve));
      return page;
    },
    onEntry(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    alert: async id => alerts.get(id),
    put(alert, change = 'raised') {
      const entry = { cursor: entries.length + 1, change, alert };
      entries.push(entry);
      alerts.set(alert.id, alert);
      for (const listener of listeners) listener(entry);
      return entry;
    },
    forgetBefore(cursor) {
      oldest = cursor;
    },
    handle({ id, action, by, at, note }) {
      const before = alerts.get(id);
      if (before === undefined) return;
      if (action === 'erased') {
        stream.put(withoutWords(before), 'updated');
        return;
      }
      const handledAt = new Date(at).toISOString();
      const notes = [...before.notes, { by, at: handledAt, note, action }];
      if (action === 'contested' || action === 'contest_rejected') {
        const made = { reason: note, by, at: handledAt, decided_by: null, decided_at: null, answer: null };
        const contest: Contest =
          action === 'contested'
            ? { ...made, status: 'open' }
            : { ...made, ...before.contest, status: 'rejected', decided_by: by, decided_at: handledAt, answer: note };
        stream.put({ ...before, notes, contest }, 'updated');
        return;
      }
      stream.put(
        { ...before, status: action, handled_by: by, handled_at: handledAt, notes },
        action === 'void' ? 'voided' : action,
      );
    },
  };
  return stream;
};

/** As `streams/alert-document.ts` does it. */
const withoutWords = (alert: Alert): Alert => ({
  ...alert,
  notes: alert.notes.map(one => ({ ...one, note: '' })),
  ...(alert.contest && { contest: { ...alert.contest, reason: '', answer: alert.contest.answer === null ? null : '' } }),
});

export const aState = (vehicle: string, more: Partial<LiveState> = {}): LiveState => ({
  vehicle,
  at: 1_763_769_600_000,
  heard: 1_763_769_600_500,
  lat: 42.28,
  lon: -83.74,
  speed: 48.25,
  heading: 271,
  ignition: true,
  status: 'driving',
  driver: null,
  trip: null,
  openAlerts: 0,
  signals: {},
  rejected: {},
  ...more,
});

export const createFakeLiveStates = (): LiveStates & { put(...states: LiveState[]): void } => {
  const states = new Map<string, LiveState>();
  const listeners = new Set<(vehicles: readonly string[]) => void>();
  return {
    position: vehicle => states.get(vehicle),
    positions: () => states.values(),
    state: async vehicle => states.get(vehicle),
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    put(...changed) {
      for (const state of changed) states.set(state.vehicle, state);
      for (const listener of listeners) listener(changed.map(state => state.vehicle));
    },
  };
};

export const createFakeQuarantine = (): Quarantine => {
  let entries: QuarantineEntry[] = [];
  const take = (entry: QuarantineEntry): boolean => {
    const isNew = entries.every(({ id }) => id !== entry.id);
    if (isNew) entries.unshift(entry);
    return isNew;
  };
  return {
    add: async entry => take(entry),
    addAll: async all => all.filter(take),
    async list(before, limit) {
      const start = before === undefined ? 0 : entries.findIndex(({ id }) => id === before) + 1;
      return entries.slice(start, start + limit);
    },
    entry: async id => entries.find(entry => entry.id === id),
    async remove(id) {
      entries = entries.filter(entry => entry.id !== id);
    },
    size: () => ({ entries: entries.length, bytes: 0 }),
  };
};
