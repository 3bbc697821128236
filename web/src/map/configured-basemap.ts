import type { Session } from '../api/wire-types';

let configured: Session['map'] = { style: null, pmtiles: null };

/** What the server was told to draw below everything; known after the log-in. Apart from the map, which is loaded later. */
export const setBasemap = (map: Session['map']): void => {
  configured = map;
};

export const configuredBasemap = (): Session['map'] => configured;
