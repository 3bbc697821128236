import { adminTexts } from './en/admin';
import { alertsTexts } from './en/alerts';
import { driversTexts } from './en/drivers';
import { fencesTexts } from './en/fences';
import { frameTexts } from './en/frame';
import { liveTexts } from './en/live';
import { rulesTexts } from './en/rules';
import { toldTexts } from './en/told';
import { tripsTexts } from './en/trips';
import { vehiclesTexts } from './en/vehicles';

/** Every text that people read, in English: a file for each page. A translation has the same files. */
export const en = {
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

/** What a translation has. */
export type Texts = typeof en;
