import type { Offset } from '../../model/record.js';
import type { ChainName } from '../../model/record-chain.js';
import type { Instant } from '../../model/units.js';
import type { Signer } from '../../ports/evidence.js';
import type { ChainedJournal } from '../../ports/journal.js';
import type { StateStore, StateWrite } from '../../ports/state-store.js';

/** What was signed: where every chain stood at a moment. The signature is over the text, byte for byte. */
export interface SignedHeads {
  /** JSON of `Heads`. */
  text: string;
  /** Ed25519, base64. */
  signature: string;
}

export interface Heads {
  telltale: 'heads/1';
  journal: string;
  at: string;
  /** By chain: offset of the last record, and the head in hex. */
  heads: Record<string, [to: Offset, head: string]>;
}

const PREFIX = 'chain/signed/';
const keyOf = (at: Instant): string => `${PREFIX}${String(at).padStart(16, '0')}`;
/** In three months of one every ten minutes there are 13,000. */
const REMOVED_AT_ONCE = 1_000;

/** Signs where the chains stand, now and then, so that what was then cannot be made otherwise later. */
export class HeadSigner {
  constructor(
    private readonly journal: Pick<ChainedJournal, 'chainHeads'>,
    private readonly state: StateStore,
    private readonly signer: Signer,
    private readonly id: string,
  ) {}

  async sign(at: Instant): Promise<void> {
    const heads: Heads['heads'] = {};
    for (const [name, { to, head }] of this.journal.chainHeads()) heads[name] = [to, Buffer.from(head).toString('hex')];
    if (Object.keys(heads).length === 0) return;
    const text = JSON.stringify({ telltale: 'heads/1', journal: this.id, at: new Date(at).toISOString(), heads } satisfies Heads);
    const signed: SignedHeads = { text, signature: this.signer.sign(Buffer.from(text)) };
    await this.state.write([{ put: keyOf(at), value: JSON.stringify(signed) }], { sync: true });
  }

  /** Those signed at `from` or later, oldest first. */
  async *since(from: Instant): AsyncIterable<SignedHeads> {
    for await (const [, value] of this.state.range(keyOf(Math.max(0, from)), `${PREFIX}\uffff`))
      yield JSON.parse(value) as SignedHeads;
  }

  /** Forgets those from before `before`, whose records are gone. */
  async forget(before: Instant): Promise<void> {
    const writes: StateWrite[] = [];
    for await (const [key] of this.state.range(PREFIX, keyOf(Math.max(0, before)), { limit: REMOVED_AT_ONCE }))
      writes.push({ del: key });
    if (writes.length > 0) await this.state.write(writes, { sync: false });
  }
}

export const headOf = ({ text }: SignedHeads, chain: ChainName): [to: Offset, head: string] | undefined =>
  (JSON.parse(text) as Heads).heads[chain];
