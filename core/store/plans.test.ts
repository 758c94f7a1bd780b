import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from './database.ts';
import { FIND_DNS } from './dns.ts';
import { FIND_DRAFT_FILES } from './drafts.ts';
import type { MailFolder } from './mail-store.ts';
import { parseSearch } from '../mail/search/search.ts';
import { BINNED_SQL, OLD_SQL } from './read/beyond.ts';
import { listSql as conditionList, testSql } from './read/search-answers.ts';
import { questionOf, type Condition, type Question } from './read/search-question.ts';
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

  const FACTS = {
    folder: () => ({ id: 1, total: 900 }),
    total: () => 900,
    count: () => 900,
    beginning: (text: string) => `"${text}" *`,
  };
  const conditionsOf = (question: Question): readonly Condition[] => {
    if (question.kind === 'condition') return [question.condition];
    return question.kind === 'not' ? conditionsOf(question.of) : question.of.flatMap(conditionsOf);
  };
  function conditions(kind: MailFolder['kind'], text: string): readonly Condition[] {
    const parsed = parseSearch(text, 0);
    const node = parsed.kind === 'search' ? parsed.node : undefined;
    return conditionsOf(questionOf({ kind, folderId: 1, node }, FACTS));
  }
  function stepsOf(sql: string, bound: object): string {
    const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(bound) as { detail: string }[];
    return steps.map((step) => step.detail).join('\n');
  }
  const listSteps = (condition: Condition) => {
    const bound = { ...condition.means().bound, start: 0, end: 9 };
    const sequence =
      condition.sequence === undefined ? '' : stepsOf(condition.sequence, { ...bound, limit: 1 });
    return `${stepsOf(conditionList(condition), bound)}\n${sequence}`;
  };
  const testSteps = (condition: Condition) =>
    stepsOf(testSql(condition), { ...condition.means().bound, ids: '[1]' });

  it.each<MailFolder['kind']>(['all', 'unread', 'undeliverable', 'bin', 'held', 'mailbox', 'alias', 'tag'])(
    '%s, and words in it, are lists by number and looked up by key',
    (kind) => {
      const asked = conditions(kind, 'a -b from:c header:X-Mailer:d');
      expect(asked).toHaveLength(2);
      const lists = asked.map(listSteps).join('\n');
      expect(lists).toMatch(/SCAN search VIRTUAL TABLE INDEX \d+:M\d<>/);
      expect(lists).not.toMatch(/SCAN [mkfqdh]\b|TEMP B-TREE/);
      const tests = asked.map(testSteps).join('\n');
      expect(tests).toMatch(/search .*VIRTUAL TABLE INDEX 0:=M/);
      expect(tests).toMatch(/SEARCH k /);
      expect(tests).not.toMatch(/SCAN k|TEMP B-TREE/);
    },
  );

  it.each<[string, RegExp]>([
    ['tag:x', /SEARCH f USING PRIMARY KEY \(folder_id=\? AND message_id>\? AND message_id<\?\)/],
    ['is:unread', /INDEX message_unread \(id>\? AND id<\?\)/],
    ['-is:read', /INDEX message_unread \(id>\? AND id<\?\)/],
    ['is:starred', /INDEX message_starred \(id>\? AND id<\?\)/],
    ['is:unstarred', /INDEX message_starred \(id>\? AND id<\?\)/],
    ['is:read', /INDEX message_seen \(id>\? AND id<\?\)/],
    ['status:bounced', /INDEX message_undeliverable/],
    ['status:held', /INDEX queue_due/],
    ['status:discarded', /INDEX outcome_discarded/],
    ['has:attachment', /INDEX digest_attached/],
    ['has:html', /INDEX digest_html/],
    ['has:remote', /INDEX digest_remote/],
    ['larger:2M', /INDEX message_large/],
    ['smaller:2k', /INDEX message_kept[^]*SEARCH k .*PRIMARY KEY/],
    ['status:delivered', /INDEX message_kept[^]*SEARCH k .*PRIMARY KEY/],
    ['queue-id:0123456', /SEARCH m USING INTEGER PRIMARY KEY/],
    ['message-id:a@b', /SEARCH mention USING PRIMARY KEY/],
  ])('%s is a list by number, and is looked up by key', (text, index) => {
    const [condition] = conditions('tag', text).filter(({ means }) => !('folder' in means().bound));
    if (condition === undefined) throw new Error('nothing is asked');
    expect(listSteps(condition)).toMatch(index);
    expect(listSteps(condition)).not.toMatch(/SCAN [mkfqd]\b|TEMP B-TREE/);
    expect(testSteps(condition)).toMatch(/SEARCH k /);
    expect(testSteps(condition)).not.toMatch(/SCAN k/);
  });

  it('asks first what few messages are left by', () => {
    const counted = (total: number) => ({ ...FACTS, count: () => 100_000, folder: () => ({ id: 1, total }) });
    const order = (text: string, total: number) => {
      const parsed = parseSearch(text, 0);
      const node = parsed.kind === 'search' ? parsed.node : undefined;
      const question = questionOf({ kind: 'all', folderId: undefined, node }, counted(total));
      return conditionsOf(question).map(({ list, sequence }) =>
        sequence === undefined ? list.from.slice(0, 6) : 'words',
      );
    };
    expect(order('word tag:x', 20)).toEqual(['filing', 'words', 'messag']);
    expect(order('word tag:x', 50_000)).toEqual(['words', 'filing', 'messag']);
    expect(order('smaller:1k -tag:x word', 20)).toEqual(['words', 'filing', 'messag', 'messag']);
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
