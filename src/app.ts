import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { alertPublisherActor } from './actors/alert-publisher.actor.js';
import { foldActor } from './actors/fold.actor.js';
import { headSignerActor } from './actors/head-signer.actor.js';
import { notifierActor } from './actors/notifier.actor.js';
import { openActor } from './actors/open.actor.js';
import { outageWatchActor } from './actors/outage-watch.actor.js';
import { retentionActor } from './actors/retention.actor.js';
import { rollUpActor } from './actors/roll-up.actor.js';
import { Supervisor, type TooManyRestartsError } from './actors/supervisor.js';
import { tickerActor } from './actors/ticker.actor.js';
import { webhooksActor } from './actors/webhooks.actor.js';
import { giveWayEvery } from './adapters/system/give-way-every.js';
import { systemClock } from './adapters/system/system-clock.js';
import { systemRandom } from './adapters/system/system-random.js';
import { watchDescriptors } from './adapters/system/watch-descriptors.js';
import { createAuthenticator } from './api/auth/authenticator.js';
import { createMqttViewers } from './api/auth/mqtt-viewers.js';
import { createApi } from './api/create-api.js';
import { createDevicePort } from './api/devices-in/create-device-port.js';
import { adminToken } from './app/admin-token.js';
import { apiDeps } from './app/api-parts.js';
import { appMetrics } from './app/app-metrics.js';
import { type DeviceListeners, deviceListeners } from './app/device-listeners.js';
import { forgetTrips } from './app/forget-trips.js';
import { openHttpServer, type RunningHttp } from './app/http-server.js';
import { inForceWithin } from './app/in-force.js';
import { MqttEntry } from './app/mqtt-entry.js';
import { openPast } from './app/open-past.js';
import { openStores } from './app/open-stores.js';
import { openOutlets } from './app/outlets.js';
import { shardsFor } from './app/shards/shards-for.js';
import { systemStatus } from './app/system-status.js';
import { readTlsFiles } from './app/tls-files.js';
import { withOpenTracks } from './app/with-open-tracks.js';
import type { Settings } from './config/settings.js';
import { Counters } from './model/counters.js';
import type { Fact } from './model/fact.js';
import { defaultFleetSettings } from './model/fleet-settings.js';
import type { Silence } from './model/outage.js';
import type { Offset } from './model/record.js';
import { days, type Millis } from './model/units.js';
import { events } from './observability/events.js';
import type { Logger } from './observability/logger.js';
import { httpFormats } from './protocols/device-formats.js';
import { AlertLog } from './streams/alert-log.js';
import { CarriedOut } from './streams/carried-out.js';
import { deviceGate } from './streams/device-gate.js';
import { firstFacts } from './streams/first-facts.js';
import { FleetRegistry, recordOfFact } from './streams/fleet-registry.js';
import { PartitionStore } from './streams/fold/partition-store.js';
import { Ingest, ingestLimits } from './streams/ingest.js';
import { HttpIntake } from './streams/intake/http-intake.js';
import { LiveBoard } from './streams/live-board.js';
import { OutageWatch } from './streams/outage-watch.js';
import { QuarantineStore } from './streams/quarantine-store.js';
import { RecordedTimes } from './streams/recorded-times.js';
import { RollUp } from './streams/roll-up.js';

/** The server, running. */
export interface App {
  http: string;
  /** Where devices connect to: the embedded broker, or the external one without its password. */
  mqtt: string;
  /** Where the first administrator's token stands; undefined where it was given. */
  adminTokenFile: { path: string; fresh: boolean } | undefined;
  stop(): Promise<void>;
  /** Re-reads certificates. */
  renewTls(): Promise<void>;
}

/** Longer than a few milliseconds, and alerts and acknowledgements come late. */
const WORK_AT_A_STRETCH: Millis = 5;
/** So many records are no flood, which is held at a tenth of it, but a tail from before the start. */
const FAR_BEHIND = 20_000;

/**
 * Puts the parts together and starts them in order: state, roll-up, fold, time, web, listener; stops them in reverse.
 * @param escalate told when an actor is beyond its restarts: everything has been stopped, the process should end
 * @throws {DataDirectoryError} {MqttListenError} what is wrong at the start, in one line
 */
