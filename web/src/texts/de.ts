import { adminTexts } from './de/admin';
import { alertsTexts } from './de/alerts';
import { driversTexts } from './de/drivers';
import { fencesTexts } from './de/fences';
import { frameTexts } from './de/frame';
import { liveTexts } from './de/live';
import { rulesTexts } from './de/rules';
import { toldTexts } from './de/told';
import { tripsTexts } from './de/trips';
import { vehiclesTexts } from './de/vehicles';
import type { Texts } from './en';

/** Jeder Text, den Menschen lesen, auf Deutsch: eine Datei für jede Seite. */
export const de: Texts = {
  ...frameTexts,
  ...liveTexts,
  ...alertsTexts,
  ...rulesTexts,
  ...fencesTexts,
  ...toldTexts,
  ...tripsTexts,
  ...driversTexts,
  ...vehiclesTexts,
  ...adminTexts,
};
