/**
 * The language between the engine's thread and the writer's: one operation each, JSON for the words and one
 * transferred buffer for the bytes of all operations of a tick (cloning objects and small buffers costs more).
 * Journeys travel as the JSON that is stored, so that the writer need not take them apart.
 */
import type { MessagePort } from 'node:worker_threads';
import type { JourneyEntry } from '../mail/journey.ts';
import type { MessageContent, NewMessage } from '../mail/message.ts';
import type { QueueId } from '../mail/queue-id.ts';
import type { Refusal } from '../mail/refusal.ts';
import type { DnsRecord, DnsRecordType } from '../util/dns-record.ts';
import type { WireError } from './errors.ts';
import type { RecipeStep } from './side-stores.ts';
import { toMessageRow, toRecipientRows, type MessageRow, type RecipientRow } from './message-row.ts';
import type { CompiledEntry, RemovedEntry, Settlement } from './store.ts';

/** Lengths of the byte strings that follow in the buffer, in the order raw, header, body. */
export interface ContentLengths {
  readonly raw: number;
  readonly header: number;
  readonly bodyOffset: number;
  readonly body: number | null;
}

export interface WireMessage {
  readonly row: MessageRow;
  readonly recipients: readonly RecipientRow[];
  /** Why it is put on hold; null: it is not. */
  readonly hold: string | null;
  readonly content: ContentLengths;
}
export type WireSettlement = Omit<Settlement, 'create' | 'journey'> & {
  readonly create: readonly WireMessage[];
};

/** A message as the writer has it: bytes are views into the batch's buffer, the journey is JSON, '' for none. */
export type StoredMessage = Omit<WireMessage, 'content'> & {
  readonly content: MessageContent;
  readonly journey: string;
};
export type StoredSettlement = Omit<Settlement, 'create' | 'journey'> & {
  readonly create: readonly StoredMessage[];
  readonly journey: string;
};

/** What travels beside the words of an operation. */
export interface Baggage {
  readonly bytes: Uint8Array[];
  readonly texts: string[];
}

/** All baggage of a batch, in the order in which it was packed. */
export interface SentBaggage {
  readonly bytes: ArrayBuffer;
  readonly texts: readonly string[];
}

export interface MoveOrder {
  readonly ids: readonly QueueId[] | 'ALL';
  readonly to: 'hold' | 'deferred' | 'incoming';
  readonly from?: string;
  readonly reason?: string;
  readonly nextAttemptAt?: number;
  readonly journey?: readonly JourneyEntry[];
}

/** What `move`, `remove` and `makeDue` changed. */
export interface Touched {
  readonly queueIds: readonly QueueId[];
  readonly messageIds: readonly number[];
}

/** Which records of the DNS table: all, those of a name, of a type, one. */
export interface DnsSelection {
  readonly name?: string;
  readonly type?: DnsRecordType;
  readonly value?: string;
}

/** Operations by name: what goes in, what comes back. */
export interface Operations {
  accept: { in: { readonly messages: readonly WireMessage[] }; out: null };
  settle: { in: { readonly settlement: WireSettlement }; out: null };
  /** Messages that are in their mailboxes at once: stored and settled in one transaction. */
  file: {
    in: { readonly mails: readonly { readonly message: WireMessage; readonly settlement: WireSettlement }[] };
    out: null;
  };
  move: { in: MoveOrder; out: Touched };
  remove: {
    in: {
      readonly ids: readonly QueueId[] | 'ALL';
      readonly from?: string;
      readonly journey?: readonly JourneyEntry[];
    };
    out: Touched;
  };
  putBack: { in: { readonly entries: readonly RemovedEntry[] }; out: Touched };
  makeDue: { in: { readonly ids: readonly QueueId[] | 'ALL'; readonly at: number }; out: Touched };
  expire: {
    in: { readonly ids: readonly QueueId[] | 'ALL'; readonly from?: string; readonly at: number };
    out: Touched;
  };
  mark: {
    in: { readonly ids: readonly number[]; readonly isRead?: boolean; readonly isStarred?: boolean };
    out: readonly number[];
  };
  bin: { in: { readonly ids: readonly number[]; readonly at: number }; out: readonly number[] };
  restore: { in: { readonly ids: readonly number[] }; out: readonly number[] };
  purge: { in: { readonly ids: readonly number[] }; out: readonly number[] };
  /** Answers the messages whose tags changed. */
  tag: {
    in: {
      readonly ids: readonly number[];
      readonly add: readonly string[];
      readonly remove: readonly string[];
    };
    out: readonly number[];
  };
  renameTag: { in: { readonly from: string; readonly to: string }; out: boolean };
  dropTag: { in: { readonly name: string }; out: null };
  /** Gone for good at once, wherever they are; what is starred or in the queue stays. */
  expel: { in: { readonly ids: readonly number[] }; out: readonly number[] };
  putSearch: {
    in: { readonly id?: number; readonly name: string; readonly search: string };
    out: number;
  };
  removeSearch: { in: { readonly id: number }; out: boolean };
  putRule: { in: { readonly search: string; readonly tag: string }; out: null };
  removeRule: { in: { readonly id: number }; out: boolean };
  putSetting: { in: { readonly name: string; readonly value: string }; out: null };
  refuse: { in: { readonly refusals: readonly Refusal[] }; out: null };
  addUser: { in: { readonly name: string; readonly at: number }; out: boolean };
  removeUser: { in: { readonly name: string }; out: boolean };
  replaceTable: {
    in: {
      readonly path: string;
      readonly type: string;
      readonly entries: readonly CompiledEntry[];
      readonly sourceModifiedAt: number | null;
      readonly at: number;
    };
    out: null;
  };
  addRevision: {
    in: {
      readonly at: number;
      readonly what: string;
      readonly files: Readonly<Record<string, string>>;
      readonly recipe: RecipeStep | null;
    };
    out: number;
  };
  /** Adds; with `replaces` the table holds nothing else afterwards. */
  putDns: { in: { readonly records: readonly DnsRecord[]; readonly replaces: boolean }; out: null };
  removeDns: { in: DnsSelection; out: number };
  /** Without id: a new one. null: there is none of this number. */
  saveDraft: {
    in: { readonly id?: number; readonly fields: string; readonly at: number };
    out: number | null;
  };
  attachToDraft: {
    in: {
      readonly id: number;
      readonly name: string;
      readonly type: string;
      readonly contentId: string;
      /** Of its bytes, which are the baggage. */
      readonly size: number;
      readonly at: number;
    };
    out: number | null;
  };
  detachFromDraft: { in: { readonly id: number; readonly file: number }; out: boolean };
  removeDrafts: { in: { readonly ids: readonly number[] }; out: number };
}
export type OperationName = keyof Operations;
export type Operation = {
  [K in OperationName]: { readonly name: K; readonly body: Operations[K]['in'] };
}[OperationName];

