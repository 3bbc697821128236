import { describe, expect, test } from '@jest/globals';
import { decodeObd } from './decode-obd.js';

const error = (text: string, context = {}) => decodeObd(text, context).error?.kind;
const values = (text: string, context = {}) => decodeObd(text, context).signals.map(signal => signal.value);

// Proves: the named mistakes of published decoders (obd-facts §7) are not made here.
describe('mistakes of others', () => {
  test('a full byte of load is 100 %, not 102 %', () => expect(values('4104FF')).toEqual([100]));
  test('the second bitmap starts at 21', () => expect(values('412080000001')).toEqual([['21', '40']]));
  test('a pressure of 80 in the low byte is not negative', () => expect(values('41320080')).toEqual([32]));
  test('a wide pressure is two’s complement', () => expect(values('41540000')).toEqual([0]));
  test('sensor bits are counted from the bottom', () => expect(values('411301')).toEqual([['b1s1']]));
  test('a trim of 80 is nothing', () => expect(values('410680')).toEqual([0]));
  test('air flow takes both bytes', () => expect(values('41100100')).toEqual([2.56]));
  test('a sensor current has an offset', () => expect(values('413480008000')).toEqual([1, 0]));
  test('run-time counters are four bytes', () => expect(values('417F0100000001FFFFFFFFFFFFFFFF')).toEqual([1]));
  test('half a byte is no value', () => expect(decodeObd('410D3')).toMatchObject({ signals: [], error: { kind: 'truncated' } }));
  test('a short frame is no NaN', () => expect(decodeObd('410C1A')).toMatchObject({ signals: [], error: { kind: 'truncated' } }));
  test('a header is no data', () => expect(values('7E8 03 41 0D 00')).toEqual([0]));
  test('the count is no code, nor is the filler', () => expect(values('7E8 06 43 01 01 33 00 00')).toEqual([['P0133']]));
  test('lower case is hex', () => expect(values('410d3f')).toEqual([63]));
  test('a bad line does not take the good ones with it', () => {
    expect(decodeObd('garbage\r410D32\r410C1A')).toEqual({
      signals: [{ mode: '01', pid: '0D', name: 'vehicle_speed', value: 50, unit: 'km/h' }],
      error: { kind: 'not_hex', line: 'garbage' },
    });
  });
});

// Proves: letters that only look like hex, or become hex when capitalised, are never read as digits.
test.each(['41 0D ﬀ', '41\u00a00D 32', '41\u000b0D32', '４１0D32', '41 0D 3２'])('not hex: %j', text =>
  expect(error(text)).toBe('not_hex'),
);

// Proves: what one adapter writes with spaces and dots and another without is the same word.
describe('adapter words', () => {
  test.each([
    ['nodata', 'no_data'],
    ['Unable To Connect', 'unable_to_connect'],
    ['BUFFERFULL', 'buffer_full'],
    ['Bus Init: ...Error', 'bus_error'],
    ['BUS INIT: OK\rNO DATA', 'no_data'],
    ['410C1AF8 DATA ERROR', 'data_error'],
    ['!ACT ALERT', 'adapter_fault'],
    ['LP ALERT!', 'adapter_fault'],
    ['ERR 71', 'adapter_fault'],
    ['SEARCHING...STOPPED', 'stopped'],
    ['AUTO, ISO 15765-4 (CAN 11/500)', 'no_payload'],
    ['SAE J1850 PWM', 'no_payload'],
    ['ATZ\rELM327 v1.5', 'no_payload'],
    ['...', 'no_payload'],
    ['18DB33F1 02 01 0C', 'no_payload'],
    ['7E0 30 00 00', 'no_payload'],
    ['ZZ <DATA ERROR', 'not_hex'],
    ['ERROR', 'not_hex'],
  ])('%j is %s', (text, kind) => expect(decodeObd(text)).toMatchObject({ signals: [], error: { kind } }));

  test('the answer may be glued to the noise', () => {
    expect(values('BUS INIT: ...OK410D32')).toEqual([50]);
    expect(values('Searching..410D32')).toEqual([50]);
  });
});

const kinds = (text: string, context = {}) => {
  const reply = decodeObd(text, context);
  return [reply.signals.map(signal => signal.name), reply.error?.kind];
};

