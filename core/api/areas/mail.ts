/** Captured mail as the calls and the byte URLs need it: the store's rows with what `core/message` reads in them. */
import type {
  Folder,
  FolderCounts,
  InnerMessage,
  MessageDetail,
  MessageRow,
  PartDetails,
  RefusalDetail,
  RefusalRow,
} from '../contract/mail.ts';
import type { Checks, LinkAnswer } from '../contract/checks.ts';
import type { MessageAt } from '../contract/resources.ts';

/** Bytes for a URL. `contentType` is what the message says; the door decides what a browser may take it for. */
interface Bytes {
  readonly contentType: string;
  /** As the message has it, decoded: a suggestion, never a path. '' when it has none. */
  readonly fileName: string;
  readonly body: Uint8Array;
}

/** How HTML is prepared for the frame. */
export interface HtmlFrame {
  /** What `cid:` becomes. */
  readonly partUrl: (number: string) => string;
  readonly scheme: 'light' | 'dark';
  /** What following a link becomes; absent: links open by themselves. */
  readonly linkUrl?: (to: string) => string;
}

export interface MailArea {
  list(query: {
    readonly folder: Folder;
    readonly search: string;
    readonly threaded: boolean;
    readonly before?: number | undefined;
    readonly limit: number;
  }): Promise<{ readonly messages: readonly MessageRow[]; readonly hasMore: boolean }>;
  /** Oldest first; nothing: there is no such message. */
  thread(id: number): Promise<readonly MessageRow[]>;
  /** Newest first: at most `limit` and one more, which says that there are more. */
  ids(query: {
    readonly folder: Folder;
    readonly search: string;
    readonly before?: number | undefined;
    readonly limit: number;
  }): Promise<readonly number[]>;
  addresses(order: {
    readonly side: 'from' | 'to';
    readonly beginning: string;
    readonly limit: number;
  }): Promise<readonly string[]>;
  folders(): Promise<FolderCounts>;
  get(id: number): Promise<MessageDetail | undefined>;
  /** All four answer which messages changed. */
  mark(
    ids: readonly number[],
    marks: { readonly isRead?: boolean | undefined; readonly isStarred?: boolean | undefined },
  ): Promise<readonly number[]>;
  remove(ids: readonly number[]): Promise<readonly number[]>;
  restore(ids: readonly number[]): Promise<readonly number[]>;
  /** Absent ids: everything in the Bin. */
  purge(ids: readonly number[] | undefined): Promise<readonly number[]>;
  /** A message that another one carries. */
  inside(at: MessageAt): Promise<InnerMessage | undefined>;
  details(at: MessageAt, number: string): Promise<PartDetails | undefined>;
  checks(at: MessageAt): Promise<Checks | undefined>;
  /** Asks the message's links that are on this machine. */
  askLinks(at: MessageAt): Promise<readonly LinkAnswer[] | undefined>;
  /** The bytes that came in; of a message inside of another: its own. */
  source(at: MessageAt): Promise<Uint8Array | undefined>;
  /** The delivered form; with what the agent put in front for one mailbox, whose copies count from 0. */
  delivered(id: number, mailbox?: string, copy?: number): Promise<Uint8Array | undefined>;
  /** The HTML part as UTF-8 text for the frame; undefined when there is none. */
  html(at: MessageAt, options: HtmlFrame): Promise<string | undefined>;
  /** One page for the printer. */
  print(at: MessageAt, partUrl: (number: string) => string): Promise<string | undefined>;
  /** Everything attached, a ZIP archive; undefined when nothing is. */
  attachments(at: MessageAt): Promise<Uint8Array | undefined>;
  /** One part: decoded, or as it stands when `raw`. */
  part(at: MessageAt, number: string, raw: boolean): Promise<Bytes | undefined>;
}

export interface RefusalArea {
  list(query: {
    readonly before?: number | undefined;
    readonly limit: number;
  }): Promise<{ readonly refusals: readonly RefusalRow[]; readonly hasMore: boolean }>;
  get(id: number): Promise<RefusalDetail | undefined>;
}
