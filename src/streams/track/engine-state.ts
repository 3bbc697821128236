import type { Reading } from '../../model/reading.js';
import { hours, type Instant, type Kmh, type Millis, minutes, type Seconds, seconds, type Volts } from '../../model/units.js';

/**
 * `standby`: the engine does not turn, but the vehicle is awake and may drive off at any moment (stop-start, hybrid, key on).
 * `unknown`: nothing that was sent tells.
 */
export type EngineState = 'on' | 'standby' | 'off' | 'unknown';

/** The newest votes; times are 0 while a vote was never cast. */
export interface EngineMemory {
  state: EngineState;
  ignition: boolean;
  ignitionAt: Instant;
  /** By its rpm the engine turns on its own. */
  turns: boolean;
  rpmAt: Instant;
  /** The ignition line said so too when they were told: it is wired. Absent: not. */
  lineAgrees?: boolean;
  /** Since when the rpm say that nothing turns; 0 = they do not. */
  stillSince: Instant;
  runTime: Seconds;
  runTimeAt: Instant;
  /** When it last grew. */
  countedAt: Instant;
  /** Since when the voltage says that the alternator works; 0 = it does not. */
  chargingSince: Instant;
  voltageAt: Instant;
  wheelAt: Instant;
  /** A power take-off is at work, as told last. */
  pto?: boolean;
}

export const newEngineMemory = (): EngineMemory => ({
  state: 'unknown',
  ignition: false,
  ignitionAt: 0,
  turns: false,
  rpmAt: 0,
  stillSince: 0,
  runTime: 0,
  runTimeAt: 0,
  countedAt: 0,
  chargingSince: 0,
  voltageAt: 0,
  wheelAt: 0,
  pto: false,
});

/** Obd-facts §5: above this an engine runs on its own; starters turn it with 200 to 300. */
const RUNNING_RPM = 400;
/** A rate of a real engine (obd-facts §6); 16383.75 is "not available". */
const HIGHEST_RPM = 14_000;
/** Run time holds at this value: it tells no more. */
const RUN_TIME_FULL = 65_535;
const CHARGING: Volts = 13.2;
/** A median above this is a 24 V system (obd-facts §5). */
const HIGHEST_12_V: Volts = 18;
const CHARGING_FOR: Millis = seconds(10);
/** Votes of a polled value last this long, so that readings between two polls see them. */
const POLLED_FOR: Millis = seconds(30);
/** Shorter is noise on the ignition line between two polls. */
const RPM_MISSED_FOR: Millis = seconds(3);
const WHEELS_FOR: Millis = seconds(5);
/** Many devices tell the ignition when it changes only. */
const IGNITION_ON_FOR: Millis = hours(1);
const IGNITION_OFF_FOR: Millis = hours(24);
/** Rpm 0 with nothing else awake: beyond the longest usual halt of a stop-start engine it is off (obd-facts §5: 120 to 300 s). */
const STILL_MEANS_OFF: Millis = minutes(2);
/** Without any vote of the engine's own, who drives this fast by GPS has it on. */
const DRIVEN_SPEED: Kmh = 10;

const within = (then: Instant, at: Instant, span: Millis): boolean => then > 0 && at - then <= span;

const takeVotes = (memory: EngineMemory, reading: Reading, wheelSpeed: Kmh | undefined): void => {
  const { at, signals } = reading;
  if (reading.ignition !== undefined) {
    memory.ignition = reading.ignition;
    memory.ignitionAt = at;
  }
  const rpm = signals.engine_rpm;
  if (rpm !== undefined && rpm >= 0 && rpm <= HIGHEST_RPM) {
    // A starter does not make it run; once it runs, it does until it stands.
    memory.turns = rpm > RUNNING_RPM || (rpm > 0 && memory.turns && within(memory.rpmAt, at, POLLED_FOR));
    memory.rpmAt = at;
    memory.lineAgrees = memory.turns && memory.ignition && within(memory.ignitionAt, at, IGNITION_ON_FOR);
    if (memory.turns) memory.stillSince = 0;
    else if (memory.stillSince === 0) memory.stillSince = at;
  }
  if (signals.pto_active !== undefined) memory.pto = signals.pto_active === 1;
  const runTime = signals.run_time;
  if (runTime !== undefined && runTime >= 0 && runTime < RUN_TIME_FULL) {
    if (memory.runTimeAt > 0 && runTime > memory.runTime) memory.countedAt = at;
    memory.runTime = runTime;
    memory.runTimeAt = at;
  }
  const volts = signals.control_module_voltage ?? reading.externalVoltage;
  if (volts !== undefined) {
    if (volts > (volts > HIGHEST_12_V ? 2 * CHARGING : CHARGING)) {
      if (memory.chargingSince === 0 || !within(memory.voltageAt, at, minutes(2))) memory.chargingSince = at;
    } else memory.chargingSince = 0;
    memory.voltageAt = at;
  }
  if (wheelSpeed !== undefined) memory.wheelAt = wheelSpeed > 0 ? at : 0;
};

