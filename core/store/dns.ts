/**
 * The sandbox's DNS table. What was read is kept until this process changes the table: no other one can while it has the
 * store open, and every connecting client is looked up.
 */
import type { DnsRecord, DnsRecordType } from '../util/dns-record.ts';
import { remembered } from '../util/remembered.ts';
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

/** Names kept at most; then all are read anew. */
const MOST_KEPT = 1000;

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
  const read = (name: string): readonly DnsRecord[] => (selectName.all(name) as Row[]).map(toRecord);
  let find = remembered(MOST_KEPT, read);
  let isEmpty: boolean | undefined;

  async function change<T>(write: Promise<T>): Promise<T> {
    try {
      return await write;
    } finally {
      find = remembered(MOST_KEPT, read);
      isEmpty = undefined;
    }
  }

  return {
    find: (name) => find(name),
    isEmpty: () => (isEmpty ??= selectAny.get() === undefined),
    list: () => (selectAll.all() as Row[]).map(toRecord),
    async put(records, { replaces = false } = {}) {
      await change(writer.write('putDns', { records, replaces }));
    },
    remove: (selection) => change(writer.write('removeDns', selection)),
  };
}
