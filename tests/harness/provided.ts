type Provision =
  | 'TELLTALE_TEST_MYSQL_URL'
  | 'TELLTALE_TEST_MOSQUITTO'
  | 'TELLTALE_TEST_MOSQUITTO_BIN_DIR'
  | 'TELLTALE_TEST_CHROMIUM';

/**
 * What `npm test` found or fetched for the tests, by environment variable.
 * @throws {Error} where a test was started without it
 */
export const provided = (name: Provision): string => {
  const value = process.env[name];
  if (!value)
    throw new Error(`${name} is not set: start this test by "npm test -- service" or "npm test -- e2e", which provides it`);
  return value;
};
