import type { ApiDeps } from '../api-deps.js';
import type { Authenticator } from '../auth/authenticator.js';
import type { LoginThrottle } from '../auth/login-throttle.js';
import type { Passwords } from '../auth/passwords.js';
import type { AuditTrail } from '../http/audit-trail.js';
import type { AnyRoute } from '../http/route.js';
import type { Turns } from '../http/turns.js';
import { alertRoutes } from './alert-routes.js';
import { backtestRoutes } from './backtest-routes.js';
import { coachingRoutes } from './coaching-routes.js';
import { deadLetterRoutes } from './dead-letter-routes.js';
import { deviceRoutes } from './device-routes.js';
import { driverDataRoutes } from './driver-data-routes.js';
import { driverRoutes } from './driver-routes.js';
import { dtcRoutes } from './dtc-routes.js';
import { evidenceRoutes } from './evidence-routes.js';
import { fuelRoutes } from './fuel-routes.js';
import { geofenceRoutes } from './geofence-routes.js';
import { healthRoutes } from './health-routes.js';
import { notificationRoutes } from './notification-routes.js';
import { quarantineRoutes } from './quarantine-routes.js';
import { rawEventRoutes } from './raw-event-routes.js';
import { reportRoutes } from './report-routes.js';
import { ruleRoutes } from './rule-routes.js';
import { scorecardRoutes } from './scorecard-routes.js';
import { scoringRoutes } from './scoring-routes.js';
import { serviceRoutes } from './service-routes.js';
import { sessionRoutes } from './session-routes.js';
import { settingsRoutes } from './settings-routes.js';
import { systemRoutes } from './system-routes.js';
import { tokenRoutes } from './token-routes.js';
import { trailRoutes } from './trail-routes.js';
import { transferRoutes } from './transfer-routes.js';
import { tripRoutes } from './trip-routes.js';
import { userRoutes } from './user-routes.js';
import { vehicleRoutes } from './vehicle-routes.js';
import { webhookRoutes } from './webhook-routes.js';
import { whyRoutes } from './why-routes.js';

export type RouteDeps = ApiDeps & {
  authenticator: Authenticator;
  passwords: Passwords;
  throttle: LoginThrottle;
  audit: AuditTrail;
  turns: Turns;
};

/** Every route of `/api/v1`: what is mounted, what OpenAPI shows, and what the tests walk. */
export const allRoutes = (deps: RouteDeps): AnyRoute[] => [
  ...vehicleRoutes(deps),
  ...serviceRoutes(deps),
  ...dtcRoutes(deps),
  ...rawEventRoutes(deps),
  ...deviceRoutes(deps),
  ...driverRoutes(deps),
  ...driverDataRoutes(deps),
  ...tripRoutes(deps),
  ...trailRoutes(deps),
  ...scorecardRoutes(deps),
  ...scoringRoutes(deps),
  ...reportRoutes(deps),
  ...coachingRoutes(deps),
  ...fuelRoutes(deps),
  ...healthRoutes(deps),
  ...alertRoutes(deps),
  ...whyRoutes(deps),
  ...evidenceRoutes(deps),
  ...geofenceRoutes(deps),
  ...backtestRoutes(deps),
  ...ruleRoutes(deps),
  ...settingsRoutes(deps),
  ...webhookRoutes(deps),
  ...deadLetterRoutes(deps),
  ...notificationRoutes(deps),
  ...transferRoutes(deps),
  ...quarantineRoutes(deps),
  ...sessionRoutes(deps),
  ...userRoutes(deps),
  ...tokenRoutes(deps),
  ...systemRoutes(deps),
];
