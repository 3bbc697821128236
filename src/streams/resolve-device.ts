import type { DeviceId } from '../model/ids.js';
import type { Device } from '../model/vehicle.js';
import type { Registry } from '../ports/registry.js';
import { type FaultWords, nobodyNamed, notSpeakingFor, secretNeeded } from '../protocols/fault-words.js';
import type { Routed } from '../protocols/protocol.js';
import { isGateway, speaksFor } from './speaks-for.js';

/** Whose slice it is: a registered device, one that nobody knows yet, or somebody else's than the connection may speak for. */
export type Resolved = { device: Device } | { unknown: DeviceId } | { refused: FaultWords };

/**
 * Finds the device that a routed slice speaks for.
 * @param connected who the connection is logged in as; '' or undefined where it did not say, or a broker stands between
 */
export const resolveDevice = (
  registry: Pick<Registry, 'device' | 'deviceByForeignId'>,
  { device: named, foreign }: Routed,
  connected: DeviceId | undefined,
  format: string,
): Resolved => {
  const self = connected ? registry.device(connected) : undefined;
  // One device alone on its connection needs no foreign id: whatever it calls itself, it is itself.
  const isItself = foreign !== undefined && self?.format === format && (self.foreign_id ?? foreign.id) === foreign.id;
  const speaksForOthers = self !== undefined && (isGateway(self) || (self.speaks_for ?? null) !== null);
  if (isItself && !speaksForOthers) return { device: self };
  const id = named || connected || '';
  const found = foreign ? registry.deviceByForeignId(foreign.format, foreign.id) : registry.device(id);
  if (isItself && found === undefined && (self.speaks_for ?? null) === null) return { device: self };
  if (found) {
    if (connected && found.id !== connected && !(self && speaksFor(self, found)))
      return { refused: notSpeakingFor(connected, found.id) };
    // In trial mode a connection may keep its name to itself, but nobody else's secret is worth less for that.
    if (connected === '' && found.secret_hash !== '') return { refused: secretNeeded(found.id) };
    return { device: found };
  }
  if (id === '') return { refused: nobodyNamed('nothing says which device this is') };
  return { unknown: id };
};
