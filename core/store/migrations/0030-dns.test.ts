import { afterAll, describe, expect, it } from 'vitest';
import { migrate } from '../migrate.ts';
import { openSchema, removeTemporaryFolders } from '../testing.ts';

afterAll(removeTemporaryFolders);

describe('migration 30', () => {
  it('adds an empty DNS table to a sandbox that has mail, users and tables already', () => {
    const db = openSchema(20);
    db.exec(`
      INSERT INTO user (name, added_at) VALUES ('you', 1);
      INSERT INTO compiled_table (id, path, type, built_at) VALUES (1, '/etc/aliases', 'hash', 1);
      INSERT INTO compiled_entry (table_id, key, value, line) VALUES (1, 'root', 'you', 1);
      INSERT INTO folder (id, kind, name, total, bytes) VALUES (1, 'mailbox', 'you', 1, 100);
    `);
    migrate(db, 30);
    expect(db.prepare('SELECT count(*) FROM dns_record').pluck().get()).toBe(0);
    expect(db.prepare('SELECT name FROM user').pluck().all()).toEqual(['you']);
    expect(db.prepare('SELECT value FROM compiled_entry').pluck().all()).toEqual(['you']);
    expect(db.prepare('SELECT bytes FROM folder').pluck().all()).toEqual([100]);
    db.close();
  });

  it.each([
    ["'x', 'SRV', NULL, 'y', 1", 'a type that there is not'],
    ["'x', 'MX', NULL, 'y', 1", 'an MX without preference'],
    ["'x', 'A', 10, '127.0.0.1', 1", 'an address with one'],
  ])('refuses (%s): %s', (values) => {
    const db = openSchema(30);
    expect(() =>
      db.exec(`INSERT INTO dns_record (name, type, preference, value, ttl) VALUES (${values})`),
    ).toThrow(/CHECK/);
    db.close();
  });
});
