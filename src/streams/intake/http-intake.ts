import type { Counters } from '../../model/counters.js';
import type { ForeignId } from '../../model/foreign-id.js';
import type { DeviceId } from '../../model/ids.js';
import type { Device } from '../../model/vehicle.js';
import type { Clock } from '../../ports/clock.js';
import type { DeviceAnswer, DeviceRequest, DeviceRequests } from '../../ports/device-intake.js';
import type { Registry } from '../../ports/registry.js';
import type { HttpProtocol, HttpRouted } from '../../protocols/http-protocol.js';
import type { Routed } from '../../protocols/protocol.js';
import { isGateway, speaksFor } from '../speaks-for.js';
import type { RoutedSink } from './routed-sink.js';
import { SecretIndex } from './secret-index.js';

export interface HttpIntakeOptions {
  formats: readonly HttpProtocol[];
  registry: Pick<Registry, 'device' | 'devices' | 'deviceByForeignId'>;
  sink: RoutedSink;
  clock: Pick<Clock, 'now'>;
  counters: Counters;
}

const text = (status: number, body: string): DeviceAnswer => ({ status, body, contentType: 'text/plain; charset=utf-8' });
/** Whoever hears it comes back with the same data. */
const NOT_NOW = text(503, 'not now');
const NOT_YOURS = text(403, 'this id belongs to another device');
const NOBODY = text(403, 'unknown device');

/** Requests of devices: finds whose they are, records what they hold, and answers as the format wants it. */
export class HttpIntake implements DeviceRequests {
  readonly #formats: ReadonlyMap<string, HttpProtocol>;
  readonly #secrets: SecretIndex;

  constructor(private readonly options: HttpIntakeOptions) {
    this.#formats = new Map(options.formats.map(format => [format.name, format]));
    this.#secrets = new SecretIndex(options.registry, options.clock);
  }

  has(format: string): boolean {
    return this.#formats.has(format);
  }

  speaker(token: string | undefined, authorization: string | undefined): DeviceId | undefined {
    for (const secret of [token, secretIn(authorization)]) {
      const device = secret ? this.#secrets.deviceOf(secret) : undefined;
      if (device) return device.id;
    }
    this.#count('secrets_refused');
    return undefined;
  }

  async take(format: string, device: DeviceId, request: DeviceRequest): Promise<DeviceAnswer> {
    const speaker = this.options.registry.device(device);
    if (speaker === undefined) return NOBODY;
    const routed = this.#formats.get(format)!.route(request);
    if (routed.refused) return this.#refuse(format, routed, request, device);
    if (speaker.format === format && isGateway(speaker) && this.#listsAll(speaker, routed.routed))
      return this.#record(format, routed, undefined);
    if (routed.routed.every(part => this.#maySpeakAs(speaker, part, routed))) return this.#record(format, routed, device);
    this.#count('foreign_ids_refused');
    return NOT_YOURS;
  }

  async takeUnnamed(request: DeviceRequest): Promise<DeviceAnswer> {
    for (const [format, protocol] of this.#formats) {
      const routed = protocol.route(request);
      if (routed.refused || !this.#isRegistered(format, routed)) continue;
      return this.#record(format, routed, undefined);
    }
    this.#count('unnamed_refused');
    return NOBODY;
  }

  /** All that a request speaks for is registered under its format; where it holds nothing to keep, a name that it gives besides. */
  #isRegistered(format: string, { routed, identity = {} }: HttpRouted): boolean {
    const { registry } = this.options;
    const known = (id: string | null): boolean => id !== null && registry.deviceByForeignId(format, id) !== undefined;
    if (routed.length === 0) return Object.values(identity).some(known);
    return routed.every(({ foreign }) => foreign !== undefined && known(foreign.id));
  }

  /** Whether all that a gateway speaks for may be told by it; a tracker that nobody registered is looked at by itself, and refused there. */
  #listsAll(gateway: Device, routed: readonly Routed[]): boolean {
    return routed.every(({ foreign }) => {
      const other = foreign && this.options.registry.deviceByForeignId(foreign.format, foreign.id);
      return other === undefined || speaksFor(gateway, other);
    });
  }

  /** The secret says who speaks; a name beside it must be the same device's, or of a device that was registered without one. */
  #maySpeakAs(speaker: Device, { foreign }: Routed, { identity = {} }: HttpRouted): boolean {
    if (foreign === undefined) return true;
    const { registry } = this.options;
    for (const id of [foreign.id, ...Object.values(identity)]) {
      if (id !== null && registry.deviceByForeignId(foreign.format, id)?.id === speaker.id) return true;
    }
    if (registry.deviceByForeignId(foreign.format, foreign.id) !== undefined) return false;
    return speaker.foreign_id === null || speaker.format !== foreign.format || isLabel(foreign);
  }

  async #record(format: string, routed: HttpRouted, device: DeviceId | undefined): Promise<DeviceAnswer> {
    if (routed.routed.length === 0) {
      this.#count('requests_without_data');
      return routed.answer('taken');
    }
    const { sink, clock } = this.options;
    if (sink.full) return this.#notNow();
    const context = { topic: routed.topic, received: clock.now(), ...(device !== undefined && { device }) };
    const failure = await new Promise<Error | undefined>(done => sink.takeRouted(format, routed.routed, context, done));
    if (failure) return this.#notNow();
    this.#count('requests_taken');
    return routed.answer('taken');
  }

  async #refuse(format: string, routed: HttpRouted, { query, body }: DeviceRequest, device: DeviceId): Promise<DeviceAnswer> {
    const { sink, clock } = this.options;
    if (sink.full) return this.#notNow();
    const bytes = body.length > 0 ? body : Buffer.from(query);
    const context = { topic: routed.topic, received: clock.now(), device, format };
    const failure = await new Promise<Error | undefined>(done => sink.takeUnreadable(bytes, routed.refused!, context, done));
    if (failure) return this.#notNow();
    this.#count('requests_unreadable');
    return routed.answer('rejected');
  }

  #notNow(): DeviceAnswer {
    this.#count('requests_not_taken');
    return NOT_NOW;
  }

  #count(what: string): void {
    this.options.counters.add(`http_devices_${what}_total`);
  }
}

/** The two letters that OwnTracks shows on a map, where an app sends no topic: they name nobody. */
const isLabel = ({ format, id }: ForeignId): boolean => format === 'owntracks' && !id.includes('/');

/** The password of basic authentication, or a bearer's token; the secret alone says who it is, so the user may be any. */
const secretIn = (authorization: string | undefined): string | undefined => {
  const [, scheme, value] = /^\s*(basic|bearer|token)\s+(\S+)\s*$/i.exec(authorization ?? '') ?? [];
  if (scheme?.toLowerCase() !== 'basic') return value;
  const decoded = Buffer.from(value!, 'base64').toString();
  return decoded.slice(decoded.indexOf(':') + 1);
};
