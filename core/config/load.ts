/**
 * The configuration: main.cf and master.cf as Postfix reads them, made into one immutable value.
 *
 * Reads:     the two files of the folder, or draft texts in their place; `loadConfig` takes a few milliseconds.
 * Gives:     `Config`: every parameter expanded, typed, with file and line of where it was set; the services.
 * Fails:     ConfigError with the text of Postfix's fatal error: a line that is wrong, a macro that cannot be expanded,
 *            a common parameter that no command of Postfix would start with, an address that is not on this machine.
 * Standards: postconf(5), master(5), postconf(1), mac_expand(3).
 * Differs:   the only network interface is loopback; host names in `inet_interfaces` are those of this machine;
 *            `config_directory`, `queue_directory` and `data_directory` are the sandbox's.
 *
 * Others here: postconf.ts (postconf(1)), main-file.ts and master-file.ts (editing), check.ts (`postfix check` and more),
 * defaults.ts (the first files), watch.ts (changes by editors), parameters/ (every parameter there is).
 */
import type { Config, MasterService } from './config.ts';
import { ConfigError } from './config.ts';
import { checkCommonParameters, readInteger, readTime } from './common-parameters.ts';
import type { Scope } from './lookup.ts';
import { createScope } from './lookup.ts';
import { refuseOutsideListeners } from './loopback.ts';
import { parseBoolean, splitList } from './values.ts';
import type { LoadOptions, Settings } from './settings.ts';
import { readSettings } from './settings.ts';

export type { LoadOptions } from './settings.ts';

/** Reads the folder. Throws ConfigError where Postfix would not start, and for an address that is not loopback. */
export function loadConfig(directory: string, options: LoadOptions = {}): Config {
  const settings = readSettings(directory, options);
  const scope = createScope(settings);
  checkCommonParameters(scope, settings);
  refuseOutsideListeners(settings);
  return createConfig(settings, scope);
}

function createConfig(settings: Settings, scope: Scope): Config {
  const booleans = new Map<string, boolean>();
  const integers = new Map<string, number>();
  const times = new Map<string, number>();
  const lists = new Map<string, readonly string[]>();
  const byService = new WeakMap<MasterService, Config>();

  const get = (name: string) => scope.expanded(name) ?? '';
  const refuse = (name: string, message: string): never => {
    throw new ConfigError(message, scope.setting(name)?.origin);
  };
  return {
    directory: settings.directory,
    services: settings.services,
    problems: settings.problems,
    get,
    boolean: (name) =>
      remember(booleans, name, () => {
        const text = get(name);
        return parseBoolean(text) ?? refuse(name, `bad boolean configuration: ${name} = ${text}`);
      }),
    integer: (name) => remember(integers, name, () => readInteger(scope, name)),
    seconds: (name) => remember(times, name, () => readTime(scope, name)),
    list: (name) => remember(lists, name, () => splitList(get(name))),
    setting: scope.setting,
    names: () => [...settings.main.keys()],
    has: (name) => isKnown(settings, scope, name),
    forService: (service) => {
      const known = byService.get(service);
      if (known !== undefined) return known;
      const config = createConfig(settings, scope.within(service));
      byService.set(service, config);
      return config;
    },
  };
}

function isKnown(settings: Settings, scope: Scope, name: string): boolean {
  if (scope.parameter(name) !== undefined || scope.setting(name) !== undefined) return true;
  return settings.services.some((service) => service.overrides.some((o) => o.name === name));
}

function remember<T>(cache: Map<string, T>, name: string, make: () => T): T {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const made = make();
  cache.set(name, made);
  return made;
}
