import type { Decoding } from '../decoding.js';

/** tid, tst in hex, trigger, lat·1e6, lon·1e6, course/10, km/h, altitude/10, metres since the last, km of the trip */
const CSV = /^[^,]{1,8},([0-9A-Fa-f]{8}),([^,]),(-?\d{1,9}),(-?\d{1,10}),(\d{1,3}),(\d{1,4}),(-?\d{1,5}),([\d.]*),([\d.]*)$/;

export const isCsv = (text: string): boolean => CSV.test(text);

/** Reads a position as the Greenwich box writes it where traffic is dear. */
export const readCsv = (text: string, decoding: Decoding): void => {
  const [, tst, , lat, lon, course, speed, altitude] = CSV.exec(text)!;
  const reading = decoding.begin(Number.parseInt(tst!, 16) * 1_000, text);
  if (reading === undefined) return;
  const sent = {
    lat: Number(lat) / 1e6,
    lon: Number(lon) / 1e6,
    speed,
    heading: Number(course) * 10,
    altitude: Number(altitude) * 10,
  };
  decoding.fix(sent, reading);
};
