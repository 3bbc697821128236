import type { Condition, ConditionWords } from '../sentence';
import { partOf } from './parts';

/** Was in einer Angabe steht; der Server sagt je Code, was das ist. */
// biome-ignore lint/suspicious/noExplicitAny: what stands in a phrase depends on its code, and comes over the wire
type Words = any;

const number = (n: number): string => n.toLocaleString('de', { maximumFractionDigits: 3 }).replace('-', '−');
const UNITS: Readonly<Record<string, string>> = {
  degC: '°C',
  'm/s2': 'm/s²',
  rpm: '1/min',
  h: 'Betriebsstunden',
  d: 'Tage',
  fixes: 'Positionen',
  readings: 'Messwerte',
  '% of the tank': '% des Tanks',
};
const amount = (n: number, unit: string): string => `${number(n)} ${UNITS[unit] ?? unit}`;

/** Was eine Regel prüft (`src/model/condition.ts`). */
const ASKED: Readonly<Record<string, string>> = {
  engine_on: 'Motor läuft',
  ignition_on: 'Zündung an',
  engine_off_for: 'Motor aus seit',
  engine_on_or_moving: 'Motor läuft, oder es fährt',
  electric_vehicle: 'Elektrofahrzeug',
  pto: 'Nebenantrieb arbeitet',
  speed: 'Geschwindigkeit',
  wheel_speed: 'Geschwindigkeit der Räder',
  too_fast_for: 'zu schnell seit',
  idles_for: 'Leerlauf seit',
  break_so_far: 'Pause, seit die Räder zuletzt rollten',
  driven_for: 'ohne Pause gefahren',
  engine_speed: 'Drehzahl',
  coolant: 'Kühlmittel',
  coolant_rises: 'oder es steigt',
  coolant_possible: 'eine Temperatur, die ein Geber meinen kann',
  coolant_jumped: 'gesprungen, wie es kein Kühlmittel kann',
  fuel_level: 'Tankinhalt',
  low_for: 'niedrig seit',
  levels_at_rest: 'Messwerte in diesem Halt',
  levels_driving: 'Messwerte während der Fahrt',
  at_rest: 'in Ruhe: es steht, oder der Motor ist aus',
  lost_at_rest: 'in diesem Halt verloren',
  lost_driving: 'mehr verloren, als verbrannt sein kann',
  voltage: 'Spannung, Median von drei Messwerten',
  still_a_battery: 'Spannung, die noch eine Batterie ist',
  too_high_for: 'zu hoch seit',
  too_low_for: 'zu niedrig seit',
  too_low_smart_for: 'zu niedrig (geregelter Generator) seit',
  supply_before: 'gesunde Versorgung davor',
  supply: 'Versorgung',
  fitted: 'Beschleunigung, aus den Messwerten gerechnet',
  force_across: 'Querbeschleunigung, nach beiden Seiten',
  past_threshold_for: 'jenseits der Schwelle seit',
  samples_dense: 'Messwerte dicht und gut genug zum Rechnen',
  sample_of_known_axes: 'ein Messwert eines Sensors, dessen Achsen bekannt sind',
  blow: 'Stoß, ohne die Schwerkraft',
  speed_before: 'Geschwindigkeit davor',
  speed_after: 'Geschwindigkeit danach',
  position: 'Position',
  moved_away: 'vom Parkplatz entfernt',
  fixes_far_away: 'Positionen nacheinander so weit weg',
  crossing_in: 'über den Rand einer Geozone hinein, weiter als der Fehler der Positionen',
  crossing_out: 'über den Rand einer Geozone hinaus, weiter als der Fehler der Positionen',
  in_dwell_fence: 'in einer Geozone, die auf langes Bleiben achtet',
  stays_for: 'bleibt seit',
  fence_counts: 'die Geozone gilt zu dieser Stunde, und es verlässt sie nicht',
  hours_are_set: 'Arbeitszeiten sind eingestellt',
  within_hours: 'innerhalb der Arbeitszeiten',
  used_for: 'benutzt seit',
  code_news: 'Neues von einem Fehlercode',
  lamp_alone_for: 'oder: Motorleuchte an, ohne Code, seit',
  service_planned: 'eine Wartung im Plan des Fahrzeugs',
  service_near: 'so nahe, dass es gemeldet wird',
  day_judged: 'ein vergangener Tag gab ein Urteil über ein Teil',
  part_fails: 'ein Teil, das bald ausfällt oder an zwei der letzten fünf Tage schlecht war',
  silence: 'Stille',
  told_already: 'schon gemeldet, und es dauert an',
  in_schedule: 'innerhalb ihres Zeitplans',
  cooled_down: 'seit ihrem letzten Fund (Abklingzeit)',
  enabled: 'eingeschaltet',
  applies: 'gilt für dieses Fahrzeug',
  no_outage: 'nicht Teil eines Ausfalls',
  reading_near: 'ein Messwert um diese Zeit',
};