/** A line that was right about the running engine says off, and no rpm came since: many devices ask an engine no more once it is off. */
const switchedOffSince = (memory: EngineMemory, at: Instant): boolean =>
  memory.lineAgrees === true && !memory.ignition && memory.ignitionAt > memory.rpmAt && at - memory.rpmAt >= RPM_MISSED_FOR;

const verdict = (memory: EngineMemory, at: Instant, drivenSpeed: Kmh | undefined): EngineState => {
  const rpmKnown = within(memory.rpmAt, at, POLLED_FOR);
  if (rpmKnown && memory.turns && !switchedOffSince(memory, at)) return 'on';
  const ignitionKnown = within(memory.ignitionAt, at, memory.ignition ? IGNITION_ON_FOR : IGNITION_OFF_FOR);
  if (ignitionKnown && !memory.ignition) return 'off';
  if (within(memory.wheelAt, at, WHEELS_FOR)) return 'on';
  if (rpmKnown) {
    // Nothing turns. Awake all the same when the ignition is on or the run time of this start is still told.
    if (ignitionKnown || (within(memory.runTimeAt, at, POLLED_FOR) && memory.runTime > 0)) return 'standby';
    return at - memory.stillSince >= STILL_MEANS_OFF ? 'off' : 'unknown';
  }
  if (ignitionKnown || within(memory.countedAt, at, POLLED_FOR)) return 'on';
  if (
    memory.chargingSince > 0 &&
    memory.voltageAt - memory.chargingSince >= CHARGING_FOR &&
    within(memory.voltageAt, at, POLLED_FOR)
  ) {
    return 'on';
  }
  return drivenSpeed !== undefined && drivenSpeed >= DRIVEN_SPEED ? 'on' : 'unknown';
};

/**
 * Whether the engine runs, by vote. The rpm outrank the ignition line (it is miswired more often than the engine lies), the ignition
 * outranks wheels, run time and voltage: wheels that turn with the ignition off are a tow, a charged battery may hang on a charger.
 * @param wheelSpeed vehicle speed by OBD in this reading, within its range
 * @param gpsSpeed speed of an accepted fix in this reading
 * @see obd-facts §5
 */
export const voteEngine = (
  memory: EngineMemory,
  reading: Reading,
  wheelSpeed: Kmh | undefined,
  gpsSpeed: Kmh | undefined,
): EngineState => {
  takeVotes(memory, reading, wheelSpeed);
  memory.state = verdict(memory, reading.at, wheelSpeed ?? gpsSpeed);
  return memory.state;
};

/** True where the engine is known to stand although the vehicle is on: such a halt is no idling. */
export const engineStands = (memory: EngineMemory, at: Instant): boolean => within(memory.rpmAt, at, POLLED_FOR) && !memory.turns;

/** True when the run time grew as the clock did: the engine ran all through a silence. */
export const ranThrough = (memory: EngineMemory, reading: Reading): boolean => {
  const now = reading.signals.run_time;
  if (now === undefined || now >= RUN_TIME_FULL || memory.runTimeAt === 0) return false;
  const elapsed = (reading.at - memory.runTimeAt) / 1_000;
  return Math.abs(now - memory.runTime - elapsed) <= 2 + 0.02 * elapsed;
};
