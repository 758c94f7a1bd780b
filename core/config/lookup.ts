/** One scope of parameter values: main.cf, a service's `-o` on top of it, and the defaults below. */
import { ConfigError } from './config.ts';
import type { MasterService, Origin } from './config.ts';
import { expandMacros, isPlain } from './macro.ts';
import type { Setting } from './main-cf.ts';
import { builtinParameters, serviceParameters, transportParameterByName } from './parameters/parameters.ts';
import type { Parameter } from './parameters/parameters.ts';
import { networksOf, ownAddresses, parseNetworkStyle, parseProtocols } from './networks.ts';
import type { InterfaceAddress, NetworkProblem } from './networks.ts';
import type { Settings } from './settings.ts';

export interface Scope {
  /** The text as set, or the default; undefined when there is no such parameter. */
  readonly unexpanded: (name: string) => string | undefined;
  /** Expanded unless the parameter's own program does that; undefined when there is no such parameter. */
  expanded(name: string): string | undefined;
  /** Expands a text that holds `$name`. */
  expand(text: string, origin?: Origin): string;
  readonly setting: (name: string) => Setting | undefined;
  parameter(name: string): Parameter | undefined;
  ownAddresses(): readonly InterfaceAddress[];
  /** The scope of one service. */
  within(service: MasterService): Scope;
}

export function createScope(settings: Settings, service?: MasterService): Scope {
  const { main, surroundings } = settings;
  const local = localSettings(service);
  const cache = new Map<string, string | undefined>();
  /** Parameters that are being expanded. */
  const underWay = new Set<string>();
  const ofServices = memo(() => servicesTable(settings.services));

  const setting = (name: string) => local.get(name) ?? main.get(name);
  const parameter = (name: string) =>
    builtinParameters.get(name) ?? ofServices().get(name) ?? transportParameterByName(name);

  const derived: Readonly<Record<string, () => string | undefined>> = {
    config_directory: () => settings.directory,
    queue_directory: () => surroundings.dataDirectory,
    data_directory: () => surroundings.dataDirectory,
    myhostname: () =>
      machineName(
        surroundings.hostname,
        setting('mydomain') === undefined ? 'localdomain' : scope.expanded('mydomain'),
      ),
    // In `myhostname = x.$mydomain`, mydomain has no value yet.
    mydomain: () => (underWay.has('myhostname') ? undefined : domainOf(scope.expanded('myhostname') ?? '')),
    mynetworks: () => ownNetworks(),
    process_id: () => String(process.pid),
    process_name: () => service?.command,
    service_name: () => service?.name,
  };

  function usable<T>(result: T | NetworkProblem, name: string): T {
    if (typeof result === 'object' && result !== null && 'problem' in result)
      throw new ConfigError(result.problem, setting(name)?.origin);
    return result;
  }

  const protocols = memo(() =>
    usable(parseProtocols(scope.expanded('inet_protocols') ?? ''), 'inet_protocols'),
  );
  const own = memo((): readonly InterfaceAddress[] => {
    const interfaces = scope.expanded('inet_interfaces') ?? '';
    const { resolve } = surroundings;
    return usable(ownAddresses({ interfaces, protocols: protocols(), resolve }), 'inet_interfaces');
  });

  function ownNetworks(): string {
    if (protocols().length === 0) return '';
    const style = usable(parseNetworkStyle(scope.expanded('mynetworks_style') ?? ''), 'mynetworks_style');
    return networksOf(style, own());
  }

  function expand(text: string, origin?: Origin): string {
    if (isPlain(text)) return text;
    const result = expandMacros(text, { lookup: scope.unexpanded });
    if (result.isBad)
      throw new ConfigError('dictionary mail_dict: macro processing error', origin, result.warnings);
    return result.text;
  }

  const scope: Scope = {
    unexpanded: (name) => setting(name)?.value ?? derived[name]?.() ?? parameter(name)?.value,
    expanded(name) {
      if (cache.has(name)) return cache.get(name);
      const raw = scope.unexpanded(name);
      const isRaw = builtinParameters.get(name)?.kind === 'raw';
      if (raw === undefined || isRaw) return raw;
      underWay.add(name);
      try {
        const value = expand(raw, setting(name)?.origin);
        cache.set(name, value);
        return value;
      } finally {
        underWay.delete(name);
      }
    },
    expand,
    setting,
    parameter,
    ownAddresses: own,
    within: (inner) => createScope(settings, inner),
  };
  return scope;
}

function localSettings(service: MasterService | undefined): ReadonlyMap<string, Setting> {
  return new Map(service?.overrides.map(({ name, value, origin }) => [name, { value, origin }]) ?? []);
}

function servicesTable(services: readonly MasterService[]): ReadonlyMap<string, Parameter> {
  return new Map(services.flatMap((s) => serviceParameters(s.name, s.command)).map((p) => [p.name, p]));
}

/** A name without a dot gets the domain, so that it is fully qualified. */
function machineName(name: string, domain: string | undefined): string {
  return name.includes('.') ? name : `${name}.${domain ?? ''}`;
}

function domainOf(host: string): string {
  const dot = host.indexOf('.');
  return dot === -1 ? 'localdomain' : host.slice(dot + 1);
}

function memo<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