export type OperationResult =
  { readonly isOk: true; readonly value: unknown } | { readonly isOk: false; readonly error: WireError };

/** One tick's operations on their way to the writer. */
export interface Batch extends SentBaggage {
  readonly kind: 'batch';
  /** Each the JSON of an Operation. */
  readonly operations: readonly string[];
}

export type ToWriter =
  Batch | { readonly kind: 'indexer'; readonly port: MessagePort } | { readonly kind: 'close' };
export type FromWriter =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly error: WireError }
  /** One result for each operation, in the order they were sent. */
  | { readonly kind: 'done'; readonly results: readonly OperationResult[] }
  /** Rows that the indexer completed. */
  | { readonly kind: 'indexed'; readonly ids: readonly number[] }
  /** The index could not be written. */
  | { readonly kind: 'trouble'; readonly error: WireError }
  | { readonly kind: 'closed' };

export function contentLengths(content: MessageContent): ContentLengths {
  return {
    raw: content.raw.byteLength,
    header: content.header.byteLength,
    bodyOffset: content.bodyOffset,
    body: content.body === null ? null : content.body.byteLength,
  };
}

export const emptyBaggage = (): Baggage => ({ bytes: [], texts: [] });

function packJourney(entries: readonly JourneyEntry[], { texts }: Baggage): void {
  texts.push(entries.length === 0 ? '' : JSON.stringify(entries));
}

/** The message for the wire; its bytes and journey go into the baggage. */
export function packMessage(message: NewMessage, baggage: Baggage): WireMessage {
  const { content, journey, hold } = message;
  baggage.bytes.push(content.raw, content.header);
  if (content.body !== null) baggage.bytes.push(content.body);
  packJourney(journey, baggage);
  return {
    row: toMessageRow(message),
    recipients: toRecipientRows(message),
    hold,
    content: contentLengths(content),
  };
}

export function packSettlement(settlement: Settlement, baggage: Baggage): WireSettlement {
  const { create, journey, ...words } = settlement;
  packJourney(journey, baggage);
  return { ...words, create: create.map((message) => packMessage(message, baggage)) };
}

/** All byte strings behind each other in one buffer of their own, which can be transferred. */
export function packBytes(parts: readonly Uint8Array[]): ArrayBuffer {
  let total = 0;
  for (const part of parts) total += part.byteLength;
  const buffer = new ArrayBuffer(total);
  const view = new Uint8Array(buffer);
  let at = 0;
  for (const part of parts) {
    view.set(part, at);
    at += part.byteLength;
  }
  return buffer;
}

/** Takes baggage out in the order in which it was packed. */
export interface BaggageReader {
  bytes(length: number): Uint8Array;
  message(message: WireMessage): StoredMessage;
  settlement(settlement: WireSettlement): StoredSettlement;
}

export function createBaggageReader({ bytes, texts }: SentBaggage): BaggageReader {
  let at = 0;
  let nextText = 0;
  const take = (length: number) => {
    const view = Buffer.from(bytes, at, length);
    at += length;
    return view;
  };
  const takeText = () => texts[nextText++] ?? '';

  function message(packed: WireMessage): StoredMessage {
    const { raw, header, bodyOffset, body } = packed.content;
    const content = {
      raw: take(raw),
      header: take(header),
      bodyOffset,
      body: body === null ? null : take(body),
    };
    return {
      row: packed.row,
      recipients: packed.recipients,
      hold: packed.hold,
      content,
      journey: takeText(),
    };
  }
  return {
    bytes: take,
    message,
    settlement(packed) {
      const journey = takeText();
      return { ...packed, journey, create: packed.create.map(message) };
    },
  };
}
