import { alertsSection } from './alerts.section.js';
import { faultyFleetSection } from './faulty-fleet.section.js';
import { geofencesSection } from './geofences.section.js';
import { harshCornersSection } from './harsh-corners.section.js';
import { harshLabelsSection } from './harsh-labels.section.js';
import { harshReferenceSection } from './harsh-reference.section.js';
import { healthDrivesSection } from './health-drives.section.js';
import { healthFaultsSection } from './health-faults.section.js';
import { movingSection } from './moving.section.js';
import type { Section } from './section.js';
import { tripsSection } from './trips.section.js';

/** What `npm run accuracy` prints, in this order. A new section is one file and one line. */
export const sections: readonly Section[] = [
  tripsSection,
  harshLabelsSection,
  harshReferenceSection,
  harshCornersSection,
  movingSection,
  geofencesSection,
  alertsSection,
  faultyFleetSection,
  healthDrivesSection,
  healthFaultsSection,
];
