import { foreignDevice } from '../foreign-device.js';
import { jsonArray, jsonElements } from '../json-elements.js';
import { looseObject, looseText } from '../loose-values.js';
import type { Routed } from '../protocol.js';

const utf8 = new TextDecoder();
const MOST_DEVICES = 4_096;

/**
 * Splits a message of a gateway by the vehicles in it; each gets its own messages as they were sent, in their order.
 * @param ident of the topic, for messages that carry none
 */
export const splitByIdent = (payload: Uint8Array, ident?: string): readonly Routed[] => {
  const byIdent = new Map<string, Uint8Array[]>();
  for (const element of jsonElements(payload) ?? [payload]) {
    const id = identOf(element) ?? ident;
    if (id === undefined) continue;
    const own = byIdent.get(id);
    if (own !== undefined) own.push(element);
    else if (byIdent.size < MOST_DEVICES) byIdent.set(id, [element]);
  }
  const routed: Routed[] = [];
  for (const [id, elements] of byIdent) {
    const one = foreignDevice('flespi', id, elements.length === 1 ? elements[0]! : jsonArray(elements));
    if (one !== undefined) routed.push(one);
  }
  return routed;
};

/** The identity that a tracker has on its own (an IMEI or the like), else flespi's number for it. */
const identOf = (element: Uint8Array): string | undefined => {
  try {
    const message = looseObject(JSON.parse(utf8.decode(element)));
    return looseText(message?.ident) ?? looseText(message?.['device.id']);
  } catch {
    return undefined;
  }
};
