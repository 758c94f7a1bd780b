/** Writes of the sandbox's DNS table. */
import { FORCED_TYPES, isForcedType } from '../../util/dns-record.ts';
import type { Connection } from '../database.ts';
import type { Operations } from '../wire.ts';

export interface DnsWrites {
  put(order: Operations['putDns']['in']): null;
  remove(selection: Operations['removeDns']['in']): number;
}

export function createDnsWrites(db: Connection): DnsWrites {
  const upsert = db.prepare(
    `INSERT INTO dns_record (name, type, preference, value, ttl) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (name, type, value) DO UPDATE SET preference = excluded.preference, ttl = excluded.ttl`,
  );
  const forced = FORCED_TYPES.map((type) => `'${type}'`).join(', ');
  const dropForced = db.prepare(`DELETE FROM dns_record WHERE name = ? AND type IN (${forced})`);
  const remove = db.prepare(
    `DELETE FROM dns_record
      WHERE (@name IS NULL OR name = @name) AND (@type IS NULL OR type = @type) AND (@value IS NULL OR value = @value COLLATE NOCASE)`,
  );
  return {
    put({ records, replaces }) {
      if (replaces) remove.run({ name: null, type: null, value: null });
      for (const { name, type, preference, value, ttl } of records) {
        if (isForcedType(type)) dropForced.run(name);
        upsert.run(name, type, preference ?? null, value, ttl);
      }
      return null;
    },
    remove: ({ name, type, value }) =>
      remove.run({ name: name ?? null, type: type ?? null, value: value ?? null }).changes,
  };
}
