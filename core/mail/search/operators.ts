/** The operators of the search: their names, what they take, and what the help says about them. */
import { SEARCH_FEATURES, SEARCH_FLAGS, SEARCH_STATUSES } from './tree.ts';

export interface SearchOperator {
  readonly name: string;
  readonly what: string;
  readonly example: string;
  /** All values that there are; absent: any text. */
  readonly values?: readonly string[];
  /** Where values to suggest come from. */
  readonly source?: 'from' | 'to' | 'tags' | 'mailboxes' | 'headers';
}

export const SEARCH_OPERATORS: readonly SearchOperator[] = [
  {
    name: 'from',
    what: 'sender, in the header or the envelope',
    example: 'from:alice@shop.test',
    source: 'from',
  },
  { name: 'to', what: 'recipient, in the header or the envelope', example: 'to:root', source: 'to' },
  { name: 'cc', what: 'Cc header', example: 'cc:team', source: 'to' },
  { name: 'bcc', what: 'recipient that no header names', example: 'bcc:audit', source: 'to' },
  { name: 'subject', what: 'words of the subject', example: 'subject:"your order"' },
  { name: 'body', what: 'words of the text', example: 'body:refund' },
  {
    name: 'header',
    what: 'a header that is there, or what it says',
    example: 'header:X-Mailer:laravel',
    source: 'headers',
  },
  { name: 'attachment', what: 'name of an attached file', example: 'attachment:invoice*' },
  { name: 'tag', what: 'messages with this tag', example: 'tag:welcome', source: 'tags' },
  { name: 'mailbox', what: 'delivered to this mailbox', example: 'mailbox:you', source: 'mailboxes' },
  { name: 'status', what: 'what became of a recipient', example: 'status:bounced', values: SEARCH_STATUSES },
  { name: 'is', what: 'unread, read, starred, unstarred', example: 'is:unread', values: SEARCH_FLAGS },
  {
    name: 'has',
    what: 'attachment, html, remote content',
    example: 'has:attachment',
    values: SEARCH_FEATURES,
  },
  {
    name: 'before',
    what: 'arrived before that day, or longer ago',
    example: 'before:2026-11-20',
    values: ['today', 'yesterday', '1h', '7d', '30d'],
  },
  {
    name: 'after',
    what: 'arrived on that day or later',
    example: 'after:yesterday',
    values: ['today', 'yesterday', '1h', '7d', '30d'],
  },
  { name: 'larger', what: 'at least so large', example: 'larger:1M', values: ['10k', '100k', '1M', '10M'] },
  {
    name: 'smaller',
    what: 'smaller than that',
    example: 'smaller:10k',
    values: ['10k', '100k', '1M', '10M'],
  },
  { name: 'queue-id', what: 'the message of this queue id', example: 'queue-id:4bX2yk1Vz9z7' },
  { name: 'message-id', what: 'the Message-ID header', example: 'message-id:1@shop.test' },
];

export const SEARCH_OPERATOR_NAMES: readonly string[] = SEARCH_OPERATORS.map(({ name }) => name);

/** Header names that are worth suggesting. */
export const USUAL_HEADERS: readonly string[] = [
  'Auto-Submitted',
  'Content-Type',
  'In-Reply-To',
  'List-Id',
  'List-Unsubscribe',
  'Precedence',
  'Reply-To',
  'X-Mailer',
  'X-Priority',
  'X-Tags',
];
