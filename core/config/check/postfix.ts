/** What Postfix's programs print about the configuration when they start, postfix(1) above all. */
import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { checkCommonParameters } from '../common-parameters.ts';
import { compareCompatibilityLevels } from '../compatibility-level.ts';
import { ConfigError } from '../config.ts';
import type { Scope } from '../lookup.ts';
import { createScope } from '../lookup.ts';
import { readMainCf, readingWarning } from '../main-cf.ts';
import type { LoadOptions, Settings } from '../settings.ts';
import { readText, surroundingsOf } from '../settings.ts';
import { printable } from '../postconf/output.ts';
import type { PostconfDeps } from '../postconf.ts';
import { postconf } from '../postconf.ts';

export interface PostfixCheck {
  readonly exit: number;
  /** Without newlines. */
  readonly lines: readonly string[];
}

/** The postconf that postfix(1) runs calls itself by its path. */
const POSTCONF = '/usr/sbin/postconf';
const CANNOT_RUN = `postfix/postfix-script: fatal: cannot execute ${POSTCONF}!`;
/** From this level on there are no backwards-compatible defaults. */
const LAST_LEVEL = '3.6';

/** What any postfix(1) verb prints before it does its work; exit 1 when it does not get that far. */
export function startPostfix(directory: string, options: LoadOptions = {}): PostfixCheck {
  const reading = startProgram('postfix', directory, options);
  const lines = [...reading.lines];
  if (reading.scope === undefined) return { exit: 1, lines };
  lines.push(...compatibilityLines(reading.scope));
  const deps: PostconfDeps = { ...surroundingsOf(options), configDir: directory, programName: POSTCONF };
  for (const args of [
    ['-dh', 'config_directory'],
    ['-h', 'multi_instance_directories'],
  ]) {
    const result = postconf(args, deps);
    lines.push(...result.stderr.split('\n').filter((line) => line !== ''));
    if (result.exit !== 0) return { exit: 1, lines: [...new Set([...lines, CANNOT_RUN])] };
  }
  return { exit: 0, lines: [...new Set(lines)] };
}

// eslint-disable-next-line no-control-regex -- these are meant
const withoutControls = (text: string): string => text.replace(/[\x00-\x1f\x7f]/g, '?');

export interface ProgramStart {
  /** What the program says about main.cf, without newlines; the last is fatal where there is no scope. */
  readonly lines: readonly string[];
  readonly scope: Scope | undefined;
}

/** What every program of Postfix does first (mail_conf_read): it reads main.cf and the common parameters. */
export function startProgram(program: string, directory: string, options: LoadOptions = {}): ProgramStart {
  const lines = new Set<string>();
  const warn = (text: string) => void lines.add(`${program}: warning: ${text}`);
  /** From here on UTF-8 is shown as it is: smtputf8_enable was read. */
  let scope: Scope | undefined;
  try {
    const path = join(directory, 'main.cf');
    const main = readMainCf(readText(directory, 'main.cf', options), path);
    for (const problem of main.problems) warn(printable(readingWarning(problem, path)));
    const surroundings = surroundingsOf(options);
    const settings: Settings = { directory, main: main.settings, services: [], problems: [], surroundings };
    scope = createScope(settings);
    checkCommonParameters(scope, settings);
    return { lines: [...lines], scope };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const shown = scope === undefined ? printable : withoutControls;
    for (const warning of error.warnings) warn(shown(warning));
    lines.add(`${program}: fatal: ${error.message}`);
    return { lines: [...lines], scope: undefined };
  }
}

function compatibilityLines(scope: Scope): readonly string[] {
  const compared = compareCompatibilityLevels(scope.expanded('compatibility_level') ?? '', LAST_LEVEL);
  if (typeof compared !== 'number' || compared >= 0) return [];
  return [
    'Postfix is using backwards-compatible default settings',
    'See http://www.postfix.org/COMPATIBILITY_README.html for details',
    `To disable backwards compatibility use "postconf compatibility_level=${LAST_LEVEL}" and "postfix reload"`,
  ].map((text) => `postfix: ${text}`);
}

/** What `check` and `start` warn of: files of somebody else, files that others may write, links that lead out of the folder. */
export function fileWarnings(directory: string): readonly string[] {
  const owners: string[] = [];
  const modes: string[] = [];
  const links: string[] = [];
  const me = process.getuid?.();
  for (const path of walk(`${directory}/.`)) {
    const own = lstatSync(path, { throwIfNoEntry: false });
    if (own === undefined) continue;
    if (me !== undefined && own.uid !== 0 && own.uid !== me) owners.push(`not owned by root: ${path}`);
    if (own.isSymbolicLink() && readlinkSync(path).includes('/'))
      links.push(`symlink leaves directory: ${path}`);
    // The mode of a symbolic link is its own: find(1) as postfix-script calls it follows none.
    if (me !== undefined && (own.mode & 0o022) !== 0) modes.push(`group or other writable: ${path}`);
  }
  return [...owners, ...modes, ...links].map((text) => `postfix/postfix-script: warning: ${text}`);
}

function* walk(path: string): Generator<string> {
  yield path;
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) return;
  for (const name of readdirSync(path)) yield* walk(`${path}/${name}`);
}
