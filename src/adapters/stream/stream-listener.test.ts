// Proves: over real sockets a tracker is let in by its IMEI only, hears its acknowledgement after the record is on disk and never before, and
// that damaged, endless, silent, slow and too many peers cost what the limits say.
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { encodeAvl, frameAvl } from '../../../tests/harness/encode-avl.js';
import { HeldRoutedSink } from '../../../tests/harness/held-routed-sink.js';
import { ManualClock } from '../../../tests/mqtt/manual-clock.js';
import { settle, until } from '../../../tests/mqtt/until.js';
import { createFakeRegistry } from '../../api/testing/fake-registry.js';
import { Counters } from '../../model/counters.js';
import { minutes, seconds } from '../../model/units.js';
import type { StreamListener } from '../../ports/device-intake.js';
import { freematics } from '../../protocols/freematics/freematics.js';
import { queclink } from '../../protocols/queclink/queclink.js';
import type { StreamProtocol } from '../../protocols/stream-protocol.js';
import { teltonika } from '../../protocols/teltonika/teltonika.js';
import { streamCounter, streamIntake } from '../../streams/intake/stream-intake.js';
import { openStreamListener } from './open-stream-listener.js';
import type { StreamLimits } from './stream-limits.js';

const IMEI = '350000000000017';
const login = (imei = IMEI): Buffer => Buffer.concat([Buffer.from([0, imei.length]), Buffer.from(imei)]);
const record = (at: number) => ({
  ...{ at, lat_e7: 475_000_000, lon_e7: 82_500_000, altitude: 400, angle: 90, satellites: 9, speed: 36, io: [] },
});
const packet = (...ats: number[]): Buffer => frameAvl(encodeAvl(0x08, ats.map(record)));
const sampleOf = (format: string, id: string): { payload?: string; payload_hex?: string } =>
  JSON.parse(readFileSync(new URL(`../../protocols/${format}/samples.json`, import.meta.url), 'utf8')).samples.find(
    (sample: { id: string }) => sample.id === id,
  ).in;

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** A listener whose one device is registered as `foreign`. */
const start = async (
  protocol: StreamProtocol,
  transport: 'tcp' | 'udp',
  foreign: string,
  limits: Partial<StreamLimits> = {},
  sink = new HeldRoutedSink(),
) => {
  const registry = createFakeRegistry();
  const device = { id: 'd-1', vehicle: 'v-1', format: protocol.name, foreign_id: foreign, secret_hash: '' };
  await registry.change({ type: 'device_put', device: { ...device, old_secret_hash: null, old_valid_until: null } });
  const clock = new ManualClock();
  const counters = new Counters();
  const listener: StreamListener = await openStreamListener({
    ...{ transport, host: '127.0.0.1', port: 0, clock, limits },
    intake: streamIntake({ protocol, transport, registry, sink, clock, counters }),
    count: what => counters.add(streamCounter(protocol.name, transport, what)),
  });
  open.push(() => listener.close());
  const counted = (what: string): number => counters.get(streamCounter(protocol.name, transport, what));
  return { listener, sink, clock, counted, registry, port: Number(new URL(listener.address).port) };
};

interface Client {
  socket: Socket;
  heard(): Buffer;
  closed(): boolean;
}

const dial = async (port: number): Promise<Client> => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const pieces: Buffer[] = [];
  let closed = false;
  socket.on('data', piece => pieces.push(piece));
  socket.on('error', () => {});
  socket.on('end', () => {
    closed = true;
    socket.end();
  });
  socket.on('close', () => {
    closed = true;
  });
  open.push(() => socket.destroy());
  await once(socket, 'connect');
  return { socket, heard: () => Buffer.concat(pieces), closed: () => closed };
};

const udpClient = (): { socket: UdpSocket; heard: Buffer[]; say(port: number, bytes: Buffer): void } => {
  const socket = createSocket('udp4');
  const heard: Buffer[] = [];
  socket.on('message', bytes => heard.push(bytes));
  open.push(() => socket.close());
  return { socket, heard, say: (port, bytes) => socket.send(bytes, port, '127.0.0.1') };
};

