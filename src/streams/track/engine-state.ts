import type { Reading } from '../../model/reading.js';
import { placeOfSignal, toldBy } from '../../model/told-signals.js';
import { hours, type Instant, type Kmh, type Millis, minutes, type Seconds, seconds, type Volts } from '../../model/units.js';
import type { NumbersAtStart, TrackNumbers } from './number-places.js';

/**
 * `standby`: the engine does not turn, but the vehicle is awake and may drive off at any moment (stop-start, hybrid, key on).
 * `unknown`: nothing that was sent tells.
 */
export type EngineState = 'on' | 'standby' | 'off' | 'unknown';

/*
 * The newest votes: places among the vehicle's numbers. Times are 0 while a vote was never cast.
 */
/** Place in `STATES`. */
const STATE = 12;
const IGNITION = 13;
const IGNITION_AT = 14;
/** By its rpm the engine turns on its own. */
const TURNS = 15;
const RPM_AT = 16;
/** The ignition line said so too when they were told: it is wired. */
const LINE_AGREES = 17;
/** Since when the rpm say that nothing turns; 0 = they do not. */
const STILL_SINCE = 18;
const RUN_TIME = 19;
const RUN_TIME_AT = 20;
/** When it last grew. */
const COUNTED_AT = 21;
/** Since when the voltage says that the alternator works; 0 = it does not. */
const CHARGING_SINCE = 22;
const VOLTAGE_AT = 23;
const WHEEL_AT = 24;
/** A power take-off is at work, as told last. */
const PTO = 25;

const STATES: readonly EngineState[] = ['unknown', 'on', 'standby', 'off'];
/** Places in it. */
const UNKNOWN = 0;
const ON = 1;
const STANDBY = 2;
const OFF = 3;

export const engineStart: NumbersAtStart = { from: STATE, count: 14, not0: [] };

/** As it was kept before. */
export interface LooseEngine {
  state: EngineState;
  ignition: boolean;
  ignitionAt: Instant;
  turns: boolean;
  rpmAt: Instant;
  lineAgrees?: boolean;
  stillSince: Instant;
  runTime: Seconds;
  runTimeAt: Instant;
  countedAt: Instant;
  chargingSince: Instant;
  voltageAt: Instant;
  wheelAt: Instant;
  pto?: boolean;
}

export const takeEngine = (memory: TrackNumbers, loose: LooseEngine): void => {
  memory[STATE] = STATES.indexOf(loose.state);
  memory[IGNITION] = Number(loose.ignition);
  memory[IGNITION_AT] = loose.ignitionAt;
  memory[TURNS] = Number(loose.turns);
  memory[RPM_AT] = loose.rpmAt;
  memory[LINE_AGREES] = Number(loose.lineAgrees ?? false);
  memory[STILL_SINCE] = loose.stillSince;
  memory[RUN_TIME] = loose.runTime;
  memory[RUN_TIME_AT] = loose.runTimeAt;
  memory[COUNTED_AT] = loose.countedAt;
  memory[CHARGING_SINCE] = loose.chargingSince;
  memory[VOLTAGE_AT] = loose.voltageAt;
  memory[WHEEL_AT] = loose.wheelAt;
  memory[PTO] = Number(loose.pto ?? false);
};

/** As the newest reading left it. */
export const engineState = (memory: TrackNumbers): EngineState => STATES[memory[STATE]!]!;

/** A power take-off is at work. */
export const isPtoAtWork = (memory: TrackNumbers): boolean => memory[PTO] === 1;

const ENGINE_RPM = placeOfSignal('engine_rpm');
const POWER_TAKE_OFF = placeOfSignal('pto_active');
const ENGINE_RUN_TIME = placeOfSignal('run_time');
const MODULE_VOLTS = placeOfSignal('control_module_voltage');

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

