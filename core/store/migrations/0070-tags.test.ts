import { afterAll, describe, expect, it } from 'vitest';
import { migrate } from '../migrate.ts';
import { openSchema, removeTemporaryFolders } from '../testing.ts';

afterAll(removeTemporaryFolders);

describe('migration 70', () => {
  it('keeps folders with their numbers and counts, and takes tags beside them', () => {
    const db = openSchema(60);
    db.exec("INSERT INTO folder VALUES (3, 'mailbox', 'you', 2, 1, 100), (7, 'alias', 'root', 1, 0, 0)");
    migrate(db, 70);
    db.exec("INSERT INTO folder (kind, name) VALUES ('tag', 'you')");
    expect(
      db.prepare('SELECT id, kind, name, total, unread, bytes FROM folder ORDER BY id').raw().all(),
    ).toEqual([
      [3, 'mailbox', 'you', 2, 1, 100],
      [7, 'alias', 'root', 1, 0, 0],
      [8, 'tag', 'you', 0, 0, 0],
    ]);
    expect(() => db.exec("INSERT INTO folder (kind, name) VALUES ('mailbox', 'you')")).toThrow(/UNIQUE/);
    db.close();
  });
});