const SOURCES: Readonly<Record<string, string>> = { acc: 'Beschleunigungssensor', obd: 'OBD', gps: 'GPS' };
const CODE: Readonly<Record<string, string>> = {
  pending: 'vorläufig',
  confirmed: 'bestätigt',
  permanent: 'dauerhaft',
  cleared: 'gelöscht',
};
const CLASSES: Readonly<Record<string, string>> = { car: 'Pkw', van: 'Transporter', truck: 'Lkw', bus: 'Bus' };

const PHRASES: Readonly<Record<string, (words: Words) => string>> = {
  at_least: ({ bound, unit }) => `mindestens ${amount(bound, unit)}`,
  at_most: ({ bound, unit }) => `höchstens ${amount(bound, unit)}`,
  above: ({ bound, unit }) => `über ${amount(bound, unit)}`,
  below: ({ bound, unit }) => `unter ${amount(bound, unit)}`,
  yes: () => 'ja',
  no: () => 'nein',
  yes_in_zone: ({ zone }) => `ja, in ${zone}`,
  in_two_readings: ({ bound, unit }) => `mindestens ${amount(bound, unit)}, in zwei Messwerten`,
  rise_within: ({ bound, within_s, above_c }) =>
    `um mindestens ${number(bound)} °C in ${number(within_s)} s, über ${number(above_c)} °C`,
  stands_within: ({ bound, within_s }) => `höchstens ${number(bound)} km/h binnen ${number(within_s)} s`,
  since_same_subject: ({ cooldown_s }) => `mindestens ${number(cooldown_s)} s zur selben Sache, sonst zählt es zu jenem`,
  one: () => 'eine',
  one_confirmed: () => 'eine, die sich bestätigt',
  one_accepted: () => 'einer, der angenommen wurde',
  accepted: () => 'angenommen',
  level_reading: () => 'ein Messwert von 0 bis 100 %',
  three_samples: () => 'drei Messwerte über ein bis zwei Sekunden, höchstens 2,5 s auseinander',
  new_code: () => 'ein Code, der neu ist oder dessen Zustand sich geändert hat',
  new_confirmed_code: () => 'ein Code, der neu und mehr als vorläufig ist, oder dessen Zustand sich geändert hat',
  measured_part: () => 'ein Teil, das der Tag gemessen hat; geurteilt wird beim ersten Messwert des nächsten Tages',
  bad_or_left: ({ days }) => `noch höchstens ${number(days)} Tage, oder schlecht`,
  less_than_ahead: () => 'weniger übrig, als vorher gemeldet wird',
  silent_for: ({ after_s }) => `mindestens ${number(after_s)} s ohne eine Nachricht`,
  silent_alone: () => 'für sich allein verstummt',
  applies_to: ({ classes, groups, vehicles }) =>
    [
      classes && `Klassen ${String(classes).replaceAll(/\w+/g, one => CLASSES[one] ?? one)}`,
      groups && `Gruppen ${groups}`,
      vehicles && `Fahrzeuge ${vehicles}`,
    ]
      .filter(Boolean)
      .join('; ') || 'für alle',
  rejected: () => 'verworfen',
  sample_source: ({ source }) => SOURCES[source] ?? source,
  code_seen: ({ dtc, state }) => `${dtc} ${CODE[state] ?? state}`,
  codes_known: ({ codes }) => `kein neuer; bekannt: ${codes}`,
  part_measured: ({ part, value, unit }) => `${partOf(part)}${value === null ? '' : ` ${amount(value, unit)}`}`,
  part_left: ({ part, days, bad }) =>
    `${partOf(part)}: ${days === null ? (bad ? 'schlecht' : 'gut') : `noch ${number(days)} Tage`}`,
  parts_told: ({ parts }) => `schon gemeldet: ${String(parts).split(' ').map(partOf).join(', ')}`,
  service_left_now: ({ name, left, unit }) => `${name}: noch ${amount(left, unit)}`,
  class_and_group: ({ class: of, group }) =>
    `Klasse ${CLASSES[of] ?? of}, ${group === null ? 'keine Gruppe' : `Gruppe ${group}`}`,
  silent_of: ({ silent, of, alert }) => `${number(silent)} von ${number(of)} Geräten, gemeldet mit Alarm ${alert}`,
};

/** Die Bedingung auf Deutsch; auf Englisch, was davon hier nicht bekannt ist. */
export const germanCondition = ({ condition, saw, needs, said }: Condition): ConditionWords => {
  if (said === undefined) return { condition, saw, needs };
  const seen = said.saw?.map(({ code, ...words }) => PHRASES[code]?.(words));
  return {
    condition: ASKED[said.asked] ?? condition,
    saw: seen?.every(part => part !== undefined) ? seen.join(', ') : saw,
    needs: PHRASES[said.needs.code]?.(said.needs) ?? needs,
  };
};
