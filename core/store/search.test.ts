import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headerToken, headerTokens } from '../mail/search/search.ts';
import type { Connection } from './database.ts';
import { SearchSyntaxError } from './errors.ts';
import { createGroupCommit } from './group-commit.ts';
import { createAddressReader } from './read/addresses.ts';
import { createFinder } from './read/find-ids.ts';
import { createListMail } from './read/mail-list.ts';
import { ARRIVED, sampleDelivery, sampleMessage, sampleOutcome, sampleSettlement } from './sample.ts';
import {
  acceptOperation,
  NO_BAGGAGE,
  openSchema,
  removeTemporaryFolders,
  settleOperation,
} from './testing.ts';
import { createOperationRunner } from './write/operations.ts';

afterAll(removeTemporaryFolders);

const DAY = 86_400_000;
const TEXTS = [
  'Thanks for your order of postcards',
  'Backup finished in 81 seconds',
  'Your invoice for November; thanks',
  'Größe und Café: naïve résumé',
  'ご注文ありがとうございます',
  'a_b snake_case root@localhost',
];
/** Of message n (from 1): everything that a condition can ask for differs in some of them. */
const SIZES = [100, 2_000_000, 100, 50_000, 100, 100];
const header = (name: string, value: string) => [headerToken(name), ...headerTokens(name, value)].join(' ');

function fill(db: Connection): void {
  const runner = createOperationRunner(db);
  const group = createGroupCommit(db, runner);
  const work = TEXTS.flatMap((body, index) => {
    const id = index + 1;
    const message = sampleMessage(id, { arrivedAt: ARRIVED - (6 - id) * DAY, size: SIZES[index] ?? 0 });
    const digest = { preview: '', attachments: id === 3 ? 1 : 0, hasHtml: id % 2 === 0, remoteResources: 0 };
    const text = {
      subject: `Number ${id}`,
      from: `Shop <noreply@shop.test>`,
      to: id === 2 ? 'alice@localhost' : 'root@localhost',
      cc: id === 4 ? 'team@shop.test' : '',
      bcc: id === 5 ? 'audit@shop.test' : '',
      body,
      files: `file${id}.pdf`,
      headers: `${header('X-Mailer', id === 6 ? 'Laravel Mail' : 'PHPMailer 6')} ${id === 1 ? header('X-Campaign', 'x') : ''} ${header('Message-ID', `<${id}@shop.test>`)}`,
    };
    const addresses = { senders: ['noreply@shop.test'], recipients: [`person${id}@shop.test`] };
    const settled = settleOperation(
      sampleSettlement(message, {
        outcomes: [
          id === 4 ? sampleOutcome({ status: 'bounced', action: 'failed', relay: 'none' }) : sampleOutcome(),
        ],
        mailboxDeliveries: id === 4 ? [] : [sampleDelivery({ mailbox: id === 1 ? 'alice' : 'you' })],
      }),
    );
    return [
      runner.prepare(...acceptOperation(message)),
      ...(id === 5 ? [] : [runner.prepare(...settled)]),
      () =>
        runner.storeDigest({
          id,
          digest,
          parts: [],
          text,
          addresses,
          tags: { header: [], plus: [] },
          thread: { keys: [`${id}@shop.test`], answers: '' },
        }),
    ];
  });
  group.runAll(work);
  const marks = [
    { name: 'mark', body: { ids: [1, 2], isRead: true } },
    { name: 'mark', body: { ids: [6], isStarred: true } },
  ] as const;
  group.runAll(marks.map((mark) => runner.prepare(mark, NO_BAGGAGE)));
}

const listOf = (db: Connection) => {
  const { find } = createFinder(db);
  return createListMail(
    db,
    (order) => Promise.resolve(find(order)),
    () => ARRIVED,
  );
};

