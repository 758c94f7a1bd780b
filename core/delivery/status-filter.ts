/** smtp_delivery_status_filter and the like: another code and text in place of a delivery status (dsn_filter(3)). */
import type { Config } from '../config/config.ts';
import { splitDsn } from '../mail/dsn.ts';
import type { Maps, Tables } from '../tables/table.ts';
import type { Log } from '../util/log.ts';

interface Status {
  readonly dsn: string;
  readonly reason: string;
}

/** The filter of an agent: `local_delivery_status_filter`, ... */
export function readStatusFilter(
  program: 'local' | 'virtual',
  { config, tables }: { readonly config: Config; readonly tables: Tables },
  log: Log,
): StatusFilter {
  const name = `${program}_delivery_status_filter`;
  return createStatusFilter({ name, maps: tables.forProgram(program).maps(config.get(name), name) }, log);
}

export type StatusFilter = <Said extends Status>(said: Said) => Promise<Said>;

/** Success cannot become failure, nor the reverse; a table that fails changes nothing. `name` is the parameter's. */
export function createStatusFilter(
  { name, maps }: { readonly name: string; readonly maps: Maps },
  log: Log,
): StatusFilter {
  return async (said) => {
    if (maps.isEmpty) return said;
    const result = await maps.lookup(`${said.dsn} ${said.reason}`);
    if (result.kind !== 'found') return said;
    const split = splitDsn(result.value);
    if (split === undefined || split.code.startsWith('2') !== said.dsn.startsWith('2')) {
      log.warning(`${name}: bad status code: ${result.value}`);
      return said;
    }
    return { ...said, dsn: split.code, reason: split.text };
  };
}
