/** One scope of parameter values: main.cf, a service's `-o` on top of it, and the defaults below. */
import type { MasterService, Origin } from './config.ts';
import { ConfigError } from './config.ts';
import { createDerived, memo } from './derived.ts';
import { expandMacros, isPlain } from './macro.ts';
import type { Setting } from './main-cf.ts';
import type { InterfaceAddress } from './networks.ts';
import type { Parameter } from './parameters/parameters.ts';
import { builtinParameters, serviceParameters, transportParameterByName } from './parameters/parameters.ts';
import type { Settings } from './settings.ts';

export interface Scope {
  /** The text as set, or the default; undefined when there is no such parameter. */
  readonly unexpanded: (name: string) => string | undefined;
  /** Expanded unless the parameter's own program does that; undefined when there is no such parameter. */
  readonly expanded: (name: string) => string | undefined;
  /** Expands a text that holds `$name`. Throws ConfigError("macro processing error"). */
  readonly expand: (text: string, origin?: Origin) => string;
  readonly setting: (name: string) => Setting | undefined;
  readonly parameter: (name: string) => Parameter | undefined;
  readonly ownAddresses: () => readonly InterfaceAddress[];
  /** The scope of one service. */
  readonly within: (service: MasterService) => Scope;
}

export function createScope(settings: Settings, service?: MasterService): Scope {
  const local = new Map(service?.overrides.map(({ name, value, origin }) => [name, { value, origin }]) ?? []);
  const ofServices = memo(() => servicesTable(settings.services));
  const cache = new Map<string, string>();
  const underWay = new Set<string>();

  const setting = (name: string) => local.get(name) ?? settings.main.get(name);
  const parameter = (name: string) =>
    builtinParameters.get(name) ?? ofServices().get(name) ?? transportParameterByName(name);
  const derived = createDerived({
    directory: settings.directory,
    surroundings: settings.surroundings,
    service,
    setting,
    expanded: (name) => expanded(name),
    expand,
    isUnderWay: (name) => underWay.has(name),
  });
  const unexpanded = (name: string) => setting(name)?.value ?? derived.value(name) ?? parameter(name)?.value;

  function expand(text: string, origin?: Origin): string {
    if (isPlain(text)) return text;
    const result = expandMacros(text, { lookup: unexpanded });
    if (!result.isBad) return result.text;
    throw new ConfigError('dictionary mail_dict: macro processing error', origin, result.warnings);
  }

  function expanded(name: string): string | undefined {
    const known = cache.get(name);
    if (known !== undefined) return known;
    const raw = unexpanded(name);
    if (raw === undefined || builtinParameters.get(name)?.kind === 'raw') return raw;
    underWay.add(name);
    try {
      const value = expand(raw, setting(name)?.origin);
      cache.set(name, value);
      return value;
    } finally {
      underWay.delete(name);
    }
  }

  return {
    unexpanded,
    expanded,
    expand,
    setting,
    parameter,
    ownAddresses: derived.ownAddresses,
    within: (inner) => createScope(settings, inner),
  };
}

function servicesTable(services: readonly MasterService[]): ReadonlyMap<string, Parameter> {
  return new Map(services.flatMap((s) => serviceParameters(s.name, s.command)).map((p) => [p.name, p]));
}