// Proves: what stands in front of the data is told from the data, or is an error.
describe('headers', () => {
  test('spacing does not matter', () => {
    expect(decodeObd('7 E8 0 3410D 32')).toEqual(decodeObd('7E803410D32'));
    expect(decodeObd('18DAF110 03410D32').signals[0]).toMatchObject({ ecu: '18DAF110', value: 50 });
  });
  test.each([
    ['an even count behind an 11-bit id has lost a nibble', '7E803410D3', 'truncated'],
    ['a header with nothing behind', '18DAF110', 'truncated'],
    ['a header cut short', '18DA', 'truncated'],
    ['a legacy header with nothing behind', '486B10', 'truncated'],
    ['a legacy header with its checksum only', '486B1041', 'truncated'],
    ['a KWP reply shorter than its header says', '84F110410532C0', 'truncated'],
    ['an empty single frame', '7E800', 'truncated'],
    ['more than a frame holds', '7E808410C1AF80D32043A', 'truncated'],
    ['a first frame without its length', '7E810', 'truncated'],
    ['a frame type that does not exist', '7E8410C1AF8', 'unsupported_mode'],
    ['flow control alone', '7E8300000', 'no_payload'],
    ['the tester present answer, no tester frame', '7E00', 'unsupported_mode'],
  ])('%s', (_, text, kind) => expect(decodeObd(text)).toMatchObject({ signals: [], error: { kind } }));
  test('KWP and ISO 9141 lose header and checksum', () => {
    expect(decodeObd('83F110410D3204').signals).toEqual([
      { mode: '01', pid: '0D', name: 'vehicle_speed', value: 50, unit: 'km/h', ecu: '10' },
    ]);
  });
});

// Proves: rule 7, a length in front or an echo, from what follows.
describe('echo and length in front', () => {
  test('03 … 07 with a fitting reply is a length', () => expect(values('03410D32555555')).toEqual([50]));
  test.each([
    ['too few bytes', '04410D32'],
    ['too many bytes', '03410D325555555555'],
    ['no reply behind', '03010C00'],
    ['a reply count behind the request', '010C1'],
    ['three digits', '031'],
    ['three digits', '0A1'],
  ])('%s: an echo', (_, text) => expect(error(text)).toBe('no_payload'));
  test('an echo cut to three digits does not disturb', () =>
    expect(kinds('010\r410D32')).toEqual([['vehicle_speed'], undefined]));
});

const VIN = ['7E8 10 14 49 02 01 31 48 47', '7E8 21 43 4D 38 32 36 33 33', '7E8 22 41 30 30 30 30 30 31'];
const ELM_VIN = ['014', '0: 49 02 01 31 48 47', '1: 43 4D 38 32 36 33 33', '2: 41 30 30 30 30 30 31'];
const pick = (lines: readonly string[], ...order: number[]) => order.map(i => lines[i]).join('\r');

// Proves: a message in several frames is whole or an error, whatever the order; never half.
describe('several frames', () => {
  test.each([
    ['in order', pick(VIN, 0, 1, 2)],
    ['turned round', pick(VIN, 0, 2, 1)],
    ['begun before its first frame', pick(VIN, 1, 0, 2)],
    ['length and pieces turned round', pick(ELM_VIN, 0, 3, 2, 1)],
  ])('%s', (_, text) => expect(kinds(text)).toEqual([['vin'], undefined]));
  test.each([
    ['a frame missing', pick(VIN, 0, 2)],
    ['a frame doubled', pick(VIN, 0, 1, 1, 2)],
    ['no first frame', pick(VIN, 1, 2)],
    ['only the length', ELM_VIN[0]!],
    ['pieces without length', pick(ELM_VIN, 1, 2, 3)],
    ['a piece missing', pick(ELM_VIN, 0, 1, 3)],
    ['a short frame', `${VIN[0]}\r7E8 21 43 4D 38\r${VIN[2]}`],
    ['a length of zero', '7E8 10 00 41 0D 32 00 00 00'],
  ])('%s', (_, text) => expect(kinds(text)).toEqual([[], 'incomplete_multiframe']));
  test('a stray frame is told, the message beside it kept', () => {
    expect(kinds(`7E8 23 00 00 00 00 00 00 00\r${pick(VIN, 0, 1, 2)}`)).toEqual([['vin'], 'incomplete_multiframe']);
    expect(kinds(pick(VIN, 0, 1, 2, 2))).toEqual([['vin'], 'incomplete_multiframe']);
  });
  test('two replies one after the other', () => {
    expect(kinds([...ELM_VIN, ...ELM_VIN].join('\r'))).toEqual([['vin', 'vin'], undefined]);
    expect(kinds([...VIN, ...VIN].join('\r'))).toEqual([['vin', 'vin'], undefined]);
  });
  test('another ECU answers between length and pieces', () => {
    expect(kinds('00A\r43 00\r0: 43 04 01 33 04 20\r1: 41 15 C1 00 00 00 00')).toEqual([
      ['stored_dtcs', 'stored_dtcs'],
      undefined,
    ]);
  });
  test('more than 16 frames must stand in order', () => {
    const long = Array.from({ length: 17 }, (_, i) => `7E8 2${((i + 1) % 16).toString(16)} ${'41 '.repeat(7)}`);
    const first = '7E8 10 73 49 04 07 41 41 41';
    expect(kinds([first, ...long.slice(0, 16)].join('\r'))).toEqual([['calibration_ids'], undefined]);
    expect(kinds([first, ...long.slice(0, 16).reverse()].join('\r'))).toEqual([[], 'incomplete_multiframe']);
  });
});

