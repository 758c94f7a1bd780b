import { afterAll, describe, expect, it } from 'vitest';
import { migrate } from '../migrate.ts';
import { openSchema, removeTemporaryFolders } from '../testing.ts';

afterAll(removeTemporaryFolders);

describe('migration 50', () => {
  it('keeps the revisions that there are, which came from no recipe', () => {
    const db = openSchema(30);
    db.exec(`
      INSERT INTO revision (number, at, what) VALUES (1, 5, 'as found'), (2, 6, 'edited main.cf');
      INSERT INTO file_text (hash, text) VALUES ('h', 'a = b');
      INSERT INTO revision_file (revision, name, hash) VALUES (1, 'main.cf', 'h');
    `);
    migrate(db, 50);
    expect(db.prepare('SELECT number, at, what, recipe, recipe_action FROM revision').raw().all()).toEqual([
      [1, 5, 'as found', null, null],
      [2, 6, 'edited main.cf', null, null],
    ]);
    expect(db.prepare('SELECT name FROM revision_file').pluck().all()).toEqual(['main.cf']);
    db.close();
  });

  it.each(["'x', NULL", "NULL, 'apply'", "'x', 'other'"])('refuses recipe and action (%s)', (values) => {
    const db = openSchema(50);
    expect(() =>
      db.exec(`INSERT INTO revision (at, what, recipe, recipe_action) VALUES (1, 'w', ${values})`),
    ).toThrow(/CHECK/);
    db.close();
  });
});
