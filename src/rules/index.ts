import type { AlertKind } from '../model/alert.js';
import { afterHoursUse } from './after-hours-use.rule.js';
import { chargingFault } from './charging-fault.rule.js';
import { continuousDriving } from './continuous-driving.rule.js';
import type { AnyRule } from './define-rule.js';
import { deviceOffline } from './device-offline.rule.js';
import { diagnosticTroubleCode } from './diagnostic-trouble-code.rule.js';
import { engineOverheat } from './engine-overheat.rule.js';
import { excessiveIdle } from './excessive-idle.rule.js';
import { fuelDrop } from './fuel-drop.rule.js';
import { fuelLow } from './fuel-low.rule.js';
import { geofenceDwell } from './geofence-dwell.rule.js';
import { geofenceEnter } from './geofence-enter.rule.js';
import { geofenceExit } from './geofence-exit.rule.js';
import { harshAcceleration } from './harsh-acceleration.rule.js';
import { harshBraking } from './harsh-braking.rule.js';
import { harshCornering } from './harsh-cornering.rule.js';
import { healthForecast } from './health-forecast.rule.js';
import { lowBattery } from './low-battery.rule.js';
import { overRev } from './over-rev.rule.js';
import { possibleCrash } from './possible-crash.rule.js';
import { powerLoss } from './power-loss.rule.js';
import { serviceDue } from './service-due.rule.js';
import { speeding } from './speeding.rule.js';
import { tow } from './tow.rule.js';

/** Every rule there is; the order is that of docs/rules.md. A new rule is one file and one line. */
export const rules: readonly AnyRule[] = [
  geofenceEnter,
  geofenceExit,
  geofenceDwell,
  harshBraking,
  harshAcceleration,
  harshCornering,
  speeding,
  overRev,
  excessiveIdle,
  powerLoss,
  deviceOffline,
  lowBattery,
  chargingFault,
  engineOverheat,
  diagnosticTroubleCode,
  fuelLow,
  fuelDrop,
  tow,
  possibleCrash,
  afterHoursUse,
  continuousDriving,
  serviceDue,
  healthForecast,
];

const byKind = new Map(rules.map(rule => [rule.kind, rule]));

/** The rule of a kind; undefined where none is built. */
export const ruleOf = (kind: AlertKind): AnyRule | undefined => byKind.get(kind);
