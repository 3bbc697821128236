import { WebSocket } from 'ws';
import type { Alert } from '../../model/alert.js';

/** Hears the alerts as a dashboard does, for the status line. */
export class AlertFeed {
  raised = 0;
  newest: Alert | undefined;
  readonly #socket: WebSocket;

  constructor(http: string, token: string) {
    this.#socket = new WebSocket(`${http.replace(/^http/, 'ws')}/ws`, { headers: { authorization: `Bearer ${token}` } });
    this.#socket.on('open', () => this.#socket.send(JSON.stringify({ type: 'subscribe', id: 'demo', channel: 'alerts' })));
    this.#socket.on('message', data => this.#take(JSON.parse(String(data))));
    // The status line shows no alerts then; the demo itself goes on.
    this.#socket.on('error', () => undefined);
  }

  close(): void {
    this.#socket.close();
  }

  #take(frame: { type: string; change?: string; alert?: Alert }): void {
    if (frame.type !== 'alert' || frame.change !== 'raised') return;
    this.raised += 1;
    this.newest = frame.alert;
  }
}
