/** Captured mail as lists and the reader need it. Words and shapes are the contract's (core/api/contract/mail.ts). */
import type { JourneyEntry } from '../mail/journey.ts';
import type {
  ClientIdentity,
  HeaderSummary,
  MailboxDelivery,
  MessageContent,
  Origin,
} from '../mail/message.ts';
import type { Ret } from '../mail/dsn.ts';

export type MailFolder =
  | { readonly kind: 'all' | 'unread' | 'starred' | 'undeliverable' | 'held' | 'bin' }
  | { readonly kind: 'mailbox' | 'alias' | 'tag'; readonly name: string };

export type FateStatus =
  'queued' | 'delivered' | 'bounced' | 'deferred' | 'held' | 'discarded' | 'deleted' | 'relayed';

/** What became of one address so far. */
export interface RecipientFate {
  /** As the client gave it. */
  readonly recipient: string;
  /** Where it went after aliases. */
  readonly address: string;
  readonly status: FateStatus;
  readonly mailbox?: string;
  readonly dsn: string;
  readonly reason: string;
  readonly nextAttemptAt?: number;
}

export interface MailRow {
  readonly id: number;
  readonly queueId: string;
  readonly arrivedAt: number;
  /** Decoded; falls back to the envelope sender. */
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  /** '' until indexed. */
  readonly preview: string;
  readonly size: number;
  readonly attachments: number;
  readonly isRead: boolean;
  readonly isStarred: boolean;
  readonly tags: readonly string[];
  /** Messages of its conversation that are not in the Bin, itself included; 100 at most. */
  readonly threadSize: number;
  /** In a list at most 20 of a message: failures first. */
  readonly fates: readonly RecipientFate[];
}

export interface MailQuery {
  readonly folder: MailFolder;
  /** In the language of core/mail/search; '' lists everything. */
  readonly search: string;
  /** Of each conversation only the newest message. For folders; what a search finds is shown one by one. */
  readonly isThreaded?: boolean | undefined;
  /** Only messages with a smaller id. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface MailPage {
  readonly messages: readonly MailRow[];
  readonly hasMore: boolean;
}

export interface MailFolderCounts {
  readonly all: number;
  readonly unread: number;
  readonly starred: number;
  readonly undeliverable: number;
  readonly held: number;
  readonly refused: number;
  readonly bin: number;
  readonly mailboxes: readonly { readonly name: string; readonly total: number; readonly unread: number }[];
  /** Aliases that mail came in for; their targets are the alias tables' business. */
  readonly aliases: readonly { readonly name: string; readonly total: number }[];
  /** Those that some message has which is not in the Bin. */
  readonly tags: readonly { readonly name: string; readonly total: number; readonly unread: number }[];
}

/** What the indexer found in a message. */
export interface MessageDigest {
  /** The first words of the text, white space squeezed. */
  readonly preview: string;
  readonly attachments: number;
  readonly hasHtml: boolean;
  readonly remoteResources: number;
  /** Why the structure could not be read (or not all of it). */
  readonly structureError?: string;
}

/** One MIME part. Byte ranges are of the stored body: `content.body ?? content.raw.subarray(content.bodyOffset)`. */
export interface StoredPart {
  /** IMAP section number (RFC 3501 section 6.4.5): `1`, `1.2`; '' for a multipart that is the message itself. */
  readonly number: string;
  /** 0 for the message itself. */
  readonly depth: number;
  /** Lower case, without parameters. */
  readonly contentType: string;
  readonly charset: string;
  /** Content-Transfer-Encoding, lower case; `7bit` when missing. */
  readonly encoding: string;
  readonly disposition: string;
  /** As the message has it, decoded; never a path. */
  readonly fileName: string;
  /** Without angle brackets. */
  readonly contentId: string;
  readonly contentLocation: string;
  /** format=flowed (RFC 3676), with DelSp. */
  readonly flowed: 'no' | 'yes' | 'delsp';
  readonly isAttachment: boolean;
  /** Where the part's own header begins; the same as bodyStart for the message itself. */
  readonly headerStart: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
}

export interface RelatedMessage {
  readonly id: number;
  readonly relation: 'notice' | 'original' | 'forward';
  readonly subject: string;
}

