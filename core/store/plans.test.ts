import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from './database.ts';
import { FIND_DNS } from './dns.ts';
import { FIND_DRAFT_FILES } from './drafts.ts';
import type { MailFolder } from './mail-store.ts';
import { searchSql } from './read/find-ids.ts';
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

  it.each<MailFolder['kind']>(['all', 'unread', 'undeliverable', 'bin', 'held', 'mailbox', 'alias'])(
    'a search in %s goes through the full-text index in order, and looks each hit up by key',
    (kind) => {
      const steps = plan(searchSql(kind, { wanted: '"a"', unwanted: '' }));
      expect(steps).toMatch(/SCAN search VIRTUAL TABLE INDEX/);
      expect(steps).not.toMatch(/SCAN k|TEMP B-TREE/);
    },
  );

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
