/**
 * Which names of main.cf and master.cf mean something to postconf(1): built-in ones, those of services, those in
 * `smtpd_restriction_classes`, and those that some value uses as `$name`. The rest is "unused"; a `$name` that nobody
 * defines is "undefined".
 */
import { join } from 'node:path';
import type { MasterService } from '../config.ts';
import { ConfigError } from '../config.ts';
import { expandMacros, isPlain } from '../macro.ts';
import {
  builtinParameters,
  LEGACY_PARAMETERS,
  OWN_PARAMETERS,
  serviceParameters,
} from '../parameters/parameters.ts';
import type { Settings } from '../settings.ts';
import { databaseNames } from './databases.ts';
import type { ParameterClass } from './options.ts';

/** Set by each program for itself. */
const READ_ONLY = new Set(['process_id', 'process_name', 'service_name']);

export interface Registry {
  /** Every name that exists, with its class. */
  readonly names: ReadonlyMap<string, ParameterClass>;
  /** "unused parameter", in main.cf and in master.cf. */
  unused(file: 'main.cf' | 'master.cf'): readonly string[];
}

export interface RegistrySource {
  readonly settings: Settings;
  /** The text as set, or the default. */
  readonly unexpanded: (name: string) => string;
  /** Leave the files' own names out (`postconf -d`). */
  readonly builtinOnly: boolean;
  /** Expands a value; throws ConfigError for a bad macro. */
  readonly expand: (value: string, service: MasterService | undefined) => string;
  /** Takes "undefined parameter", "read-only parameter assignment", and what expansion complains about. */
  readonly warn: (warning: string) => void;
}

/** The names and values of main.cf, or the `-o` of one service. */
interface NameSpace {
  readonly service: MasterService | undefined;
  readonly path: string;
  readonly values: ReadonlyMap<string, string>;
  /** Names of a service's own that something uses. */
  readonly used: Set<string>;
}

interface State extends RegistrySource {
  readonly names: Map<string, ParameterClass>;
  readonly main: NameSpace;
  readonly local: readonly NameSpace[];
}

export function createRegistry(source: RegistrySource): Registry {
  const { settings } = source;
  const masterPath = join(settings.directory, 'master.cf');
  const state: State = {
    ...source,
    names: knownNames(settings),
    main: {
      service: undefined,
      path: join(settings.directory, 'main.cf'),
      values: new Map([...settings.main].map(([name, { value }]) => [name, value])),
      used: new Set(),
    },
    local: settings.services.map((service) => ({
      service,
      path: masterPath,
      values: new Map(service.overrides.map((o) => [o.name, o.value])),
      used: new Set(),
    })),
  };
  if (!source.builtinOnly) scanEverything(state);
  return {
    names: state.names,
    unused: (file) =>
      (file === 'main.cf' ? [state.main] : state.local).flatMap((space) => unusedIn(space, state)),
  };
}

function knownNames(settings: Settings): Map<string, ParameterClass> {
  const names = new Map<string, ParameterClass>();
  for (const name of builtinParameters.keys()) names.set(name, 'builtin');
  for (const service of settings.services)
    for (const { name } of serviceParameters(service.name, service.command))
      if (!names.has(name)) names.set(name, 'service');
  for (const name of [...LEGACY_PARAMETERS, ...OWN_PARAMETERS])
    if (settings.main.has(name)) names.set(name, 'user');
  return names;
}

function scanEverything(state: State): void {
  for (const space of state.local) scanSpace(space, state);
  for (const [name, kind] of [...state.names])
    if (kind !== 'user' && !state.main.values.has(name) && !isRaw(name))
      scanValue(state.unexpanded(name), state.main, state);
  scanSpace(state.main, state);
  for (const space of [...state.local, state.main]) scanDatabases(space, state);
}

function scanSpace(space: NameSpace, state: State): void {
  const classes = space.values.get('smtpd_restriction_classes') ?? '';
  for (const name of words(asDaemon(() => state.expand(classes, space.service)))) use(name, space, state);
  for (const [name, value] of space.values)
    if (READ_ONLY.has(name)) state.warn(`${space.path}: read-only parameter assignment: ${name}=${value}`);
    else if (!isRaw(name)) scanValue(value, space, state);
}

function scanValue(value: string, space: NameSpace, state: State): void {
  if (isPlain(value)) return;
  const lookup = (name: string): undefined => {
    use(name, space, state);
  };
  for (const warning of expandMacros(value, { scan: true, lookup }).warnings) state.warn(warning);
}

/** A name that a value in this space refers to: its own, main.cf's, or, from main.cf, that of any service. */
function use(name: string, space: NameSpace, state: State): void {
  let isSupplied = false;
  if (space.service !== undefined && space.values.has(name)) {
    isSupplied = true;
    space.used.add(name);
  } else if (state.main.values.has(name)) {
    isSupplied = true;
    if (!state.names.has(name)) state.names.set(name, 'user');
  }
  if (space.service === undefined)
    for (const other of state.local.filter((l) => l.values.has(name))) {
      isSupplied = true;
      other.used.add(name);
    }
  if (isSupplied || state.names.has(name) || LEGACY_PARAMETERS.has(name)) return;
  state.warn(`${space.path}: undefined parameter: ${name}`);
}

/** Values of Postfix's own parameters name database clients, and those read parameters of their own. */
function scanDatabases(space: NameSpace, state: State): void {
  for (const [name, value] of space.values) {
    const kind = state.names.get(name);
    if ((kind !== 'builtin' && kind !== 'service') || isRaw(name) || READ_ONLY.has(name)) continue;
    const text = state.expand(value, space.service);
    const databases = databaseNames(text, {
      file: space.service === undefined ? 'main.cf' : 'master.cf',
      main: state.settings.main,
      local: space.values,
    });
    for (const used of databases.names) use(used, space, state);
    for (const warning of databases.warnings) state.warn(warning);
  }
}

function unusedIn(space: NameSpace, state: State): readonly string[] {
  return [...space.values]
    .filter(([name]) => !state.names.has(name) && !space.used.has(name) && !READ_ONLY.has(name))
    .map(([name, value]) => `${space.path}: unused parameter: ${name}=${value}`);
}

function isRaw(name: string): boolean {
  return builtinParameters.get(name)?.kind === 'raw';
}

function words(text: string): string[] {
  return text.split(/[, \t\r\n]+/).filter((w) => w !== '');
}

/** smtpd_restriction_classes is expanded as the daemons do it, and fails as it does there. */
function asDaemon<T>(expandClasses: () => T): T {
  try {
    return expandClasses();
  } catch (error) {
    if (!(error instanceof ConfigError) || error.message !== 'macro processing error') throw error;
    throw new ConfigError(`dictionary mail_dict: ${error.message}`, undefined, error.warnings);
  }
}
