/** A vehicle that only drives. */
export interface Driven {
  vehicle: string;
  lat: number;
  lon: number;
  heading: number;
}

const CENTRE = { lat: 55.31, lon: 3.42 };

/**
 * The same fleet every time: a small generator of numbers (xorshift), no chance.
 * @param spread of the region, degrees from south to north; towns lie in it, and most vehicles in a town
 */
export const fleetOf = (vehicles: number, { towns: count, spread }: { towns: number; spread: number }): Driven[] => {
  const random = numbers();
  const towns = Array.from({ length: count }, () => ({
    lat: CENTRE.lat + (random() - 0.5) * spread,
    lon: CENTRE.lon + (random() - 0.5) * spread * 2,
  }));
  return Array.from({ length: vehicles }, (_, n) => {
    const town = towns[n % towns.length]!;
    const near = random() < 0.7 ? 0.05 : 0.5;
    return {
      vehicle: `v-${n}`,
      lat: town.lat + (random() - 0.5) * near,
      lon: town.lon + (random() - 0.5) * near * 2,
      heading: random() * 360,
    };
  });
};

/** @returns the next number each time, 0 ≤ n < 1 */
export const numbers = (): (() => number) => {
  let state = 2_463_534_242;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
};

/** A second at 50 km/h, and a bend now and then. */
export const driveOn = (driven: Driven): void => {
  const angle = (driven.heading * Math.PI) / 180;
  driven.lat += (13.9 * Math.cos(angle)) / 111_195;
  driven.lon += (13.9 * Math.sin(angle)) / (111_195 * Math.cos((driven.lat * Math.PI) / 180));
  driven.heading = (driven.heading + 7) % 360;
};
