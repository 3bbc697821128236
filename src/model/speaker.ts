import type { DeviceId } from './ids.js';
import type { RecordOrigin } from './record.js';

/** Whom all that comes on a topic speaks for. */
export interface Speaker {
  /** Who the connection was logged in as. */
  readonly connected: DeviceId | undefined;
  /** Of its records: the device that it speaks for, and that one's vehicle. */
  readonly origin: RecordOrigin;
  /** Of the registry that was asked. */
  version: number;
}
