import { afterEach, describe, expect, it } from 'vitest';
import type { QueueEntry } from '../../api/contract/queue.ts';
import { CommandError } from '../context.ts';
import { createTestContext, type TestContext } from '../testing/test-context.ts';
import { listQueue, listQueueAsJson } from './queue-listing.ts';
import { run as postcat } from './postcat.ts';
import { run as postqueue } from './postqueue.ts';
import { run as postsuper } from './postsuper.ts';
import type { Run } from '../context.ts';

let context: TestContext;
afterEach(() => context.close());

async function outcome(run: Run, args: readonly string[]): Promise<number | string> {
  try {
    return await run(context, args);
  } catch (error) {
    if (error instanceof CommandError) return `${error.exit} ${error.message}`;
    throw error;
  }
}
const acts = () => context.engine.calls.filter(({ name }) => name === 'act').map(({ input }) => input);

function entry(change: Partial<QueueEntry> = {}): QueueEntry {
  return {
    queueId: '4ACB512345',
    messageId: 5,
    queue: 'deferred',
    arrivedAt: new Date(2026, 10, 2, 21, 6, 8).getTime(),
    size: 553,
    sender: 'carol@example.test',
    subject: '',
    recipients: [
      { address: 'one@x.test', originalAddress: '', reason: '', attempts: 0 },
      { address: 'two@x.test', originalAddress: '', reason: 'come back later', attempts: 1 },
      { address: 'a b@x.test', originalAddress: '', reason: 'come back later', attempts: 1 },
    ],
    holdReason: '',
    nextAttemptAt: null,
    warnsAt: null,
    expiresAt: null,
    attempts: 1,
    forcedExpire: false,
    ...change,
  };
}

describe('the queue’s listing', () => {
  it('has Postfix’s columns', async () => {
    context = await createTestContext();
    expect(
      listQueue([entry({ forcedExpire: true }), entry({ queue: 'hold', sender: '', recipients: [] })], false),
    ).toBe(
      [
        '-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------',
        '4ACB512345#     553 Mon Nov  2 21:06:08  carol@example.test',
        '                                                             (come back later)',
        '                                         two@x.test',
        '                                         "a b"@x.test',
        '                                         one@x.test',
        '',
        '4ACB512345!     553 Mon Nov  2 21:06:08  MAILER-DAEMON',
        '',
        '-- 1 Kbytes in 2 Requests.',
        '',
      ].join('\n'),
    );
    expect(listQueue([], false)).toBe('Mail queue is empty\n');
  });

  it('has Postfix’s JSON, one object a line', async () => {
    context = await createTestContext();
    expect(listQueueAsJson([entry({ arrivedAt: 1_700_000_000_999 })])).toBe(
      '{"queue_name": "deferred", "queue_id": "4ACB512345", "arrival_time": 1700000000, "message_size": 553, ' +
        '"forced_expire": false, "sender": "carol@example.test", "recipients": [' +
        '{"address": "two@x.test", "delay_reason": "come back later"}, ' +
        '{"address": "\\"a b\\"@x.test", "delay_reason": "come back later"}, {"address": "one@x.test"}]}\n',
    );
  });
});

describe('postqueue', () => {
  it('flushes everything, or one message', async () => {
    context = await createTestContext();
    expect(await outcome(postqueue, ['-f'])).toBe(0);
    expect(await outcome(postqueue, ['-i', 'ABC123'])).toBe(0);
    expect(acts()).toEqual([
      { action: 'flush', ids: 'ALL' },
      { action: 'flush', ids: ['ABC123'] },
    ]);
  });

  const usage =
    '69 fatal: usage: postqueue -f | postqueue -i queueid | postqueue -j | postqueue -p | postqueue -s site';
  it.each([
    [['-i', '../x'], '69 fatal: Cannot flush queue ID - invalid name: "../x"'],
    [['-s', 'bad..name'], '69 fatal: Cannot flush mail queue - invalid destination: "bad..name"'],
    [['-s', 'sink.test'], '69 fatal: Flush service is not configured for destination "sink.test"'],
    [['-x'], usage],
    [[], usage],
    [['-p', 'word'], usage],
  ])('refuses %j', async (args, failure) => {
    context = await createTestContext();
    expect(await outcome(postqueue, args)).toBe(failure);
    expect(acts()).toEqual([]);
  });

  it('flushes a site that is configured for it, subdomains included', async () => {
    context = await createTestContext();
    const values: Record<string, string> = {
      fast_flush_domains: 'example.test, other.test',
      parent_domain_matches_subdomains: 'debug_peer_list,fast_flush_domains',
    };
    const view = (name: string) => ({
      name,
      known: true,
      default: '',
      value: '',
      effect: 'works' as const,
      about: '',
    });
    Object.assign(context.engine.config, {
      parameter: (name: string) => Promise.resolve({ ...view(name), expanded: values[name] ?? '' }),
    });
    expect(await outcome(postqueue, ['-s', 'mail.example.test'])).toBe(0);
    expect(acts()).toEqual([{ action: 'flush', ids: 'ALL', site: 'mail.example.test' }]);
    expect(await outcome(postqueue, ['-s', 'ample.test'])).toMatch(/^69 /);
  });

  it('lists what there is while no sandbox runs, and cannot flush', async () => {
    context = await createTestContext({ isRunning: false });
    expect(await outcome(postqueue, ['-p'])).toBe(0);
    expect(context.printed.out).toBe('Mail queue is empty\n');
    expect(context.printed.err).toBe(
      'postqueue: warning: Mail system is down -- accessing queue directly (Connect to the v showq service: No such file or directory)\n',
    );
    context.printed.err = '';
    expect(await outcome(postqueue, ['-f'])).toBe('69 fatal: Cannot flush mail queue - mail system is down');
    expect(context.printed.err).toBe(
      'postqueue: warning: unable to look up public/qmgr: No such file or directory\n',
    );
  });
});

