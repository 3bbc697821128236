import type { Sentence } from '../sentence';
import { partOf } from './parts';
import { germanMeaning } from './trouble-codes';

/** Was in einem Satz steht; der Server sagt je Code, was das ist. */
// biome-ignore lint/suspicious/noExplicitAny: what stands in a sentence depends on its code, and comes over the wire
type Words = any;

const number = (n: number): string => n.toLocaleString('de', { maximumFractionDigits: 3 });
const signed = (n: number): string => `${n > 0 ? '+' : ''}${number(n)}`;
const day = (wire: string): string =>
  new Date(`${wire}T12:00:00Z`).toLocaleDateString('de', { timeZone: 'UTC', dateStyle: 'medium' });
const count = (n: number, one: string, many: string): string => `${number(n)} ${n === 1 ? one : many}`;
const list = (...parts: readonly (string | false | null)[]): string => parts.filter(Boolean).join(', ');

const CODE_IS: Readonly<Record<string, string>> = {
  pending: 'ist vorläufig',
  confirmed: 'ist bestätigt',
  permanent: 'ist dauerhaft',
  cleared: 'wurde gelöscht',
};
const SUPPLY: Readonly<Record<string, string>> = {
  cut: 'abgezogen oder durchtrennt',
  collapsed: 'sie brach zusammen',
  silent: 'sie brach ein, dann war Stille',
};
const SCORE_PARTS: Readonly<Record<string, string>> = {
  braking: 'Bremsen',
  acceleration: 'Beschleunigen',
  cornering: 'Kurven',
  speeding: 'Tempo',
  idling: 'Leerlauf',
  night: 'Nachtfahrt',
  fatigue: 'Fahren ohne Pause',
};
const times = (rate: number): string =>
  `${rate.toLocaleString('de', { minimumFractionDigits: 1, maximumFractionDigits: 1 })}-mal je 100 km`;
const ADVICE: Readonly<Record<string, (amount: number) => string>> = {
  braking: rate => `${times(rate)} scharf gebremst: weiter vorausschauen und mehr Abstand halten.`,
  acceleration: rate => `${times(rate)} scharf beschleunigt: später und weniger Gas geben; das spart auch Kraftstoff.`,
  cornering: rate => `${times(rate)} scharf durch die Kurve: vor der Kurve bremsen, nicht in ihr.`,
  speeding: rate => `${times(rate)} zu schnell: es zählt das Limit, das die Bewertung kennt, nicht der Verkehr.`,
  idling: share => `${number(share)} % seiner Zeit lief der Motor im Stand, mehr als der Verkehr erklärt: beim Warten abstellen.`,
  night: share => `${number(share)} % der Fahrzeit lag zwischen 23:00 und 05:00: wo es geht, in den Tag legen.`,
  fatigue: rate => `${times(rate)} ohne Pause gefahren: auf langen Fahrten 15 Minuten Pause einplanen.`,
};
const MISSING: Readonly<Record<string, string>> = {
  voltages: 'keine Spannung in Ruhe, frühestens 30 Minuten nach dem Abstellen, und keine beim Anlassen',
  charging_voltages: 'kein Tag mit 30 Spannungen bei laufendem Motor',
  warm_coolant: 'keine Kühlmitteltemperatur nach 15 Minuten Fahrt',
  coolant: 'das Gerät meldet keine Kühlmitteltemperatur',
  misfire: 'kein Fehlercode eines Zündaussetzers und kein Tag mit 30 Drehzahlen im warmen Leerlauf',
  pedal: 'das Pedal wurde nie durchgetreten, soweit gemeldet',
  trims: 'kein Tag mit 20 Gemischkorrekturen bei warmem Motor im Regelkreis',
};
const TREND_OF: Readonly<Record<string, string>> = {
  resting: 'Die Ruhespannung',
  cranking: 'Die Spannung beim Anlassen',
  charging: 'Die Ladespannung',
  steady_coolant: 'Die Kühlmitteltemperatur in gleichmäßiger Fahrt',
  trim_1: 'Die Gemischkorrektur von Bank 1',
  trim_2: 'Die Gemischkorrektur von Bank 2',
};
const CAUSES: Readonly<Record<string, string>> = {
  rich: 'fett: undichtes Einspritzventil, zu hoher Kraftstoffdruck oder Kraftstoffdampf',
  lean_at_idle: 'mager, am meisten im Leerlauf: Falschluft hinter dem Luftmassenmesser',
  lean_under_load: 'mager, am meisten unter Last: schwache Pumpe, verstopfter Filter oder verschmutzter Luftmassenmesser',
  lean: 'mager: Falschluft, schwache Pumpe oder verschmutzter Luftmassenmesser',
};
const POWER: Readonly<Record<string, string>> = {
  torque: 'gibt weit weniger als früher bei gleicher Drehzahl',
  manifold_pressure: 'bekommt unter Vollgas zu wenig Luft',
  stuck_rpm: 'dreht unter Vollgas nicht hoch',
};

