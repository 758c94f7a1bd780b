/**
 * bounce(8): notices about undeliverable, delayed and delivered mail, and the copies that go to the postmaster.
 *
 * Nothing is stored or sent here: each call answers the messages to submit (without numbers, which the caller
 * allocates) and the line to log once that is done. Messages are byte for byte Postfix's; cleanup(8) adds Received,
 * Date and Message-Id, and completes addresses.
 *
 * Who is told (bounce(8), DSN_README):
 *   - a failure: the sender, unless NOTIFY says otherwise; the postmaster too with notify class `bounce`;
 *   - a failed notice (null sender): the postmaster with `2bounce` or `bounce`, from double-bounce@$myhostname;
 *   - a failed double bounce: nobody, with a warning in the log.
 *
 * Standards: RFC 3461, 3462, 3464, 3834, 6533. Files: template.ts (texts), report.ts (bytes), transcript.ts (SMTP
 * sessions).
 * Differs from Postfix: a bad $name in a template is a warning and stands as written; Postfix's daemon ends. VERP
 * bounces and confirm_delay_cleared are not implemented.
 */
import type { Config } from '../config/config.ts';
import type { Notify } from '../mail/dsn.ts';
import { headerValue } from '../mail/header.ts';
import type { DeliveryRequest, NewRecipient, Outcome, QueuedMessage, Submission } from '../mail/message.ts';
import type { QueueId } from '../mail/queue-id.ts';
import type { Clock } from '../util/clock.ts';
import type { Log, LogFactory } from '../util/log.ts';
import type { ReportFrame, ReportedRecipient, ReportSubject } from './report.ts';
import { writeReport } from './report.ts';
import type { TemplateClass, Templates } from './template.ts';
import { expandTemplate, loadTemplates } from './template.ts';
import type { SessionTranscript } from './transcript.ts';
import { writeTranscript } from './transcript.ts';

/** A message to submit once it has numbers: `{ ...notice.submission, ...intake.allocate() }`. */
export interface Notice {
  readonly submission: Omit<Submission, 'queueId' | 'messageId' | 'arrivedAt'>;
  /** What bounce(8) logs when the notice is queued; '' for nothing. */
  readonly logText: (noticeId: QueueId) => string;
}

/** The message that is reported on: a QueuedMessage, or what cleanup(8) made of one that it refuses. */
export interface BouncedMessage extends Pick<
  QueuedMessage,
  'queueId' | 'arrivedAt' | 'sender' | 'ret' | 'envid' | 'smtputf8' | 'encoding' | 'queueSize' | 'verp'
> {
  /** An owner- alias that is told in the sender's place (bounce_one); what it is told is the sender's. */
  readonly returnTo?: string;
  /** With `index`, or in that order. */
  readonly recipients: readonly (NewRecipient & { readonly index?: number })[];
}

/** Reads the message that is returned; only what is needed is read. */
export type OriginalContent = Pick<DeliveryRequest, 'read' | 'readHeader'>;

export interface Bounce {
  /** Non-delivery: to the sender, to the postmaster, or to nobody. `outcomes` are those that failed for good. */
  failure(
    message: BouncedMessage,
    outcomes: readonly Outcome[],
    content: OriginalContent,
  ): Promise<readonly Notice[]>;
  /** `Delayed Mail (still being retried)`, after delay_warning_time. */
  delay(
    message: BouncedMessage,
    outcomes: readonly Outcome[],
    content: OriginalContent,
  ): Promise<readonly Notice[]>;
  /** NOTIFY=SUCCESS. Reports those of the outcomes whose recipient asked for it. */
  success(
    message: BouncedMessage,
    outcomes: readonly Outcome[],
    content: OriginalContent,
  ): Promise<readonly Notice[]>;
  /** sendmail -bv and -v: what would happen, or what did. */
  verify(
    message: BouncedMessage,
    outcomes: readonly Outcome[],
    content: OriginalContent,
  ): Promise<readonly Notice[]>;
  /** The postmaster's copy of an SMTP session, if notify_classes has one of the session's error classes. */
  transcript(session: SessionTranscript): Notice | undefined;
  /** `double-bounce@$myhostname`: mail from it is never bounced. */
  readonly doubleBounceSender: string;
}

interface Context {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly templates: Templates;
  readonly notifyClasses: ReadonlySet<string>;
  readonly doubleBounceSender: string;
}

type Asked = (notify: readonly Notify[]) => boolean;

const everyone: Asked = () => true;
/** Recipients whose sender said nothing are reported when something goes wrong (RFC 3461 section 4.1). */
const asked =
  (what: Notify): Asked =>
  (notify) =>
    notify.length === 0 || notify.includes(what);