const takeVotes = (memory: TrackNumbers, reading: Reading, wheelSpeed: Kmh | undefined): void => {
  const { at, signals } = reading;
  if (reading.ignition !== undefined) {
    memory[IGNITION] = Number(reading.ignition);
    memory[IGNITION_AT] = at;
  }
  const { known } = toldBy(signals);
  const rpm = known[ENGINE_RPM]!;
  if (rpm >= 0 && rpm <= HIGHEST_RPM) {
    // A starter does not make it run; once it runs, it does until it stands.
    memory[TURNS] = Number(rpm > RUNNING_RPM || (rpm > 0 && memory[TURNS] === 1 && within(memory[RPM_AT]!, at, POLLED_FOR)));
    memory[RPM_AT] = at;
    memory[LINE_AGREES] = Number(
      memory[TURNS] === 1 && memory[IGNITION] === 1 && within(memory[IGNITION_AT]!, at, IGNITION_ON_FOR),
    );
    if (memory[TURNS] === 1) memory[STILL_SINCE] = 0;
    else if (memory[STILL_SINCE]! === 0) memory[STILL_SINCE] = at;
  }
  const pto = known[POWER_TAKE_OFF]!;
  if (!Number.isNaN(pto)) memory[PTO] = Number(pto === 1);
  const runTime = known[ENGINE_RUN_TIME]!;
  if (runTime >= 0 && runTime < RUN_TIME_FULL) {
    if (memory[RUN_TIME_AT]! > 0 && runTime > memory[RUN_TIME]!) memory[COUNTED_AT] = at;
    memory[RUN_TIME] = runTime;
    memory[RUN_TIME_AT] = at;
  }
  const volts = Number.isNaN(known[MODULE_VOLTS]!) ? reading.externalVoltage : known[MODULE_VOLTS];
  if (volts !== undefined) {
    if (volts > (volts > HIGHEST_12_V ? 2 * CHARGING : CHARGING)) {
      if (memory[CHARGING_SINCE]! === 0 || !within(memory[VOLTAGE_AT]!, at, minutes(2))) memory[CHARGING_SINCE] = at;
    } else memory[CHARGING_SINCE] = 0;
    memory[VOLTAGE_AT] = at;
  }
  if (wheelSpeed !== undefined) memory[WHEEL_AT] = wheelSpeed > 0 ? at : 0;
};

/** A line that was right about the running engine says off, and no rpm came since: many devices ask an engine no more once it is off. */
const switchedOffSince = (memory: TrackNumbers, at: Instant): boolean =>
  memory[LINE_AGREES] === 1 &&
  memory[IGNITION] === 0 &&
  memory[IGNITION_AT]! > memory[RPM_AT]! &&
  at - memory[RPM_AT]! >= RPM_MISSED_FOR;

const verdict = (memory: TrackNumbers, at: Instant, drivenSpeed: Kmh | undefined): number => {
  const rpmKnown = within(memory[RPM_AT]!, at, POLLED_FOR);
  if (rpmKnown && memory[TURNS] === 1 && !switchedOffSince(memory, at)) return ON;
  const ignitionKnown = within(memory[IGNITION_AT]!, at, memory[IGNITION] === 1 ? IGNITION_ON_FOR : IGNITION_OFF_FOR);
  if (ignitionKnown && memory[IGNITION] === 0) return OFF;
  if (within(memory[WHEEL_AT]!, at, WHEELS_FOR)) return ON;
  if (rpmKnown) {
    // Nothing turns. Awake all the same when the ignition is on or the run time of this start is still told.
    if (ignitionKnown || (within(memory[RUN_TIME_AT]!, at, POLLED_FOR) && memory[RUN_TIME]! > 0)) return STANDBY;
    return at - memory[STILL_SINCE]! >= STILL_MEANS_OFF ? OFF : UNKNOWN;
  }
  if (ignitionKnown || within(memory[COUNTED_AT]!, at, POLLED_FOR)) return ON;
  if (
    memory[CHARGING_SINCE]! > 0 &&
    memory[VOLTAGE_AT]! - memory[CHARGING_SINCE]! >= CHARGING_FOR &&
    within(memory[VOLTAGE_AT]!, at, POLLED_FOR)
  ) {
    return ON;
  }
  return drivenSpeed !== undefined && drivenSpeed >= DRIVEN_SPEED ? ON : UNKNOWN;
};

/**
 * Whether the engine runs, by vote. The rpm outrank the ignition line (it is miswired more often than the engine lies), the ignition
 * outranks wheels, run time and voltage: wheels that turn with the ignition off are a tow, a charged battery may hang on a charger.
 * @param wheelSpeed vehicle speed by OBD in this reading, within its range
 * @param gpsSpeed speed of an accepted fix in this reading
 * @see obd-facts §5
 */
export const voteEngine = (
  memory: TrackNumbers,
  reading: Reading,
  wheelSpeed: Kmh | undefined,
  gpsSpeed: Kmh | undefined,
): EngineState => {
  takeVotes(memory, reading, wheelSpeed);
  memory[STATE] = verdict(memory, reading.at, wheelSpeed ?? gpsSpeed);
  return engineState(memory);
};

/** True where the engine is known to stand although the vehicle is on: such a halt is no idling. */
export const engineStands = (memory: TrackNumbers, at: Instant): boolean =>
  within(memory[RPM_AT]!, at, POLLED_FOR) && memory[TURNS] === 0;

/** True when the run time grew as the clock did: the engine ran all through a silence. */
export const ranThrough = (memory: TrackNumbers, reading: Reading): boolean => {
  const now = toldBy(reading.signals).known[ENGINE_RUN_TIME]!;
  if (!(now < RUN_TIME_FULL) || memory[RUN_TIME_AT]! === 0) return false;
  const elapsed = (reading.at - memory[RUN_TIME_AT]!) / 1_000;
  return Math.abs(now - memory[RUN_TIME]! - elapsed) <= 2 + 0.02 * elapsed;
};
