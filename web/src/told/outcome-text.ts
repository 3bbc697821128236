import type { Schema } from '../api/client';
import { texts } from '../texts/texts';

/** What came of a call or a message: delivered, or why not. */
export const outcomeText = ({ delivered, status, reason, detail }: Schema<'DeliveryOutcome'>): string =>
  delivered
    ? texts.told.delivered(status)
    : texts.told.notDelivered(texts.told.undelivered(reason, detail ?? texts.unknown, status));