const WHAT: Readonly<Record<string, string>> = {
  user: 'Benutzer',
  rule: 'Regel',
  webhook: 'Webhook',
  vehicle: 'Fahrzeug',
  device: 'Gerät',
  policy: 'Richtlinie',
  driver: 'Fahrer',
  geofence: 'Geozone',
  service: 'Wartung',
};
const MANY: Readonly<Record<string, string>> = { webhook: 'Webhooks', policy: 'Richtlinien' };
const TYPES: Readonly<Record<string, string>> = {
  string: 'ein Text',
  number: 'eine Zahl',
  int: 'eine ganze Zahl',
  boolean: 'ja oder nein',
  array: 'eine Liste',
  object: 'ein Objekt',
  record: 'ein Objekt',
};
const FORMS: Readonly<Record<string, string>> = {
  id: 'Nur die Zeichen A–Z, a–z, 0–9 und _ . - gehen, und höchstens 64.',
  currency: 'Das müssen drei Großbuchstaben sein, etwa EUR.',
  vin: 'Das müssen 11 bis 17 Buchstaben und Ziffern sein, ohne I, O und Q.',
  clock_time: 'Das muss eine Uhrzeit sein, 00:00 bis 23:59.',
  day: 'Das muss ein Tag sein: JJJJ-MM-TT.',
  zone: 'Das ist keine Zeitzone, wie etwa Europe/Berlin eine ist.',
  email: 'Das ist keine Mailadresse.',
  url: 'Das ist keine Adresse, wie etwa https://example.com eine ist.',
};
const STATUS: Readonly<Record<string, string>> = {
  open: 'offen',
  acknowledged: 'bestätigt',
  resolved: 'erledigt',
  void: 'ungültig',
  retracted: 'zurückgezogen',
};

const amounts = (km: number | null, hours: number | null, days: number | null): string =>
  list(
    km !== null && `${number(km)} km`,
    hours !== null && `${number(hours)} Betriebsstunden`,
    days !== null && count(days, 'Tag', 'Tage'),
  );

const course = (what: string, falls: boolean, perWeek: number, unit: string): string =>
  `${TREND_OF[what] ?? what} ${falls ? 'sinkt' : 'steigt'} um ${number(perWeek)} ${unit} je Woche`;

const serviceDue = (name: string, left: number, unit: string): string => {
  if (left === 0) return `${name}: jetzt fällig.`;
  const size = Math.abs(left);
  const amount = unit === 'd' ? count(size, 'Tag', 'Tage') : `${number(size)} ${unit === 'h' ? 'Betriebsstunden' : unit}`;
  return left > 0 ? `${name}: noch ${amount}.` : `${name}: um ${amount} überfällig.`;
};

const WANTED: Readonly<Record<string, string>> = {
  object: 'ein Objekt',
  time: 'Millisekunden seit 1970 oder ISO 8601',
  epoch_ms: 'Millisekunden seit 1970',
  whole_number: 'eine ganze Zahl',
  number: 'eine Zahl',
  degrees: 'Grad',
  volts: 'Volt',
  kilometres: 'Kilometer',
  truth: 'true oder false',
  axes: 'x, y und z in m/s²',
  codes: 'eine Liste von Fehlercodes',
  code: 'Fehlercodes wie P0301',
  id: 'eine Kennung aus A–Z, a–z, 0–9, _ . und -, höchstens 64 Zeichen',
  replies: 'eine Liste von höchstens 512 Antworten',
  reply_texts: 'eine Liste von Antworten als Text',
};
const DAMAGED: Readonly<Record<string, string>> = {
  length: 'die Länge passt nicht, oder ein Stück fehlt',
  login: 'davor steht keine gültige Anmeldung',
  crc: 'die Prüfsumme ist eine andere',
  checksum: 'die Prüfsumme ist eine andere',
  records: 'die Datensätze passen nicht hinein',
  frame: 'es ist keines nach diesem Protokoll',
};

