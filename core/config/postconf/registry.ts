/**
 * Which names of main.cf and master.cf mean something (postconf_user.c's idea): built-in ones, those of services, those in
 * `smtpd_restriction_classes`, and those that some value uses as `$name`. The rest is "unused"; a `$name` that nobody
 * defines is "undefined".
 */
import { join } from 'node:path';
import type { MasterService } from '../config.ts';
import { expandMacros, isPlain } from '../macro.ts';
import type { Scope } from '../lookup.ts';
import { builtinParameters, LEGACY_PARAMETERS, serviceParameters } from '../parameters/parameters.ts';
import type { Settings } from '../settings.ts';
import { databaseNames } from './databases.ts';
import type { ParameterClass } from './options.ts';

/** Set by each program for itself. */
const READ_ONLY = new Set(['process_id', 'process_name', 'service_name']);

export interface Registry {
  /** Every name that exists, with its class. */
  readonly names: ReadonlyMap<string, ParameterClass>;
  /** "unused parameter" and "read-only parameter assignment", in main.cf and in master.cf. */
  unused(file: 'main.cf' | 'master.cf'): readonly string[];
}

export interface RegistrySource {
  readonly settings: Settings;
  readonly scope: Scope;
  /** Leave the files' own names out (`postconf -d`). */
  readonly builtinOnly: boolean;
  /** Expands a value; throws ConfigError for a bad macro. */
  readonly expand: (value: string, service: MasterService | undefined) => string;
  /** Takes "undefined parameter", and what expansion complains about. */
  readonly warn: (warning: string) => void;
}

export function createRegistry(source: RegistrySource): Registry {
  const { settings, scope, builtinOnly, expand, warn } = source;
  const names = new Map<string, ParameterClass>();
  const overrides = new Map(
    settings.services.map((service) => [service, new Map(service.overrides.map((o) => [o.name, o.value]))]),
  );
  const validIn = new Map<MasterService, Set<string>>();
  const pathOf = (file: string) => join(settings.directory, file);

  for (const name of builtinParameters.keys()) names.set(name, 'builtin');
  for (const service of settings.services)
    for (const { name } of serviceParameters(service.name, service.command))
      if (!names.has(name)) names.set(name, 'service');

  const validate = (service: MasterService, name: string) => {
    const known = validIn.get(service) ?? new Set();
    validIn.set(service, known.add(name));
  };

  /** A name that a value of this scope refers to. */
  function use(name: string, service: MasterService | undefined): void {
    let isSupplied = false;
    if (service !== undefined && overrides.get(service)?.has(name) === true) {
      isSupplied = true;
      validate(service, name);
    } else if (settings.main.has(name)) {
      isSupplied = true;
      if (!names.has(name)) names.set(name, 'user');
    }
    if (service === undefined)
      for (const [other, values] of overrides)
        if (values.has(name)) {
          isSupplied = true;
          validate(other, name);
        }
    const isBuiltin = names.has(name) || READ_ONLY.has(name) || LEGACY_PARAMETERS.has(name);
    if (!isSupplied && !isBuiltin)
      warn(`${pathOf(service === undefined ? 'main.cf' : 'master.cf')}: undefined parameter: ${name}`);
  }

  function scanValue(value: string, service: MasterService | undefined): void {
    if (isPlain(value)) return;
    const result = expandMacros(value, {
      scan: true,
      lookup: (name) => {
        use(name, service);
        return undefined;
      },
    });
    for (const warning of result.warnings) warn(warning);
  }

  function scanNames(values: ReadonlyMap<string, string>, service: MasterService | undefined): void {
    for (const name of words(values.get('smtpd_restriction_classes') ?? '')) use(name, service);
    for (const [name, value] of values) {
      if (builtinParameters.get(name)?.kind === 'raw') continue;
      scanValue(value, service);
      const isKnown = names.get(name);
      if (isKnown !== 'builtin' && isKnown !== 'service') continue;
      const databases = databaseNames(expand(value, service), { main: settings.main, local: values });
      for (const used of databases.names) use(used, service);
      for (const warning of databases.warnings) warn(warning);
    }
  }

  function scanDefaults(): void {
    for (const [name, kind] of names) {
      if (kind === 'user' || settings.main.has(name)) continue;
      if (builtinParameters.get(name)?.kind !== 'raw') scanValue(scope.unexpanded(name) ?? '', undefined);
    }
  }

  if (!builtinOnly) {
    for (const [service, values] of overrides) if (values.size > 0) scanNames(values, service);
    scanDefaults();
    scanNames(new Map([...settings.main].map(([name, { value }]) => [name, value])), undefined);
  }

  const complain = (name: string, value: string, isKnown: boolean, path: string): string[] => {
    if (READ_ONLY.has(name)) return [`${path}: read-only parameter assignment: ${name}=${value}`];
    return isKnown ? [] : [`${path}: unused parameter: ${name}=${value}`];
  };
  return {
    names,
    unused: (file) => {
      const path = pathOf(file);
      if (file === 'main.cf')
        return [...settings.main].flatMap(([name, s]) => complain(name, s.value, names.has(name), path));
      return [...overrides].flatMap(([service, values]) =>
        [...values].flatMap(([name, value]) =>
          complain(name, value, names.has(name) || validIn.get(service)?.has(name) === true, path),
        ),
      );
    },
  };
}

function words(text: string): string[] {
  return text.split(/[, \t\r\n]+/).filter((w) => w !== '');
}
