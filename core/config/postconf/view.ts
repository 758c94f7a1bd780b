/** The values as postconf(1) sees them: main.cf's own, a service's `-o`, defaults; expanded on demand. */
import { join } from 'node:path';
import type { MasterService } from '../config.ts';
import { ConfigError } from '../config.ts';
import { createScope } from '../lookup.ts';
import type { Scope } from '../lookup.ts';
import { expandMacros } from '../macro.ts';
import { readMainCf, readingWarning } from '../main-cf.ts';
import type { Setting } from '../main-cf.ts';
import { masterWarning, readMasterCf } from '../master-cf.ts';
import type { ResolveHost } from '../networks.ts';
import { splitNameValue } from '../name-value.ts';
import type { Settings } from '../settings.ts';
import { readText, surroundingsOf, withOverrides } from '../settings.ts';
import type { PostconfOptions } from './options.ts';
import type { Output } from './output.ts';
import { createRegistry } from './registry.ts';
import type { Registry } from './registry.ts';

export interface ViewDeps {
  readonly directory: string;
  readonly output: Output;
  readonly dataDirectory?: string;
  readonly hostname?: string;
  readonly resolve?: ResolveHost;
}

export interface View {
  readonly settings: Settings;
  readonly scope: Scope;
  readonly registry: Registry;
  /** The text as set, or the default. */
  unexpanded(name: string): string;
  /** Expands a value in the scope of main.cf or of a service. Throws ConfigError("macro processing error"). */
  expand(value: string, service?: MasterService): string;
  /** Says which names nobody uses. */
  warnUnused(file: 'main.cf' | 'master.cf'): void;
}

/** Reads both files and says what is wrong with them, in the order in which postconf does. */
export function createView(options: PostconfOptions, deps: ViewDeps): View {
  const { directory, output } = deps;
  const isMaster = options.subject !== 'main';
  let services: readonly MasterService[] = [];
  if (isMaster) services = readServices(deps, true);
  let main: ReadonlyMap<string, Setting> = new Map();
  if (!options.showDefaults) {
    const path = join(directory, 'main.cf');
    const read = readMainCf(readText(directory, 'main.cf', {}), path);
    for (const problem of read.problems) output.warning(readingWarning(problem, path));
    main = withOverrides(read.settings, parseOverrides(options.overrides));
  }
  if (!isMaster) services = readServices(deps, false);
  const settings: Settings = { directory, main, services, problems: [], surroundings: surroundingsOf(deps) };
  const scope = createScope(settings);
  const expand = (value: string, service?: MasterService) => expandFor(value, scope, service);
  const unexpanded = (name: string) => asPostconf(() => scope.unexpanded(name)) ?? '';
  const registry = createRegistry({
    settings,
    unexpanded,
    builtinOnly: options.showDefaults,
    expand,
    warn: (warning) => {
      output.warning(warning);
    },
  });
  return {
    settings,
    scope,
    registry,
    unexpanded,
    expand,
    warnUnused: (file) => {
      for (const warning of registry.unused(file)) output.warning(warning);
    },
  };
}

function readServices(deps: ViewDeps, isNeeded: boolean): readonly MasterService[] {
  const path = join(deps.directory, 'master.cf');
  let text: string;
  try {
    text = readText(deps.directory, 'master.cf', {});
  } catch (error) {
    if (isNeeded || !(error instanceof ConfigError)) throw error;
    deps.output.warning(error.message);
    return [];
  }
  const read = readMasterCf(text, path);
  for (const problem of read.problems) deps.output.warning(masterWarning(problem, path));
  return read.services;
}

function parseOverrides(overrides: readonly string[]): Record<string, string> {
  const parsed: Record<string, string> = {};
  for (const text of overrides) {
    const pair = splitNameValue(text);
    if (pair.kind === 'error') throw new ConfigError(`invalid parameter override: ${text}: ${pair.reason}`);
    parsed[pair.name] = pair.value;
  }
  return parsed;
}

function expandFor(value: string, scope: Scope, service: MasterService | undefined): string {
  const local = service === undefined ? scope : scope.within(service);
  const result = expandMacros(value, { lookup: (name) => ownValue(name, service) ?? local.unexpanded(name) });
  if (result.isBad) throw new ConfigError('macro processing error', undefined, result.warnings);
  return result.text;
}

/** A default that cannot be expanded is called by postconf's own name for it; a setting by the daemons'. */
function asPostconf<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ConfigError) || error.origin !== undefined) throw error;
    throw new ConfigError(error.message.replace(/^dictionary mail_dict: /, ''), undefined, error.warnings);
  }
}

/** What the program that runs is called, which no file can change. */
export function ownValue(name: string, service?: MasterService): string | undefined {
  if (name === 'process_name') return service === undefined ? 'postconf' : programOf(service);
  if (name === 'service_name') return service?.name ?? '';
  return undefined;
}

function programOf(service: MasterService): string {
  return service.command.slice(service.command.lastIndexOf('/') + 1);
}
