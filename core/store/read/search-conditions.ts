/** Conditions of a search as SQL: each a test of one message number (`ID`), and where there is an index a list by it. */
import { messageNumbers, type QueueId } from '../../mail/queue-id.ts';
import type { SearchNode, SearchStatus } from '../../mail/search/search.ts';
import { LONGEST_KEY } from '../../mail/thread.ts';
import type { CounterName } from '../write/counters.ts';
import type { Beginning } from './search-text.ts';

/** Numbers and names that SQL alone cannot know. */
export interface SearchFacts {
  /** The number of a mailbox or tag; undefined: there is none. */
  folder(kind: 'mailbox' | 'tag', name: string): { readonly id: number; readonly total: number } | undefined;
  /** An expression for words that begin so. */
  readonly beginning: Beginning;
  /** How many are in a mailbox, alias or tag. */
  total(folderId: number): number;
  count(counter: Exclude<CounterName, 'messages' | 'bytes' | 'table_version' | 'refusals'>): number;
}

export type SqlValue = string | number;

/** Collects what the statement binds; answers how SQL names it. */
export type Bind = (value: SqlValue) => string;

/** All messages in a range of numbers that a condition holds for: `FROM from WHERE where`, the number being `id`. */
export interface List {
  readonly from: string;
  readonly where: string;
  readonly id: string;
  /** About how many there are in all. */
  readonly count: number;
}

/** `[start, end)`: the range is bound to these names. */
export const RANGE = { start: 'CAST(@start AS INTEGER)', end: 'CAST(@end AS INTEGER)' } as const;
export const within = (id: string) => `${id} < ${RANGE.end} AND ${id} >= ${RANGE.start}`;

/** A test of the message that an SQL expression names. */
export const ofId = (test: string, id: string): string => test.replaceAll(/\bID\b/gu, id);

const ofMessage = (condition: string) => `EXISTS (SELECT 1 FROM message k WHERE k.id = ID AND ${condition})`;
const ofDigest = (condition: string) =>
  `EXISTS (SELECT 1 FROM digest k WHERE k.message_id = ID AND ${condition})`;
const ofOutcome = (condition: string) =>
  `EXISTS (SELECT 1 FROM outcome k WHERE k.message_id = ID AND ${condition})`;
const ofQueue = (queue: string) =>
  `EXISTS (SELECT 1 FROM queue_entry k WHERE k.message_id = ID AND k.queue = '${queue}')`;

const NEVER = '0';
const DISCARDED = "k.status = 'sent' AND k.relay = 'none' AND k.mailbox IS NULL";
const RELAYED = "k.status = 'sent' AND k.action = 'relayed'";

const STATUS: Readonly<Record<SearchStatus, string>> = {
  queued: ofQueue('incoming'),
  deferred: ofQueue('deferred'),
  held: ofQueue('hold'),
  undeliverable: ofMessage('k.is_undeliverable = 1'),
  bounced: ofMessage('k.is_undeliverable = 1'),
  delivered: ofOutcome("k.status = 'sent' AND k.mailbox IS NOT NULL"),
  discarded: ofOutcome(DISCARDED),
  relayed: ofOutcome(RELAYED),
  deleted: "EXISTS (SELECT 1 FROM recipient k WHERE k.message_id = ID AND k.state = 'deleted')",
};
const FLAG = {
  unread: ofMessage('k.is_read = 0'),
  read: ofMessage('k.is_read = 1'),
  starred: ofMessage('k.is_starred = 1'),
  unstarred: ofMessage('k.is_starred = 0'),
} as const;
const FEATURE = {
  attachment: ofDigest('k.attachments > 0'),
  html: ofDigest('k.has_html = 1'),
  remote: ofDigest('k.remote_resources > 0'),
} as const;

/** A test of `ID` for one condition that is no text. */
export function testOf(node: SearchNode, facts: SearchFacts, bind: Bind): string {
  switch (node.kind) {
    case 'tag':
    case 'mailbox': {
      const found = facts.folder(node.kind, node.name);
      if (found === undefined) return NEVER;
      return `EXISTS (SELECT 1 FROM filed k WHERE k.message_id = ID AND k.folder_id = ${bind(found.id)})`;
    }
    case 'status':
      return STATUS[node.status];
    case 'is':
      return FLAG[node.flag];
    case 'has':
      return FEATURE[node.feature];
    case 'before':
      return ofMessage(`k.arrived_at < ${bind(node.at)}`);
    case 'after':
      return ofMessage(`k.arrived_at >= ${bind(node.at)}`);
    case 'larger':
      return ofMessage(`k.size >= ${bind(node.bytes)}`);
    case 'smaller':
      return ofMessage(`k.size < ${bind(node.bytes)}`);
    case 'queue-id':
      return ofMessage(`k.queue_id = ${bind(node.text)}`);
    case 'message-id':
      return ofMessage(`k.header_message_id = ${bind(node.text)}`);
    default:
      return NEVER;
  }
}

