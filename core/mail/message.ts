/**
 * The words for a message on its way: what comes in (Submission), what is stored (NewMessage), what the queue
 * manager holds (QueuedMessage), what a delivery agent answers (AgentResult). Pure types; no behaviour.
 */
import type { Action, Notify, Ret } from './dsn.ts';
import type { JourneyEntry } from './journey.ts';
import type { QueueId } from './queue-id.ts';

/** How the content is encoded, as BODY=, sendmail -B or a header said; '' when nothing did. */
export type BodyEncoding = '' | '7bit' | '8bit';

/** Which program a message came through. */
export type Origin = 'smtpd' | 'sendmail' | 'bounce' | 'local' | 'api' | 'requeue';

/** Who handed a message over, as Received and policy services tell it. */
export interface ClientIdentity {
  /** Host name or `unknown`. */
  readonly name: string;
  /** IP address without brackets; '' on a Unix socket. */
  readonly address: string;
  readonly port: number;
  readonly helo: string;
  /** SMTP, ESMTP, ESMTPS, ESMTPA, ESMTPSA; '' for local submission. */
  readonly protocol: string;
  readonly saslMethod: string;
  readonly saslUsername: string;
  /** The listener: `smtp`, `submission`, or its `host:port`. */
  readonly service: string;
}

/** A recipient as the client gave it, before rewriting. Addresses are in internal form: unquoted, no brackets. */
export interface SubmittedRecipient {
  readonly address: string;
  /** What X-Original-To will say: as given. */
  readonly originalAddress: string;
  readonly notify: readonly Notify[];
  /** `rfc822;a@b`, xtext decoded; '' when not given. */
  readonly orcpt: string;
}

/** A recipient after cleanup: rewritten and expanded. */
export type NewRecipient = SubmittedRecipient;

/** What access maps and checks ordered for the whole message. */
export interface MessageOrders {
  /** Put on hold, with the reason shown. */
  readonly hold?: string;
  /** Accepted and thrown away, with the reason. */
  readonly discard?: string;
  /** FILTER or content_filter: `transport:nexthop`. */
  readonly filter?: string;
  readonly redirect?: string;
  readonly bcc?: readonly string[];
  /** Header lines to put in front, without newline. */
  readonly prepend?: readonly string[];
}

/** A message handed to cleanup. */
export interface Submission {
  readonly queueId: QueueId;
  /** The message's number in this sandbox: its row id. */
  readonly messageId: number;
  readonly arrivedAt: number;
  readonly origin: Origin;
  readonly client: ClientIdentity | null;
  /** Envelope sender, internal form; '' is the null sender. */
  readonly sender: string;
  readonly recipients: readonly SubmittedRecipient[];
  readonly ret: Ret;
  readonly envid: string;
  readonly smtputf8: boolean;
  readonly encoding: BodyEncoding;
  /** The bytes that came in, dots unstuffed, line ends as they were. */
  readonly raw: Uint8Array;
  /** Header lines that smtpd, pickup or bounce put in front (Received and PREPEND): LF after each line. */
  readonly head: string;
  /** Whether headers are completed and rewritten as for a local client (local_header_rewrite_clients). */
  readonly rewriteContext: 'local' | 'remote';
  /** receive_override_options and what internal mail skips. */
  readonly skip: { readonly addressMappings?: boolean; readonly checks?: boolean; readonly bcc?: boolean };
  readonly orders: MessageOrders;
  /** sendmail -F, or the user's name: for a From header that cleanup has to add. */
  readonly fullName?: string;
  /** sendmail -bv: `verify` delivers nothing and reports what would happen. */
  readonly verify?: boolean;
  /** sendmail -v: the sender is told what the first attempt came to. */
  readonly wantsReport?: boolean;
  /** XVERP, sendmail -XV: the two delimiters for variable envelope return paths (VERP_README). */
  readonly verp?: string;
  readonly journey: readonly JourneyEntry[];
}

/**
 * Content as stored. The delivered form is `header`, an empty line, then the body: `body` where cleanup changed
 * it, otherwise `raw` from `bodyOffset` on with CRLF read as LF. `deliveredForm` (delivered-form.ts) puts it together.
 */
export interface MessageContent {
  readonly raw: Uint8Array;
  /** The header block after cleanup: LF line ends, last line included, no empty line at the end. */
  readonly header: Uint8Array;
  readonly bodyOffset: number;
  readonly body: Uint8Array | null;
}

/** The few header values that lists show, decoded (RFC 2047). */
export interface HeaderSummary {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  /** The Date header as milliseconds since the epoch; null when missing or unreadable. */
  readonly date: number | null;
  /** With angle brackets, as it stands; '' when missing. */
  readonly messageId: string;
}

