/** An ordered list of tables (maps_find). */
import type { Log } from '../util/log.ts';
import type { Maybe } from './maybe.ts';
import { chain, firstAnswer } from './maybe.ts';
import type { LookupResult, Maps, Table } from './table.ts';
import { ABSENT } from './table.ts';

/** @param title the parameter's name, for the warning about empty results */
export function createMaps(tables: readonly Table[], title: string, log: Log): Maps {
  const fixed = tables.filter((table) => table.wantsPartialKeys);

  function check(table: Table, key: string, result: LookupResult): LookupResult | undefined {
    if (result.kind === 'absent') return undefined;
    if (result.kind === 'unavailable') {
      log.warning(`${table.name} lookup error for "${key}"`);
      return result;
    }
    if (result.value !== '') return result;
    const reason = `${title} lookup of ${key} returns an empty string result`;
    log.warning(reason);
    log.warning(`${title} should return NO RESULT in case of NOT FOUND`);
    return { kind: 'unavailable', table: table.name, reason };
  }

  return {
    tables,
    isEmpty: tables.length === 0,
    lookup(key, options): Maybe<LookupResult> {
      // an empty key is never asked for: partial addresses can be empty
      if (key === '') return ABSENT;
      const found = firstAnswer(options?.fixedOnly === true ? fixed : tables, (table) =>
        chain(table.lookup(key), (result) => check(table, key, result)),
      );
      return chain(found, (result) => result ?? ABSENT);
    },
  };
}
