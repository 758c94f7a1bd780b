import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Connection } from './database.ts';
import { createGroupCommit, type GroupCommit } from './group-commit.ts';
import { createFinder } from './read/find-ids.ts';
import { createListMail, type MailLists } from './read/mail-list.ts';
import { sampleMessage, sampleSettlement } from './sample.ts';
import {
  NO_BAGGAGE,
  acceptOperation,
  openSchema,
  removeTemporaryFolders,
  settleOperation,
} from './testing.ts';
import { createOperationRunner, type OperationRunner } from './write/operations.ts';

afterAll(removeTemporaryFolders);

describe('threads', () => {
  let db: Connection;
  let runner: OperationRunner;
  let group: GroupCommit;
  let lists: MailLists;
  beforeEach(() => {
    db = openSchema();
    runner = createOperationRunner(db);
    group = createGroupCommit(db, runner);
    const { find } = createFinder(db);
    lists = createListMail(
      db,
      (order) => Promise.resolve(find(order)),
      () => 0,
    );
  });
  afterEach(() => {
    db.close();
  });

  /** Message n has the Message-ID n and refers to the ids given. */
  function add(id: number, refers: readonly string[], subject = `Subject ${id}`, answers = ''): void {
    const summary = { from: 'a@b', to: 'c@d', subject, date: 0, messageId: `<${id}>` };
    const message = sampleMessage(id, { summary });
    const none = { header: [], plus: [] };
    const text = { subject, from: '', to: '', cc: '', bcc: '', body: '', files: '', headers: '' };
    group.runAll<unknown>([
      runner.prepare(...acceptOperation(message)),
      runner.prepare(...settleOperation(sampleSettlement(message))),
      () =>
        runner.storeDigest({
          id,
          digest: { preview: '', attachments: 0, hasHtml: false, remoteResources: 0 },
          parts: [],
          text,
          addresses: { senders: [], recipients: [] },
          tags: none,
          thread: { keys: [`${id}`, ...refers], answers },
        }),
    ]);
  }
  const members = (id: number) => lists.thread(id).map((row) => row.id);
  const threaded = async (before?: number) => {
    const query = {
      folder: { kind: 'mailbox', name: 'you' },
      search: '',
      isThreaded: true,
      before,
      limit: 10,
    } as const;
    return (await lists.list(query)).messages.map((row) => [row.id, row.threadSize]);
  };

  it('hold what refers to one another, in whatever order it comes', async () => {
    add(1, []);
    add(2, ['9']);
    add(3, ['1']);
    add(4, ['missing']);
    add(5, ['missing']);
    add(9, ['3']);
    expect(members(1)).toEqual([1, 2, 3, 9]);
    expect(members(9)).toEqual([1, 2, 3, 9]);
    expect(members(4)).toEqual([4, 5]);
    expect(await threaded()).toEqual([
      [9, 4],
      [5, 2],
    ]);
    expect(await threaded(9)).toEqual([[5, 2]]);
  });

  it('are found by the subject where nothing else tells', () => {
    add(1, [], 'Your order');
    add(2, [], 'Your order');
    add(3, [], 'Your order is late');
    add(4, [], 'Re: Your order', 'Your order');
    add(5, ['1'], 'Re: Your order');
    expect(members(4)).toEqual([2, 4]);
    expect(members(1)).toEqual([1, 5]);
    expect(members(3)).toEqual([3]);
  });

  it('forget what goes for good, and do not show what is in the Bin', async () => {
    add(1, []);
    add(2, ['1']);
    add(3, ['2']);
    db.exec('UPDATE message SET deleted_at = 5 WHERE id = 3; DELETE FROM filing WHERE message_id = 3');
    expect(members(1)).toEqual([1, 2]);
    expect(await threaded()).toEqual([[2, 2]]);
    group.runAll([runner.prepare({ name: 'purge', body: { ids: [3] } }, NO_BAGGAGE)]);
    expect(db.prepare('SELECT count(*) FROM mention WHERE message_id = 3').pluck().get()).toBe(0);
    add(4, ['3']);
    expect(members(4)).toEqual([4]);
  });

  it('are the connected parts of what refers to what', { timeout: 60_000 }, () => {
    const references = fc.array(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 2 }), {
      minLength: 12,
      maxLength: 12,
    });
    fc.assert(
      fc.property(references, (all) => {
        db.exec(
          'DELETE FROM message; DELETE FROM mention; DELETE FROM thread; DELETE FROM recipient; DELETE FROM content',
        );
        db.exec(
          'DELETE FROM outcome; DELETE FROM delivery; DELETE FROM journey; DELETE FROM digest; DELETE FROM search',
        );
        db.exec('DELETE FROM filed; DELETE FROM filing; DELETE FROM unindexed; DELETE FROM queue_entry');
        const part = Array.from({ length: 13 }, (_, index) => index);
        all.forEach((refers, index) => {
          add(
            index + 1,
            refers.map((to) => `${to}`),
          );
          for (const to of refers) {
            const [from, into] = [part[index + 1], part[to]];
            part.forEach((value, at) => {
              if (value === from) part[at] = into ?? 0;
            });
          }
        });
        for (let id = 1; id <= 12; id++) {
          const same = part.flatMap((value, at) => (at > 0 && value === part[id] ? [at] : []));
          expect(members(id)).toEqual(same);
        }
      }),
      { numRuns: 60 },
    );
  });
});
