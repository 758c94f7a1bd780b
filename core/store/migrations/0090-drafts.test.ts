import { afterAll, describe, expect, it } from 'vitest';
import { migrate } from '../migrate.ts';
import { openSchema, removeTemporaryFolders } from '../testing.ts';

afterAll(removeTemporaryFolders);

describe('migration 90', () => {
  it('adds empty drafts to a sandbox that has users and records already', () => {
    const db = openSchema(30);
    db.exec(`
      INSERT INTO user (name, added_at) VALUES ('you', 1);
      INSERT INTO dns_record (name, type, preference, value, ttl) VALUES ('x.test', 'A', NULL, '127.0.0.1', 1);
    `);
    migrate(db, 90);
    expect(db.prepare('SELECT count(*) FROM draft').pluck().get()).toBe(0);
    expect(db.prepare('SELECT count(*) FROM draft_file').pluck().get()).toBe(0);
    expect(db.prepare('SELECT name FROM user').pluck().all()).toEqual(['you']);
    expect(db.prepare('SELECT value FROM dns_record').pluck().all()).toEqual(['127.0.0.1']);
    db.close();
  });

  it('gives no number twice, and refuses fields that are no JSON', () => {
    const db = openSchema(90);
    const add = db.prepare('INSERT INTO draft (changed_at, fields) VALUES (1, ?)');
    const first = add.run('{}').lastInsertRowid;
    db.exec('DELETE FROM draft');
    expect(Number(add.run('{}').lastInsertRowid)).toBeGreaterThan(Number(first));
    expect(() => add.run('{')).toThrow(/CHECK/);
    db.close();
  });
});
