import { parse } from 'yaml';
import { TelltaleError } from '../model/errors.js';
import { environmentName, type SettingName, type Settings, settingsSchema } from './settings.js';

/** A setting is wrong; the message is one line that names it, its value and what is allowed. */
export class SettingError extends TelltaleError {
  readonly code = 'SETTING';
  readonly fault = 'input';
}

const SECRET: readonly string[] = ['admin_token', 'database_url', 'mqtt_url', 'smtp_url'];
/** Of the others a boolean would count as the number 1, or the text `true`. */
const FLAGS: readonly string[] = ['webhook_allow_private', 'metrics_local'];

/**
 * Settings from the environment, over those of a YAML file.
 * @param yaml text of the file that `TELLTALE_CONFIG` names, if any
 * @throws {SettingError} a value that is not allowed, or a key that nobody knows
 */
export const loadSettings = (environment: Readonly<Record<string, string | undefined>>, yaml?: string): Settings => {
  const given: Record<string, unknown> = { ...readYaml(yaml) };
  for (const name of Object.keys(settingsSchema.shape)) {
    const value = environment[environmentName(name)];
    if (value !== undefined) given[name] = value;
    // What is empty is unset: that is how compose files leave things out. A number of it would be 0.
    const text = given[name];
    if (text === null || (typeof text === 'string' && text.trim() === '')) delete given[name];
    else if ((typeof text === 'boolean' && !FLAGS.includes(name)) || typeof text === 'object')
      throw new SettingError(lineOf({ path: [name], message: 'expected a text or a number' }, given));
  }
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) throw new SettingError(lineOf(parsed.error.issues[0]!, given));
  const settings = parsed.data;
  if ((settings.tls_cert === undefined) !== (settings.tls_key === undefined)) {
    throw new SettingError('TELLTALE_TLS_CERT and TELLTALE_TLS_KEY go together: one of them is not set');
  }
  return settings;
};

const readYaml = (yaml: string | undefined): Record<string, unknown> => {
  if (yaml === undefined) return {};
  let value: unknown;
  try {
    value = parse(yaml);
  } catch (error) {
    throw new SettingError(`TELLTALE_CONFIG is not YAML: ${(error as Error).message.split('\n')[0]}`);
  }
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw new SettingError('TELLTALE_CONFIG must hold keys and values');
  return value as Record<string, unknown>;
};

const lineOf = (issue: { path: PropertyKey[]; message: string; keys?: string[] }, given: Record<string, unknown>): string => {
  const unknown = 'keys' in issue ? issue.keys?.[0] : undefined;
  if (unknown) return `${unknown} is no setting; known are ${Object.keys(settingsSchema.shape).join(', ')}`;
  const name = String(issue.path[0]) as SettingName;
  const shown = SECRET.includes(name) ? 'the value given (not shown)' : JSON.stringify(given[name]);
  return `${environmentName(name)}: ${shown} is not allowed (${issue.message.replace(/^Invalid (input|option|string): /, '')}); ${
    settingsSchema.shape[name].description ?? ''
  }`;
};
