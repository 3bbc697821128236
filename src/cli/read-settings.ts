import { readFile } from 'node:fs/promises';
import { loadSettings, SettingError } from '../config/load-settings.js';
import type { Settings } from '../config/settings.js';

/** Settings from the environment and the file that `TELLTALE_CONFIG` names. @throws {SettingError} */
export const readSettings = async (environment: NodeJS.ProcessEnv): Promise<Settings> => {
  const file = environment.TELLTALE_CONFIG;
  if (!file) return loadSettings(environment);
  const yaml = await readFile(file, 'utf8').catch(error => {
    throw new SettingError(`TELLTALE_CONFIG: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  });
  return loadSettings(environment, yaml);
};
