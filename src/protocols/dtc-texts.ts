const DTC = /^[PCBU][0-3][0-9A-F]{3}$/;
const MOST_CODES = 128;

/** Trouble codes among texts that a device sent: upper case, each once, in its order; and what is none. */
export const dtcsAmong = (texts: readonly unknown[]): { codes: string[]; others: string[] } => {
  const codes = new Set<string>();
  const others: string[] = [];
  for (const value of texts.slice(0, MOST_CODES)) {
    const text = typeof value === 'string' ? value.trim().toUpperCase() : '';
    if (DTC.test(text)) codes.add(text);
    else if (text !== '') others.push(text);
  }
  return { codes: [...codes], others };
};
