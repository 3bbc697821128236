import { useEffect } from 'react';
import { detailOf } from '../alerts/alert-item';
import { isAtLeast } from '../alerts/group-alerts';
import type { Alert } from '../api/wire-types';
import { useFleet } from '../live/fleet';
import { selectVehicle } from '../live/live-filters';
import { useNames } from '../live/use-names';
import { texts } from '../texts/texts';
import { navigate } from './location';
import { usePreferences } from './preferences';

/** Several at once are one sound. */
const QUIET_MS = 3_000;
/** What happened long ago calls nobody. */
const NEWS_MS = 120_000;

let audio: AudioContext | undefined;
let soundedAt = 0;

/** Two soft tones, made here: there is no file to load. A critical one is higher and comes twice. */
const sound = (critical: boolean): void => {
  if (Date.now() - soundedAt < QUIET_MS) return;
  soundedAt = Date.now();
  audio ??= new AudioContext();
  const now = audio.currentTime;
  const tones = critical ? [880, 660, 880, 660] : [520, 390];
  tones.forEach((frequency, n) => {
    const tone = audio!.createOscillator();
    const volume = audio!.createGain();
    const from = now + n * 0.18;
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.0001, from);
    volume.gain.exponentialRampToValueAtTime(0.2, from + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.16);
    tone.connect(volume).connect(audio!.destination);
    tone.start(from);
    tone.stop(from + 0.18);
  });
};

/** Calls whoever asked to be called (preferences) when an alert is raised: by sound, by a notification of the desktop. */
export const Attention = () => {
  const { alerts } = useFleet();
  const preferences = usePreferences();
  const names = useNames();
  useEffect(
    () =>
      alerts.onRaised(alert => {
        if (alert.late || Date.now() - Date.parse(alert.raised_at) > NEWS_MS) return;
        if (preferences.sound !== 'off' && isAtLeast(alert.severity, preferences.sound)) sound(alert.severity === 'critical');
        if (preferences.notify !== 'off' && isAtLeast(alert.severity, preferences.notify))
          notify(alert, names.vehicle(alert.vehicle));
      }),
    [alerts, preferences, names],
  );
  return null;
};

const notify = (alert: Alert, vehicle: string): void => {
  // Whoever looks at the page sees it there.
  if (!('Notification' in window) || Notification.permission !== 'granted' || !document.hidden) return;
  const shown = new Notification(`${texts.kind[alert.kind]} · ${vehicle}`, {
    body: detailOf(alert),
    tag: alert.id,
    icon: '/favicon.svg',
  });
  shown.onclick = () => {
    window.focus();
    navigate('/');
    selectVehicle(alert.vehicle);
    shown.close();
  };
};
