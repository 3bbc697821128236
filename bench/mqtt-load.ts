import { connect, type Socket } from 'node:net';
import { generate } from 'mqtt-packet';

/** What the parent asks for: `connections` devices, each with `window` QoS 1 messages in flight, until it says stop. */
export interface MqttLoad {
  host: string;
  port: number;
  connections: number;
  window: number;
  payloadBytes: number;
}

/** Sent to the parent each time it asks: acknowledgements so far. */
export interface MqttLoadReport {
  acknowledged: number;
}

const PUBACK_BYTES = 4;

/** A device that does as little as it can: one encoded packet, sent again for each acknowledgement; nothing is parsed. */
const drive = (socket: Socket, packet: Buffer, window: number, onAcknowledged: (count: number) => void): void => {
  let left = 0;
  socket.on('data', chunk => {
    left += chunk.length;
    const acknowledged = Math.floor(left / PUBACK_BYTES);
    left -= acknowledged * PUBACK_BYTES;
    onAcknowledged(acknowledged);
    socket.write(acknowledged === 1 ? packet : Buffer.concat(new Array(acknowledged).fill(packet)));
  });
  socket.write(Buffer.concat(new Array(window).fill(packet)));
};

const logIn = ({ host, port }: MqttLoad, device: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, host);
    socket.setNoDelay(true);
    socket.once('error', reject);
    socket.once('data', () => resolve(socket));
    socket.write(
      generate({
        cmd: 'connect',
        protocolVersion: 4,
        protocolId: 'MQTT',
        clientId: device,
        clean: true,
        keepalive: 0,
        username: device,
        password: Buffer.from('x'),
      }),
    );
  });

process.once('message', async (load: MqttLoad) => {
  let acknowledged = 0;
  const count = (more: number) => {
    acknowledged += more;
  };
  const payload = Buffer.alloc(load.payloadBytes, 'x');
  const sockets: Socket[] = [];
  for (let n = 0; n < load.connections; n++) sockets.push(await logIn(load, `bench-${n}`));
  sockets.forEach((socket, n) => {
    const topic = `telltale/v1/bench-${n}/events`;
    const packet = generate({ cmd: 'publish', topic, payload, qos: 1, messageId: 1, dup: false, retain: false });
    drive(socket, packet, load.window, count);
  });
  process.on('message', () => process.send!({ acknowledged } satisfies MqttLoadReport));
  process.send!({ acknowledged: 0 } satisfies MqttLoadReport);
});
process.once('disconnect', () => process.exit(0));
