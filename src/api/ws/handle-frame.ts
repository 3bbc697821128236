import type { RawData } from 'ws';
import type { ApiDeps } from '../api-deps.js';
import { mayDo } from '../roles.js';
import type { AlertChannel } from './alert-channel.js';
import { type ClientFrame, type MovePositions, parseClientFrame } from './client-frame.js';
import type { PositionChannel } from './position-channel.js';
import { POLICY_VIOLATION, type SocketClient } from './socket-client.js';

/** Frames over the limit in one second that end a connection: its client does not listen to errors either. */
const OVERRUN = 10;

type Answer = Record<string, unknown>;

/** What is done with each frame of a client. What cannot be understood is answered with an error; the connection stays. */
export const createFrameHandler = (
  { clock, count, config }: Pick<ApiDeps, 'clock' | 'count' | 'config'>,
  channels: { alerts: AlertChannel; positions: PositionChannel },
): ((client: SocketClient, data: RawData, isBinary: boolean) => void) => {
  const limits = config.sockets;

  /** A client's place in the alerts: what it may resume from without missing any. */
  const cursorOf = (client: SocketClient): string => {
    let cursor: number | undefined;
    for (const { position } of client.subscriptions.values()) {
      if (position !== undefined) cursor = Math.min(cursor ?? position, position);
    }
    return channels.alerts.cursorFor(client, cursor);
  };

  /** @returns the refusal; a channel answers by itself, since its first frames follow */
  const subscribe = (client: SocketClient, frame: Extract<ClientFrame, { type: 'subscribe' }>): Answer | undefined => {
    const refusal = (code: string, message: string): Answer => ({ type: 'error', id: frame.id, code, message });
    if (!mayDo(client.caller.role, 'live.read'))
      return refusal('forbidden', `The role ${client.caller.role} may not see this channel.`);
    if (client.subscriptions.has(frame.id)) return refusal('id_in_use', `'${frame.id}' is subscribed; unsubscribe it first.`);
    if (client.subscriptions.size >= limits.subscriptions) {
      return refusal('too_many_subscriptions', `A connection has at most ${limits.subscriptions} subscriptions.`);
    }
    if (frame.channel === 'alerts') channels.alerts.subscribe(client, frame);
    else channels.positions.subscribe(client, frame);
    return undefined;
  };

  const unsubscribe = (client: SocketClient, id: string): Answer => {
    const subscription = client.subscriptions.get(id);
    if (subscription === undefined)
      return { type: 'error', id, code: 'not_subscribed', message: `There is no subscription '${id}'.` };
    subscription.end();
    client.subscriptions.delete(id);
    return { type: 'unsubscribed', id };
  };

  /** Where a client looks now. @returns the refusal; the channel answers by itself */
  const move = (client: SocketClient, frame: MovePositions): Answer | undefined => {
    const { id } = frame;
    const subscription = client.subscriptions.get(id);
    if (subscription !== undefined && channels.positions.move(subscription, frame)) return undefined;
    return { type: 'error', id, code: 'not_subscribed', message: `There is no subscription '${id}' of positions.` };
  };

  const answerTo = (client: SocketClient, frame: ClientFrame): Answer | undefined => {
    switch (frame.type) {
      case 'ping':
        return { type: 'pong', cursor: cursorOf(client) };
      case 'subscribe':
        return subscribe(client, frame);
      case 'move':
        return move(client, frame);
      case 'unsubscribe':
        return unsubscribe(client, frame.id);
    }
  };

  const refuseExcess = (client: SocketClient, excess: number): void => {
    count('ws_frames_refused');
    if (excess > OVERRUN) client.close(POLICY_VIOLATION, 'too many frames');
    else if (excess === 1) {
      client.answer({ type: 'error', code: 'too_many_frames', message: `At most ${limits.framesPerSecond} frames a second.` });
    }
  };

  return (client, data, isBinary) => {
    if (!client.open) return;
    const excess = client.takeFrame(clock.now());
    if (excess > 0) {
      refuseExcess(client, excess);
      return;
    }
    const frame = isBinary ? { code: 'not_text', message: 'Frames are JSON text.' } : parseClientFrame(data.toString());
    if ('code' in frame) count('ws_frames_refused');
    const answer = 'code' in frame ? { type: 'error', ...frame } : answerTo(client, frame);
    if (answer !== undefined) client.answer(answer);
  };
};