describe('Teltonika over TCP', () => {
  test('the login is answered, and a packet with the number of its records once they are on disk', async () => {
    const { sink, port } = await start(teltonika, 'tcp', IMEI, {}, new HeldRoutedSink(false));
    const device = await dial(port);
    device.socket.write(login());
    await until('01', () => device.heard().length === 1);
    device.socket.write(packet(1_790_000_000_000, 1_790_000_001_000));
    await until('the record', () => sink.taken.length === 1);
    await settle();
    expect(device.heard()).toEqual(Buffer.from([1]));
    expect(sink.taken[0]).toMatchObject({ format: 'teltonika', context: { device: 'd-1', topic: 'teltonika' } });
    sink.answer();
    await until('the count', () => device.heard().length === 5);
    expect(device.heard()).toEqual(Buffer.from([1, 0, 0, 0, 2]));
  });

  test('answers keep the order of the packets, whichever is on disk first', async () => {
    const { sink, port } = await start(teltonika, 'tcp', IMEI, {}, new HeldRoutedSink(false));
    const device = await dial(port);
    device.socket.write(Buffer.concat([login(), packet(1_000), packet(2_000, 3_000)]));
    await until('both records', () => sink.taken.length === 2);
    sink.answer(1);
    await settle();
    expect(device.heard()).toEqual(Buffer.from([1]));
    sink.answer(0);
    await until('both answers', () => device.heard().length === 9);
    expect(device.heard()).toEqual(Buffer.from([1, 0, 0, 0, 1, 0, 0, 0, 2]));
  });

  test('pings between packets are taken for what they are', async () => {
    const { sink, port, counted } = await start(teltonika, 'tcp', IMEI);
    const device = await dial(port);
    const ping = Buffer.from([0xff]);
    device.socket.write(Buffer.concat([login(), ping, ping, packet(1_000), ping]));
    await until('the answer', () => device.heard().length === 5);
    device.socket.write(Buffer.concat([ping, packet(2_000)]));
    await until('the other answer', () => device.heard().length === 9);
    expect(sink.taken).toHaveLength(2);
    expect([counted('faults_length'), device.closed()]).toEqual([0, false]);
  });

  test('byte by byte it is the same', async () => {
    const { sink, port } = await start(teltonika, 'tcp', IMEI);
    const device = await dial(port);
    device.socket.setNoDelay(true);
    for (const byte of Buffer.from(sampleOf('teltonika', 'login-and-data').payload_hex!, 'hex')) {
      device.socket.write(Buffer.from([byte]));
      await new Promise(resolve => setImmediate(resolve));
    }
    await until('the answer', () => device.heard().length === 5);
    expect(device.heard().toString('hex')).toBe('0100000002');
    expect(sink.taken).toHaveLength(1);
  });

  test('an IMEI that is not registered hears 00, and nothing behind it is looked at', async () => {
    const { sink, port, counted } = await start(teltonika, 'tcp', IMEI);
    const device = await dial(port);
    device.socket.write(Buffer.concat([login('350000000000099'), packet(1_000)]));
    await until('the end', device.closed);
    expect(device.heard()).toEqual(Buffer.from([0]));
    expect(sink.taken).toEqual([]);
    expect(counted('devices_refused')).toBe(1);
  });

  test('a device that is taken off the register is not heard any more', async () => {
    const { sink, port, registry } = await start(teltonika, 'tcp', IMEI);
    const device = await dial(port);
    device.socket.write(login());
    await until('01', () => device.heard().length === 1);
    await registry.change({ type: 'device_deleted', id: 'd-1' });
    device.socket.write(packet(1_000));
    await until('the end', device.closed);
    expect(sink.taken).toEqual([]);
  });

  test('a device that is shut out hears what it was promised, and is hung up on without another word; others stay', async () => {
    const { sink, port, registry, listener, counted } = await start(teltonika, 'tcp', IMEI, {}, new HeldRoutedSink(false));
    const other = { id: 'd-2', vehicle: 'v-2', format: 'teltonika', foreign_id: '350000000000025', secret_hash: '' };
    await registry.change({ type: 'device_put', device: { ...other, old_secret_hash: null, old_valid_until: null } });
    const [device, stays] = [await dial(port), await dial(port)];
    device.socket.write(Buffer.concat([login(), packet(1_000)]));
    stays.socket.write(login('350000000000025'));
    await until('the record', () => sink.taken.length === 1 && stays.heard().length === 1);
    listener.shutOut('d-1');
    listener.shutOut('d-1');
    await settle();
    expect(device.closed()).toBe(false);
    sink.answer();
    await until('the end', device.closed);
    expect(device.heard()).toEqual(Buffer.from([1, 0, 0, 0, 1]));
    stays.socket.write(packet(2_000));
    await until('the other', () => sink.taken.length === 2);
    sink.answer();
    expect([stays.closed(), counted('devices_shut_out')]).toEqual([false, 1]);
  });

  test('a damaged packet is not answered, goes into quarantine, and the next one counts', async () => {
    const { sink, port, counted } = await start(teltonika, 'tcp', IMEI);
    const device = await dial(port);
    const damaged = packet(1_000);
    damaged[20]! ^= 0xff;
    device.socket.write(Buffer.concat([login(), damaged, packet(2_000, 3_000)]));
    await until('the answer', () => device.heard().length === 5);
    expect(device.heard()).toEqual(Buffer.from([1, 0, 0, 0, 2]));
    expect(counted('faults_crc')).toBe(1);
    expect(sink.unreadable).toMatchObject([{ reason: 'unreadable', context: { device: 'd-1' } }]);
  });

  test('what could not be recorded is not answered: the connection ends, so that the device sends it again', async () => {
    const { sink, port, counted } = await start(teltonika, 'tcp', IMEI, {}, new HeldRoutedSink(false));
    const device = await dial(port);
    device.socket.write(Buffer.concat([login(), packet(1_000), packet(2_000)]));
    await until('both records', () => sink.taken.length === 2);
    sink.answer(0, new Error('the disk is full'));
    sink.answer(0);
    await until('the end', device.closed);
    expect(device.heard()).toEqual(Buffer.from([1]));
    expect(counted('records_not_taken')).toBe(1);
  });

  test('a device that ends its side after its last packet still hears the answer', async () => {
    const { sink, port } = await start(teltonika, 'tcp', IMEI, {}, new HeldRoutedSink(false));
    const device = await dial(port);
    device.socket.end(Buffer.concat([login(), packet(1_000)]));
    await until('the record', () => sink.taken.length === 1);
    await settle();
    expect(device.closed()).toBe(false);
    sink.answer();
    await until('the end', device.closed);
    expect(device.heard()).toEqual(Buffer.from([1, 0, 0, 0, 1]));
  });

  test('a frame that claims too much ends the connection', async () => {
    const { port, counted } = await start(teltonika, 'tcp', IMEI);
    const device = await dial(port);
    device.socket.write(Buffer.concat([login(), Buffer.from('00000000ffffffff', 'hex')]));
    await until('the end', device.closed);
    expect(counted('faults_length')).toBe(1);
  });

  test('one that never says who it is, and one that falls silent, are hung up; dripping bytes are no sign of life', async () => {
    const { port, clock, counted } = await start(teltonika, 'tcp', IMEI);
    const stranger = await dial(port);
    const device = await dial(port);
    device.socket.write(login());
    await until('01', () => device.heard().length === 1);
    stranger.socket.write(Buffer.from([0]));
    await settle();
    clock.advance(seconds(32));
    await until('the end of the stranger', stranger.closed);
    expect(counted('closed_unintroduced')).toBe(1);
    expect(device.closed()).toBe(false);
    for (let i = 0; i < 7; i++) {
      device.socket.write(Buffer.from([0]));
      await settle();
      clock.advance(minutes(5));
    }
    await until('the end of the silent one', device.closed);
    expect(counted('closed_idle')).toBe(1);
  });

  test('connections are bounded, and of those that are nobody yet the oldest gives way', async () => {
    const { port, counted } = await start(teltonika, 'tcp', IMEI, { connections: 3, strangers: 2 });
    const strangers = [await dial(port), await dial(port)];
    await until('two', () => counted('opened') === 2);
    const third = await dial(port);
    await until('the oldest to go', strangers[0]!.closed);
    expect(counted('strangers_dropped')).toBe(1);
    third.socket.write(login());
    await until('01', () => third.heard().length === 1);
    const more = [await dial(port), await dial(port)];
    await until('a refusal', () => counted('refused_full') > 0 || counted('strangers_dropped') > 1);
    third.socket.write(packet(1_000));
    await until('the answer', () => third.heard().length === 5);
    expect(more).toHaveLength(2);
  });

  test('while the sink is full nothing more is read, and then all of it', async () => {
    const { sink, port, counted } = await start(teltonika, 'tcp', IMEI);
    const device = await dial(port);
    device.socket.write(login());
    await until('01', () => device.heard().length === 1);
    sink.full = true;
    device.socket.write(packet(1_000));
    await until('the first', () => sink.taken.length === 1);
    device.socket.write(packet(2_000));
    await settle();
    expect(sink.taken).toHaveLength(1);
    expect(counted('full_pauses')).toBe(1);
    sink.drain();
    await until('the second', () => sink.taken.length === 2);
  });
});

