import { WebSocket } from 'ws';

// biome-ignore lint/suspicious/noExplicitAny: tests look into frames of any shape
type Frame = any;

export interface SocketProbe {
  socket: WebSocket;
  frames: Frame[];
  say(frame: unknown): void;
  /** Resolves with all frames so far when one of them, or their number, is what is waited for. */
  until(done: (frames: Frame[]) => boolean): Promise<Frame[]>;
  /** The frames of one type. */
  of(type: string): Frame[];
  closed: Promise<number>;
}

/** A websocket client that remembers what it got. Rejects with the status when the upgrade is refused. */
export const connectProbe = (port: number, headers: Record<string, string>, path = '/ws'): Promise<SocketProbe> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    const frames: Frame[] = [];
    const waiting = new Set<() => void>();
    const closed = new Promise<number>(done => socket.on('close', code => done(code)));
    socket.on('message', data => {
      frames.push(JSON.parse(data.toString()));
      for (const look of waiting) look();
    });
    socket.on('unexpected-response', (_req, response) => reject(response.statusCode));
    socket.on('error', reject);
    socket.on('open', () =>
      resolve({
        socket,
        frames,
        say: frame => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
        until: done =>
          new Promise((found, late) => {
            const timer = setTimeout(
              () => late(new Error(`waited in vain; got ${JSON.stringify(frames).slice(0, 1_000)}`)),
              8_000,
            );
            const look = () => {
              if (!done(frames)) return;
              clearTimeout(timer);
              waiting.delete(look);
              found(frames);
            };
            waiting.add(look);
            look();
          }),
        of: type => frames.filter(frame => frame.type === type),
        closed,
      }),
    );
  });
