import type { VehicleId } from '../../model/ids.js';
import type { Outage } from '../../model/outage.js';
import type { Offset } from '../../model/record.js';
import type { Instant } from '../../model/units.js';
import type { AwakeVehicles } from './asleep/awake-vehicles.js';
import { heardLast, watchOver } from './asleep/watch-over.js';
import type { FoldContext } from './fold-context.js';
import { judgingAt } from './judging.js';
import type { LiveOutput } from './live-output.js';
import type { NextLooks } from './next-looks.js';
import type { PartitionPosition } from './partition-store.js';
import { checkSilence, comeBack, noteOutage, offlineDue, outageAlert, outageAlertId, outageOf, silenceRule } from './presence.js';
import type { Vehicle } from './vehicle.js';

/** The partition whose vehicles are heard, or are not. */
interface Listening {
  readonly vehicles: ReadonlyMap<VehicleId, Vehicle>;
  context: Pick<FoldContext, 'conditions' | 'counters'>;
  output: LiveOutput;
  position: PartitionPosition;
  looks: NextLooks;
  awake: AwakeVehicles;
}

/** Something came of the vehicle, whatever it says: its silence is over. */
export const hear = ({ output }: Pick<Listening, 'output'>, { state }: Vehicle, received: Instant): void => {
  if (received > state.heard) state.heard = received;
  if (state.offline || state.silent || state.under !== undefined) {
    const back = comeBack(state, received);
    if (back) output.alert(back, 'updated');
  }
};

/** Tells of a silence that is too long by now: as an alert, or as one to be asked about among others. */
export const tellSilence = ({ context, output, position }: Listening, vehicle: Vehicle, now: Instant, offset: Offset): void => {
  const { state } = vehicle;
  const { rules, conditions } = judgingAt(context.conditions, vehicle, offset);
  const { graceFrom, outages } = position;
  const active = silenceRule(rules);
  if (!active || vehicle.judgingAttributes?.deleted || offlineDue(state, conditions.group, rules, graceFrom, outages) > now)
    return;
  const news = checkSilence(vehicle.id, state, conditions.group, active, position, now, offset);
  if (news === undefined) return;
  vehicle.dirty = true;
  if ('alert' in news) output.alert(news.alert, 'raised');
  else if ('under' in news) context.counters.add('offline_under_outage_total');
  else {
    output.effects.silences ??= [];
    output.effects.silences.push(news.foreseen);
  }
};

/** One alert for all that are part of it; what was told of them one by one is taken back. */
export const applyOutage = (
  { vehicles, context, output, position, looks, awake }: Listening,
  fact: Outage,
  offset: Offset,
): void => {
  position.outages ??= [];
  const outage = noteOutage(position.outages, fact);
  for (const vehicle of vehicles.values()) {
    const { id } = vehicle;
    const { active, group } = watchOver(context.conditions, vehicle, offset);
    if (active?.settings.id !== outage.rule) continue;
    if (id === outage.lead) {
      const told = outageAlert(outage, active, offset);
      if (told) output.alert(told.alert, told.change);
    }
    if (outageOf([outage], outage.rule, group, heardLast(vehicle)) === undefined) continue;
    looks.touch(vehicle);
    if (outage.over || vehicle.look(({ offline }) => offline) === null) continue;
    const slept = vehicle.asleep !== undefined;
    const { state } = vehicle;
    output.amend(id, {
      id: state.offline!.id,
      change: 'retracted',
      reason: `One of ${outage.silent} that fell silent together`,
      said: { code: 'part_of_outage', silent: outage.silent },
      replacedBy: outageAlertId(outage),
    });
    state.offline = null;
    state.under = outage.id;
    vehicle.dirty = true;
    if (slept) awake.sleepOn(vehicle);
  }
};
