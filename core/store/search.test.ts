import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGroupCommit } from './group-commit.ts';
import { parseSearch, matchExpression } from './read/search-query.ts';
import { createFindIds } from './read/find-ids.ts';
import { createListMail } from './read/mail-list.ts';
import { sampleMessage } from './sample.ts';
import type { Connection } from './database.ts';
import { acceptOperation, openSchema, removeTemporaryFolders } from './testing.ts';
import { createOperationRunner } from './write/operations.ts';

afterAll(removeTemporaryFolders);

const TEXTS = [
  'Thanks for your order of postcards',
  'Backup finished in 81 seconds',
  'Your invoice for November; thanks',
  'Größe und Café: naïve résumé',
  'ご注文ありがとうございます',
  'a_b snake_case root@localhost',
];

function fill(db: Connection): void {
  const runner = createOperationRunner(db);
  const group = createGroupCommit(db, runner);
  const work = TEXTS.flatMap((body, index) => {
    const id = index + 1;
    const accept = runner.prepare(...acceptOperation(sampleMessage(id)));
    const digest = { preview: '', attachments: 0, hasHtml: false, remoteResources: 0 };
    const text = { subject: `Number ${id}`, people: 'noreply@shop.test', body, files: `file${id}.pdf` };
    return [accept, () => runner.storeDigest({ id, digest, parts: [], text })];
  });
  group.runAll(work);
}

const listOf = (db: Connection) => {
  const find = createFindIds(db);
  return createListMail(db, (order) => Promise.resolve(find(order)));
};

describe('search', () => {
  let db: Connection;
  beforeEach(() => {
    db = openSchema();
    fill(db);
  });
  afterEach(() => {
    db.close();
  });
  const find = async (search: string) => {
    const page = await listOf(db)({ folder: { kind: 'all' }, search, limit: 10 });
    return page.messages.map((m) => m.id);
  };

  it.each<[string, readonly number[]]>([
    ['thanks', [3, 1]],
    ['THANKS order', [1]],
    ['"your order"', [1]],
    ['"order your"', []],
    ['thanks -invoice', [1]],
    ['thanks -"for november"', [1]],
    ['-thanks', [6, 5, 4, 2]],
    ['invo', []],
    ['invo*', [3]],
    ['"invo*"', []],
    ['-invo* thanks', [1]],
    ['in*', [2]],
    ['cafe resume', [4]],
    ['groesse', []],
    ['root@localhost', [6]],
    ['file2.pdf', [2]],
    ['shop.test', [6, 5, 4, 3, 2, 1]],
    ['"unclosed thanks', []],
    ['"unclosed', []],
    ['AND OR NOT NEAR', []],
    ['thanks AND', []],
    ['body:thanks', []],
    ['!!!', []],
    ['(', []],
    ['*', []],
    ['   ', [6, 5, 4, 3, 2, 1]],
  ])('%j', async (text, ids) => {
    expect(await find(text)).toEqual(ids);
  });

  it('takes anything that can be typed', { timeout: 30_000 }, async () => {
    const all = listOf(db);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (search) => {
        await all({ folder: { kind: 'unread' }, search, limit: 2 });
      }),
      { numRuns: 50 },
    );
    const nasty = fc.array(
      fc.constantFrom(
        '"',
        '""',
        '-',
        '*',
        '^',
        ':',
        '(',
        ')',
        'NOT',
        'AND',
        ' ',
        'a',
        "'",
        ';',
        '\0',
        '+',
        '{x}',
      ),
    );
    await fc.assert(
      fc.asyncProperty(nasty, async (words) => {
        await all({ folder: { kind: 'all' }, search: words.join(''), limit: 2 });
      }),
      { numRuns: 50 },
    );
  });

  it('goes on where the page before ended', async () => {
    const list = listOf(db);
    const first = await list({ folder: { kind: 'all' }, search: 'shop.test', limit: 4 });
    expect(first).toMatchObject({ hasMore: true, messages: [{ id: 6 }, { id: 5 }, { id: 4 }, { id: 3 }] });
    const rest = await list({ folder: { kind: 'all' }, search: 'shop.test', limit: 4, before: 3 });
    expect(rest).toMatchObject({ hasMore: false, messages: [{ id: 2 }, { id: 1 }] });
  });

  it('quotes every term', () => {
    const query = parseSearch('a "b c" -d e*');
    expect(query && matchExpression(query)).toBe('("a" AND "b c" AND "e*") NOT ("d")');
    expect(parseSearch('?!')).toBeUndefined();
  });
});
