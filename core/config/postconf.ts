/**
 * postconf(1): shows and edits main.cf and master.cf, with Postfix's output, warnings and exit statuses.
 *
 * Options:  -n -d -x -o -f -h -H -C -c -p, -M -F -P, -e -X -#, -m -l -a -A, -b -t, -T, and name=value.
 * Fails:    exit status 1 with `postconf: fatal: ...`; a wrong name is a warning, exit status 0.
 * Differs:  `config_directory` is the sandbox's and is never listed as a setting; new parameters are added in the order
 *           given (Postfix's order is random); a last line without a newline gets one before something is added.
 */
import { mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CommandResult } from '../util/command-result.ts';
import { ConfigError } from './config.ts';
import type { PostconfOptions } from './postconf/options.ts';
import { parseOptions } from './postconf/options.ts';
import { runEdit } from './postconf/edit.ts';
import type { Output } from './postconf/output.ts';
import { createOutput } from './postconf/output.ts';
import { CLIENT_SASL_TYPES, LOCK_TYPES, SERVER_SASL_TYPES, TABLE_TYPES } from './postconf/types.ts';
import { showMain } from './postconf/show-main.ts';
import { showMaster } from './postconf/show-master.ts';
import type { ResolveHost } from './networks.ts';

export interface PostconfDeps {
  /** The folder that `-c` overrides. */
  readonly configDir: string;
  /** How messages begin: `postconf`, or `/usr/sbin/postconf` where postfix(1) runs it. */
  readonly programName?: string;
  readonly dataDirectory?: string;
  readonly hostname?: string;
  readonly resolve?: ResolveHost;
  /** bounce(8)'s part of `-b` and `-t`: the templates of this file, or those that the configuration uses. */
  readonly templates?: (
    subject: 'templates' | 'expanded-templates',
    directory: string,
    file: string | undefined,
  ) => CommandResult;
}

/** Runs one postconf command. Never throws for what a user can do wrong. */
export function runPostconf(args: readonly string[], deps: PostconfDeps): Promise<CommandResult> {
  return Promise.resolve(postconf(args, deps));
}

/** The same, synchronously: everything it does is. */
export function postconf(args: readonly string[], deps: PostconfDeps): CommandResult {
  const programName = deps.programName ?? 'postconf';
  const output = createOutput(programName);
  try {
    return run(parseOptions(args, programName), deps, output);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    output.fatal(error);
    return output.result(1);
  }
}

function showTemplates(
  subject: 'templates' | 'expanded-templates',
  options: PostconfOptions,
  deps: PostconfDeps,
): CommandResult {
  if (deps.templates === undefined) throw new ConfigError('there is no bounce daemon to ask');
  const [file = ''] = options.names;
  return deps.templates(subject, options.configDirectory ?? deps.configDir, file === '' ? undefined : file);
}

/** The TLS library is Node's own, compiled in. */
function showTls(mode: string | undefined, output: Output): boolean {
  if (mode === 'compile-version' || mode === 'run-version') {
    output.line(`OpenSSL ${process.versions.openssl}`);
    return true;
  }
  output.warning(`unknown 'postconf -T' mode: ${mode ?? ''}`);
  return false;
}

function run(options: PostconfOptions, deps: PostconfDeps, output: Output): CommandResult {
  const directory = options.configDirectory ?? deps.configDir;
  if (options.edit !== undefined) {
    runEdit(options, { directory, output, replaceFile });
    return output.result(0);
  }
  switch (options.subject) {
    case 'tls':
      return output.result(showTls(options.tlsInformation, output) ? 0 : 1);
    case 'templates':
    case 'expanded-templates':
      return showTemplates(options.subject, options, deps);
    case 'locks':
      output.lines(LOCK_TYPES);
      break;
    case 'sasl-server':
      output.lines(SERVER_SASL_TYPES);
      break;
    case 'sasl-client':
      output.lines(CLIENT_SASL_TYPES);
      break;
    case 'maps':
      showMain(
        { ...options, showDefaults: false, names: ['mynetworks'] },
        { ...deps, directory, output: { ...output, line: () => undefined } },
      );
      output.lines(TABLE_TYPES);
      break;
    case 'main':
      showMain(options, { ...deps, directory, output });
      break;
    case 'entries':
    case 'fields':
    case 'parameters':
      showMaster(options, { ...deps, directory, output });
  }
  return output.result(0);
}

/** Writes a file whole or not at all, keeping its mode. */
function replaceFile(path: string, text: string): void {
  const folder = mkdtempSync(join(dirname(path), '.postconf-'));
  const draft = join(folder, 'draft');
  try {
    writeFileSync(draft, text, { mode: statSync(path).mode & 0o777, flush: true });
    renameSync(draft, path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
