import type { DeviceId } from '../../../model/ids.js';
import type { Admission, BrokerGate } from '../broker-gate.js';
import { MqttThreadError } from '../mqtt-errors.js';
import type { FromBroker, Line } from './thread-messages.js';

interface Asked {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** The broker's side of a gate that is on another thread. A connection asks one thing at a time, so connections bound what waits. */
export class AskedGate implements BrokerGate {
  readonly #asked = new Map<number, Asked>();
  #nextId = 0;

  constructor(private readonly line: Line<FromBroker>) {}

  admit(user: string | undefined, password: Uint8Array | undefined, willTopic: string | undefined): Promise<Admission> {
    return this.#ask(id => ({ type: 'admit', id, user, password, willTopic }));
  }

  maySubscribe(device: DeviceId, filters: readonly string[]): Promise<readonly boolean[]> {
    return this.#ask(id => ({ type: 'ask_subscribe', id, device, filters }));
  }

  answered(id: number, answer: unknown): void {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (answer === null) asked?.reject(new MqttThreadError('the server could not find that out'));
    else asked?.resolve(answer);
  }

  #ask<T>(question: (id: number) => FromBroker): Promise<T> {
    const id = this.#nextId++;
    return new Promise<T>((resolve, reject) => {
      this.#asked.set(id, { resolve: resolve as (answer: unknown) => void, reject });
      this.line.postMessage(question(id));
    });
  }
}
