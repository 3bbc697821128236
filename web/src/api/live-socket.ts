import type { LinkState } from './link-state';
import { sessionEvents } from './request';
import type { Alert, Position } from './wire-types';

export interface LiveSocketListener {
  onLink(state: LinkState): void;
  onPositions(positions: readonly Position[]): void;
  /** They are not any more where one looks; wherever they are. */
  onLeft(vehicles: readonly string[]): void;
  onAlert(alert: Alert): void;
  /** Alerts are followed from here on: what was before is in REST. Called on the first subscription, and after each gap. */
  onFresh(): void;
}

/** Which positions are wanted: of the whole fleet, of a place, of one vehicle. */
export interface Wants {
  /** Each vehicle of the fleet at most so often; 0 = as it changes. */
  every_s: number;
  view: { box: readonly [number, number, number, number]; every_s: number } | undefined;
  vehicle: string | undefined;
}

export interface LiveSocket {
  want(next: Wants): void;
  stop(): void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const OFFLINE_AFTER_MS = 12_000;
const PING_EVERY_MS = 10_000;
/** Nothing for so long, not even an answer to a ping: the line is dead, whatever the browser thinks. */
const SILENCE_MS = 25_000;
const LOGGED_OUT = 4401;

type Frame =
  | { type: 'subscribed'; channel: string; cursor?: string }
  | { type: 'positions'; positions: Position[]; left?: string[] }
  | { type: 'alert'; cursor: string; alert: Alert }
  | { type: 'pong'; cursor: string }
  | { type: 'gap' }
  | { type: 'error'; code: string; message: string };

/**
 * The websocket, kept open: it comes back with growing waits, and resumes the alerts by cursor, so that none is missed.
 */
export const openLiveSocket = (listener: LiveSocketListener): LiveSocket => {
  let wants: Wants = { every_s: 0, view: undefined, vehicle: undefined };
  let socket: WebSocket | undefined;
  let cursor: string | undefined;
  let failures = 0;
  let lostAt: number | undefined;
  let heardAt = 0;
  let retry: number | undefined;
  let stopped = false;

  const tell = (): void => {
    const state: LinkState =
      socket?.readyState === WebSocket.OPEN
        ? 'connected'
        : !navigator.onLine || (lostAt !== undefined && Date.now() - lostAt > OFFLINE_AFTER_MS)
          ? 'offline'
          : failures === 0 && lostAt === undefined
            ? 'connecting'
            : 'reconnecting';
    listener.onLink(state);
  };

  const send = (frame: Record<string, unknown>): void => socket?.send(JSON.stringify(frame));

  const subscribeToAlerts = (): void => {
    send({ type: 'subscribe', id: 'alerts', channel: 'alerts', ...(cursor !== undefined && { since: cursor }) });
    if (cursor === undefined) listener.onFresh();
  };

  const subscribe = (id: string, filter: Record<string, unknown>, every_s: number): void =>
    send({ type: 'subscribe', id, channel: 'positions', filter, every_s });

  const subscribeToPositions = (): void => {
    const { every_s, view, vehicle } = wants;
    // First everything as it is, whatever the pace.
    subscribe('fleet', {}, every_s);
    if (view !== undefined) subscribe('view', { bbox: view.box }, view.every_s);
    if (vehicle !== undefined) subscribe('vehicle', { vehicles: [vehicle] }, 0);
  };

  const want = (next: Wants): void => {
    const before = wants;
    wants = next;
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (next.every_s !== before.every_s) send({ type: 'move', id: 'fleet', every_s: next.every_s });
    if (next.view !== before.view) {
      if (next.view === undefined) send({ type: 'unsubscribe', id: 'view' });
      else if (before.view === undefined) subscribe('view', { bbox: next.view.box }, next.view.every_s);
      else send({ type: 'move', id: 'view', bbox: next.view.box, every_s: next.view.every_s });
    }
    if (next.vehicle !== before.vehicle) {
      if (before.vehicle !== undefined) send({ type: 'unsubscribe', id: 'vehicle' });
      if (next.vehicle !== undefined) subscribe('vehicle', { vehicles: [next.vehicle] }, 0);
    }
  };

  const take = (frame: Frame): void => {
    switch (frame.type) {
      case 'subscribed':
        if (frame.channel === 'alerts') cursor = frame.cursor;
        break;
      case 'positions':
        listener.onPositions(frame.positions);
        if (frame.left !== undefined) listener.onLeft(frame.left);
        break;
      case 'alert':
        cursor = frame.cursor;
        listener.onAlert(frame.alert);
        break;
      case 'gap':
        // The stream no longer reaches back to where we were: begin anew, with what REST knows.
        cursor = undefined;
        subscribeToAlerts();
        break;
    }
  };

  const connect = (): void => {
    if (stopped || socket !== undefined) return;
    window.clearTimeout(retry);
    const opened = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`);
    socket = opened;
    opened.onopen = () => {
      failures = 0;
      lostAt = undefined;
      heardAt = Date.now();
      subscribeToPositions();
      subscribeToAlerts();
      tell();
    };
    opened.onmessage = ({ data }) => {
      heardAt = Date.now();
      take(JSON.parse(String(data)) as Frame);
    };
    opened.onclose = ({ code }) => {
      if (socket !== opened) return;
      socket = undefined;
      lostAt ??= Date.now();
      failures++;
      // A browser does not say why an upgrade was refused: REST does.
      if (code === LOGGED_OUT || failures % 3 === 0) void checkSession();
      const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
      retry = window.setTimeout(connect, wait * (0.75 + Math.random() / 2));
      if (!stopped) tell();
    };
  };

  const drop = (): void => {
    const dead = socket;
    dead?.close();
    // A dead line may take minutes to say so itself.
    dead?.onclose?.(new CloseEvent('close'));
  };

  const watch = window.setInterval(() => {
    if (socket?.readyState === WebSocket.OPEN) {
      if (Date.now() - heardAt > SILENCE_MS) drop();
      else send({ type: 'ping' });
    }
    tell();
  }, PING_EVERY_MS);

  const onOnline = (): void => {
    failures = 0;
    connect();
    tell();
  };
  const onOffline = (): void => {
    drop();
    tell();
  };
  window.addEventListener('online', onOnline);
  window.addEventListener('offline', onOffline);
  tell();
  connect();

  const stop = (): void => {
    stopped = true;
    window.clearInterval(watch);
    window.clearTimeout(retry);
    window.removeEventListener('online', onOnline);
    window.removeEventListener('offline', onOffline);
    socket?.close();
  };
  return { want, stop };
};

const checkSession = async (): Promise<void> => {
  const response = await fetch('/api/v1/session').catch(() => undefined);
  if (response?.status === 401) sessionEvents.dispatchEvent(new Event('logged-out'));
};
