import { afterAll, describe, expect, it } from 'vitest';
import { openSchema, removeTemporaryFolders } from '../testing.ts';

afterAll(removeTemporaryFolders);

describe('migration 10', () => {
  it('makes the first schema from nothing', () => {
    const db = openSchema(10);
    const tables = db
      .prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search_%' ORDER BY name",
      )
      .pluck()
      .all();
    expect(tables).toEqual([
      'compiled_entry',
      'compiled_table',
      'content',
      'counter',
      'delivery',
      'digest',
      'file_text',
      'filed',
      'filing',
      'folder',
      'journey',
      'message',
      'outcome',
      'part',
      'queue_entry',
      'recipient',
      'refusal',
      'revision',
      'revision_file',
      'search',
      'unindexed',
      'user',
    ]);
    db.close();
  });

  it('refuses states that there are not', () => {
    const db = openSchema(10);
    expect(() =>
      db.exec(
        "INSERT INTO queue_entry (message_id, queue_id, queue, next_attempt_at) VALUES (1, 'A', 'active', 0)",
      ),
    ).toThrow(/CHECK/);
    db.close();
  });
});
