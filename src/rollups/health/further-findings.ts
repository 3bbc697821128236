import { dtcText } from '../../model/dtc-text.js';
import type { HealthDay } from '../../model/health.js';
import type { HealthFinding } from './health-report.js';

/** Found by the estimator of misfires too: not told twice. */
const MISFIRE = /^P03(0\d|1[0-2])$/;
/** So many monitors at once have not run only after codes were cleared or the battery was off. */
const CLEARED = 3;

/** What trouble codes and monitors say beside the estimators. */
export const furtherFindings = (days: readonly HealthDay[]): HealthFinding[] => {
  const newest = days.at(-1);
  if (newest === undefined) return [];
  const findings: HealthFinding[] = [];
  for (const { code, state } of newest.codes) {
    if (MISFIRE.test(code)) continue;
    findings.push({
      part: 'dtc',
      state: state === 'pending' ? 'watch' : newest.milOn ? 'critical' : 'warning',
      text: `${code} (${dtcText(code).text}) is ${state}.`,
      said: [{ code: 'code_is', dtc: code, meaning: dtcText(code).text, state, lamp: false }],
      at: null,
    });
  }
  if (newest.milOn && newest.codes.length === 0)
    findings.push({
      part: 'dtc',
      state: 'critical',
      text: 'The malfunction lamp is on; no code has been read.',
      said: [{ code: 'lamp_alone' }],
      at: null,
    });
  const incomplete = newest.incomplete?.length ?? 0;
  if (incomplete >= CLEARED)
    findings.push({
      part: 'readiness',
      state: 'watch',
      text: `${incomplete} monitors have not run: codes were cleared or the battery was off not long ago.`,
      said: [{ code: 'monitors_not_run', monitors: incomplete }],
      at: null,
    });
  return findings;
};