function reported(
  message: BouncedMessage,
  outcomes: readonly Outcome[],
  isAsked: Asked,
): readonly ReportedRecipient[] {
  const recipients = new Map(message.recipients.map((recipient, i) => [recipient.index ?? i, recipient]));
  return outcomes.flatMap((outcome) => {
    const recipient = recipients.get(outcome.recipientIndex);
    const notify = outcome.notify ?? recipient?.notify ?? [];
    const orcpt = outcome.orcpt ?? recipient?.orcpt ?? '';
    return isAsked(notify) ? [{ ...outcome, notify, orcpt }] : [];
  });
}

interface NoticePlan {
  readonly kind: TemplateClass;
  readonly to: string;
  /** From double-bounce, for the postmaster, without the greeting. */
  readonly isPostmasterCopy: boolean;
  readonly sender: string;
  readonly headersOnly: boolean;
  readonly isAsked: Asked;
  /** `sender non-delivery notification`. */
  readonly logged: string;
}

async function threadOf(context: Context, content: OriginalContent): Promise<string> {
  if (!context.config.boolean('enable_threaded_bounces')) return '';
  const header = Buffer.from(await content.readHeader()).toString();
  // an id that is folded away from its name is not found
  const line = /^message-id[ \t]*:.*/im.exec(header);
  const id = line === null ? '' : headerValue(line[0]).trim();
  return id.startsWith('<') && id.endsWith('>') ? id : '';
}

function isTooLarge(context: Context, message: BouncedMessage): boolean {
  const limit = context.config.integer('bounce_size_limit');
  return limit > 0 && message.queueSize > limit;
}

async function frameOf(context: Context, plan: NoticePlan, content: OriginalContent): Promise<ReportFrame> {
  const { config, log } = context;
  const template = context.templates[plan.kind];
  const isObsolete = config.get('header_from_format') === 'obsolete';
  return {
    template,
    boilerplate: plan.isPostmasterCopy ? [] : expandTemplate(template, config, log),
    isPostmasterCopy: plan.isPostmasterCopy,
    from: isObsolete ? 'MAILER-DAEMON (Mail Delivery System)' : 'Mail Delivery System <MAILER-DAEMON>',
    to: plan.to,
    originalMessageId: await threadOf(context, content),
    myhostname: config.get('myhostname'),
    mailName: config.get('mail_name'),
    smtputf8Enabled: config.boolean('smtputf8_enable'),
    now: context.clock.now(),
    maximalQueueLifetimeMs: config.seconds('maximal_queue_lifetime') * 1000,
  };
}

/** Mail made by Postfix itself (post_mail(3)): rewritten and mapped, but neither checked nor copied. */
function internalSubmission(
  context: Context,
  message: Pick<Submission, 'sender' | 'smtputf8' | 'raw'> & { readonly to: string },
  filterClass: 'bounce' | 'notify',
): Notice['submission'] {
  const { to, ...rest } = message;
  const isChecked = context.config.list('internal_mail_filter_classes').includes(filterClass);
  return {
    ...rest,
    origin: 'bounce',
    client: null,
    recipients: [{ address: to, originalAddress: to, notify: [], orcpt: '' }],
    ret: '',
    envid: '',
    encoding: '',
    head: '',
    rewriteContext: 'local',
    skip: { checks: !isChecked, bcc: true },
    orders: {},
    journey: [],
  };
}

/** What a notice is about. */
interface Case {
  readonly message: BouncedMessage;
  readonly outcomes: readonly Outcome[];
  readonly content: OriginalContent;
}

async function makeNotice(context: Context, plan: NoticePlan, about: Case): Promise<Notice | undefined> {
  const { message, outcomes, content } = about;
  const recipients = reported(message, outcomes, plan.isAsked);
  if (recipients.length === 0) return undefined;
  const subject: ReportSubject = message;
  const headersOnly = plan.headersOnly || isTooLarge(context, message);
  const bytes = headersOnly ? await content.readHeader() : await content.read();
  const frame = await frameOf(context, plan, content);
  const raw = writeReport(subject, recipients, frame, { headersOnly, bytes });
  const { sender, to } = plan;
  return {
    submission: internalSubmission(context, { sender, to, smtputf8: message.smtputf8, raw }, 'bounce'),
    logText: (noticeId) => `${message.queueId}: ${plan.logged}: ${noticeId}`,
  };
}

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

type BouncePlans =
  { readonly kind: 'send'; readonly plans: readonly NoticePlan[] } | { readonly kind: 'drop' };