const CASES: readonly (readonly [string, readonly number[]])[] = [
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
  ['root@localhost', [6, 5, 4, 3, 1]],
  ['file2.pdf', [2]],
  ['shop.test', [6, 5, 4, 3, 2, 1]],
  ['!!!', []],
  ['*', []],
  ['   ', [6, 5, 4, 3, 2, 1]],
  ['invoice or backup', [3, 2]],
  ['(invoice or order) thanks', [3, 1]],
  ['thanks or -your', [6, 5, 4, 3, 2, 1]],
  ['-(thanks or backup)', [6, 5, 4]],
  ['subject:4', [4]],
  ['body:4', []],
  ['body:(order or café)', [4, 1]],
  ['from:noreply', [6, 5, 4, 3, 2, 1]],
  ['from:alice', []],
  ['to:alice', [2]],
  ['to:ali*', [2]],
  ['cc:team@shop.test', [4]],
  ['bcc:audit', [5]],
  ['attachment:file3*', [3]],
  ['header:X-Campaign', [1]],
  ['header:x-mailer:laravel', [6]],
  ['header:X-Mailer:"laravel mail"', [6]],
  ['header:X-Mailer:"mail laravel"', []],
  ['header:X-Mailer:php*', [5, 4, 3, 2, 1]],
  ['header:X-Campaign:php*', []],
  ['laravel', []],
  ['xmailer*', []],
  ['mailbox:you', [6, 3, 2]],
  ['mailbox:YOU', [6, 3, 2]],
  ['mailbox:nobody', []],
  ['-mailbox:you', [5, 4, 1]],
  ['tag:none', []],
  ['status:delivered', [6, 3, 2, 1]],
  ['status:bounced', [4]],
  ['status:undeliverable', [4]],
  ['status:queued', [5]],
  ['status:held', []],
  ['status:discarded', []],
  ['status:relayed', []],
  ['status:deleted', []],
  ['status:deferred', []],
  ['is:unread', [6, 5, 4, 3]],
  ['is:read', [2, 1]],
  ['is:starred', [6]],
  ['is:unstarred', [5, 4, 3, 2, 1]],
  ['has:attachment', [3]],
  ['has:html', [6, 4, 2]],
  ['has:remote', []],
  ['after:2d', [6, 5, 4]],
  ['before:2d', [3, 2, 1]],
  ['after:4d before:2d', [3, 2]],
  ['larger:1M', [2]],
  ['larger:10k', [4, 2]],
  ['smaller:10k', [6, 5, 3, 1]],
  [`queue-id:${sampleMessage(3, {}).queueId}`, []],
  ['queue-id:0', []],
  ['message-id:3@shop.test', [3]],
  ['message-id:<3@shop>', []],
];

