/** `postfix check`: what the command prints on a terminal, line by line, and its exit status (postfix(1)). */
import { lstatSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { checkCommonParameters } from '../common-parameters.ts';
import { compareCompatibilityLevels } from '../compatibility-level.ts';
import { ConfigError } from '../config.ts';
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

/** Every postfix(1) command begins like this; `check` goes on with the files' owners and modes. */
export function checkPostfix(directory: string, options: LoadOptions = {}): PostfixCheck {
  const first = startPostfix(directory, options);
  if (first.exit !== 0) return first;
  return { exit: 0, lines: [...first.lines, ...ownerWarnings(directory)] };
}

/** What any postfix(1) verb prints before it does its work; exit 1 when it does not get that far. */
export function startPostfix(directory: string, options: LoadOptions = {}): PostfixCheck {
  const lines: string[] = [];
  const say = (text: string) => void lines.push(`postfix: ${text}`);
  try {
    readParameters(directory, options, say);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const warning of error.warnings) say(printable(`warning: ${warning}`));
    say(`fatal: ${error.message}`);
    return { exit: 1, lines: [...new Set(lines)] };
  }
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

/** mail_conf_read: main.cf and the common parameters. */
function readParameters(directory: string, options: LoadOptions, say: (text: string) => void): void {
  const path = join(directory, 'main.cf');
  const main = readMainCf(readText(directory, 'main.cf', options), path);
  for (const problem of main.problems) say(printable(`warning: ${readingWarning(problem, path)}`));
  const surroundings = surroundingsOf(options);
  const settings: Settings = { directory, main: main.settings, services: [], problems: [], surroundings };
  const scope = createScope(settings);
  checkCommonParameters(scope, settings);
  const compared = compareCompatibilityLevels(scope.expanded('compatibility_level') ?? '', LAST_LEVEL);
  if (typeof compared !== 'number' || compared >= 0) return;
  say('Postfix is using backwards-compatible default settings');
  say('See http://www.postfix.org/COMPATIBILITY_README.html for details');
  say(
    `To disable backwards compatibility use "postconf compatibility_level=${LAST_LEVEL}" and "postfix reload"`,
  );
}

/** Files of somebody else, files that others may write, links that lead out of the folder. */
function ownerWarnings(directory: string): readonly string[] {
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
    const target = statSync(path, { throwIfNoEntry: false });
    if (me !== undefined && target !== undefined && (target.mode & 0o022) !== 0)
      modes.push(`group or other writable: ${path}`);
  }
  return [...owners, ...modes, ...links].map((text) => `postfix/postfix-script: warning: ${text}`);
}

function* walk(path: string): Generator<string> {
  yield path;
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) return;
  for (const name of readdirSync(path)) yield* walk(`${path}/${name}`);
}
