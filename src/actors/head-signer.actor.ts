import { minutes } from '../model/units.js';
import type { Clock } from '../ports/clock.js';
import type { HeadSigner } from '../streams/history/signed-heads.js';
import type { ActorDefinition } from './define-actor.js';
import { openActor } from './open.actor.js';

/** What was ten minutes ago cannot be made otherwise without the key. */
const SIGNED_EVERY = minutes(10);

/** Signs the heads of the hash chains. */
export const headSignerActor = (heads: HeadSigner, clock: Clock): ActorDefinition =>
  openActor('head-signer', async ({ fail }) => {
    const sign = () => void heads.sign(clock.now()).catch(fail);
    const stop = clock.every(SIGNED_EVERY, sign);
    sign();
    return { close: async () => stop() };
  });
