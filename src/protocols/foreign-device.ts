import { derivedId, isId, RESERVED_DEVICE_ID } from '../model/ids.js';
import type { Routed } from './protocol.js';

const MOST_CHARACTERS = 128;

/**
 * Routes to the device that calls itself `id` in its own format.
 * @returns undefined where it is empty or longer than an identity is
 */
export const foreignDevice = (format: string, id: string, slice: Uint8Array): Routed | undefined =>
  id === '' || id.length > MOST_CHARACTERS ? undefined : { device: ownNameOf(id), foreign: { format, id }, slice };

/** Routes to whoever the connection or the token stands for: nothing in the message says. */
export const whoeverIsConnected = (slice: Uint8Array): Routed => ({ device: '', slice });

/** An id of ours for a name of theirs: the name itself where it may be one, else what is left of it and a mark that keeps two apart. */
const ownNameOf = (id: string): string =>
  isId(id) && id !== RESERVED_DEVICE_ID ? id : `${id.replace(/[^A-Za-z0-9_.-]/g, '_').slice(0, 50)}-${derivedId(id).slice(0, 8)}`;
