import { z } from 'zod';
import { SEVERITIES } from '../../model/alert.js';
import { fieldErrors } from '../http/field-errors.js';

const subscriptionId = z.union([z.string().min(1).max(64), z.number()]).transform(String);
const vehicles = z.array(z.string().max(64)).max(5_000).optional();
const longitude = z.number().min(-180).max(180);
const latitude = z.number().min(-90).max(90);
/** West, south, east, north. */
const bbox = z.tuple([longitude, latitude, longitude, latitude]);

/** Each vehicle is told at most so often; 0 or nothing = as it changes. */
const every_s = z.number().min(0).max(60).optional();

/** A number, or one that was sealed (alert-cursors.ts). */
const CURSOR = /^(\d{1,15}|c[A-Za-z0-9_-]{22})$/;

const subscribeAlerts = z.object({
  type: z.literal('subscribe'),
  id: subscriptionId,
  channel: z.literal('alerts'),
  since: z
    .union([z.string().regex(CURSOR, 'is no cursor'), z.number().int().min(0)])
    .transform(String)
    .nullish(),
  filter: z
    .object({ vehicles, kinds: z.array(z.string().max(64)).max(100).optional(), min_severity: z.enum(SEVERITIES).optional() })
    .nullish(),
});

const subscribePositions = z.object({
  type: z.literal('subscribe'),
  id: subscriptionId,
  channel: z.literal('positions'),
  filter: z.object({ vehicles, bbox: bbox.optional() }).nullish(),
  every_s,
});

const move = z.object({ type: z.literal('move'), id: subscriptionId, bbox: bbox.optional(), every_s });
const unsubscribe = z.object({ type: z.literal('unsubscribe'), id: subscriptionId });
const ping = z.object({ type: z.literal('ping') });

/** What a client may say (contract §5). */
export type ClientFrame =
  | SubscribeAlerts
  | SubscribePositions
  | MovePositions
  | z.infer<typeof unsubscribe>
  | z.infer<typeof ping>;
export type SubscribeAlerts = z.infer<typeof subscribeAlerts>;
export type SubscribePositions = z.infer<typeof subscribePositions>;
export type MovePositions = z.infer<typeof move>;
export type PositionFilter = NonNullable<SubscribePositions['filter']>;

/** @returns the frame, or why it cannot be understood */
export const parseClientFrame = (text: string): ClientFrame | { code: string; message: string } => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { code: 'not_json', message: 'The frame is not JSON.' };
  }
  const schema = schemaFor(value);
  if (schema === undefined) {
    return { code: 'unknown_type', message: 'Known: subscribe (to the channels alerts and positions), move, unsubscribe, ping.' };
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data as ClientFrame;
  return {
    code: 'invalid',
    message: fieldErrors(result.error, '')
      .map(({ field, message }) => `${field}: ${message}`)
      .join('; '),
  };
};

/** The schema that is meant, so that an error speaks of the field and not of all that it could have been. */
const schemaFor = (value: unknown): z.ZodType | undefined => {
  const { type, channel } = (typeof value === 'object' && value !== null ? value : {}) as { type?: unknown; channel?: unknown };
  if (type === 'ping') return ping;
  if (type === 'move') return move;
  if (type === 'unsubscribe') return unsubscribe;
  if (type !== 'subscribe') return undefined;
  return channel === 'alerts' ? subscribeAlerts : channel === 'positions' ? subscribePositions : undefined;
};
