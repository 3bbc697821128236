import type { StreamListener } from '../../ports/device-intake.js';
import { DEFAULT_STREAM_LIMITS, type StreamLimits } from './stream-limits.js';
import { StreamListenError } from './stream-listen-error.js';
import type { StreamParts } from './stream-parts.js';
import { openTcp } from './tcp-listener.js';
import { openUdp } from './udp-listener.js';

export interface StreamListenerOptions extends Omit<StreamParts, 'limits'> {
  transport: 'tcp' | 'udp';
  limits?: Partial<StreamLimits>;
}

/**
 * Opens a port at which devices of one format are heard. It knows sockets and bounds; what bytes mean is the intake's.
 * @throws {StreamListenError} the port is taken or not allowed
 */
export const openStreamListener = async ({ transport, ...options }: StreamListenerOptions): Promise<StreamListener> => {
  const { host } = options;
  const parts: StreamParts = { ...options, limits: { ...DEFAULT_STREAM_LIMITS, ...options.limits } };
  try {
    const { port, shutOut, close } =
      transport === 'tcp' ? await openTcp(parts) : { ...(await openUdp(parts)), shutOut: () => {} };
    let closing: Promise<void> | undefined;
    return {
      address: `${transport}://${host.includes(':') ? `[${host}]` : host}:${port}`,
      shutOut,
      close: () => {
        closing ??= close();
        return closing;
      },
    };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const message = `cannot listen for devices on ${transport}://${host}:${options.port}: ${code ?? cause}`;
    throw new StreamListenError(message, { host, port: options.port, transport }, { cause });
  }
};
