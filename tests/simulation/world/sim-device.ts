import type { MessageSink } from '../../../src/ports/listener.js';
import type { Chance } from './chance.js';
import type { VirtualTime } from './virtual-time.js';

/** How the way between devices and the server is now. */
export interface NetworkWeather {
  down: boolean;
  /** The chance that a message, or its acknowledgement, is lost. */
  loses: number;
  /** The chance that a message arrives twice. */
  doubles: number;
  /** A message is up to so long on its way, ms. */
  slow: number;
  /** Devices send what they have gathered from its end, as after an hour without network. */
  newestFirst: boolean;
}

/** What a device connects to; undefined while no process listens. */
export interface Listener {
  sink: MessageSink | undefined;
  /** Told apart, so that no answer of a process that is gone is heard. */
  life: number;
  now(): number;
}

interface Queued {
  payload: Buffer;
  sent: boolean;
  inFlight: boolean;
}

const WINDOW = 8;
const RESEND_AFTER = 2_000;

/** A device: keeps what it has until it is acknowledged, and sends it again, marked, when no answer comes. */
export class SimDevice {
  private readonly queue: Queued[] = [];
  private gathered: string[] = [];
  acknowledged = 0;
  sends = 0;

  constructor(
    readonly id: string,
    private readonly time: VirtualTime,
    private readonly chance: Chance,
    private readonly network: NetworkWeather,
    private readonly listener: Listener,
    /** In one message. */
    private readonly eventsAtOnce: number,
  ) {}

  /** Something happened. */
  tell(event: string): void {
    this.gathered.push(event);
    if (this.gathered.length >= this.eventsAtOnce) this.flush();
  }

  flush(): void {
    const { gathered } = this;
    if (gathered.length === 0) return;
    this.gathered = [];
    this.post(gathered.length === 1 ? gathered[0]! : `[${gathered.join(',')}]`);
  }

  post(payload: string): void {
    this.queue.push({ payload: Buffer.from(payload), sent: false, inFlight: false });
    this.send();
  }

  get waiting(): number {
    return this.queue.length + this.gathered.length;
  }

  private send(): void {
    const { listener, network, chance, time } = this;
    const next = network.newestFirst ? this.queue.slice(-WINDOW).reverse() : this.queue.slice(0, WINDOW);
    for (const message of next) {
      if (message.inFlight) continue;
      message.inFlight = true;
      const attempt = ++this.sends;
      const again = (): void => {
        message.inFlight = false;
        this.send();
      };
      const timeout = time.after(RESEND_AFTER + chance.below(500), again);
      if (network.down || listener.sink === undefined || chance.of(network.loses)) continue;
      const { life } = listener;
      const dup = message.sent;
      message.sent = true;
      const deliver = (): void => {
        if (listener.life !== life || listener.sink === undefined) return;
        const topic = `telltale/v1/${this.id}/events`;
        const received = listener.now();
        listener.sink.take({ device: this.id, topic, payload: message.payload, qos: 1, dup, stored: false, received }, error => {
          if (error || listener.life !== life || network.down || chance.of(network.loses)) return;
          time.after(chance.between(1, 40), () => {
            timeout();
            const place = this.queue.indexOf(message);
            if (place < 0) return;
            this.queue.splice(place, 1);
            this.acknowledged++;
            this.send();
          });
        });
      };
      time.after(chance.between(1, Math.max(2, network.slow)), deliver);
      if (chance.of(network.doubles)) time.after(chance.between(1, Math.max(2, network.slow)) + attempt, deliver);
    }
  }
}
