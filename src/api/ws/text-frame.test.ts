// Proves: a frame laid out by hand is what a websocket client reads, at every length at which the head changes.
import type { Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import * as ws from 'ws';
import { textFrame } from './text-frame.js';

/** The reader that a websocket client has inside; its types do not show it. */
const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable };

test.each([0, 1, 125, 126, 127, 65_535, 65_536, 70_000])('a text of %i bytes', async length => {
  const text = 'é'.repeat(Math.floor(length / 2)) + 'x'.repeat(length % 2);
  for (const payload of [text, Buffer.from(text)]) {
    const read = await new Promise<string>((resolve, reject) => {
      const receiver = new Receiver({ isServer: false });
      receiver.on('message', (data: Buffer, isBinary: boolean) =>
        isBinary ? reject(new Error('binary')) : resolve(String(data)),
      );
      receiver.on('error', reject);
      receiver.write(textFrame(payload));
    });
    expect(read).toBe(text);
  }
});
