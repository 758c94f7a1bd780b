/**
 * What is wrong with a configuration: everything `postfix check` says, and what Postfix finds out only when a daemon dies or
 * a message waits: bad values of any parameter, misspelt names, services that cannot start, addresses of other machines.
 *
 * `checkConfig` is for people and the editor: problems with file and line. The others print Postfix's own lines.
 */
import { join } from 'node:path';
import { checkCommonParameters } from './common-parameters.ts';
import type { ConfigProblem, MasterService } from './config.ts';
import { ConfigError } from './config.ts';
import { fatalProblem } from './check/message.ts';
import { addressProblems } from './check/addresses.ts';
import { nameProblems } from './check/names.ts';
import { serviceProblems } from './check/services.ts';
import type { Listening } from './check/services.ts';
import { valueProblems } from './check/values.ts';
import { createScope } from './lookup.ts';
import { readMainCf } from './main-cf.ts';
import type { MainCf } from './main-cf.ts';
import { readMasterCf } from './master-cf.ts';
import type { LoadOptions, Settings } from './settings.ts';
import { readText, surroundingsOf } from './settings.ts';

export { fileWarnings, startPostfix, startProgram } from './check/postfix.ts';
export type { PostfixCheck } from './check/postfix.ts';

export interface CheckOptions extends LoadOptions {
  /** Who holds an address already, undefined when nobody does. */
  readonly taken?: (address: Listening) => string | undefined;
}

/** Every problem, by file and line. Never throws. `options.files` are drafts in place of files. */
export function checkConfig(directory: string, options: CheckOptions = {}): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const main = attempt(problems, 'main.cf', () =>
    readMainCf(readText(directory, 'main.cf', options), join(directory, 'main.cf')),
  );
  const master = attempt(problems, 'master.cf', () =>
    readMasterCf(readText(directory, 'master.cf', options), join(directory, 'master.cf')),
  );
  problems.push(...(main?.problems ?? []), ...(master?.problems ?? []));
  if (main !== undefined)
    problems.push(...settingsProblems(directory, main, master?.services ?? [], options));
  return inOrder(problems);
}

function settingsProblems(
  directory: string,
  main: MainCf,
  services: readonly MasterService[],
  options: CheckOptions,
): readonly ConfigProblem[] {
  const settings: Settings = {
    directory,
    main: main.settings,
    services,
    problems: [],
    surroundings: surroundingsOf(options),
  };
  const problems: ConfigProblem[] = [];
  const scope = createScope(settings);
  attempt(problems, 'main.cf', () => {
    checkCommonParameters(scope, settings);
  });
  for (const find of [valueProblems, nameProblems, addressProblems])
    attempt(problems, 'main.cf', () => {
      problems.push(...find(settings, scope));
    });
  attempt(problems, 'master.cf', () => {
    problems.push(...serviceProblems(settings, scope, options.taken));
  });
  return problems;
}

/** A fatal error becomes a problem, and the rest is looked at all the same. */
function attempt<T>(problems: ConfigProblem[], file: string, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(fatalProblem(error, { file, line: 0 }));
    return undefined;
  }
}

function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const seen = new Map<string, ConfigProblem>();
  for (const p of problems) seen.set(JSON.stringify([p.file, p.line, p.message]), p);
  const rank = { error: 0, warning: 1, note: 2 };
  return [...seen.values()].sort(
    (a, b) => a.file.localeCompare(b.file) || a.line - b.line || rank[a.severity] - rank[b.severity],
  );
}
