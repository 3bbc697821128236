import type { AlertEntry } from '../../ports/live.js';
import { textFrame } from './text-frame.js';

/**
 * An alert as it goes to every client (contract §5). A void is an `updated` there: the alert's own `status` says `void`, and programs
 * that know the five changes of the contract go on working.
 *
 * @param cursor as its receivers are told it
 */
export const alertFrame = ({ change, alert }: AlertEntry, cursor: string): Buffer =>
  textFrame(JSON.stringify({ type: 'alert', cursor, change: change === 'voided' ? 'updated' : change, alert }));
