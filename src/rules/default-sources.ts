import type { AlertKind } from '../model/alert.js';

const VOLTAGES =
  'levels of a 12 V lead-acid battery as workshops use them: rest 12.6 V full, 12.2 V half, below 11.8 V may not start; charging 13.5 to 14.8 V';
const HARSH =
  'Makers of trackers recommend for cars, in m/s²: Digital Matter, *Harsh Driving Setup*, 3.0 to 4.4 for braking and acceleration and 3.5 to 5.5 for cornering; Scope Technology, *SBeacon Driving Behavior*, 3.9, 2.5 and 4.4; PosiTrace, *Harsh behavior detection*, 2.5, 2.0 and 2.9. Ours are for a fitted window, which is gentler than a peak; trucks and buses have two thirds. The factor for critical is our own choice';

/** Where the defaults of each kind come from, for docs/rules.md. What nobody published says that it is our own choice. */
export const defaultSources: Readonly<Record<AlertKind, string>> = {
  geofence_enter: 'nothing to set; how a side is proven is in docs/architecture.md',
  geofence_exit: 'nothing to set; how a side is proven is in docs/architecture.md',
  geofence_dwell: 'the fence’s own `dwell_s`',
  harsh_braking: HARSH,
  harsh_acceleration: HARSH,
  harsh_cornering: HARSH,
  speeding:
    'for cars the recommended speed on German motorways, 130 km/h (Autobahn-Richtgeschwindigkeits-Verordnung, §1); for trucks and buses what their speed limiters let through at most: 90 and 100 km/h (Council Directive 92/6/EEC as amended by Directive 2002/85/EC, [articles 2 and 3](https://eur-lex.europa.eu/eli/dir/1992/6): goods vehicles of N2 and N3, buses of M2 and M3). The time is our own choice',
  over_rev: 'our own choice, below where the red range of usual petrol and diesel engines begins',
  excessive_idle:
    'five minutes: the value shown for `longIdleValue`, from which on idling is “long”, in the [Open Telematics API of the NMFTA](https://github.com/nmfta-repo/nmfta-opentelematics-api)',
  power_loss: 'our own choice: no 12 V system with a battery in it rests below 6 V',
  device_offline: 'our own choice; that so many at once are an outage, too (decision 0043)',
  low_battery: `${VOLTAGES}. The times are our own choice`,
  charging_fault: `${VOLTAGES}. The times are our own choice, and what makes an alternator a smart one, too`,
  engine_overheat:
    'coolant of 80 to 105 °C is usual, above 110 to 118 °C is a fault (service literature); the trend is our own choice',
  diagnostic_trouble_code: 'states and readiness by SAE J1979 / ISO 15031-5, texts of codes by SAE J2012',
  fuel_drop: 'levels slosh by 3 to 5 % while driven; what an engine burns at most, and the rest, is our own choice',
  fuel_low: 'our own choice, near where the lamp of usual cars goes on',
  tow: 'our own choice, further than a parked receiver wanders: none of the recorded drives of `npm run accuracy` raises it',
  possible_crash:
    'makers of trackers set 1 to 2.5 g (PosiTrace, *Harsh behavior detection*); 25 m/s² is the upper end, with a stop after it',
  after_hours_use: 'the hours are the fleet’s; the least time is our own choice',
  continuous_driving:
    'four and a half hours: Regulation (EC) No 561/2006, article 7. It asks for 45 minutes of break, or 15 and then 30; the default of 15 begins anew at the shortest that counts',
  service_due: 'the intervals are the fleet’s; how long ahead is our own choice',
  health_forecast: 'see docs/health.md',
};