describe('Queclink over TCP', () => {
  test('each report says who it is from; +SACK comes after the record', async () => {
    const { sink, port } = await start(queclink, 'tcp', '860000000000011', {}, new HeldRoutedSink(false));
    const device = await dial(port);
    device.socket.write(sampleOf('queclink', 'points').payload!);
    await until('the record', () => sink.taken.length === 1);
    await settle();
    expect(device.heard()).toHaveLength(0);
    sink.answer();
    await until('+SACK', () => device.heard().toString() === '+SACK:00A1$');
  });

  test('a report of an IMEI that is not registered is not taken, and ends the connection', async () => {
    const { sink, port } = await start(queclink, 'tcp', '860000000000099');
    const device = await dial(port);
    device.socket.write(sampleOf('queclink', 'points').payload!);
    await until('the end', device.closed);
    expect(device.heard()).toHaveLength(0);
    expect(sink.taken).toEqual([]);
  });

  test('a frame without end ends the connection', async () => {
    const { port, counted } = await start(queclink, 'tcp', '860000000000011');
    const device = await dial(port);
    device.socket.write(Buffer.alloc(10_000, 'A'));
    await until('the end', device.closed);
    expect(counted('faults_length')).toBe(1);
  });
});

describe('over UDP', () => {
  test('Teltonika: a datagram with its IMEI is answered once it is on disk', async () => {
    const { sink, port } = await start(teltonika, 'udp', IMEI, {}, new HeldRoutedSink(false));
    const device = udpClient();
    const body = encodeAvl(0x08, [record(1_000)]);
    const head = Buffer.concat([Buffer.from([0xca, 0xfe, 1, 5, 0, 15]), Buffer.from(IMEI), body]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(head.length);
    device.say(port, Buffer.concat([length, head]));
    await until('the record', () => sink.taken.length === 1);
    await settle();
    expect(device.heard).toEqual([]);
    sink.answer();
    await until('the answer', () => device.heard.length === 1);
    expect(device.heard[0]!.toString('hex')).toBe('0005cafe010501');
  });

  test('Queclink: what one datagram leaves unfinished does not spoil the next', async () => {
    const { sink, port, counted } = await start(queclink, 'udp', '860000000000011');
    const device = udpClient();
    const report = Buffer.from(sampleOf('queclink', 'points').payload!);
    device.say(port, report.subarray(0, 60));
    await until('the fault', () => counted('faults_length') === 1);
    device.say(port, report);
    await until('+SACK', () => device.heard.length === 1);
    expect(sink.taken).toHaveLength(1);
  });

  test('Freematics: a login is answered; who calls itself 1 afterwards is known by its address; strangers hear nothing', async () => {
    const { sink, port, counted } = await start(freematics, 'udp', 'ABCD1234');
    const [device, stranger] = [udpClient(), udpClient()];
    device.say(port, Buffer.from(sampleOf('freematics', 'login').payload!));
    await until('the answer', () => device.heard.length === 1);
    expect(device.heard[0]!.toString()).toBe('1#EV=1,RX=1,TS=77*1F');
    const text = '1#0:1000,24:1200';
    const sum = [...Buffer.from(text)].reduce((a, b) => (a + b) & 0xff, 0);
    const data = Buffer.from(`${text}*${sum.toString(16).toUpperCase()}`);
    device.say(port, data);
    await until('its data', () => sink.taken.length === 2);
    expect(sink.taken[1]!.context.device).toBe('d-1');
    stranger.say(port, data);
    await until('a refusal', () => counted('devices_refused') === 1);
    expect(stranger.heard).toEqual([]);
  });

  test('addresses are remembered up to a bound, and those of strangers not at all', async () => {
    const { port, counted } = await start(freematics, 'udp', 'ABCD1234', { peers: 1 });
    const [one, two, noise] = [udpClient(), udpClient(), udpClient()];
    noise.say(port, Buffer.from('no frame of anybody'));
    await until('the fault', () => counted('faults_frame') === 1);
    const hello = Buffer.from(sampleOf('freematics', 'login').payload!);
    one.say(port, hello);
    await until('the first', () => one.heard.length === 1);
    expect(counted('peers_forgotten')).toBe(0);
    two.say(port, hello);
    await until('the second', () => two.heard.length === 1);
    expect(counted('peers_forgotten')).toBe(1);
  });

  test('noise of nobody takes a bounded room in the quarantine', async () => {
    const { port, sink, counted } = await start(freematics, 'udp', 'ABCD1234');
    const noise = udpClient();
    for (let i = 0; i < 50; i++) {
      noise.say(port, Buffer.from(`noise ${i}`));
      await until('it to be heard', () => counted('faults_frame') === i + 1);
    }
    expect(sink.unreadable).toHaveLength(30);
    expect(counted('faults_of_strangers_not_kept')).toBe(20);
  });
});

test('a port that is taken is an error with its name', async () => {
  const { port } = await start(teltonika, 'tcp', IMEI);
  const clock = new ManualClock();
  const intake = { idle_s: 1, full: false, onDrained: () => {} };
  await expect(
    openStreamListener({ transport: 'tcp', host: '127.0.0.1', port, clock, intake: intake as never, count: () => {} }),
  ).rejects.toMatchObject({ code: 'STREAM_LISTEN' });
});
