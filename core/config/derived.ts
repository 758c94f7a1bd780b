/** Defaults that Postfix works out from the machine and from other parameters. */
import type { MasterService, Origin } from './config.ts';
import { ConfigError } from './config.ts';
import type { Setting } from './main-cf.ts';
import type { InterfaceAddress, NetworkProblem, ProtocolFamily } from './networks.ts';
import { networksOf, ownAddresses, parseNetworkStyle, parseProtocols } from './networks.ts';
import type { Surroundings } from './settings.ts';

export interface DerivedSource {
  readonly directory: string;
  readonly surroundings: Surroundings;
  readonly service: MasterService | undefined;
  readonly expanded: (name: string) => string | undefined;
  readonly setting: (name: string) => Setting | undefined;
  /** Expands a text without remembering it as a parameter's value. */
  readonly expand: (text: string, origin?: Origin) => string;
  /** Whether the parameter is being expanded just now. */
  readonly isUnderWay: (name: string) => boolean;
}

export interface Derived {
  /** undefined where the parameter's own default counts. */
  readonly value: (name: string) => string | undefined;
  readonly ownAddresses: () => readonly InterfaceAddress[];
}

export function createDerived(source: DerivedSource): Derived {
  const { expanded, setting, service, surroundings } = source;

  /** Throws ConfigError for a problem, at the place where the parameter was set. */
  function usable<T>(result: T | NetworkProblem, name: string): T {
    if (typeof result === 'object' && result !== null && 'problem' in result)
      throw new ConfigError(result.problem, setting(name)?.origin);
    return result;
  }

  const protocols = memo((): readonly ProtocolFamily[] =>
    usable(parseProtocols(expanded('inet_protocols') ?? ''), 'inet_protocols'),
  );
  const own = memo((): readonly InterfaceAddress[] => {
    const interfaces = expanded('inet_interfaces') ?? '';
    const { resolve } = surroundings;
    return usable(ownAddresses({ interfaces, protocols: protocols(), resolve }), 'inet_interfaces');
  });

  function mynetworks(): string {
    if (protocols().length === 0) return '';
    const style = usable(parseNetworkStyle(expanded('mynetworks_style') ?? ''), 'mynetworks_style');
    return networksOf(style, own());
  }

  let isNaming = false;
  function myhostname(): string {
    // In `mydomain = $myhostname`, myhostname has no value yet.
    if (isNaming) return '';
    const domain = setting('mydomain');
    if (domain === undefined) return qualified(surroundings.hostname);
    isNaming = true;
    try {
      return qualified(surroundings.hostname, source.expand(domain.value, domain.origin));
    } finally {
      isNaming = false;
    }
  }

  const makers: Readonly<Record<string, () => string | undefined>> = {
    config_directory: () => source.directory,
    // Compiled in, as the configuration's folder is.
    meta_directory: () => source.directory,
    sample_directory: () => source.directory,
    queue_directory: () => surroundings.dataDirectory,
    data_directory: () => surroundings.dataDirectory,
    myhostname,
    // In `myhostname = x.$mydomain`, mydomain has no value yet.
    mydomain: () => (source.isUnderWay('myhostname') ? undefined : domainOf(expanded('myhostname') ?? '')),
    mynetworks,
    process_id: () => String(process.pid),
    process_name: () => service?.command,
    service_name: () => service?.name,
  };
  return { value: (name) => makers[name]?.(), ownAddresses: own };
}

/** A name without a dot gets the domain. */
function qualified(name: string, domain = 'localdomain'): string {
  return name.includes('.') ? name : `${name}.${domain}`;
}

function domainOf(host: string): string {
  const dot = host.indexOf('.');
  return dot === -1 ? 'localdomain' : host.slice(dot + 1);
}

export function memo<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
