import { WebSocket } from 'ws';
import { atEnd } from './at-end.js';

/** A frame of the server; `type` tells which. */
export type Frame = { type: string; id?: string; channel?: string; cursor?: string } & Record<string, unknown>;

/** Frames kept; the oldest is dropped beyond, and counted. */
const keptFrames = 20_000;

export interface WsClient {
  /** What came, oldest first, at most 20,000. */
  readonly frames: readonly Frame[];
  /** Frames that came beyond that and were dropped from the front. */
  dropped(): number;
  send(frame: Record<string, unknown>): void;
  /** Subscribes and resolves with the server's `subscribed`. */
  subscribe(channel: string, options?: { since?: string; filter?: Record<string, unknown> }): Promise<Frame>;
  /** The first frame, of those kept and those to come, that `matches`. @throws {Error} after `timeoutMs`, or when the connection closes first */
  waitFor(matches: (frame: Frame) => boolean, timeoutMs?: number): Promise<Frame>;
  /** Calls `watch` with each frame to come. */
  onFrame(watch: (frame: Frame) => void): void;
  /** Stops reading from the socket, as a slow viewer does; `resume` reads on. */
  pause(): void;
  resume(): void;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  close(): Promise<number>;
}

/**
 * Connects to `/ws` with a bearer token.
 * @param base `http://host:port`
 * @throws {Error} where the upgrade is refused, naming the status
 */
export const connectWebsocket = async (base: string, token?: string): Promise<WsClient> => {
  const url = `${base.replace(/^http/, 'ws')}/ws`;
  const socket = new WebSocket(url, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
  const frames: Frame[] = [];
  const watchers = new Set<(frame: Frame) => void>();
  let dropped = 0;
  let lastId = 0;
  socket.on('message', data => {
    const frame = JSON.parse(String(data)) as Frame;
    frames.push(frame);
    if (frames.length > keptFrames) {
      frames.shift();
      dropped++;
    }
    for (const watcher of watchers) watcher(frame);
  });
  const closed = new Promise<number>(resolve => socket.once('close', resolve));
  await opened(socket, url);
  atEnd(() => socket.terminate());

  const waitFor = (matches: (frame: Frame) => boolean, timeoutMs = 10_000): Promise<Frame> => {
    const already = frames.find(matches);
    if (already) return Promise.resolve(already);
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        watchers.delete(watcher);
        act();
      };
      const watcher = (frame: Frame): void => {
        if (matches(frame)) settle(() => resolve(frame));
      };
      const inVain = (why: string): Error => new Error(`${why}; last frames: ${JSON.stringify(frames.slice(-5))}`);
      const timer = setTimeout(() => settle(() => reject(inVain(`no such frame within ${timeoutMs} ms`))), timeoutMs);
      watchers.add(watcher);
      void closed.then(code => settle(() => reject(inVain(`closed with ${code} before such a frame came`))));
    });
  };
  const send = (frame: Record<string, unknown>): void => socket.send(JSON.stringify(frame));
  return {
    frames,
    dropped: () => dropped,
    send,
    waitFor,
    subscribe: async (channel, options = {}) => {
      const id = String(++lastId);
      send({ type: 'subscribe', id, channel, ...options });
      return waitFor(frame => frame.type === 'subscribed' && frame.id === id);
    },
    onFrame: watch => void watchers.add(watch),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    closed,
    close: () => {
      socket.close();
      return closed;
    },
  };
};

const opened = (socket: WebSocket, url: string): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.on('error', cause => reject(new Error(`${url}: ${cause.message}`, { cause })));
  });