const LEGACY_VIN = ['49020100000031', '49020248474343', '49020332363333', '49020441303030', '49020530303031'];

// Proves: the older buses' line-by-line form gives the same answers, one per ECU.
describe('older buses', () => {
  test('five lines are a VIN, in any order', () => {
    expect(values(LEGACY_VIN.join('\r'))).toEqual(['1HGCC2633A0000001']);
    expect(values([...LEGACY_VIN].reverse().join('\r'))).toEqual(values(LEGACY_VIN.join('\r')));
  });
  test('four lines are none', () => {
    for (let i = 0; i < 5; i++)
      expect(kinds(LEGACY_VIN.filter((_, k) => k !== i).join('\r'))).toEqual([[], 'incomplete_multiframe']);
  });
  test('the start of a CAN reply cut to seven bytes is no legacy line', () => expect(error('490201314847 43')).toBe('truncated'));
  test('lines of one ECU make one list', () => {
    expect(values('43013304200300\r43040100000000')).toEqual([['P0133', 'P0420', 'P0300', 'P0401']]);
    expect(values('486B104301330000000000\r486B184304200000000000')).toEqual([['P0133'], ['P0420']]);
    expect(values('87F110430000000000000A')).toEqual([[]]);
  });
  test('a line that lost bytes is no count', () => expect(kinds('486B1043013300000000')).toEqual([[], 'truncated']));
  test('a CAN id outweighs the length', () => expect(values('7E8 07 43 02 04 20 04 30 00')).toEqual([['P0420', 'P0430']]));
  test('numbered calibration and CVN lines', () => {
    const lines = ['53573030', '2D414243', '44450000', '00000000'].map((data, i) => `87F1104904${`0${i + 1}`}${data}00`);
    expect(values(lines.join('\r'))).toEqual([['SW00-ABCDE']]);
    expect(values('486B104906011791BC8200\r486B104906029876000100')).toEqual([['1791BC82', '98760001']]);
    expect(values('486B104900015540000000')).toEqual([['02', '04', '06', '08', '0A']]);
  });
});

// Proves: "wait" is forgotten only when the same ECU then answers for the same service.
describe('negative responses', () => {
  test.each([
    ['7F0178\r410D32', undefined],
    ['7F0178\r7F0112', '12'],
    ['7F0178', '78'],
    ['7F0978\r410D32', '78'],
    ['410D32\r7F0178', '78'],
    ['7E8037F0178\r7E903410D32', '78'],
    ['7F0178\r7F0178\r410D32', undefined],
  ])('%j', (text, nrc) => expect(decodeObd(text).error?.nrc).toBe(nrc));
});

// Proves: padding ends a reply of several PIDs, anything else is read or told.
describe('several PIDs', () => {
  test.each([
    ['410D320C1AF8AAAA', ['vehicle_speed', 'engine_rpm'], undefined],
    ['410D3255', ['vehicle_speed'], undefined],
    ['410D325500', ['vehicle_speed'], 'truncated'],
    ['420D0032040080', ['vehicle_speed', 'engine_load'], undefined],
    ['420D00320C', ['vehicle_speed'], 'truncated'],
    ['420D', [], 'truncated'],
    ['41660011223344', [], undefined],
  ])('%s', (text, names, kind) => expect(kinds(text)).toEqual([names, kind]));
});

// Proves: limits and nothingness are named before anything is read.
test('limits', () => {
  expect(error(`410D32${' '.repeat(4091)}`)).toBe('too_long');
  expect(values(`410D32${' '.repeat(4090)}`)).toEqual([50]);
  expect(error('\0'.repeat(4097))).toBe('too_long');
  expect(error('')).toBe('empty');
});
