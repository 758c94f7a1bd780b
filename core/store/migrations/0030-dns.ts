/** The sandbox's own DNS: records by name, in the order in which they were added. */
import type { Migration } from './index.ts';

export const dns: Migration = {
  version: 30,
  up(db) {
    db.exec(`
      CREATE TABLE dns_record (
        id INTEGER PRIMARY KEY,
        /* Lower case, without the final dot. */
        name TEXT NOT NULL,
        /* The second row: how the name answers whatever it is asked for. */
        type TEXT NOT NULL CHECK (type IN ('A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'TXT',
          'NXDOMAIN', 'NODATA', 'SERVFAIL', 'FORMERR', 'TIMEOUT')),
        preference INTEGER CHECK ((type = 'MX') = (preference IS NOT NULL)),
        value TEXT NOT NULL,
        ttl INTEGER NOT NULL,
        UNIQUE (name, type, value)
      ) STRICT;
      /* In the order of ids as well. */
      CREATE INDEX dns_record_name ON dns_record (name);
    `);
  },
};
