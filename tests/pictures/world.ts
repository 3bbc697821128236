import { demoFences } from '../../src/cli/demo/demo-fences.js';
import { driveDemoFleet } from '../../src/cli/demo/drive-demo-fleet.js';
import { registerFences, registerFleet } from '../../src/cli/demo/register-fleet.js';
import { RestClient } from '../../src/cli/demo/rest-client.js';
import { buildTown } from '../../src/simulator/town/build-town.js';
import { atEnd } from '../harness/at-end.js';
import { connectDevice } from '../harness/device.js';
import { startMailServer } from '../harness/mail-server.js';
import { restClient } from '../harness/rest-client.js';
import { scriptedDrive } from '../harness/scripted-drive.js';
import { startTelltale } from '../harness/start-telltale.js';
import { startWebhookReceiver } from '../harness/webhook-receiver.js';

/** The first administrator's, of a server that nobody else reaches. */
export const TOKEN = 'token-of-the-pictures-0123456789abcdef';
/** How long the demo fleet drove before it is live. */
export const HISTORY_MINUTES = 120;
const VEHICLES = 25;
const DAY_MS = 86_400_000;

/** A server whose fleet has a past and goes on driving, with everything that its pages are about. @returns its address */
export const startWorld = async (): Promise<string> => {
  const mail = await startMailServer();
  const { http, mqtt } = await startTelltale({
    env: {
      TELLTALE_ADMIN_TOKEN: TOKEN,
      TELLTALE_TIME_ZONE: 'Europe/Berlin',
      TELLTALE_SMTP_URL: mail.url,
      TELLTALE_MAIL_FROM: 'telltale@fleet.example',
      TELLTALE_WEBHOOK_ALLOW_PRIVATE: 'true',
    },
  });
  const rest = new RestClient(http, TOKEN);
  const from = Date.now() - HISTORY_MINUTES * 60_000;
  const fleet = await registerFleet(rest, VEHICLES, '1', from - 60_000);
  await setUp(rest, http);
  await driveForWeeks(rest, mqtt);
  const end = new AbortController();
  atEnd(() => end.abort());
  await new Promise<void>((live, failed) => {
    driveDemoFleet({
      ...{ fleet, mqtt, seed: '1', from, signal: end.signal },
      onLive: async () => {
        await registerFences(rest, demoFences(buildTown()));
        live();
      },
      onProgress: () => {},
    }).catch(failed);
  });
  await quarantineSomething(rest, mqtt);
  await rest.post('/notification-policies/night/test', {});
  await rest.post('/notification-policies/workshop/test', {});
  await new Promise(done => setTimeout(done, 60_000));
  return http;
};

/** People, programs, addresses and plans. */
const setUp = async (rest: RestClient, http: string): Promise<void> => {
  const receiver = await startWebhookReceiver();
  await rest.post('/webhooks', { id: 'dispatch', name: 'Dispatch desk', url: receiver.url, min_severity: 'warning' });
  await rest.post('/webhooks', {
    ...{ id: 'insurer', name: 'Insurer', url: 'http://127.0.0.1:9/crash', kinds: ['possible_crash', 'tow'], changes: ['raised'] },
  });
  await rest.post('/notification-policies', {
    ...{
      id: 'night',
      name: 'Night shift',
      to: [{ email: 'night@fleet.example' }, { webhook: 'dispatch' }],
      min_severity: 'critical',
    },
    ...{ quiet_hours: { from: '22:00', to: '06:00' }, escalate: { after_min: 15, to: [{ email: 'head@fleet.example' }] } },
  });
  await rest.post('/notification-policies', {
    ...{ id: 'workshop', name: 'Workshop', to: [{ email: 'workshop@fleet.example' }], digest: { daily_at: '07:00' } },
    ...{ kinds: ['diagnostic_trouble_code', 'service_due', 'health_forecast', 'low_battery', 'charging_fault'] },
  });
  const users: [string, string, string[]][] = [
    ['m.weber', 'fleet_manager', []],
    ['coach.north', 'coach', ['north depot']],
    ['investigator', 'investigator', []],
    ['wall', 'viewer', []],
  ];
  for (const [user, role, groups] of users) await rest.post('/users', { user, role, groups, password: 'a long enough password' });
  await rest.post('/users', {
    user: 'driver.07',
    role: 'driver',
    driver: 'd-07',
    groups: [],
    password: 'a long enough password',
  });
  await rest.post('/tokens', { name: 'Data warehouse, nightly', role: 'viewer', groups: [], expires_at: null });
  await rest.post('/tokens', { name: 'Dispatch board', role: 'viewer', groups: ['harbour depot'], expires_at: null });
  await restClient(http, TOKEN).put('/settings/fuel', { currency: 'EUR', per_unit: { petrol: 1.79, diesel: 1.68 } });
};

