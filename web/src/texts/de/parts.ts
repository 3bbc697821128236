/** Teile eines Fahrzeugs, deren Gesundheit beurteilt wird. */
export const PARTS: Readonly<Record<string, string>> = {
  battery: 'Batterie',
  charging: 'Ladung',
  coolant: 'Kühlung',
  thermostat: 'Thermostat',
  fuel_trims: 'Gemischkorrektur',
  misfire: 'Zündaussetzer',
  engine_power: 'Motorleistung',
};
