import { installPackages, unpackPackages, writeLauncher } from './debian-package.mjs';
import { findProgram } from './find-program.mjs';

const names = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];
const debianPackage = 'chromium-headless-shell';

/**
 * Finds or fetches a Chromium that needs neither a screen nor a GPU.
 * @returns {Promise<{ env: Record<string, string>, says: string }>}
 * @throws {Error} one sentence saying what is missing
 */
export const provisionChromium = async () => {
  const found = process.env.CHROMIUM_PATH ?? findProgram(...names);
  if (found !== undefined) return { env: { TELLTALE_TEST_CHROMIUM: found }, says: found };
  try {
    if (await installPackages([debianPackage])) {
      const installed = findProgram(...names);
      if (installed !== undefined)
        return { env: { TELLTALE_TEST_CHROMIUM: installed }, says: `${installed}, installed from Debian` };
    }
    const root = await unpackPackages('chromium', [debianPackage]);
    const launcher = await writeLauncher(root, 'usr/lib/chromium/chromium-headless-shell');
    return { env: { TELLTALE_TEST_CHROMIUM: launcher }, says: `unpacked Debian package, ${launcher}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`A Chromium is missing (${reason}): install chromium, or set CHROMIUM_PATH.`);
  }
};
