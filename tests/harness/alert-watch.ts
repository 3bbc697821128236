import { setTimeout as wait } from 'node:timers/promises';
import { connectWebsocket, type Frame, type WsClient } from './ws-client.js';

/** An alert as contract §4 shows it. */
export interface AlertWire {
  id: string;
  kind: string;
  severity: 'info' | 'warning' | 'critical';
  vehicle: string;
  driver: string | null;
  trip: string | null;
  occurred_at: string;
  ended_at: string | null;
  raised_at: string;
  late: boolean;
  location: { lat: number; lon: number } | null;
  value: number | null;
  threshold: number | null;
  unit: string | null;
  rule: string;
  geofence: string | null;
  dtc: string | null;
  message: string;
  status: 'open' | 'acknowledged' | 'resolved' | 'void' | 'retracted';
  latency_ms: number | null;
  evidence: string;
  suppressed: number;
  replaced_by: string | null;
}

/** One frame of the alerts channel. */
export interface AlertChange {
  cursor: string;
  change: string;
  alert: AlertWire;
}

/** A viewer of the alerts channel. */
export interface AlertWatch {
  readonly socket: WsClient;
  /** Everything that came, oldest first. */
  changes(): AlertChange[];
  /** The cursor that came last, or that of the subscription. */
  cursor(): string;
  /** The first change, of those that came and those to come, of an alert with these properties. */
  waitFor(wanted: Partial<AlertWire> & { change?: string }, timeoutMs?: number): Promise<AlertChange>;
  /** Resolves with the alerts as last told, by id, when nothing came for `ms`. */
  quiet(ms: number): Promise<Map<string, AlertWire>>;
}

/** @param since resumes behind this cursor @throws {Error} where the answer is no `subscribed` (a gap) */
export const watchAlerts = async (http: string, token: string, since?: string): Promise<AlertWatch> => {
  const socket = await connectWebsocket(http, token);
  const { cursor: begun = '' } = await socket.subscribe('alerts', since === undefined ? {} : { since });
  const changes = (): AlertChange[] => socket.frames.filter(({ type }) => type === 'alert') as unknown as AlertChange[];
  return {
    socket,
    changes,
    cursor: () => changes().at(-1)?.cursor ?? begun,
    waitFor: async ({ change, ...wanted }, timeoutMs) =>
      (await socket.waitFor(frame => matches(frame, change, wanted), timeoutMs)) as unknown as AlertChange,
    quiet: async ms => {
      for (let seen = -1; seen !== socket.frames.length; ) {
        seen = socket.frames.length;
        await wait(ms);
      }
      return new Map(changes().map(({ alert }) => [alert.id, alert]));
    },
  };
};

const matches = (frame: Frame, change: string | undefined, wanted: Partial<AlertWire>): boolean => {
  if (frame.type !== 'alert' || (change !== undefined && frame.change !== change)) return false;
  const alert = frame.alert as AlertWire;
  return Object.entries(wanted).every(([name, value]) => alert[name as keyof AlertWire] === value);
};
