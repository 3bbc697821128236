import type { Alert } from '../../model/alert.js';
import type { CountedEventTable } from './tables.js';

/** An alert as scores count it. */
export const countedEvent = (alert: Alert): CountedEventTable => {
  const times = 1 + alert.suppressed;
  const occurredAt = Date.parse(alert.occurred_at);
  return {
    id: alert.id,
    vehicle: alert.vehicle,
    driver: alert.driver ?? '',
    trip: alert.trip ?? '',
    kind: alert.kind,
    severity: alert.severity,
    occurred_at_ms: occurredAt,
    counted: alert.status === 'void' || alert.status === 'retracted' ? 0 : times,
    voided: alert.status === 'void' ? times : 0,
    contested: alert.contest?.status === 'open' ? 1 : 0,
    lasted_s: alert.ended_at === null ? null : (Date.parse(alert.ended_at) - occurredAt) / 1_000,
    excess: alert.value === null || !alert.threshold ? null : alert.value / alert.threshold,
  };
};