/** A partial index of messages that are not in the Bin. */
const byIndex = (index: string, condition: string, count: number): List => ({
  from: `message m INDEXED BY ${index}`,
  where: `${condition} AND m.deleted_at IS NULL AND ${within('m.id')}`,
  id: 'm.id',
  count,
});
/** Tables without a count: somewhere between what is rare and everything. */
const SOME = 10_000;

const bySmallIndex = (table: string, index: string, condition: string): List => ({
  from: 'message m',
  where: `m.id IN (SELECT k.message_id FROM ${table} k INDEXED BY ${index} WHERE ${condition} AND ${within('k.message_id')})`,
  id: 'm.id',
  count: SOME,
});
const byQueue = (queue: string, count: number): List => ({
  from: 'queue_entry q INDEXED BY queue_due',
  where: `q.queue = '${queue}' AND ${within('q.message_id')}`,
  id: 'q.message_id',
  count,
});

const STATUS_LIST: Readonly<Record<SearchStatus, (facts: SearchFacts) => List | undefined>> = {
  undeliverable: (facts) =>
    byIndex('message_undeliverable', 'm.is_undeliverable = 1', facts.count('undeliverable')),
  bounced: (facts) =>
    byIndex('message_undeliverable', 'm.is_undeliverable = 1', facts.count('undeliverable')),
  held: (facts) => byQueue('hold', facts.count('queue:hold')),
  deferred: (facts) => byQueue('deferred', facts.count('queue:deferred')),
  queued: (facts) => byQueue('incoming', facts.count('queue:incoming')),
  discarded: () => bySmallIndex('outcome', 'outcome_discarded', DISCARDED),
  relayed: () => bySmallIndex('outcome', 'outcome_relayed', RELAYED),
  deleted: () => bySmallIndex('recipient', 'recipient_deleted', "k.state = 'deleted'"),
  delivered: () => undefined,
};

const FEATURE_INDEX = {
  attachment: ['digest_attached', 'd.attachments > 0'],
  html: ['digest_html', 'd.has_html = 1'],
  remote: ['digest_remote', 'd.remote_resources > 0'],
} as const;

/** All kept messages that the condition holds for; undefined: there is no index for it. */
export function listOf(node: SearchNode, facts: SearchFacts, bind: Bind): List | undefined {
  switch (node.kind) {
    case 'tag':
    case 'mailbox': {
      const found = facts.folder(node.kind, node.name);
      if (found === undefined) return { from: 'message m', where: NEVER, id: 'm.id', count: 0 };
      return {
        from: 'filing f',
        where: `f.folder_id = CAST(${bind(found.id)} AS INTEGER) AND ${within('f.message_id')}`,
        id: 'f.message_id',
        count: found.total,
      };
    }
    case 'status':
      return STATUS_LIST[node.status](facts);
    case 'is':
      if (node.flag === 'unread') return byIndex('message_unread', 'm.is_read = 0', facts.count('unread'));
      if (node.flag === 'starred')
        return byIndex('message_starred', 'm.is_starred = 1', facts.count('starred'));
      return node.flag === 'read'
        ? byIndex('message_seen', 'm.is_read = 1', facts.count('kept') - facts.count('unread'))
        : undefined;
    case 'has': {
      const [index, where] = FEATURE_INDEX[node.feature];
      return {
        from: `digest d INDEXED BY ${index}`,
        where: `${where} AND ${within('d.message_id')}`,
        id: 'd.message_id',
        count: SOME,
      };
    }
    case 'larger':
      if (node.bytes < 1_000_000) return undefined;
      return {
        from: 'message m INDEXED BY message_large',
        where: `m.size >= 1000000 AND m.size >= ${bind(node.bytes)} AND ${within('m.id')}`,
        id: 'm.id',
        count: SOME,
      };
    case 'message-id': {
      const named = `SELECT message_id FROM mention WHERE key = ${bind(node.text.replace(/^<|>$/gu, '').slice(0, LONGEST_KEY))}`;
      return {
        from: 'message m',
        where: `m.id IN (${named}) AND m.header_message_id = ${bind(node.text)} AND ${within('m.id')}`,
        id: 'm.id',
        count: 1,
      };
    }
    case 'queue-id': {
      const numbers = messageNumbers(node.text as QueueId);
      const known = `SELECT message_id FROM queue_entry WHERE queue_id = ${bind(node.text)}`;
      const ids =
        numbers.length === 0 ? known : `${known} UNION SELECT ${numbers.map(bind).join(' UNION SELECT ')}`;
      const where = `m.id IN (${ids}) AND m.queue_id = ${bind(node.text)} AND ${within('m.id')}`;
      return { from: 'message m', where, id: 'm.id', count: 1 };
    }
    default:
      return undefined;
  }
}
