/** Teile eines Fahrzeugs, deren Gesundheit beurteilt wird. */
export const PARTS = {
  battery: 'Batterie',
  charging: 'Ladung',
  coolant: 'Kühlung',
  thermostat: 'Thermostat',
  fuel_trims: 'Gemischkorrektur',
  misfire: 'Zündaussetzer',
  engine_power: 'Motorleistung',
};

/** Wie ein Teil heißt; sein Kürzel, wo es keinen Namen hat. */
export const partOf = (part: string): string => (PARTS as Readonly<Record<string, string>>)[part] ?? part;