/** A message that cleanup completed: stored in one transaction, then acknowledged. */
export interface NewMessage {
  readonly queueId: QueueId;
  readonly messageId: number;
  readonly arrivedAt: number;
  readonly origin: Origin;
  readonly client: ClientIdentity | null;
  readonly sender: string;
  readonly ret: Ret;
  readonly envid: string;
  readonly smtputf8: boolean;
  readonly encoding: BodyEncoding;
  readonly recipients: readonly NewRecipient[];
  readonly content: MessageContent;
  /** Bytes of the delivered form. */
  readonly size: number;
  /** Its size as Postfix tells it (`size=`, SIZE=): record-size.ts. */
  readonly queueSize: number;
  readonly summary: HeaderSummary;
  /** The reason it is held; null: it goes to the incoming queue. */
  readonly hold: string | null;
  /** `transport:nexthop` for all recipients; ''. */
  readonly filter: string;
  readonly verify: boolean;
  readonly wantsReport: boolean;
  /** Two delimiters, or ''. */
  readonly verp: string;
  readonly journey: readonly JourneyEntry[];
}

export type QueueName = 'incoming' | 'active' | 'deferred' | 'hold';

export interface QueuedRecipient extends NewRecipient {
  /** Its place in the message, from 0: with the message's number it names the recipient. */
  readonly index: number;
  readonly attempts: number;
  /** The last answer, '' before the first try. */
  readonly reason: string;
}

/** A message in the queue with the recipients that are still to be served. */
export interface QueuedMessage extends Omit<
  NewMessage,
  'content' | 'recipients' | 'hold' | 'journey' | 'summary'
> {
  readonly queue: QueueName;
  readonly holdReason: string;
  readonly recipients: readonly QueuedRecipient[];
  readonly nextAttemptAt: number;
  readonly attempts: number;
  /** When the delay warning was sent; null: not yet. */
  readonly warnedAt: number | null;
  readonly forcedExpire: boolean;
}

export type OutcomeStatus = 'sent' | 'bounced' | 'deferred' | 'deliverable' | 'undeliverable';

/** What happened to one address: one `to=<>` line of the log, one block of a delivery status report. */
export interface Outcome {
  /** The queued recipient this belongs to. */
  readonly recipientIndex: number;
  /** to=: where it went, after alias expansion. */
  readonly address: string;
  /** orig_to=: as the client gave it. */
  readonly originalAddress: string;
  readonly status: OutcomeStatus;
  readonly dsn: string;
  /** The text in parentheses. */
  readonly reason: string;
  /** `local`, `virtual`, `none`, `mx.test[127.0.0.1]:25`. */
  readonly relay: string;
  readonly action: Action;
  /** Diagnostic-Code of the report: `x-unix; text`; absent: `X-Postfix; reason`. */
  readonly diagnostic?: { readonly type: string; readonly text: string };
  /** Remote-MTA of the report. */
  readonly remoteMta?: string;
  /** What this address' reports are wanted for, where alias expansion changed it (RFC 3461 section 5.2.7); absent: as the recipient says. */
  readonly notify?: readonly Notify[];
  /** Its ORCPT, where an owner- alias took it away. */
  readonly orcpt?: string;
  /** Who is told of the failure instead of the sender: the owner- alias of a list. */
  readonly returnTo?: string;
  /** When the agent began and finished with it, ms since the epoch. */
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** A message put into a mailbox of the store. Nothing but what is put in front is stored again. */
export interface MailboxDelivery {
  readonly recipientIndex: number;
  /** A sandbox user's name, or `domain/path` of a virtual mailbox. */
  readonly mailbox: string;
  /** Delivered-To. */
  readonly address: string;
  /** Return-Path, X-Original-To, Delivered-To: LF after each line. */
  readonly head: string;
}

/** Everything an agent wants done; the queue manager stores it in one transaction. */
export interface AgentResult {
  readonly outcomes: readonly Outcome[];
  readonly mailboxDeliveries: readonly MailboxDelivery[];
  /** New messages that local(8) hands to cleanup (`forwarded as`). */
  readonly forwards: readonly Submission[];
  readonly journey: readonly JourneyEntry[];
  /** The next hop cannot be reached at all: what else waits for it is put off with this answer (`delivery temporarily suspended`). */
  readonly unreachable?: { readonly dsn: string; readonly reason: string };
  /** The program gave up with the request in its hands: its log says why, the recipients wait without a reason. */
  readonly hasDied?: true;
}

/** Recipients of one message that share transport and next hop: what an agent is given. */
export interface DeliveryRequest {
  readonly message: QueuedMessage;
  readonly recipients: readonly QueuedRecipient[];
  /** The master.cf service name. */
  readonly transport: string;
  readonly nexthop: string;
  /** The delivered form, LF line ends; read from the store only when called. */
  readonly read: () => Promise<Uint8Array>;
  /** Only the header block of the delivered form: cheaper than `read`. */
  readonly readHeader: () => Promise<Uint8Array>;
  /** When the queue manager took the message up, ms since the epoch. */
  readonly activeAt: number;
  /**
   * Busy destinations: a connection may be used again (`use`), and left open for the next message (`keep`). Absent:
   * one message, one connection.
   */
  readonly connections?: 'use' | 'keep';
}

/** local(8), virtual(8), error(8), discard(8), smtp(8), ... all look like this. Never throws for mail's sake. */
export interface DeliveryAgent {
  deliver(request: DeliveryRequest): Promise<AgentResult>;
}
