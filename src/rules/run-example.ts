import { emptyMoment, type Moment } from '../model/moment.js';
import { emptyReading } from '../model/reading.js';
import type { AnyRule, ExampleMoment, Finding } from './define-rule.js';

/** A whole moment from what an example says of it; what it leaves out was not sent. */
export const momentOf = (example: ExampleMoment, before?: ExampleMoment): Moment => ({
  ...emptyMoment(),
  vehicle: 'v-1',
  since: before && example.at - before.at,
  ...example,
  reading: { ...emptyReading(example.at, example.at, 'd-1', 0, 0), ...example.reading },
});

/**
 * Runs one rule over moments as the runtime does: what is due before a moment lapses first, in order.
 * @param memory to go on from; else a fresh one
 */
export const runRule = (
  rule: AnyRule,
  moments: readonly Moment[],
  params: Record<string, unknown> = rule.params.parse({}),
  memory: unknown = rule.start(),
): { findings: Finding[]; memory: unknown } => {
  const findings: Finding[] = [];
  const report = (finding: Finding) => void findings.push(finding);
  for (const moment of moments) {
    for (let due = rule.due?.(memory, params); due !== undefined && due <= moment.at; due = rule.due?.(memory, params)) {
      rule.lapse?.(memory, due, params, report);
    }
    rule.step(memory, moment, params, report);
  }
  return { findings, memory };
};