describe('postsuper', () => {
  it('reports what it did to each named message, and how many in all', async () => {
    context = await createTestContext();
    expect(await outcome(postsuper, ['-d', 'AAA', '-d', '../x', '-h', 'BBB'])).toBe(0);
    expect(acts()).toEqual([
      { action: 'delete', ids: ['AAA'] },
      { action: 'hold', ids: ['BBB'] },
    ]);
    expect(context.printed.err).toBe(
      'postsuper: warning: invalid mail queue id: ../x\npostsuper: AAA: removed\n' +
        'postsuper: BBB: placed on hold\npostsuper: Deleted: 1 message\npostsuper: Placed on hold: 1 message\n',
    );
  });

  it('takes ALL, of one queue, and ids from standard input', async () => {
    context = await createTestContext();
    context.stdin.text = 'AAA\nBBB\n';
    expect(await outcome(postsuper, ['-H', 'ALL', 'hold'])).toBe(0);
    expect(await outcome(postsuper, ['-e', '-'])).toBe(0);
    expect(acts()).toEqual([
      { action: 'release', ids: 'ALL', queue: 'hold' },
      { action: 'expire', ids: ['AAA', 'BBB'] },
    ]);
    expect(context.printed.err).toContain('postsuper: Released from hold: 2 messages\n');
    expect(context.printed.err).toContain('postsuper: Force-expired: 2 messages\n');
  });

  it('expires and releases with -f, and releases only from hold', async () => {
    context = await createTestContext();
    expect(await outcome(postsuper, ['-f', 'ALL'])).toBe(0);
    expect(await outcome(postsuper, ['-H', 'ALL', 'deferred'])).toBe(0);
    expect(acts()).toEqual([
      { action: 'expire', ids: 'ALL' },
      { action: 'release', ids: 'ALL' },
    ]);
    expect(context.printed.err).toMatch(/Force-expired: .*\npostsuper: Released from hold: /);
    expect(context.printed.err).toMatch(/Released from hold: 0 messages\n$/);
  });

  it('takes ALL for an id when it comes from standard input, and knows which queues there are', async () => {
    context = await createTestContext();
    context.stdin.text = 'ALL\n\n';
    expect(await outcome(postsuper, ['-h', '-'])).toBe(0);
    expect(acts()).toEqual([{ action: 'hold', ids: ['ALL'] }]);
    expect(context.printed.err).toContain('postsuper: warning: invalid mail queue id: \n');
    expect(await outcome(postsuper, ['-d', 'ALL', 'bounce'])).toBe(0);
    expect(await outcome(postsuper, ['-d', 'ALL', 'x'])).toBe('1 fatal: invalid directory name: x');
  });

  it('is for the owner only', async () => {
    context = await createTestContext({ actor: { isOwner: false } });
    expect(await outcome(postsuper, ['-d', 'ALL'])).toBe(
      '1 fatal: use of this command is reserved for the superuser',
    );
  });
});

describe('postcat', () => {
  it('shows the parts asked for', async () => {
    context = await createTestContext();
    expect(await outcome(postcat, ['-q', 'ABC123'])).toBe(0);
    expect(await outcome(postcat, ['-hq', 'ABC123'])).toBe(0);
    expect(context.printed.out).toBe('queue file\nqueue file\n');
    const asked = context.engine.calls.map(({ input }) => (input as { what: unknown }).what);
    expect(asked).toEqual([
      { envelope: true, header: true, body: true },
      { envelope: false, header: true, body: false },
    ]);
    expect(await outcome(postcat, ['-q', 'NONE'])).toBe(
      '1 fatal: open queue file NONE: No such file or directory',
    );
  });

  it('takes no file for a queue file', async () => {
    context = await createTestContext();
    expect(await outcome(postcat, [import.meta.filename])).toBe(0);
    expect(context.printed.err).toMatch(/^postcat: warning: .*: input is not a valid queue file\n$/);
    expect(await outcome(postcat, ['/nowhere/x'])).toBe(
      '1 fatal: open /nowhere/x: No such file or directory',
    );
  });
});