export const startApp = async (
  settings: Settings,
  log: Logger,
  escalate: (error: TooManyRestartsError) => void,
): Promise<App> => {
  const clock = systemClock;
  const random = systemRandom;
  const counters = new Counters();
  const told = events(log);
  const startedAt = clock.now();
  if (days(settings.retention_days) < defaultFleetSettings.lateness) told.latenessLimited(settings.retention_days);

  const { directory, journal, state, database } = await openStores({ settings, clock, random, counters, disk: told.disk });
  const token = await adminToken(directory.adminToken, settings.admin_token, random);
  const tls = () => readTlsFiles(settings.tls_cert, settings.tls_key);

  const farBehind = () => journal.behind() > FAR_BEHIND;
  const carriedOut = new CarriedOut();
  const newShards = shardsFor({
    ...{ journal, state, counters, farBehind, longTail: FAR_BEHIND },
    partitions: settings.partitions,
    mostAwake: Math.floor(settings.awake_vehicles / settings.partitions),
    threads: settings.shards,
    giveWay: giveWayEvery(WORK_AT_A_STRETCH),
    changed: vehicles => live.changed(vehicles),
  });
  let shards = newShards();
  const rollUp = new RollUp({
    database,
    state,
    clock,
    counters,
    grown: (limit, take) => shards.grown(limit, take),
    positions: () => shards.positions(),
    flushEvery: 250,
    rowsAtOnce: 5_000,
    rowsInMemory: 100_000,
    watch: told.database,
    reject: told.rowRejected,
    farBehind,
  });

  const { inForce, renewed } = inForceWithin({ journal, carriedOut, rollUp, clock });

  let devices: DeviceListeners | undefined;
  const mqtt = new MqttEntry({ settings, id: directory.id, tls, clock, random });
  const hangUpOn = (who: string): void => mqtt.hangUpOn(who);
  const deviceUnlisted = (id: string): void => devices?.shutOut(id);
  const registry = new FleetRegistry({ journal, state, clock, inForce, deviceGone: hangUpOn, deviceUnlisted });
  await registry.start();
  const alerts = await AlertLog.load({ state, clock, counters, entriesKept: 100_000 });
  const quarantine = new QuarantineStore(state, { entries: 10_000, bytes: 256 * 1024 * 1024 }, counters);
  await quarantine.start();
  const publish = (topic: string, payload: Uint8Array) => mqtt.deliver(topic, payload);
  const outlets = await openOutlets({ state, alerts, registry, clock, random, counters, settings, publish });
  const live = new LiveBoard(
    () => shards,
    vehicle => alerts.openAlerts(vehicle),
    clock,
    200,
  );

  const tell = (topic: string, message: { reason: string; detail: string }) => mqtt.tell(topic, message);
  const deliverTo = {
    alerts,
    quarantine,
    rollUp,
    counters,
    tell,
    changed: (vehicles: Iterable<string>) => live.changed(vehicles),
    silent: (silences: readonly Silence[]) => outages.note(silences),
  };
  const appendFact = (fact: Fact) => journal.append([recordOfFact(fact, clock.now())]);
  const outages = new OutageWatch({ shards: () => shards, append: appendFact, counters }, startedAt);
  const external = settings.mqtt_url !== undefined;
  const recorded = new RecordedTimes();
  const ingest = new Ingest({
    journal,
    registry,
    quarantine,
    clock,
    counters,
    tell,
    registerOnSight: external || settings.device_auth === 'open',
    recorded: (first, last, at) => recorded.note(first, last, at),
    behind: () => journal.behind(),
    ...ingestLimits,
  });

  // A port that was given once stays through restarts.
  let httpPort = settings.http_port;
  let http: RunningHttp | undefined;
  const status = () =>
    systemStatus({
      startedAt,
      clock,
      settings,
      supervisor,
      listener: mqtt.listener,
      rollUp,
      journal,
      shards,
      counters,
      quarantine,
      external,
      metrics,
    });
  const metrics = appMetrics({
    counters,
    clock,
    shards: () => shards,
    journal,
    rollUp,
    alerts,
    recorded,
    quarantine,
    supervisor: () => supervisor,
    listenerCounts: () => mqtt.listener?.counters,
  });
  const deviceRequests = new HttpIntake({ formats: httpFormats, registry, sink: ingest, clock, counters });
  const { past, history, backtests, heads, evidence, closePast } = await openPast({
    directory,
    journal,
    state,
    database,
    clock,
    random,
    counters,
  });
  const deps = () =>
    apiDeps({
      registry,
      live,
      alerts,
      database: withOpenTracks(
        database,
        rollUp,
        vehicle => shards.openChunk(vehicle),
        () => shards.livePositions(),
      ),
      quarantine,
      webhooks: outlets.webhooks,
      webhookCaller: outlets.caller,
      notifications: outlets.notifier,
      journal,
      past,
      history,
      backtests,
      evidence,
      ingest,
      deviceRequests,
      clock,
      random,
      log,
      counters,
      system: status,
      metrics: () => metrics.text(),
      ready: () =>
        supervisor.status().every(actor => actor.state === 'running') ? { ready: true } : { ready: false, reason: 'starting' },
      adminTokenHash: createHash('sha256').update(token.value).digest('hex'),
      webRoot: fileURLToPath(new URL('../web', import.meta.url)),
      secureCookies: settings.tls_cert !== undefined,
      mailConfigured: settings.smtp_url !== undefined,
      giveWay: giveWayEvery(WORK_AT_A_STRETCH),
      metricsLocal: settings.metrics_local,
      timeZone: settings.time_zone,
      map: { styleUrl: settings.map_style, pmtilesFile: settings.map_pmtiles },
    });
  const authenticator = createAuthenticator(deps());
  const viewers = createMqttViewers({ database, clock, random }, authenticator, hangUpOn);
  const gate = deviceGate(registry, clock, settings.device_auth === 'open', viewers);
  devices = deviceListeners({ settings, registry, sink: ingest, clock, counters });
  const openHttp = async () => {
    const api = createApi(deps(), authenticator);
    http = await openHttpServer(api, settings.host, httpPort, await tls());
    httpPort = Number(new URL(http.address).port);
    return http;
  };
  let devicePort: RunningHttp | undefined;
  const openDevicePort = async (port: number) => {
    const handler = createDevicePort(deps());
    const upgrade = (_: unknown, socket: Duplex) => void socket.destroy();
    devicePort = await openHttpServer({ handler, upgrade, close: async () => {} }, settings.host, port, await tls());
    return devicePort;
  };
  const devicePortActor = (port: number | undefined) =>
    port === undefined ? [] : [openActor('http-devices', () => openDevicePort(port))];

  const supervisor = new Supervisor({
    clock,
    random,
    watch: told.actor,
    escalate: error => void shut().then(() => escalate(error)),
  });
  const stopWatching = watchDescriptors(clock, told.descriptors);
  const shut = async () => {
    stopWatching();
    // What has grown in the last second goes to SQL now, not at the next start.
    await renewed();
    closePast();
    await supervisor.stop();
    viewers.close();
    outlets.close();
    await journal.close();
    await state.close();
    await database.close();
  };
  /** What lies before it is folded and in snapshots: no start will ask for it. */
  const neededFrom = (): Offset => {
    const partitions = [...shards.positions().keys()];
    return partitions.length < settings.partitions ? 0 : Math.min(...partitions.map(p => shards.savedUpTo(p)));
  };
  const freshFold = () => {
    shards = newShards();
    return { journal, shards, carriedOut, alerts, rollUp, deliverTo, clock, farBehind };
  };
  try {
    await supervisor.start([
      rollUpActor(rollUp),
      foldActor(freshFold),
      openActor('facts', async () => {
        await registry.changeAll(firstFacts(registry, settings.time_zone, days(settings.retention_days)));
        return { close: async () => {} };
      }),
      headSignerActor(heads, clock),
      outageWatchActor(outages, clock),
      tickerActor(
        journal,
        clock,
        () => shards.newestTick(),
        by => {
          counters.add('time_set_back_total');
          told.timeSetBack(by);
        },
      ),
      retentionActor(clock, days(settings.retention_days), async before => {
        const { removed, held } = await journal.forget(before, neededFrom());
        if (removed > 0) await new PartitionStore(state).forgetArchived(journal.oldest());
        await heads.forget(before);
        await forgetTrips(database, clock.now(), settings.trip_retention_days, counters);
        return held;
      }),
      webhooksActor(outlets.webhooks),
      notifierActor(outlets.notifier),
      alertPublisherActor(outlets.publisher),
      openActor('http', openHttp),
      openActor('listener', self => mqtt.open(self, { gate, sink: ingest })),
      ...devicePortActor(settings.http_devices_port),
      ...devices.actors,
    ]);
  } catch (error) {
    await shut();
    throw error;
  }
  return {
    http: http!.address,
    mqtt: mqtt.listener!.address,
    adminTokenFile: token.file,
    stop: shut,
    renewTls: async () => {
      const files = await tls();
      if (!files) return;
      http?.renewTls(files);
      devicePort?.renewTls(files);
      mqtt.renewTls(files);
    },
  };
};
