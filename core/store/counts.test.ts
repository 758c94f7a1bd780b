import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Connection } from './database.ts';
import { createGroupCommit } from './group-commit.ts';
import { sampleDelivery, sampleMessage, sampleOutcome, sampleSettlement } from './sample.ts';
import {
  acceptOperation,
  openSchema,
  removeTemporaryFolders,
  settleOperation,
  type PackedOperation,
} from './testing.ts';
import { createBaggageReader, type Operation } from './wire.ts';
import { createOperationRunner } from './write/operations.ts';

afterAll(removeTemporaryFolders);

/** Counted from the rows themselves. */
const COUNTED: Readonly<Record<string, string>> = {
  messages: 'SELECT count(*) FROM message',
  bytes: 'SELECT coalesce(sum(size), 0) FROM message',
  kept: 'SELECT count(*) FROM message WHERE deleted_at IS NULL',
  unread: 'SELECT count(*) FROM message WHERE deleted_at IS NULL AND is_read = 0',
  starred: 'SELECT count(*) FROM message WHERE deleted_at IS NULL AND is_starred = 1',
  undeliverable: 'SELECT count(*) FROM message WHERE deleted_at IS NULL AND is_undeliverable = 1',
  bin: 'SELECT count(*) FROM message WHERE deleted_at IS NOT NULL',
  'queue:incoming': "SELECT count(*) FROM queue_entry WHERE queue = 'incoming'",
  'queue:deferred': "SELECT count(*) FROM queue_entry WHERE queue = 'deferred'",
  'queue:hold': "SELECT count(*) FROM queue_entry WHERE queue = 'hold'",
};
const FOLDERS = `SELECT f.total, f.unread, f.bytes, count(m.id) AS is_total, coalesce(sum(1 - m.is_read), 0) AS is_unread,
    coalesce(sum((SELECT sum(m.size + length(head)) FROM delivery WHERE message_id = m.id AND mailbox = f.name AND f.kind = 'mailbox')), 0) AS is_bytes
  FROM folder f LEFT JOIN filed d ON d.folder_id = f.id
    LEFT JOIN message m ON m.id = d.message_id AND m.deleted_at IS NULL
  GROUP BY f.id`;

function expectExact(db: Connection): void {
  for (const [name, sql] of Object.entries(COUNTED)) {
    const counter = (db.prepare('SELECT value FROM counter WHERE name = ?').pluck().get(name) ?? 0) as number;
    expect(counter, name).toBe(db.prepare(sql).pluck().get());
  }
  for (const row of db.prepare(FOLDERS).all() as Record<string, number>[]) {
    const { total, unread, bytes, is_total, is_unread, is_bytes } = row;
    expect([total, unread, bytes]).toEqual([is_total, is_unread, is_bytes]);
  }
  const shown = db.prepare('SELECT count(*) FROM filing').pluck().get();
  const total = db.prepare('SELECT coalesce(sum(total), 0) FROM folder').pluck().get();
  expect(shown).toBe(total);
}

const id = fc.integer({ min: 1, max: 8 });
const ids = fc.array(id, { minLength: 1, maxLength: 4 });
const step = fc.oneof(
  fc.record({ name: fc.constant('accept'), id, hold: fc.boolean() }),
  fc.record({
    name: fc.constant('settle'),
    id,
    mailbox: fc.constantFrom('you', 'alice'),
    how: fc.constantFrom('sent', 'bounced', 'deferred'),
  }),
  fc.record({ name: fc.constantFrom('bin', 'restore', 'purge', 'hold', 'delete'), ids }),
  fc.record({ name: fc.constant('mark'), ids, isRead: fc.boolean() }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function toOperation(s: Step): PackedOperation {
  if ('hold' in s) return acceptOperation(sampleMessage(s.id, { hold: s.hold ? 'held' : null }));
  if ('mailbox' in s) {
    const status = s.how;
    return settleOperation(
      sampleSettlement(sampleMessage(s.id), {
        outcomes: [sampleOutcome({ status, address: `${s.mailbox}@localhost` })],
        mailboxDeliveries: status === 'sent' ? [sampleDelivery({ mailbox: s.mailbox })] : [],
        next: status === 'deferred' ? { kind: 'deferred', nextAttemptAt: 1 } : { kind: 'removed' },
      }),
    );
  }
  return [bareOperation(s), createBaggageReader({ bytes: new ArrayBuffer(0), texts: [] })];
}

/** Those that carry nothing beside their words. */
function bareOperation(s: Exclude<Step, { readonly id: number }>): Operation {
  if ('isRead' in s) return { name: 'mark', body: { ids: s.ids, isRead: s.isRead } };
  const queueIds = s.ids.map((n) => sampleMessage(n).queueId);
  if (s.name === 'hold') return { name: 'move', body: { ids: queueIds, to: 'hold' } };
  if (s.name === 'delete') return { name: 'remove', body: { ids: queueIds } };
  if (s.name === 'bin') return { name: 'bin', body: { ids: s.ids, at: 1 } };
  return { name: s.name, body: { ids: s.ids } };
}

describe('counters', () => {
  it('are what counting the rows gives, whatever happened, also after failures', () => {
    fc.assert(
      fc.property(fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { maxLength: 12 }), (turns) => {
        const db = openSchema();
        const runner = createOperationRunner(db);
        const group = createGroupCommit(db, runner);
        for (const turn of turns) {
          group.runEach(turn.map((s) => runner.prepare(...toOperation(s))));
          expectExact(db);
        }
        db.close();
      }),
      { numRuns: 40 },
    );
  });
});
