/**
 * Counters that stand at 0 before they are counted for the first time: those that deploy/ alerts on and draws. Prometheus tells how much a number
 * grew, and one that appears with its first event has not grown: nobody would be woken by the first poison, nor by the first dead letter.
 */
export const COUNTED_FROM_START: readonly string[] = [
  'messages_received',
  'messages_recorded',
  'messages_refused',
  'messages_not_taken',
  'events_decoded',
  'events_folded',
  'events_duplicate',
  'events_too_late',
  'events_poisoned',
  'events_late',
  'events_ahead',
  'events_quarantined',
  'refolds',
  'refolded_readings',
  'vehicles_fell_asleep',
  'vehicles_woke',
  'vehicles_made_room',
  'rollup_rows_rejected',
  'ws_alerts_sent',
  'ws_positions_conflated',
  'ws_closed_slow',
  'webhook_delivered',
  'webhook_failed',
  'webhook_dead_letters',
  'mqtt_alerts_published',
  'api_requests_failed',
  'api_audit_lost',
].map(name => `${name}_total`);
