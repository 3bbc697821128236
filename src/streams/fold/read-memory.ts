import { type LooseSampleWindow, packSampleWindow, type SampleWindow } from '../track/sample-window.js';
import type { FoldMemory } from './fold-memory.js';

/** Of a checkpoint. */
export const readMemory = (text: string): FoldMemory => broughtUpToDate(JSON.parse(text) as FoldMemory);

/** Memories of earlier versions, as they are kept now: in place. Says what earlier versions meant, and changes nothing else. */
export const broughtUpToDate = (memory: FoldMemory): FoldMemory => {
  for (const stream of memory.track.acceleration.streams) {
    stream.window = packed(stream.window);
    if (stream.across !== undefined) stream.across = packed(stream.across);
  }
  return memory;
};

const packed = (window: SampleWindow | LooseSampleWindow): SampleWindow =>
  Array.isArray(window) ? window : packSampleWindow(window);
