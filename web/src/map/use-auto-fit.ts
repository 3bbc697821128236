import type { Map as MapLibreMap } from 'maplibre-gl';
import { useEffect } from 'react';
import type { PositionBook } from '../live/position-book';
import { fitTo } from './camera';

/** A fleet that is just starting up appears vehicle by vehicle. */
const SETTLE_MS = 6_000;
const LOOK_MS = 1_000;

/** Fits the map to the fleet when it first appears, and until it is all there; never once somebody has moved the map. */
export const useAutoFit = (map: MapLibreMap | undefined, positions: PositionBook): void => {
  useEffect(() => {
    if (map === undefined || new URLSearchParams(window.location.search).has('vehicle')) return;
    let firstAt: number | undefined;
    let fitted = 0;
    const look = (): void => {
      if (positions.size === 0) return;
      firstAt ??= Date.now();
      if (positions.size > fitted) fitTo(map, positions.all(), fitted > 0);
      fitted = positions.size;
      if (Date.now() - firstAt > SETTLE_MS) stop();
    };
    const timer = window.setInterval(look, LOOK_MS);
    const stopListening = positions.listen(() => fitted === 0 && look());
    const onTouch = (): void => stop();
    const stop = (): void => {
      window.clearInterval(timer);
      stopListening();
      for (const event of TOUCHES) map.getContainer().removeEventListener(event, onTouch);
    };
    for (const event of TOUCHES) map.getContainer().addEventListener(event, onTouch, { passive: true });
    look();
    return stop;
  }, [map, positions]);
};

const TOUCHES = ['pointerdown', 'wheel', 'keydown'] as const;