/** Who learns that mail failed or is late, and from whom: the sender, then the postmaster (bounce_notify_service). */
function bounceDecision(
  message: Pick<BouncedMessage, 'sender' | 'ret' | 'returnTo'>,
  kind: 'failure' | 'delay',
  options: {
    readonly doubleBounceSender: string;
    readonly notifyClasses: ReadonlySet<string>;
    readonly postmaster: string;
    readonly doubleBouncePostmaster: string;
  },
): BouncePlans {
  const { notifyClasses } = options;
  const told = message.returnTo ?? message.sender;
  if (isSame(told, options.doubleBounceSender)) return { kind: 'drop' };
  const title = kind === 'failure' ? 'non-delivery' : 'delay';
  const copy: NoticePlan = {
    kind,
    to: options.postmaster,
    isPostmasterCopy: true,
    sender: options.doubleBounceSender,
    headersOnly: true,
    isAsked: everyone,
    logged: `postmaster ${title} notification`,
  };
  const isCopyWanted = notifyClasses.has(kind === 'failure' ? 'bounce' : 'delay');
  if (told === '') {
    const isTold = isCopyWanted || (kind === 'failure' && notifyClasses.has('2bounce'));
    const to = kind === 'failure' ? options.doubleBouncePostmaster : options.postmaster;
    return { kind: 'send', plans: isTold ? [{ ...copy, to, headersOnly: false }] : [] };
  }
  const first: NoticePlan = {
    kind,
    to: told,
    isPostmasterCopy: false,
    sender: '',
    headersOnly: kind === 'delay' || message.ret === 'HDRS',
    isAsked: asked(kind === 'failure' ? 'FAILURE' : 'DELAY'),
    logged: `sender ${title} notification`,
  };
  return { kind: 'send', plans: isCopyWanted ? [first, copy] : [first] };
}

async function notices(
  context: Context,
  plans: readonly NoticePlan[],
  about: Case,
): Promise<readonly Notice[]> {
  const made: Notice[] = [];
  for (const plan of plans) {
    const notice = await makeNotice(context, plan, about);
    if (notice !== undefined) made.push(notice);
  }
  return made;
}

function undelivered(context: Context, kind: 'failure' | 'delay'): Bounce['failure'] {
  const { config, log, doubleBounceSender, notifyClasses } = context;
  return async (message, outcomes, content) => {
    const decision = bounceDecision(message, kind, {
      doubleBounceSender,
      notifyClasses,
      postmaster: config.get(kind === 'failure' ? 'bounce_notice_recipient' : 'delay_notice_recipient'),
      doubleBouncePostmaster: config.get('2bounce_notice_recipient'),
    });
    if (decision.kind === 'drop') {
      log.warning(`${message.queueId}: undeliverable postmaster notification discarded`);
      return [];
    }
    return notices(context, decision.plans, { message, outcomes, content });
  };
}

/** `delivery via local: delivered to mailbox` (trace_append). */
const viaRelay = <T extends Outcome>(outcome: T): T =>
  outcome.relay === '' || outcome.relay === 'none'
    ? outcome
    : { ...outcome, reason: `delivery via ${outcome.relay}: ${outcome.reason}` };

function traced(context: Context, kind: 'success' | 'verify'): Bounce['success'] {
  const { config, log, doubleBounceSender, notifyClasses } = context;
  // only those who asked; a -bv report has everyone
  const isAsked: Asked = kind === 'verify' ? everyone : (notify) => notify.includes('SUCCESS');
  return async (message, outcomes, content) => {
    const isSingleBounce = message.sender === '';
    if (isSame(message.sender, doubleBounceSender)) {
      log.info(`${message.queueId}: not sending trace/success notification for double-bounce message`);
      return [];
    }
    if (isSingleBounce && !notifyClasses.has('2bounce')) {
      log.info(`${message.queueId}: not sending trace/success notification for single-bounce message`);
      return [];
    }
    const plan: NoticePlan = {
      kind,
      to: isSingleBounce ? config.get('2bounce_notice_recipient') : message.sender,
      isPostmasterCopy: false,
      sender: isSingleBounce ? doubleBounceSender : '',
      headersOnly: true,
      isAsked,
      logged: 'sender delivery status notification',
    };
    return notices(context, [plan], { message, outcomes: outcomes.map(viaRelay), content });
  };
}

/** @param deps.config the world's configuration: a reload makes a new Bounce */
export function createBounce(deps: {
  readonly config: Config;
  readonly log: LogFactory;
  readonly clock: Clock;
}): Bounce {
  const { config, clock } = deps;
  const log = deps.log('bounce', config.get('syslog_name'));
  const doubleBounceSender = `${config.get('double_bounce_sender')}@${config.get('myhostname')}`;
  const notifyClasses = new Set(config.list('notify_classes'));
  const templates = loadTemplates(config, log);
  const context: Context = { config, clock, log, templates, notifyClasses, doubleBounceSender };
  return {
    failure: undelivered(context, 'failure'),
    delay: undelivered(context, 'delay'),
    success: traced(context, 'success'),
    verify: traced(context, 'verify'),
    transcript(session) {
      if (!notifyClasses.has('protocol')) return undefined;
      const to = config.get('error_notice_recipient');
      const raw = writeTranscript(session, {
        mailerDaemon: `MAILER-DAEMON@${config.get('myhostname')}`,
        to,
        mailName: config.get('mail_name'),
        isObsoleteForm: config.get('header_from_format') === 'obsolete',
      });
      const message = { sender: doubleBounceSender, to, smtputf8: false, raw };
      return { submission: internalSubmission(context, message, 'notify'), logText: () => '' };
    },
    doubleBounceSender,
  };
}
