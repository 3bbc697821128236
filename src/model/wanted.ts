/** What a value that a device sends has to be (contract §3), by its code; the words are what the device is told. */
export const WANTED = {
  object: 'an object',
  time: 'epoch milliseconds or ISO 8601',
  epoch_ms: 'epoch milliseconds',
  whole_number: 'a whole number',
  number: 'a number',
  degrees: 'degrees',
  volts: 'volts',
  kilometres: 'kilometres',
  truth: 'true or false',
  axes: 'x, y and z in m/s2',
  codes: 'an array of codes',
  code: 'codes like P0301',
  id: 'an id of A-Z a-z 0-9 _ . - up to 64 characters',
  replies: 'an array of up to 512 replies',
  reply_texts: 'an array of replies as text',
} as const;

export type Wanted = keyof typeof WANTED;
