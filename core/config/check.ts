/**
 * What is wrong with a configuration: everything `postfix check` says, and what Postfix finds out only when a daemon dies or
 * a message waits: bad values of any parameter, misspelt names, services that cannot start, addresses of other machines.
 *
 * `checkConfig` is for people and the editor: problems with file and line. The others print Postfix's own lines.
 */
import { join } from 'node:path';
import { checkCommonParameters } from './common-parameters.ts';
import type { CompiledTables } from '../store/store.ts';
import { readFile } from '../tables/lines.ts';
import type { ConfigProblem } from './config.ts';
import { ConfigError } from './config.ts';
import { fatalProblem } from './check/message.ts';
import { addressProblems } from './check/addresses.ts';
import { nameProblems } from './check/names.ts';
import { aliasLoopProblems } from './check/alias-loops.ts';
import { certificateProblems } from './check/certificates.ts';
import { withFixes } from './check/fixes.ts';
import type { CheckInput } from './check/input.ts';
import type { Texts } from './check/lines.ts';
import { endpointOf, policyProblems, type IsServed } from './check/policy-services.ts';
import { relayProblems } from './check/relay.ts';
import { tableProblems, tableTextOf, type TableSurroundings } from './check/table-files.ts';
import { unreachableProblems } from './check/unreachable.ts';
import { serviceProblems } from './check/services.ts';
import type { Listening } from './check/services.ts';
import { valueProblems } from './check/values.ts';
import { isListening } from '../util/is-listening.ts';
import { createScope } from './lookup.ts';
import { readMainCf } from './main-cf.ts';
import { readMasterCf } from './master-cf.ts';
import type { LoadOptions, Settings } from './settings.ts';
import { readText, surroundingsOf } from './settings.ts';

export { fileWarnings, startPostfix, startProgram } from './check/postfix.ts';
export type { IsServed, PolicyServer } from './check/policy-services.ts';
export type { PostfixCheck } from './check/postfix.ts';

export interface CheckOptions extends LoadOptions {
  /** Who holds an address already, undefined when nobody does. */
  readonly taken?: (address: Listening) => string | undefined;
  /** What is compiled; absent: whether a table is older than its text is not looked at. */
  readonly compiled?: Pick<CompiledTables, 'open'>;
  /** For certificates, ms since the epoch; absent: whether they expired is not looked at. */
  readonly now?: number;
}

/** Every problem, by file and line. Never throws. `options.files` are drafts in place of files. */
export function checkConfig(directory: string, options: CheckOptions = {}): readonly ConfigProblem[] {
  const { problems, input } = readForCheck(directory, options);
  if (input !== undefined) problems.push(...settingsProblems(directory, input, options));
  return withFixes(inOrder(problems), textsOf(directory, options));
}

/** What `checkConfig` finds, and what can only be found out by asking: policy services that nobody serves. */
export async function checkServices(
  directory: string,
  isServed: IsServed,
  options: CheckOptions = {},
): Promise<readonly ConfigProblem[]> {
  const { input } = readForCheck(directory, options);
  const asked = input === undefined ? [] : await policyProblems(input, isServed);
  return inOrder([...checkConfig(directory, options), ...asked]);
}

/** Asks whether somebody listens there. */
export const isServedNow: IsServed = (server) => {
  const endpoint = endpointOf(server);
  return endpoint === undefined ? Promise.resolve(true) : isListening(endpoint);
};

interface Read {
  readonly problems: ConfigProblem[];
  /** undefined: main.cf cannot be read. */
  readonly input: CheckInput | undefined;
}

function readForCheck(directory: string, options: CheckOptions): Read {
  const problems: ConfigProblem[] = [];
  const main = attempt(problems, 'main.cf', () =>
    readMainCf(readText(directory, 'main.cf', options), join(directory, 'main.cf')),
  );
  const master = attempt(problems, 'master.cf', () =>
    readMasterCf(readText(directory, 'master.cf', options), join(directory, 'master.cf')),
  );
  problems.push(...(main?.problems ?? []), ...(master?.problems ?? []));
  if (main === undefined) return { problems, input: undefined };
  const settings: Settings = {
    directory,
    main: main.settings,
    services: master?.services ?? [],
    problems: [],
    surroundings: surroundingsOf(options),
  };
  return { problems, input: { settings, scope: createScope(settings), texts: textsOf(directory, options) } };
}

/** Files of the folder, drafts in their place. */
function textsOf(directory: string, options: CheckOptions): Texts {
  return (file) => options.files?.[file] ?? readOther(join(directory, file));
}

function readOther(path: string): string | undefined {
  const found = readFile(path);
  return found.ok ? found.text : undefined;
}

function settingsProblems(
  directory: string,
  input: CheckInput,
  options: CheckOptions,
): readonly ConfigProblem[] {
  const { settings, scope, texts } = input;
  const tables: TableSurroundings = {
    directory,
    tableText: tableTextOf(directory, texts, readOther),
    drafted: new Set(Object.keys(options.files ?? {})),
    ...(options.compiled === undefined ? {} : { compiled: options.compiled }),
  };
  const now = options.now ?? Number.NaN;
  const problems: ConfigProblem[] = [];
  attempt(problems, 'main.cf', () => {
    checkCommonParameters(scope, settings);
  });
  const checks: readonly (readonly [file: string, find: () => readonly ConfigProblem[]])[] = [
    ['main.cf', () => valueProblems(settings, scope)],
    ['main.cf', () => nameProblems(settings, scope)],
    ['main.cf', () => addressProblems(settings, scope)],
    ['master.cf', () => serviceProblems(settings, scope, options.taken)],
    ['main.cf', () => unreachableProblems(input)],
    ['main.cf', () => relayProblems(input)],
    ['main.cf', () => tableProblems(input, tables)],
    ['main.cf', () => aliasLoopProblems(input, tables)],
    ['main.cf', () => certificateProblems(input, { readFile: readOther, now })],
  ];
  for (const [file, find] of checks)
    attempt(problems, file, () => {
      problems.push(...find());
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
