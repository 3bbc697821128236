// Proves: the invented town is one connected network that is the same every time, drivable, and small enough to ship as a map.
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { buildTown, SPEED_LIMITS } from './build-town.js';
import { findRoute } from './find-route.js';
import { distance } from './plane.js';
import { townGeoJson } from './town-geojson.js';

const town = buildTown();

describe('the town', () => {
  test('is the same from the same seed, and another from another', () => {
    expect(buildTown()).toEqual(town);
    expect(buildTown('elsewhere').nodes).not.toEqual(town.nodes);
  });

  test.each(['brindlemere', 'a', 'b', 'c'])('%s lets every junction be reached from every other', seed => {
    const { nodes, edges, leaving } = buildTown(seed);
    const reached = new Set([0]);
    for (const node of reached) for (const edge of leaving[node]!) reached.add(edges[edge]!.to);
    expect(reached.size).toBe(nodes.length);
    expect(nodes.length).toBeGreaterThan(400);
  });

  test('has edges that start and end at their junctions, with their class and limit, in both directions', () => {
    const odd = town.edges.filter(({ from, to, shape, length, class: rank, limit }) => {
      const [start, end] = [town.nodes[from]!, town.nodes[to]!];
      const joined = distance(shape[0]!, start) < 0.01 && distance(shape.at(-1)!, end) < 0.01;
      const back = town.leaving[to]!.some(edge => town.edges[edge]!.to === from);
      return !joined || !back || length < distance(start, end) - 0.01 || limit !== SPEED_LIMITS[rank];
    });
    expect(odd).toEqual([]);
  });

  test('has bridges: the river can be crossed, but not by every lane', () => {
    const bridges = town.streets.filter(street => street.bridge);
    expect(bridges.length).toBeGreaterThanOrEqual(6);
    expect(bridges.filter(bridge => bridge.class === 'residential')).toEqual([]);
  });

  test('is drawn in under a megabyte of closed areas, named roads and named places', () => {
    const { features } = townGeoJson(town);
    expect(JSON.stringify(features).length).toBeLessThan(1_000_000);
    for (const { properties, geometry } of features) {
      if (geometry.type === 'Polygon') expect(geometry.coordinates[0]![0]).toEqual(geometry.coordinates[0]!.at(-1));
      if (properties.kind !== 'area') expect(properties.name).toMatch(/\S/);
    }
  });
});

test('the basemap that the dashboard ships is this town (else: node dist/scripts/write-basemap.js)', async () => {
  const shipped = await readFile('web/public/basemap/town.geojson', 'utf8');
  expect(JSON.stringify(JSON.parse(shipped)) === JSON.stringify(townGeoJson(town))).toBe(true);
});

test('a route is a chain of edges from door to door, and takes the motorway for a long way around', () => {
  const to = town.nodes.length - 1;
  const route = findRoute(town, 0, to).map(edge => town.edges[edge]!);
  expect(route[0]!.from).toBe(0);
  expect(route.at(-1)!.to).toBe(to);
  for (let i = 1; i < route.length; i++) expect(route[i]!.from).toBe(route[i - 1]!.to);
  expect(findRoute(town, 5, 5)).toEqual([]);
});
