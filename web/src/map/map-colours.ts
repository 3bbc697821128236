import type { VehicleStatus } from '../api/wire-types';
import type { Theme } from '../app/theme';

type RoadClass = 'residential' | 'secondary' | 'primary' | 'motorway';

export interface MapColours {
  water: string;
  land: string;
  urban: string;
  wood: string;
  industrial: string;
  park: string;
  casing: string;
  bridgeCasing: string;
  roads: Readonly<Record<RoadClass, string>>;
  halo: string;
  roadLabel: string;
  placeLabel: string;
  townLabel: string;
  parkLabel: string;
  waterLabel: string;
  fence: string;
  fenceLabel: string;
  vehicleLabel: string;
  vehicleHalo: string;
  selection: string;
  alert: string;
  cluster: string;
  clusterText: string;
  track: string;
  /** Behind the sign in a vehicle's marker, and its rim. */
  rim: string;
  sign: string;
  status: Readonly<Record<VehicleStatus, string>>;
}

/** What the map is painted with. Muted ground, so that the markers carry the colour. */
export const mapColours: Readonly<Record<Theme, MapColours>> = {
  light: {
    water: '#c5dae4',
    land: '#f3f2ed',
    urban: '#eae8e2',
    wood: '#d9e3cf',
    industrial: '#e3dfe0',
    park: '#d3e4c6',
    casing: '#cfcbc2',
    bridgeCasing: '#a9a59b',
    roads: { residential: '#ffffff', secondary: '#ffffff', primary: '#fdf3d6', motorway: '#f7dfa6' },
    halo: '#fbfaf7',
    roadLabel: '#7b766b',
    placeLabel: '#6d6a62',
    townLabel: '#3d3b36',
    parkLabel: '#5d7a4c',
    waterLabel: '#4f7d93',
    fence: '#7a4fb0',
    fenceLabel: '#643d97',
    vehicleLabel: '#16202b',
    vehicleHalo: '#ffffff',
    selection: '#0d5f6b',
    alert: '#c2252e',
    cluster: '#28506b',
    clusterText: '#ffffff',
    track: '#0d6f7d',
    rim: '#ffffff',
    sign: '#ffffff',
    status: { driving: '#157a4a', idling: '#a85f00', parked: '#3a66a8', offline: '#6c747d' },
  },
  dark: {
    water: '#0f1a24',
    land: '#1a2027',
    urban: '#1f262e',
    wood: '#19261f',
    industrial: '#23262e',
    park: '#1c2b22',
    casing: '#12171c',
    bridgeCasing: '#0a0d10',
    roads: { residential: '#2c343d', secondary: '#37404a', primary: '#454e58', motorway: '#5d5a4b' },
    halo: '#141a20',
    roadLabel: '#87919b',
    placeLabel: '#93a0ab',
    townLabel: '#ccd5dc',
    parkLabel: '#74977b',
    waterLabel: '#6d93ab',
    fence: '#b08be0',
    fenceLabel: '#c5a7ec',
    vehicleLabel: '#eef3f6',
    vehicleHalo: '#10161b',
    selection: '#5fd3e0',
    alert: '#ff6b6b',
    cluster: '#8fb8d4',
    clusterText: '#0d151c',
    track: '#5fd3e0',
    rim: '#0d1318',
    sign: '#0d1318',
    status: { driving: '#4cc38a', idling: '#f0a63a', parked: '#7fa9e6', offline: '#98a2ac' },
  },
};
