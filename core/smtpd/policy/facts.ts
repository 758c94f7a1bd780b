/** What a decision is made from, and what it comes to: plain values, so that a dry run needs no session. */
import type { Resolution } from '../../address/resolution.ts';
import type { JourneyEntry } from '../../mail/journey.ts';
import type { MessageOrders } from '../../mail/message.ts';
import type { Reply } from '../../mail/reply.ts';
import type { SmtpClient } from '../client.ts';

/** Where in the session: what log lines call it. */
export type Where =
  | 'CONNECT'
  | 'HELO'
  | 'EHLO'
  | 'XCLIENT'
  | 'XFORWARD'
  | 'STARTTLS'
  | 'AUTH'
  | 'MAIL'
  | 'RCPT'
  | 'DATA'
  | 'BDAT'
  | 'RSET'
  | 'NOOP'
  | 'VRFY'
  | 'ETRN'
  | 'QUIT'
  | 'UNKNOWN'
  /** While message content is being received. */
  | 'DATA content'
  | 'BDAT content'
  | 'END-OF-MESSAGE';

/** notify_classes: what kind of trouble it is. */
export type ErrorClass = 'policy' | 'protocol' | 'bounce' | 'resource' | 'software' | 'data';

export interface SaslLogin {
  readonly method: string;
  readonly username: string;
}

/** A soft error that waits to overrule a later permit or reject. */
export interface Deferral {
  readonly errorClass: ErrorClass;
  readonly code: number;
  readonly dsn: string;
  readonly text: string;
}

/** Soft errors of earlier stages, which smtpd_delay_reject = no carries on (defer_if_permit). */
export interface Deferrals {
  readonly client?: Deferral | undefined;
  readonly helo?: Deferral | undefined;
  readonly sender?: Deferral | undefined;
}

export interface Facts {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly where: Where;
  readonly client: SmtpClient;
  /** `localhost[127.0.0.1]`. */
  readonly clientLabel: string;
  readonly helo: string | undefined;
  readonly protocol: string;
  /** Internal form; '' is the null sender; undefined before MAIL. */
  readonly sender: string | undefined;
  /** Internal form; the only recipient at DATA and end of data, undefined when there are several. */
  readonly recipient: string | undefined;
  readonly etrnDomain: string | undefined;
  readonly recipientCount: number;
  /** Bytes received, or declared by SIZE=. */
  readonly messageSize: number;
  readonly queueId: string | undefined;
  /** What ties the policy requests of one message together; '' before MAIL. */
  readonly instance: string;
  readonly smtputf8: boolean;
  /** The client sent commands before it had the replies that it must wait for. */
  readonly hasPipelinedWrongly: boolean;
  readonly isEncrypted: boolean;
  readonly sasl: SaslLogin | undefined;
  /** What tables have ordered so far for this message. */
  readonly orders: MessageOrders;
  readonly deferrals: Deferrals;
  /** Addresses resolved in this transaction; one map for all its checks. */
  readonly resolutions: Map<string, Promise<Resolution>>;
}

/** What a list is evaluated for: who stands in the reply, and what a bare table in the list means. */
export interface Subject {
  /** `alice@localhost`, `localhost[127.0.0.1]`, `DATA`. */
  readonly replyName: string;
  /** `Recipient address`, `Client host`. */
  readonly replyClass: string;
  /** `check_recipient_access`; undefined where a table without a command makes no sense. */
  readonly defaultAccess: string | undefined;
}

export interface LogEvent {
  readonly severity: 'info' | 'warning';
  readonly text: string;
}

/** What the restrictions of a stage came to. */
export interface Ruling {
  /** Refused with this; absent: go on. */
  readonly reply?: Reply;
  readonly orders: MessageOrders;
  readonly deferrals: Deferrals;
  readonly journey: readonly JourneyEntry[];
  /** What smtpd writes to the mail log about it. */
  readonly log: readonly LogEvent[];
  readonly errors: readonly ErrorClass[];
}