describe('search', () => {
  let db: Connection;
  beforeEach(() => {
    db = openSchema();
    fill(db);
  });
  afterEach(() => {
    db.close();
  });
  const find = async (search: string, folder: 'all' | 'bin' = 'all') => {
    const page = await listOf(db).list({ folder: { kind: folder }, search, limit: 10 });
    return page.messages.map((m) => m.id);
  };

  it.each(CASES.filter(([text]) => !text.startsWith('queue-id:')))('%j', async (text, ids) => {
    expect(await find(text)).toEqual(ids);
  });

  it('finds a message by its queue id, which names its number', async () => {
    const queueId = db.prepare('SELECT queue_id FROM message WHERE id = 3').pluck().get() as string;
    expect(await find(`queue-id:${queueId}`)).toEqual([3]);
    expect(await find(`-queue-id:${queueId} thanks`)).toEqual([1]);
    expect(await find('queue-id:0')).toEqual([]);
  });

  it('combines any conditions as sets are combined', { timeout: 60_000 }, async () => {
    const all = [1, 2, 3, 4, 5, 6];
    interface Combined {
      readonly text: string;
      readonly ids: ReadonlySet<number>;
    }
    const leaf = fc
      .constantFrom(
        ...CASES.filter(([text]) => /^-?[a-z]+:[^ ()]+$/iu.test(text) && !text.startsWith('queue-id')),
      )
      .map(([text, ids]): Combined => ({ text, ids: new Set(ids) }));
    const combined = fc.letrec<{ node: Combined }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        leaf,
        fc.tuple(tie('node'), tie('node')).map(([a, b]) => ({
          text: `(${a.text} ${b.text})`,
          ids: new Set([...a.ids].filter((id) => b.ids.has(id))),
        })),
        fc.tuple(tie('node'), tie('node')).map(([a, b]) => ({
          text: `(${a.text} or ${b.text})`,
          ids: new Set([...a.ids, ...b.ids]),
        })),
        tie('node').map((a) => ({
          text: `-(${a.text})`,
          ids: new Set(all.filter((id) => !a.ids.has(id))),
        })),
      ),
    })).node;
    const list = listOf(db);
    await fc.assert(
      fc.asyncProperty(combined, async ({ text, ids }) => {
        const page = await list.list({ folder: { kind: 'all' }, search: text, limit: 10 });
        expect(page.messages.map((m) => m.id)).toEqual([...ids].sort((a, b) => b - a));
      }),
      { numRuns: 300 },
    );
  });

  it('looks only into the Bin there, and nowhere else into it', async () => {
    db.exec('UPDATE message SET deleted_at = 5 WHERE id = 3');
    expect(await find('thanks')).toEqual([1]);
    expect(await find('thanks', 'bin')).toEqual([3]);
    expect(await find('is:unread has:attachment', 'bin')).toEqual([3]);
    expect(await find('has:attachment')).toEqual([]);
  });

  it('says what is no search, and where', async () => {
    await expect(find('from:')).rejects.toBeInstanceOf(SearchSyntaxError);
    await expect(find('a form:b')).rejects.toMatchObject({ problem: { at: 2, length: 5 } });
  });

  it('takes anything that can be typed', { timeout: 30_000 }, async () => {
    const list = listOf(db);
    const signs = [
      '"',
      '""',
      '-',
      '*',
      '^',
      ':',
      '(',
      ')',
      'NOT ',
      'AND',
      ' ',
      'a',
      "'",
      ';',
      '\0',
      '+',
      '{x}',
    ];
    const nasty = fc
      .array(fc.constantFrom(...signs, 'from:', 'header:X:', 'tag:'))
      .map((words) => words.join(''));
    const typed = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), nasty);
    await fc.assert(
      fc.asyncProperty(typed, async (search) => {
        const query = { folder: { kind: 'unread' }, search, limit: 2 } as const;
        await list.list(query).catch((error: unknown) => {
          expect(error).toBeInstanceOf(SearchSyntaxError);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('goes on where the page before ended', async () => {
    const lists = listOf(db);
    const first = await lists.list({ folder: { kind: 'all' }, search: 'shop.test', limit: 4 });
    expect(first).toMatchObject({ hasMore: true, messages: [{ id: 6 }, { id: 5 }, { id: 4 }, { id: 3 }] });
    const rest = await lists.list({ folder: { kind: 'all' }, search: 'shop.test', limit: 4, before: 3 });
    expect(rest).toMatchObject({ hasMore: false, messages: [{ id: 2 }, { id: 1 }] });
    expect(await lists.ids({ folder: { kind: 'all' }, search: 'thanks', limit: 10 })).toEqual([3, 1]);
    expect(await lists.ids({ folder: { kind: 'mailbox', name: 'you' }, search: '', limit: 2 })).toEqual([
      6, 3,
    ]);
    expect(await lists.ids({ folder: { kind: 'mailbox', name: 'you' }, search: 'thanks', limit: 2 })).toEqual(
      [3],
    );
  });

  it('knows addresses by how they begin', () => {
    const addresses = createAddressReader(db);
    expect(addresses({ side: 'to', beginning: 'Person', limit: 2 })).toEqual([
      'person1@shop.test',
      'person2@shop.test',
    ]);
    expect(addresses({ side: 'from', beginning: '', limit: 9 })).toEqual(['noreply@shop.test']);
    expect(addresses({ side: 'from', beginning: 'person', limit: 9 })).toEqual([]);
  });
});
