import { numbersAtStart, readNumbers } from '../model/number-list.js';
import { rules } from './index.js';

/** What was read from JSON of a rule's memory, also of an earlier version: as the rule keeps it now. */
export const readRuleMemory = (saved: unknown): unknown => {
  if (Array.isArray(saved)) return readNumbers(saved, numbersAtStart(saved.length));
  if (typeof saved !== 'object' || saved === null) return saved;
  for (const { read } of rules) {
    const memory = read?.(saved);
    if (memory !== undefined) return memory;
  }
  return saved;
};
