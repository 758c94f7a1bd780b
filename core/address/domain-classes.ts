/** Address classes (ADDRESS_CLASS_README): which list of domains an address belongs to, and its default transport. */
import type { Config } from '../config/config.ts';
import type { Source } from '../mail/journey.ts';
import type { MatchKind, MatchList } from '../tables/match-list.ts';
import { createMatchList } from '../tables/match-list.ts';
import type { Tables } from '../tables/table.ts';
import type { AddressClass } from './resolution.ts';

/** A parameter as the source of a decision. */
export function parameterSource(config: Config, name: string): Source {
  const setting = config.setting(name);
  const origin = setting?.origin;
  return {
    kind: 'parameter',
    name,
    value: config.get(name),
    ...(origin === undefined ? {} : { file: origin.file, line: origin.line }),
  };
}

export interface DomainClass {
  readonly class: AddressClass;
  readonly parameter: string;
  readonly domains: MatchList;
}

/** The classes with a list of domains, in the order in which they are asked for addresses that are not local. */
export function createDomainClasses(deps: {
  readonly config: Config;
  readonly tables: Tables;
}): readonly DomainClass[] {
  const make = (name: AddressClass, parameter: string, kind: MatchKind): DomainClass => ({
    class: name,
    parameter,
    domains: createMatchList({ ...deps, parameter, kind }),
  });
  return [
    make('virtual-alias', 'virtual_alias_domains', 'string'),
    make('virtual-mailbox', 'virtual_mailbox_domains', 'string'),
    make('relay', 'relay_domains', 'domain'),
  ];
}
