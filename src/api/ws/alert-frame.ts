import type { AlertEntry } from '../../ports/live.js';
import { textFrame } from './text-frame.js';

/**
 * An alert as it goes to every client (contract §5). A void is an `updated` there: the alert's own `status` says `void`, and programs
 * that know the five changes of the contract go on working.
 */
export const alertFrame = ({ cursor, change, alert }: AlertEntry): Buffer =>
  textFrame(JSON.stringify({ type: 'alert', cursor: String(cursor), change: change === 'voided' ? 'updated' : change, alert }));
