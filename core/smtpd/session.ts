/** The state of one SMTP session and the moves every command makes: answering, judging, resetting (SMTPD_STATE). */
import { expandMacros } from '../config/macro.ts';
import type { JourneyEntry } from '../mail/journey.ts';
import type { BodyEncoding, MessageOrders, Submission, SubmittedRecipient } from '../mail/message.ts';
import type { Ret } from '../mail/dsn.ts';
import type { Refusal } from '../mail/refusal.ts';
import type { Reply } from '../mail/reply.ts';
import type { Resolution } from '../address/resolution.ts';
import { censored, expandAttribute } from './attributes.ts';
import { clientLabel, type SmtpClient } from './client.ts';
import type { Deferrals, ErrorClass, Facts, LogEvent, Ruling, SaslLogin, Where } from './policy/facts.ts';
import { whatsup } from './policy/run.ts';
import type { ProxyTransaction } from './proxy/proxy.ts';
import { replies } from './replies.ts';
import { positiveLines, replyLines, shared } from './reply-text.ts';
import type { SmtpService } from './service.ts';
import type { BareNewlinePolicy } from './settings.ts';
import { createTranscript } from './transcript.ts';

/** What a session needs from the bytes' side. */
export interface Channel {
  write(text: string): void;
  /** Message content follows, up to the line with the dot. */
  expectContent(policy: BareNewlinePolicy): void;
  /** So many bytes follow (BDAT); `keep: false` throws them away. */
  expectChunk(bytes: number, keep: boolean): void;
  /** What has arrived behind the current command. */
  pending(): Uint8Array;
}

/** From MAIL to the end of the message. */
export interface Transaction {
  readonly sender: string;
  readonly ret: Ret;
  readonly envid: string;
  readonly encoding: BodyEncoding;
  /** XVERP's delimiters, or ''. */
  readonly verp: string;
  readonly rewriteContext: 'local' | 'remote';
  /** For policy servers: the same for all requests about this message. */
  readonly instance: string;
  readonly recipients: SubmittedRecipient[];
  /** Refused recipients beyond smtpd_recipient_limit. */
  overshoot: number;
  /** Made with the first recipient: the queue file, in Postfix's words. */
  allocation: Pick<Submission, 'queueId' | 'messageId' | 'arrivedAt'> | undefined;
}

/** What XFORWARD said about the real client. */
export interface ForwardedClient {
  readonly name: string;
  readonly address: string;
  readonly port: string;
  readonly protocol: string;
  readonly helo: string | undefined;
  readonly ident: string | undefined;
  readonly domain: 'local' | 'remote' | undefined;
}

/** Stages at which a refusal is about mail; others are shown only when there was none of these. */
const MAIL_STAGES: ReadonlySet<Where> = new Set<Where>([
  'CONNECT',
  'HELO',
  'EHLO',
  'MAIL',
  'RCPT',
  'DATA',
  'BDAT',
  'END-OF-MESSAGE',
]);

const NO_ORDERS: MessageOrders = {};
const NO_DEFERRALS: Deferrals = {};

for (const value of Object.values(replies))
  if (typeof value !== 'function' && value.code < 400) shared(value);

const NO_KEYWORDS: ReadonlySet<string> = new Set();

export class Session {
  readonly service: SmtpService;
  readonly channel: Channel;
  readonly transcript: ReturnType<typeof createTranscript>;
  client: SmtpClient;
  clientLabel: string;
  helo: string | undefined;
  protocol: 'SMTP' | 'ESMTP' = 'SMTP';
  where: Where = 'CONNECT';
  sasl: SaslLogin | undefined;
  isEncrypted = false;
  transaction: Transaction | undefined;
  forwarded: ForwardedClient | undefined;
  /** MAIL as the client said it. */
  mailLine = '';
  /** The filter that this transaction goes through (smtpd_proxy_filter), once it has heard of it. */
  proxy: ProxyTransaction | undefined;
  /** What access tables have ordered for the message. */
  orders: MessageOrders = NO_ORDERS;
  deferrals: Deferrals = NO_DEFERRALS;
  journey: JourneyEntry[] = [];
  declaredSize = 0;
  receivedSize = 0;
  hasSmtpUtf8 = false;
  bdat: 'none' | 'ok' | 'error' = 'none';
  hasPipelinedWrongly = false;
  discardedKeywords: ReadonlySet<string> = NO_KEYWORDS;
  isXclientAllowed = false;
  isXforwardAllowed = false;
  isEventExempt = false;
  bareNewline: BareNewlinePolicy = 'allow';
  /** The reply of a connection that is refused: everything but QUIT is answered with 503. */
  accessDenied = false;
  /** Messages begun in this session. */
  messageCount = 0;
  errorCount = 0;
  junkCount = 0;
  isHangingUp = false;
  /** Errors since the transcript began, for notify_classes. */
  readonly errors = new Set<ErrorClass>();
  /** Posts a session's transcript to the postmaster (notify_classes). */
  readonly notify: (session: Session) => void;
  /** Addresses resolved in this transaction. */
  resolutions = new Map<string, Promise<Resolution>>();
  #out = '';
  #footerTemplate: string;
  #refusal: Refusal | undefined;
  #isRefusalAboutMail = false;

  constructor(
    service: SmtpService,
    channel: Channel,
    client: SmtpClient,
    notify: (session: Session) => void,
  ) {
    this.service = service;
    this.channel = channel;
    this.client = client;
    this.clientLabel = clientLabel(client, service.settings.logsClientPort);
    this.transcript = createTranscript(() => service.clock.now(), service.record?.add);
    this.notify = notify;
    this.#footerTemplate = service.settings.rejectFooter;
  }