/** Sätze des Servers nach ihrem Code (`src/model/saying.ts` sagt, was in jedem steht). */
const GERMAN: Readonly<Record<string, (words: Words) => string>> = {
  fence_entered: ({ fence }) => `In „${fence}“ eingefahren.`,
  fence_left: ({ fence }) => `„${fence}“ verlassen.`,
  fence_stayed: ({ fence, stay_s }) =>
    `${stay_s < 120 ? `${number(stay_s)} s` : `${number(Math.round(stay_s / 60))} min`} in „${fence}“.`,
  code_is: ({ dtc, meaning, state, lamp }) =>
    `Fehlercode ${dtc} (${germanMeaning(dtc, meaning)}) ${CODE_IS[state] ?? state}${lamp ? ', die Motorleuchte ist an' : ''}.`,
  lamp_alone: () => 'Die Motorleuchte ist an; ein Fehlercode wurde nicht gelesen.',
  codes_cleared: ({ warm_ups, monitors }) =>
    `Fehlercodes wurden vor kurzem gelöscht: seither ${count(warm_ups, 'Warmlauf', 'Warmläufe')}, ${count(monitors, 'Prüfroutine ist', 'Prüfroutinen sind')} nicht gelaufen.`,
  supply_gone: ({ how, volts }) => `Das Gerät ist ohne Strom: ${SUPPLY[how] ?? how}, bei ${number(volts)} V.`,
  supply_gone_told: () => 'Das Gerät meldet, dass es ohne Strom ist: abgezogen oder durchtrennt.',
  service_due: ({ name, left, unit }) => serviceDue(name, left, unit),
  service_done: ({ name }) => `${name}: erledigt.`,
  well_again: ({ part }) => `${partOf(part)}: wieder gut.`,
  outage: ({ silent, of, group }) =>
    `Ausfall: ${number(silent)} von ${number(of)} Geräten${group === null ? '' : ` der Gruppe ${group}`} sind zugleich verstummt; wahrscheinlich liegt es am Netz oder am Broker, nicht an ihnen.`,
  part_of_outage: ({ silent }) => `Eines von ${number(silent)}, die zugleich verstummten.`,
  start_moved: () => 'Verspätete Daten haben den Beginn verschoben.',
  never_happened: () => 'Verspätete Daten haben gezeigt, dass es nicht geschehen ist.',
  overcharges: ({ volts }) => `Der Generator lädt zu stark: ${number(volts)} V bei laufendem Motor.`,
  does_not_charge: ({ volts }) =>
    `Der Generator lädt nicht: ${number(volts)} V bei laufendem Motor. Die Batterie wird bald leer sein.`,
  stays_cold: ({ limit_c }) =>
    `Der Motor bleibt nach 15 bis 20 Minuten Fahrt unter ${number(limit_c)} °C: der Thermostat schließt nicht.`,
  mixture_corrected: ({ percent }) =>
    `Das Gemisch wird um ${signed(percent)} % korrigiert: zu ${percent > 0 ? 'mager' : 'fett'}. Ab 20 bis 25 % geht die Motorleuchte an.`,
  idle_jumps: ({ rpm }) => `Der warme Leerlauf springt um ${number(rpm)} 1/min: so zeigt sich ein Zündaussetzer.`,
  power_was_missing: ({ times }) => `Der Motor gab an einem Tag ${number(times)}-mal weit weniger, als das Pedal verlangte.`,

  no_data: ({ missing }) => `Nicht genug Daten: ${MISSING[missing] ?? missing}.`,
  forecast: ({ what, falls, per_week, unit, limit, at, low, high }) =>
    `${course(what, falls, per_week, unit)}: ${falls ? 'unter' : 'über'} ${number(limit)} ${unit} um den ${day(at)} (${high === null ? `frühestens ${day(low)}` : `${day(low)} bis ${day(high)}`}).`,
  beyond_limit: ({ what, falls, per_week, unit, limit }) =>
    `${course(what, falls, per_week, unit)} und liegt schon jenseits von ${number(limit)} ${unit}.`,
  few_days: ({ least_days, least_span, days, span }) =>
    `Keine Vorhersage: dafür braucht es ${number(least_days)} gemessene Tage über ${number(least_span)} Tage, es sind ${number(days)} über ${number(span)}.`,
  no_trend: () => 'Keine Vorhersage: kein Verlauf hebt sich von der Streuung ab.',
  far_away: ({ days }) => `Keine Vorhersage: geht es so weiter, ist die Grenze mehr als ${number(days)} Tage entfernt.`,
  battery_measured: ({ resting, cranking }) =>
    `${list(resting !== null && `${number(resting)} V in Ruhe`, cranking !== null && `${number(cranking)} V beim Anlassen`)}.`,
  charging_measured: ({ volts }) => `${number(volts)} V bei laufendem Motor.`,
  charging_wrong: ({ too_much, bad, of, volts }) =>
    `An ${number(bad)} der letzten ${number(of)} Tage lädt der Generator ${too_much ? 'zu stark' : 'nicht'}: ${number(volts)} V bei laufendem Motor.`,
  coolant_steady: ({ temp_c }) =>
    temp_c === null ? 'Der Motor wird nicht warm.' : `${number(temp_c)} °C nach 15 Minuten Fahrt.`,
  stays_cold_on: ({ limit_c, cold, of }) =>
    `Der Motor bleibt an ${number(cold)} der letzten ${number(of)} Tage nach 15 bis 20 Minuten Fahrt unter ${number(limit_c)} °C: der Thermostat schließt nicht.`,
  coolant_hottest: ({ temp_c, days }) =>
    `Höchstens ${number(temp_c)} °C ${days === 1 ? 'am letzten Tag' : `an den letzten ${number(days)} Tagen`}.`,
  misfire: ({ codes, rpm }) =>
    `${codes === '' ? 'Kein Fehlercode eines Zündaussetzers.' : `${codes} gespeichert.`} ${rpm === null ? 'Der Leerlauf wurde nicht gemessen.' : `Der Leerlauf springt um ${number(rpm)} 1/min.`}`,
  power_well: () => 'Der Motor gibt, was das Pedal verlangt.',
  power_missing: ({ how, times, days }) =>
    `Der Motor ${POWER[how] ?? how}: ${number(times)}-mal an den letzten ${number(days)} Tagen.`,
  trim: ({ percent, bank, cause }) =>
    `${signed(percent)} % auf Bank ${bank}${cause === null ? '' : ` (${CAUSES[cause] ?? cause})`}.`,
  monitors_not_run: ({ monitors }) =>
    `${count(monitors, 'Prüfroutine ist', 'Prüfroutinen sind')} nicht gelaufen: vor kurzem wurden Codes gelöscht oder die Batterie abgeklemmt.`,
  service_left: ({ name, km, hours, days, due }) =>
    `${name}: noch ${amounts(km, hours, days)}${due === null ? '' : `, voraussichtlich um den ${day(due)}`}.`,
  service_overdue: ({ name, km, hours, days }) => {
    const by = amounts(km, hours, days);
    return by === '' ? `${name}: heute fällig.` : `${name}: um ${by} überfällig.`;
  },
  service_unknown: ({ name }) =>
    `${name}: nicht genug Daten: weder wann es zuletzt gemacht wurde noch ein Zählerstand ist bekannt.`,

  fuel_unknown: () => 'Nicht genug Daten: weder Verbrauchsrate noch Luftmasse noch Tankinhalt mit bekanntem Tank.',
  fuel_guessed_mixture: () => 'Bei Dieseln, die nur die Luftmasse melden, ist das Gemisch geschätzt.',
  fuel_type_unknown: () => 'Was es verbrennt, ist nicht bekannt: es zählt als Benzin.',
  fuel_measured_on: ({ percent }) => `Der Kraftstoff wurde auf ${number(percent)} % der Strecke gemessen.`,
  score_too_little: ({ km, least_km }) =>
    `${number(km)} km sind zu wenig, um zu urteilen; eine Bewertung braucht ${number(least_km)} km.`,
  score_left_out: ({ parts }) =>
    `Nicht gemessen, also ausgelassen, und das Band ist breiter: ${String(parts)
      .split(', ')
      .map(part => SCORE_PARTS[part] ?? part)
      .join(', ')}.`,

  advice: ({ topic, amount }) => ADVICE[topic]?.(amount) ?? `${SCORE_PARTS[topic] ?? topic}.`,

  sent_must_be: ({ name, wanted, sent }) => `${name} muss ${WANTED[wanted] ?? wanted} sein, nicht ${sent}.`,
  sent_beyond: ({ name, least, most, sent }) =>
    `${name} muss zwischen ${number(least)} und ${number(most)} liegen, nicht bei ${number(sent)}.`,
  sent_too_many: ({ name, most, sent }) => `${name}: höchstens ${number(most)}, nicht ${number(sent)}.`,
  sent_too_long: ({ sent, most, unit }) =>
    `${number(sent)} ${unit === 'messages' ? 'Nachrichten' : 'Byte'}, höchstens ${number(most)} werden gelesen.`,
  sent_cannot_be: ({ name, sent }) => `${name} kann nicht ${sent} sein.`,
  time_is_none: ({ sent }) => (sent === null ? 'Die Zeit ist keine.' : `Diese Zeit gibt es nicht: ${sent}.`),
  day_is_none: ({ sent }) => `Diesen Tag gibt es in keinem Kalender: ${sent}.`,
  time_ahead: ({ at }) => `${at} ist mehr als 24 Stunden nach der Ankunft.`,
  no_place: ({ lat, lon }) => `Das liegt nicht auf der Erde: Breite ${number(lat)}, Länge ${number(lon)}.`,
  no_message: () => 'Das ist keine Nachricht in diesem Format.',
  payload_empty: () => 'Die Nachricht ist leer.',
  not_of_format: ({ format, why }) => `Das ist kein ${format}${why === '' ? '' : `: ${why}`}.`,
  frame_damaged: ({ what }) => `Das Datenpaket ist beschädigt: ${DAMAGED[what] ?? what}.`,
  nobody_named: () => 'Darin steht nicht, von welchem Gerät es ist.',
  topic_unheard: ({ topic }) => `Auf ${topic} hört hier niemand.`,
  device_unknown: ({ id }) => `Dieses Gerät gibt es nicht: ${id}.`,
  not_speaking_for: ({ device, other }) => `${device} darf nicht für ${other} sprechen.`,
  secret_needed: ({ device }) => `${device} hat ein Geheimnis und muss sich damit anmelden.`,
  event_threw: ({ error }) => `Bei der Auswertung ging etwas schief: ${error}.`,
  missing: () => 'Das fehlt.',
  wrong_type: ({ expected }) => `Hier gehört ${TYPES[expected] ?? expected} hin.`,
  too_short: ({ least }) => (least === 1 ? 'Das darf nicht leer sein.' : `Mindestens ${number(least)} Zeichen.`),
  too_long: ({ most }) => `Höchstens ${number(most)} Zeichen.`,
  too_low: ({ least, beyond }) => (beyond ? `Größer als ${number(least)}.` : `Mindestens ${number(least)}.`),
  too_high: ({ most, beyond }) => (beyond ? `Kleiner als ${number(most)}.` : `Höchstens ${number(most)}.`),
  too_few: ({ least }) => (least === 1 ? 'Mindestens einer wird gebraucht.' : `Mindestens ${number(least)}.`),
  too_many: ({ most }) => `Höchstens ${number(most)}.`,
  not_one_of: ({ values }) => `Das muss eines davon sein: ${values}.`,
  not_known: () => 'Das kennt der Server nicht.',
  wrong_form: ({ form }) => FORMS[form] ?? 'So kann das nicht geschrieben sein.',
  taken: ({ what, id }) => `${WHAT[what] ?? what}${id === null ? '' : ` „${id}“`} gibt es schon.`,
  most_reached: ({ what, most }) => `Es gibt ${number(most)} ${MANY[what] ?? what}; mehr können es nicht sein.`,
  id_unusable: () => 'Diese Kennung kann nicht benutzt werden.',
  alert_is: ({ status }) => `Der Alarm ist schon ${STATUS[status] ?? status}.`,
  contested_already: () => 'Der Alarm wird schon bestritten.',
  contest_was_rejected: () => 'Das wurde schon bestritten, und der Einspruch abgelehnt.',
  not_contested: () => 'Niemand bestreitet den Alarm.',
  device_speaks: ({ device }) => `Das Gerät „${device}“ spricht für dieses Fahrzeug: es muss zuerst gelöscht werden.`,
  foreign_id_taken: ({ device }) =>
    device === null ? 'Ein anderes Gerät hat diese eigene Kennung.' : `Das Gerät „${device}“ hat diese eigene Kennung.`,
  scoring_changed: () => 'Jemand anders hat die Gewichte gerade geändert: sehen Sie sie noch einmal an.',
  beyond_groups: () => 'Das reicht über die Gruppen dieser Anmeldung hinaus.',
  role_may_not: () => 'Diese Rolle darf das nicht.',
  no_such: ({ what, id }) => `${WHAT[what] ?? what} „${id}“ gibt es nicht.`,
  password_wrong: () => 'Das Passwort ist falsch.',
  driver_needed: () => 'Zu dieser Rolle gehört ein Fahrer.',
  radius_needed: () => 'Ein Kreis braucht einen Radius.',
  width_needed: () => 'Ein Korridor braucht eine Breite.',
  dwell_needed: () => 'Sagen Sie, nach wie langer Zeit gemeldet wird, dass ein Fahrzeug bleibt.',
  line_without_length: () => 'Die Linie hat keine Länge.',
  sides_cross: ({ first, second }) => `Der Rand kreuzt sich selbst: Seite ${number(first)} und Seite ${number(second)}.`,
  rings_cross: ({ first, second }) => `Ring ${number(first)} und Ring ${number(second)} kreuzen sich.`,
  hole_outside: () => 'Die Aussparung liegt außerhalb der Fläche.',
  hole_in_hole: () => 'Die Aussparung liegt in einer anderen.',
  sides_too_close: () => 'Zu viele Seiten liegen übereinander: zeichnen Sie mit weniger Punkten.',
  areas_overlap: () => 'Flächen überdecken sich: machen Sie eine daraus, oder zwei Geozonen.',
  area_within: () => 'Eine Fläche liegt in einer anderen: lassen Sie eine weg.',
  ring_too_short: () => 'Eine Fläche braucht mindestens drei Ecken.',
  ring_around_pole: () => 'Der Rand geht um einen Pol: zeichnen Sie einen Kreis.',
  ring_empty: () => 'Der Rand umschließt nichts.',
  silence_not_tried: () => 'Stille wird an der Uhr des Servers gemessen: das lässt sich nicht ausprobieren.',
  backtest_stopped: () => 'Das Ausprobieren wurde abgebrochen.',
  gap_too_short: () => 'Die Lücke ist kürzer als die Zeit, nach der ein Fahrzeug als geparkt gilt.',
  zone_is: ({ zone }) => `Die Zeitzone ist ${zone}; sie wird am Server eingestellt.`,
  no_mail_server: () => 'Am Server ist kein Mailserver eingestellt: TELLTALE_SMTP_URL setzen.',
  not_your_group: () => 'Das ist keine Gruppe dieser Anmeldung.',
  order_of_times: () => 'Das Ende liegt nicht nach dem Anfang.',
  is_past: () => 'Das ist schon vorbei.',
  same_as_row: ({ row }) => `Dasselbe steht schon in Zeile ${number(row)}.`,
  rows_bad: ({ rows }) =>
    `In ${count(rows, 'Zeile', 'Zeilen')} stimmt etwas nicht, und nichts wurde eingelesen; \`on_error=skip\` nimmt die guten.`,
  no_url: () => 'Das ist keine Adresse mit http oder https.',
  url_with_password: () => 'Eine Adresse mit Benutzer oder Passwort geht nicht: Aufrufe werden signiert.',
  url_leads_inside: () => 'Die Adresse führt in das innere Netz; dorthin darf ein Webhook nicht.',
};

/** Alle Sätze auf Deutsch; der englische Text, wo einer davon hier nicht bekannt ist. */
export const germanText = (said: readonly Sentence[] | undefined, text: string): string => {
  if (said === undefined || said.length === 0 || said.some(({ code }) => GERMAN[code] === undefined)) return text;
  const german = said.map(({ code, ...words }) => GERMAN[code]!(words as Words)).join(' ');
  // Eine Zahl und ihre Einheit stehen in einer Zeile.
  return german.replaceAll(/(?<=\d) (?=(?:%|°C|V|km|min|kg|L|g|s|h)(?![\p{L}\d]))/gu, '\u00a0');
};
