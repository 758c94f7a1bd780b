/**
 * What postfix(1) prints before it does anything: its own reading of main.cf fails with `postfix: fatal:`, then
 * postfix-script runs postconf, whose warnings name it by its path.
 */
import { compareCompatibilityLevels } from '../../config/compatibility-level.ts';
import { ConfigError } from '../../config/config.ts';
import { loadConfig } from '../../config/load.ts';
import { runPostconf } from '../../config/postconf.ts';

export interface Reading {
  readonly output: string;
  readonly isFatal: boolean;
}

const POSTCONF = '/usr/sbin/postconf';
const CURRENT_LEVEL = '3.6';

const OLD_DEFAULTS = [
  'postfix: Postfix is using backwards-compatible default settings',
  'postfix: See http://www.postfix.org/COMPATIBILITY_README.html for details',
  `postfix: To disable backwards compatibility use "postconf compatibility_level=${CURRENT_LEVEL}" and "postfix reload"`,
];

function isOld(level: string): boolean {
  const difference = compareCompatibilityLevels(level, CURRENT_LEVEL);
  return typeof difference === 'number' && difference < 0;
}

/** postfix(1)'s own reading of main.cf; what is wrong in master.cf is postconf's to say. */
function readMain(configDir: string): Reading {
  try {
    const config = loadConfig(configDir);
    const lines = isOld(config.get('compatibility_level')) ? OLD_DEFAULTS : [];
    return { output: lines.map((line) => `${line}\n`).join(''), isFatal: false };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (error.origin?.file === 'master.cf') return { output: '', isFatal: false };
    return { output: `postfix: fatal: ${error.message}\n`, isFatal: true };
  }
}

export async function readingProblems(configDir: string): Promise<Reading> {
  const main = readMain(configDir);
  if (main.isFatal) return main;
  // A listing, for its warnings: what it lists is not shown.
  const { exit, stderr } = await runPostconf(['-n'], { configDir, programName: POSTCONF });
  const output = main.output + stderr;
  if (exit === 0) return { output, isFatal: false };
  return { output: `${output}postfix/postfix-script: fatal: cannot execute ${POSTCONF}!\n`, isFatal: true };
}