/** Everything stored about one message but its bytes. */
export interface MailRecord extends MailRow {
  readonly origin: Origin;
  readonly client: ClientIdentity | null;
  readonly sender: string;
  readonly ret: Ret;
  readonly envid: string;
  /** Envelope recipients after cleanup, in order. */
  readonly recipients: readonly { readonly address: string; readonly originalAddress: string }[];
  readonly summary: HeaderSummary;
  readonly isDeleted: boolean;
  /** undefined: not indexed yet. */
  readonly digest: MessageDigest | undefined;
  readonly parts: readonly StoredPart[];
  readonly journey: readonly JourneyEntry[];
  readonly related: readonly RelatedMessage[];
}

export interface MailStore {
  /** Newest first. A search runs in a thread of its own. Throws SearchSyntaxError. */
  list(query: MailQuery): Promise<MailPage>;
  /** Only the numbers, for what is done with all of them. Throws SearchSyntaxError. */
  ids(query: MailQuery): Promise<readonly number[]>;
  /** The conversation of a message, oldest first. */
  thread(id: number): readonly MailRow[];
  /** Addresses that mail came from (or went to) that begin so, in order. */
  addresses(order: {
    readonly side: 'from' | 'to';
    readonly beginning: string;
    readonly limit: number;
  }): readonly string[];
  folders(): MailFolderCounts;
  get(id: number): MailRecord | undefined;
  /** The subject alone, for lists of other things; undefined: there is no such message. */
  subject(id: number): string | undefined;
  parts(id: number): readonly StoredPart[];
  content(id: number): MessageContent | undefined;
  /** The header after cleanup: cheap, however large the message. */
  header(id: number): Uint8Array | undefined;
  /** What agents put in front, for one mailbox; undefined when it was not delivered there. */
  delivery(id: number, mailbox: string): MailboxDelivery | undefined;
  deliveries(id: number): readonly MailboxDelivery[];
  /** The message that has, or had, this queue id. */
  findByQueueId(queueId: string): number | undefined;
  /** These answer the ids that changed. */
  mark(
    ids: readonly number[],
    marks: { readonly isRead?: boolean | undefined; readonly isStarred?: boolean | undefined },
  ): Promise<readonly number[]>;
  /** Answers the ids whose tags changed. A tag that is new is made; case does not tell tags apart. */
  tag(
    ids: readonly number[],
    change: { readonly add: readonly string[]; readonly remove: readonly string[] },
  ): Promise<readonly number[]>;
  /** false: there is no such tag, or one of the new name. */
  renameTag(from: string, to: string): Promise<boolean>;
  /** Takes a tag off every message. */
  removeTag(name: string): Promise<readonly number[]>;
  /** To the Bin. */
  remove(ids: readonly number[]): Promise<readonly number[]>;
  restore(ids: readonly number[]): Promise<readonly number[]>;
  /** Gone for good: what is in the Bin, or those of `ids` that are in it. Leaves the queue too. */
  purge(ids?: readonly number[]): Promise<readonly number[]>;
  /** What has been in the Bin since before that time, longest first. */
  binnedBefore(at: number, limit: number): readonly number[];
  /** The oldest messages beyond what is to be kept; never what is starred or in the queue. */
  beyond(limits: KeepLimits, limit: number): readonly number[];
  /** Gone for good at once. What got a star or came back into the queue meanwhile stays. */
  expel(ids: readonly number[]): Promise<readonly number[]>;
  /** Bytes in a mailbox now, with what agents put in front; the Bin does not count. */
  mailboxBytes(mailbox: string): number;
  totals(): { readonly messages: number; readonly bytes: number };
}

/** null: no limit. */
export interface KeepLimits {
  readonly mostMessages: number | null;
  readonly arrivedBefore: number | null;
  readonly mostBytes: number | null;
}

/** What one commit changed. Many commits a second are normal: a listener must be cheap. */
export interface StoreChange {
  readonly arrived: readonly number[];
  /** Rows that look different now. */
  readonly changed: readonly number[];
  readonly isPurged: boolean;
  readonly isQueueChanged: boolean;
  readonly isRefusalAdded: boolean;
  /** Saved searches, rules or settings changed. */
  readonly isSidebarChanged: boolean;
}