  get queueId(): string | undefined {
    return this.transaction?.allocation?.queueId;
  }

  setClient(client: SmtpClient): void {
    this.client = client;
    this.clientLabel = clientLabel(client, this.service.settings.logsClientPort);
  }

  /** smtpd_reject_footer_maps chose another footer for this client. */
  setFooter(template: string): void {
    this.#footerTemplate = template;
  }

  facts(more: { readonly sender?: string; readonly recipient?: string } = {}): Facts {
    const { transaction } = this;
    return {
      at: this.service.clock.now(),
      where: this.where,
      client: this.client,
      clientLabel: this.clientLabel,
      helo: this.helo,
      protocol: this.protocol,
      sender: more.sender ?? transaction?.sender,
      recipient: more.recipient ?? transaction?.recipients[0]?.address,
      etrnDomain: undefined,
      recipientCount: transaction?.recipients.length ?? 0,
      messageSize: this.receivedSize > 0 ? this.receivedSize : this.declaredSize,
      queueId: this.queueId,
      instance: transaction?.instance ?? '',
      smtputf8: this.hasSmtpUtf8,
      hasPipelinedWrongly: this.hasPipelinedWrongly,
      isEncrypted: this.isEncrypted,
      sasl: this.sasl,
      orders: this.orders,
      deferrals: this.deferrals,
      resolutions: this.resolutions,
    };
  }

  /** Answers; the text leaves with the next flush. */
  say(reply: Reply, ruling?: Pick<Ruling, 'journey'>, recipient = ''): void {
    const lines = this.#linesOf(reply);
    for (const line of lines) this.transcript.add('server', line);
    this.#out += lines.length === 1 ? `${lines[0] ?? ''}\r\n` : `${lines.join('\r\n')}\r\n`;
    if (reply.closes === true) this.isHangingUp = true;
    if (reply.code >= 400) this.#rememberRefusal(lines[0] ?? '', ruling?.journey ?? [], recipient);
  }

  /** Answers and remembers what kind of error it was. */
  complain(errorClass: ErrorClass, reply: Reply): 'error' {
    this.errors.add(errorClass);
    this.say(reply);
    return 'error';
  }

  /** Takes over what a decision ordered; true when it refuses, and then it has been answered. */
  apply(ruling: Ruling, recipient = ''): boolean {
    this.write(ruling.log);
    this.orders = ruling.orders;
    this.deferrals = ruling.deferrals;
    for (const error of ruling.errors) this.errors.add(error);
    if (ruling.reply === undefined) {
      this.journey.push(...ruling.journey);
      return false;
    }
    this.say(ruling.reply, ruling, recipient);
    return true;
  }

  write(events: readonly LogEvent[]): void {
    for (const { severity, text } of events) this.service.logger[severity](text);
  }

  logReject(text: string): void {
    const { logAddressInternal } = this.service.settings;
    this.service.logger.info(whatsup(this.facts(), logAddressInternal, 'reject', text));
  }

  flush(): void {
    if (this.#out === '') return;
    const text = this.#out;
    this.#out = '';
    this.channel.write(text);
  }

  /** After MAIL is over, one way or another (mail_reset, rcpt_reset). */
  resetMail(): void {
    this.transaction = undefined;
    this.proxy?.end();
    this.proxy = undefined;
    this.forwarded = undefined;
    this.orders = NO_ORDERS;
    this.journey = [];
    this.declaredSize = 0;
    this.receivedSize = 0;
    this.hasSmtpUtf8 = false;
    this.bdat = 'none';
    if (this.resolutions.size > 0) this.resolutions = new Map();
  }

  /** Hands over what was refused, tells the postmaster if he wants it, and starts a new transcript (chat_reset). */
  resetChat(threshold: number): void {
    this.#handOverRefusal();
    if (this.transcript.lines.length <= threshold) return;
    const { notifyClasses } = this.service.settings;
    if ([...this.errors].some((error) => notifyClasses.includes(error))) this.notify(this);
    this.errors.clear();
    this.transcript.clear();
  }

  #linesOf(reply: Reply): readonly string[] {
    const { isSoftBounce } = this.service.settings;
    if (reply.code >= 400) {
      return replyLines(reply, { isSoft: isSoftBounce, footer: this.#footer() });
    }
    return positiveLines(reply);
  }

  #footer(): string {
    if (this.#footerTemplate === '') return '';
    const facts = this.facts();
    const { settings } = this.service;
    return expandMacros(this.#footerTemplate, {
      lookup: (name) => censored(expandAttribute(facts, { settings }, name), settings.expansionFilter),
      recursive: false,
    }).text;
  }

  #rememberRefusal(reply: string, journey: readonly JourneyEntry[], recipient: string): void {
    const isAboutMail = MAIL_STAGES.has(this.where);
    if (this.#refusal !== undefined && (this.#isRefusalAboutMail || !isAboutMail)) return;
    this.#isRefusalAboutMail = isAboutMail;
    this.#refusal = {
      at: this.service.clock.now(),
      clientName: this.client.name,
      clientAddress: this.client.address,
      helo: this.helo ?? '',
      sender: this.transaction?.sender ?? '',
      recipient,
      stage: this.where,
      reply,
      transcript: [],
      // What was decided about other recipients is not this refusal's story.
      journey: [...this.journey.filter((entry) => entry.recipient === undefined), ...journey],
    };
  }

  #handOverRefusal(): void {
    if (this.#refusal === undefined) return;
    this.service.refuse({ ...this.#refusal, transcript: [...this.transcript.lines] });
    this.#refusal = undefined;
    this.#isRefusalAboutMail = false;
  }
}
