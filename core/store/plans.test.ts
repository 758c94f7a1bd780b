import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from './database.ts';
import { FIND_DNS } from './dns.ts';
import { FIND_DRAFT_FILES } from './drafts.ts';
import type { MailFolder } from './mail-store.ts';
import { parseSearch } from '../mail/search/search.ts';
import { BINNED_SQL, OLD_SQL } from './read/beyond.ts';
import { planSearch } from './read/search-plan.ts';
import { listSql } from './read/mail-list.ts';
import { openSchema, removeTemporaryFolders } from './testing.ts';

describe('query plans', () => {
  let db: Connection;
  beforeAll(() => {
    db = openSchema();
  });
  afterAll(() => {
    db.close();
    removeTemporaryFolders();
  });

  const plan = (sql: string) => {
    const bound = Array.from(sql.matchAll(/\?/g), () => 1);
    const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...bound) as { detail: string }[];
    return steps.map((s) => s.detail).join('\n');
  };

  it.each<[MailFolder['kind'], RegExp]>([
    ['all', /SEARCH m USING COVERING INDEX message_kept|SEARCH m USING INDEX message_kept/],
    ['unread', /SEARCH m USING (COVERING )?INDEX message_unread/],
    ['undeliverable', /SEARCH m USING (COVERING )?INDEX message_undeliverable/],
    ['bin', /SEARCH m USING (COVERING )?INDEX message_bin/],
    ['starred', /SEARCH m USING (COVERING )?INDEX message_starred/],
    ['tag', /SEARCH f USING PRIMARY KEY \(folder_id=\? AND message_id<\?\)/],
    ['mailbox', /SEARCH f USING PRIMARY KEY \(folder_id=\? AND message_id<\?\)/],
    ['alias', /SEARCH f USING PRIMARY KEY \(folder_id=\? AND message_id<\?\)/],
  ])('a page of %s is read off its index, in its order', (kind, index) => {
    const steps = plan(listSql(kind));
    expect(steps).toMatch(index);
    expect(steps).not.toMatch(/SCAN|TEMP B-TREE/);
  });

  it('held mail is found among what is held, not among all mail', () => {
    expect(plan(listSql('held'))).toMatch(/SEARCH h USING (COVERING )?INDEX queue_due/);
  });

  const FACTS = { folder: () => ({ id: 1, total: 900 }), count: () => 900 };
  const parsedNode = (text: string) => {
    const parsed = parseSearch(text, 0);
    return parsed.kind === 'search' ? parsed.node : undefined;
  };
  function planOf(sql: string, bound: object): string {
    const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(bound);
    return (steps as { detail: string }[]).map((step) => step.detail).join('\n');
  }
  function searchPlan(kind: MailFolder['kind'], text: string, facts = FACTS): string {
    const { sql, bound } = planSearch({ kind, folderId: 1, node: parsedNode(text), facts });
    return planOf(sql, { start: 0, end: 9, limit: 1, ...bound });
  }

  it.each<MailFolder['kind']>(['all', 'unread', 'undeliverable', 'bin', 'held', 'mailbox', 'alias', 'tag'])(
    'words in %s go through the full-text index in order, and look each hit up by key',
    (kind) => {
      const steps = searchPlan(kind, 'a -b from:c header:X-Mailer:d');
      expect(steps).toMatch(/SCAN search VIRTUAL TABLE INDEX/);
      expect(steps).not.toMatch(/SCAN k|TEMP B-TREE/);
    },
  );

  it.each<[string, RegExp]>([
    ['tag:x', /SEARCH f USING PRIMARY KEY \(folder_id=\? AND message_id>\? AND message_id<\?\)/],
    ['mailbox:x larger:1k', /SEARCH f USING PRIMARY KEY/],
    ['is:unread', /INDEX message_unread/],
    ['is:starred', /INDEX message_starred/],
    ['is:read -tag:y', /INDEX message_seen/],
    ['status:bounced', /INDEX message_undeliverable/],
    ['status:held', /INDEX queue_due/],
    ['status:discarded', /INDEX outcome_discarded/],
    ['has:attachment', /INDEX digest_attached/],
    ['larger:2M', /INDEX message_large/],
    ['-a', /INDEX message_kept/],
    ['smaller:2k', /INDEX message_kept/],
    ['queue-id:0123456', /SEARCH m USING INTEGER PRIMARY KEY/],
    ['message-id:a@b', /SEARCH mention USING PRIMARY KEY/],
  ])('%s goes through a list of its own', (text, index) => {
    const steps = searchPlan('all', text);
    expect(steps).toMatch(index);
    expect(steps).not.toMatch(/SCAN [mkfqd]\b/);
  });

  it('a short list goes before a word, which is then asked for one by one', () => {
    const short = { folder: () => ({ id: 1, total: 20 }), count: () => 20 };
    const many = { folder: () => ({ id: 1, total: 5000 }), count: () => 1_000_000 };
    expect(searchPlan('all', 'word tag:x', short)).toMatch(/SEARCH f USING PRIMARY KEY/);
    expect(searchPlan('all', 'word tag:x')).toMatch(/^SCAN search/);
    const node = parsedNode('word tag:x');
    const input = { kind: 'all', folderId: undefined, node, facts: many } as const;
    const { sample, bound } = planSearch(input);
    expect(planOf(sample?.sql ?? '', { start: 0, end: 9, ...bound })).toMatch(/SEARCH f USING PRIMARY KEY/);
    expect(planSearch({ ...input, lead: 'list' }).sql).toMatch(/FROM filing f WHERE/);
    expect(planSearch({ ...input, node: parsedNode('word is:unread') }).sample).toBeUndefined();
  });

  it.each([
    [
      'due mail',
      'SELECT message_id FROM queue_entry q WHERE q.queue = ? AND q.next_attempt_at <= ? ORDER BY q.next_attempt_at, q.message_id',
      'queue_due',
    ],
    [
      'bounces of today',
      "SELECT count(*) FROM outcome WHERE status = 'bounced' AND finished_at >= ?",
      'outcome_bounced',
    ],
    ['what was in the Bin too long', BINNED_SQL, 'message_binned'],
    ['mail that is too old', OLD_SQL, 'message_kept (id<?)'],
    ['DNS records of a name', FIND_DNS, 'dns_record_name'],
    ['files of a draft', FIND_DRAFT_FILES, 'draft_file_draft'],
    [
      'notices of a message',
      'SELECT id, origin, subject FROM message WHERE parent_id = ? ORDER BY id LIMIT 100',
      'message_child',
    ],
  ])('%s is read off an index', (_, sql, index) => {
    const steps = plan(sql);
    expect(steps).toContain(index);
    expect(steps).not.toMatch(/SCAN|TEMP B-TREE/);
  });
});
