import type { Severity } from '../api/wire-types';
import { texts } from '../texts/texts';

const SHAPES: Readonly<Record<Severity, string>> = {
  // An octagon with an exclamation mark, a triangle with one, a disc with an i: told apart without colour.
  critical: 'M6 1h8l5 5v8l-5 5H6l-5-5V6zM9 5h2v6.5H9zM9 13h2v2H9z',
  warning: 'M10 1.5L19.5 18.5H.5zM9.1 7.5h1.8v5.5H9.1zM9.1 14.4h1.8v1.8H9.1z',
  info: 'M10 2a8 8 0 1 0 0 16a8 8 0 0 0 0-16M9.1 8.7h1.8v5.6H9.1zM9.1 5.6h1.8v1.9H9.1z',
};

export const SeveritySign = ({ severity }: { severity: Severity }) => (
  <svg className={`severity-sign severity-${severity}`} viewBox="0 0 20 20" role="img" aria-label={texts.severity[severity]}>
    <title>{texts.severity[severity]}</title>
    <path fillRule="evenodd" d={SHAPES[severity]} />
  </svg>
);
