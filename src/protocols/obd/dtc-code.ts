import { HEX } from './hex-digits.js';

const SYSTEM = ['P', 'C', 'B', 'U'] as const;

/**
 * Text of a diagnostic trouble code from its two bytes: top two bits pick P C B U, the next two the first digit, then three hex digits.
 * @see SAE J2012; 0133 = P0133, 4315 = C0315, 9234 = B1234, C100 = U0100
 */
export const dtcCode = (high: number, low: number): string => `${SYSTEM[high >> 6]}${HEX[high & 0x3f]}${HEX[low]}`;
