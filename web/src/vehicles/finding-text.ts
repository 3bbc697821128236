import type { Schema } from '../api/client';
import { texts } from '../texts/texts';

/** Findings whose own English does not say what they are about; of a part of the vehicle it does. */
const UNNAMED = new Set<string>(['dtc', 'service', 'readiness']);
/** Findings whose sentences say it in every other language. */
const NAMED = new Set<string>(['dtc', 'readiness']);

/** A finding with what it is about in front. */
export const findingText = ({ part, text, said }: Schema<'HealthFinding'>): string => {
  const words = texts.sentences(said, text);
  const isNamed = words === text ? !UNNAMED.has(part) : NAMED.has(part);
  return isNamed ? words : `${texts.health.findingOf[part]}: ${words}`;
};
