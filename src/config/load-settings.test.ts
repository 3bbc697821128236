// Proves: every variable of the contract is read, from the environment over the file; what is empty is unset; and whatever is wrong gives
// one line with the variable, the value and what is allowed, and never a secret.
import { expect, test } from '@jest/globals';
import { loadSettings, SettingError } from './load-settings.js';
import { environmentName, settingsSchema } from './settings.js';

const lineOf = (environment: Record<string, string>, yaml?: string): string => {
  try {
    loadSettings(environment, yaml);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingError);
    const { message } = error as Error;
    expect(message).not.toContain('\n');
    return message;
  }
  throw new Error('it was taken');
};

const given: Record<string, [string, unknown]> = {
  host: ['0.0.0.0', '0.0.0.0'],
  http_port: ['0', 0],
  mqtt_port: ['65535', 65_535],
  mqtt_url: ['mqtts://u:p@broker:8883', 'mqtts://u:p@broker:8883'],
  data_dir: ['/var/lib/telltale', '/var/lib/telltale'],
  database_url: ['mysql://u:p@db:3306/telltale', 'mysql://u:p@db:3306/telltale'],
  admin_token: ['0123456789abcdef', '0123456789abcdef'],
  device_auth: ['open', 'open'],
  tls_cert: ['cert.pem', 'cert.pem'],
  tls_key: ['key.pem', 'key.pem'],
  time_zone: ['Europe/Berlin', 'Europe/Berlin'],
  retention_days: ['30', 30],
  shards: ['3', 3],
  partitions: ['128', 128],
  metrics_local: ['false', false],
  log_level: ['debug', 'debug'],
};

test('every setting is read from its variable', () => {
  const environment = Object.fromEntries(Object.entries(given).map(([name, [text]]) => [environmentName(name), text]));
  const wanted = Object.fromEntries(Object.entries(given).map(([name, [, value]]) => [name, value]));
  expect(loadSettings(environment)).toMatchObject(wanted);
  expect(Object.keys(given).filter(name => name in settingsSchema.shape)).toEqual(Object.keys(given));
});

test('every setting is read from the file, as a number or a text', () => {
  const yaml = Object.entries(given)
    .map(([name, [text]]) => `${name}: ${text}`)
    .join('\n');
  const wanted = Object.fromEntries(Object.entries(given).map(([name, [, value]]) => [name, value]));
  expect(loadSettings({}, yaml)).toMatchObject(wanted);
  expect(loadSettings({ TELLTALE_HTTP_PORT: '9000' }, 'http_port: 8000').http_port).toBe(9_000);
});

test('nothing given: the defaults of the contract', () => {
  for (const settings of [
    loadSettings({}),
    loadSettings({ HOME: '/', TELLTALE_CONFIG: 'x.yaml' }, ''),
    loadSettings({}, '# none'),
  ]) {
    expect(settings).toMatchObject({
      host: '127.0.0.1',
      http_port: 8_080,
      mqtt_port: 1_883,
      data_dir: './data',
      device_auth: 'required',
      time_zone: 'UTC',
      retention_days: 90,
      partitions: 64,
      log_level: 'info',
    });
    expect(settings.database_url).toBeUndefined();
  }
});

test.each(Object.keys(given))('%s: empty is unset, in the environment and in the file', name => {
  const byDefault = loadSettings({});
  expect(loadSettings({ [environmentName(name)]: '' })).toEqual(byDefault);
  expect(loadSettings({ [environmentName(name)]: '  ' })).toEqual(byDefault);
  expect(loadSettings({}, `${name}:`)).toEqual(byDefault);
});

test.each([
  ['http_port', 'eighty'],
  ['http_port', '65536'],
  ['http_port', '-1'],
  ['mqtt_port', '1883.5'],
  ['mqtt_port', 'NaN'],
  ['device_auth', 'Open'],
  ['time_zone', 'Europe/Atlantis'],
  ['retention_days', '0'],
  ['shards', '65'],
  ['partitions', '0'],
  ['log_level', 'loud'],
])('%s=%s: one line names variable, value and what is allowed', (name, value) => {
  const line = lineOf({ [environmentName(name)]: value });
  expect(line).toContain(environmentName(name));
  expect(line).toContain(JSON.stringify(value));
  expect(line.length).toBeGreaterThan(environmentName(name).length + value.length + 25);
});

test.each([
  ['database_url', 'postgres://u:hunter2hunter2@db/x'],
  ['database_url', 'mariadbs://fleet:hunter2@db/telltale'],
  ['database_url', 'hunter2'],
  ['mqtt_url', 'hunter2hunter2@broker'],
  ['admin_token', 'hunter2hunter2'],
])('%s: its value is not shown', (name, value) => {
  const line = lineOf({ [environmentName(name)]: value });
  expect(line).toContain(environmentName(name));
  expect(line).not.toContain('hunter2');
});

test.each([
  ['http_port: true', 'TELLTALE_HTTP_PORT'],
  ['http_port: [8080]', 'TELLTALE_HTTP_PORT'],
  ['data_dir: {a: 1}', 'TELLTALE_DATA_DIR'],
  ['htp_port: 80', 'htp_port is no setting'],
  ['- a\n- b', 'TELLTALE_CONFIG must hold keys and values'],
  ['just a text', 'TELLTALE_CONFIG must hold keys and values'],
  ['a: b: c', 'TELLTALE_CONFIG is not YAML'],
  ['host: "unclosed', 'TELLTALE_CONFIG is not YAML'],
])('a file that says %j', (yaml, said) => {
  expect(lineOf({}, yaml)).toContain(said);
});

test('certificate and key go together', () => {
  expect(lineOf({ TELLTALE_TLS_CERT: 'cert.pem' })).toContain('TELLTALE_TLS_KEY');
  expect(lineOf({ TELLTALE_TLS_KEY: 'key.pem' })).toContain('TELLTALE_TLS_CERT');
});
