import { damaged } from './fault-words.js';
import type { StreamStep } from './stream-protocol.js';

/** What is no frame, or a damaged one: into quarantine. @param code never changes */
export const unreadable = (code: string, detail: string, bytes: Uint8Array): Extract<StreamStep, { kind: 'fault' }> => ({
  kind: 'fault',
  code,
  reason: 'unreadable',
  ...damaged(code, detail),
  bytes,
});
