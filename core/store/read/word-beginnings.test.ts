import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../database.ts';
import { openSchema, removeTemporaryFolders } from '../testing.ts';
import { createBeginning } from './word-beginnings.ts';

/** So many messages have every word of `kav...` that the lists of these words are long. */
const MESSAGES = 4000;
const LONG = Array.from({ length: 40 }, (_, n) => `kava${n}`);

describe('words that begin so', () => {
  let db: Connection;
  beforeAll(() => {
    db = openSchema();
    const insert = db.prepare('INSERT INTO search (rowid, subject, body) VALUES (?, ?, ?)');
    db.transaction(() => {
      for (let id = 1; id <= MESSAGES; id++) {
        insert.run(id, `order${id}`, `Kavá kav ${LONG.join(' ')} kb ka`);
      }
    })();
  });
  afterAll(() => {
    db.close();
    removeTemporaryFolders();
  });
  const find = (expression: string) =>
    db.prepare('SELECT count(*) FROM search WHERE search MATCH ?').pluck().get(expression);

  it('are named one by one where their lists are long', () => {
    const expression = createBeginning(db)('KAV');
    expect(expression.slice(1, -1).split(' OR ')).toEqual(
      ['kav', 'kava', ...LONG].map((word) => `"${word}"`).sort(),
    );
    expect(find(expression)).toBe(MESSAGES);
  });

  it('are left to the index where there is little of them, or too many, or no single word', () => {
    const beginning = createBeginning(db);
    expect(beginning('order12')).toBe('"order12" *');
    expect(beginning('nothing')).toBe('"nothing" *');
    expect(beginning('kavá')).toBe('"kavá" *');
    expect(beginning('ka kav')).toBe('"ka kav" *');
    db.exec(
      `INSERT INTO search (rowid, body) VALUES (${MESSAGES + 1}, '${Array.from({ length: 1600 }, (_, n) => `kavx${n}`).join(' ')}')`,
    );
    expect(beginning('kav')).toBe('"kav" *');
    expect(beginning('kava').split(' OR ')).toHaveLength(LONG.length + 1);
  });
});
