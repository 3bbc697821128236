import type { MessagePort, Worker } from 'node:worker_threads';
import { type CarriedError, carry, uncarry } from './carried-error.js';

/** One end of a line between two threads. */
export interface LineEnd {
  /** @param memory changes hands and is not copied */
  say(message: unknown, memory?: ArrayBuffer[]): void;
  onMessage(hear: (message: never) => void): void;
}

export const lineOf = (port: Worker | MessagePort): LineEnd => ({
  say: (message, memory) => port.postMessage(message, memory),
  onMessage: hear => void (port as MessagePort).on('message', message => hear(message as never)),
});

/** What one side may be asked, by name. */
type Askable<T> = { [K in keyof T]: (...args: never[]) => Promise<unknown> };

export type CallMessage =
  | { type: 'ask'; id: number; name: string; args: unknown[] }
  | { type: 'answer'; id: number; result: unknown }
  | { type: 'refusal'; id: number; error: CarriedError };

interface Waiting {
  resolve: (result: never) => void;
  reject: (error: unknown) => void;
}

/** Questions and answers over a line, both ways: by name and number. How many are outstanding is bounded by who asks. */
export class LineCalls<Theirs extends Askable<Theirs>> {
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 0;
  private over: unknown;

  constructor(
    private readonly line: LineEnd,
    /** What this side may be asked. */
    private readonly mine: Readonly<Record<string, (...args: never[]) => Promise<unknown>>>,
  ) {}

  ask<K extends keyof Theirs & string>(name: K, ...args: Parameters<Theirs[K]>): Promise<Awaited<ReturnType<Theirs[K]>>> {
    return new Promise((resolve, reject) => this.askThen(name, args, resolve, reject));
  }

  /** @param resolve called in the turn in which the answer comes, before any later message is heard */
  askThen<K extends keyof Theirs & string>(
    name: K,
    args: Parameters<Theirs[K]>,
    resolve: (result: Awaited<ReturnType<Theirs[K]>>) => void,
    reject: (error: unknown) => void,
  ): void {
    if (this.over) {
      reject(this.over);
      return;
    }
    const id = this.nextId++;
    this.waiting.set(id, { resolve, reject });
    this.line.say({ type: 'ask', id, name, args } satisfies CallMessage);
  }

  hear(message: CallMessage): void {
    if (message.type === 'ask') {
      void this.serve(message);
      return;
    }
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.type === 'answer') waiting?.resolve(message.result as never);
    else waiting?.reject(uncarry(message.error));
  }

  private async serve({ id, name, args }: Extract<CallMessage, { type: 'ask' }>): Promise<void> {
    try {
      const result = await this.mine[name]!(...(args as never[]));
      const memory = result instanceof ArrayBuffer ? [result] : [];
      this.line.say({ type: 'answer', id, result } satisfies CallMessage, memory);
    } catch (error) {
      this.line.say({ type: 'refusal', id, error: carry(error) } satisfies CallMessage);
    }
  }

  /** The other side is gone: nothing will be answered any more. */
  end(error: unknown): void {
    this.over ??= error;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