const SHORT = [
  { seconds: 30, to_kmh: 50 },
  { seconds: 500, to_kmh: 50 },
  { seconds: 20, to_kmh: 0 },
  { seconds: 60, to_kmh: 0 },
  { seconds: 30, to_kmh: 60 },
  { seconds: 420, to_kmh: 60 },
  { seconds: 15, to_kmh: 0 },
  { seconds: 400, to_kmh: 0, engine: false },
];

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** What the engine tells on second `n` of a drive, so many days ago. */
const engineOf = (day: number, n: number, running: boolean, speed: number) => ({
  control_module_voltage: running ? 14.1 - n * 1e-5 : 12.7,
  coolant_temp: Math.min(90, 22 + n / 4),
  intake_air_temp: 21,
  ambient_air_temp: 14,
  engine_load: running ? 24 + (n % 17) : 0,
  engine_fuel_rate: running ? 1.1 + speed / 14 : 0,
  short_fuel_trim_1: 2 + (15 - day) * 0.25,
  long_fuel_trim_1: 3 + (15 - day) * 0.2,
});

/** A van that told its engine for two weeks: a battery that ages, refuels, a trouble code, services that come due. */
const driveForWeeks = async (rest: RestClient, mqtt: string): Promise<void> => {
  await rest.post('/vehicles', {
    ...{
      id: 'v-26',
      name: 'Van 26',
      class: 'van',
      fuel_type: 'petrol',
      group: 'north depot',
      vin: 'WVWZZZ1JZXW000026',
      tank_l: 60,
    },
    service_plan: [
      { name: 'Oil change', every_km: 15_000, every_days: 365, last: { odometer_km: 47_300, date: dayAgo(310) } },
      { name: 'Brake fluid', every_days: 730, last: { date: dayAgo(735) } },
      { name: 'Inspection', due_date: dayAgo(-40) },
    ],
  });
  const { secret } = await rest.post<{ secret: string }>('/devices', { id: 'dev-26', vehicle: 'v-26' });
  const device = await connectDevice({ mqtt, id: 'dev-26', secret });
  let odometer = 61_200;
  let fuel = 88;
  for (let day = 14; day >= 1; day--) {
    const start = Date.now() - day * DAY_MS;
    if (day % 5 === 0) fuel = 92;
    const events = scriptedDrive({ start, legs: SHORT, lat: 55.3, lon: 3.42 }).map(({ seq: _, signals, ...event }, n) => {
      odometer += signals.vehicle_speed / 3_600;
      fuel -= event.ignition ? 0.006 : 0;
      return {
        ...event,
        signals: {
          ...signals,
          ...engineOf(day, n, event.ignition, signals.vehicle_speed),
          odometer: rounded(odometer),
          fuel_level: rounded(fuel),
        },
      };
    });
    // Hours after it was parked: its battery at rest.
    const resting = { control_module_voltage: 12.58 - (15 - day) * 0.035, ambient_air_temp: 14, engine_rpm: 0, vehicle_speed: 0 };
    for (const hours of [3, 5]) events.push({ ts: start + hours * 3_600_000, ignition: false, signals: resting } as never);
    for (let n = 0; n < events.length; n += 100) await device.publish(events.slice(n, n + 100));
  }
  await device.publish({
    ts: Date.now() - 0.6 * DAY_MS,
    signals: { engine_rpm: 2_140, coolant_temp: 91, vehicle_speed: 62, engine_load: 48 },
    dtc: ['P0171'],
  });
  await device.publish({
    ts: Date.now() - 60_000,
    signals: { engine_rpm: 820, coolant_temp: 88, odometer: Math.round(odometer) },
    dtc: ['P0171', 'P0420'],
    gps: { lat: 55.305, lon: 3.41, speed_kmh: 0 },
  });
};

const dayAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

/** What nobody can read, and what cannot be true. */
const quarantineSomething = async (rest: RestClient, mqtt: string): Promise<void> => {
  const { secret } = await rest.post<{ secret: string }>('/devices', { id: 'dev-99', vehicle: 'v-26' });
  const device = await connectDevice({ mqtt, id: 'dev-99', secret });
  await device.publishRaw('events', '{"ts": 1764300000000, "gps": {"lat": 55.3');
  await device.publish({ ts: Date.now() + 3 * DAY_MS, gps: { lat: 55.3, lon: 3.4 } });
  await device.publish({ ts: Date.now(), gps: { lat: 'north', lon: 3.4 } });
};
