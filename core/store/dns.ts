/** The sandbox's DNS table: rows, read anew for each look-up so that a change acts at once. */
import type { DnsRecord, DnsRecordType } from '../util/dns-record.ts';
import type { Connection } from './database.ts';
import type { DnsStore } from './side-stores.ts';
import type { Writer } from './writer.ts';

interface Row {
  readonly name: string;
  readonly type: DnsRecordType;
  readonly preference: number | null;
  readonly value: string;
  readonly ttl: number;
}

const toRecord = ({ preference, ...row }: Row): DnsRecord =>
  preference === null ? row : { ...row, preference };

const COLUMNS = 'name, type, preference, value, ttl';

export const FIND_DNS = `SELECT ${COLUMNS} FROM dns_record WHERE name = ? ORDER BY id`;

export function createDnsStore({
  db,
  writer,
}: {
  readonly db: Connection;
  readonly writer: Writer;
}): DnsStore {
  const selectName = db.prepare(FIND_DNS);
  const selectAny = db.prepare('SELECT 1 FROM dns_record LIMIT 1').pluck();
  const selectAll = db.prepare(`SELECT ${COLUMNS} FROM dns_record ORDER BY name, id`);
  return {
    find: (name) => (selectName.all(name) as Row[]).map(toRecord),
    isEmpty: () => selectAny.get() === undefined,
    list: () => (selectAll.all() as Row[]).map(toRecord),
    async put(records, { replaces = false } = {}) {
      await writer.write('putDns', { records, replaces });
    },
    remove: (selection) => writer.write('removeDns', selection),
  };
}
