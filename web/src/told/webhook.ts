import type { Schema } from '../api/client';

/** An address that is called with each change of an alert, and how it is doing. */
export type Webhook = Schema<'Webhook'>;
