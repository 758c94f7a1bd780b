/** RCPT TO: one recipient, judged by the restriction lists (RFC 5321 section 4.1.1.3, RFC 3461). */
import type { Notify } from '../../mail/dsn.ts';
import { isAscii } from '../../mail/byte-string.ts';
import { replies } from '../replies.ts';
import type { Session, Transaction } from '../session.ts';
import { decodeXtext, extractAddress, type ExtractedAddress } from './address.ts';
import type { Invocation, Outcome } from './command.ts';
import { proxyRecipient } from './proxied.ts';
import { openQueueFile } from './queue-file.ts';

interface Options {
  notify: readonly Notify[];
  orcpt: string;
}

const NO_OPTIONS: Options = { notify: [], orcpt: '' };

export async function rcpt(session: Session, { words, line }: Invocation): Promise<Outcome> {
  const { transaction } = session;
  if (transaction === undefined) return session.complain('protocol', replies.needMail);
  if (session.bdat !== 'none') return session.complain('protocol', replies.rcptAfterBdat);
  const path = words[2];
  if (path === undefined || words[1]?.text.toLowerCase() !== 'to:') {
    return session.complain('protocol', replies.syntaxRcpt);
  }
  if (isOverRecipientRate(session)) return 'error';
  if (path.isBroken) return session.complain('protocol', replies.badRecipient);
  const address = await extractAddress(session, path.text, {
    allowEmpty: false,
    strict: session.service.settings.isStrictEnvelope,
    smtputf8: session.hasSmtpUtf8,
  });
  if (address === undefined) return session.complain('protocol', replies.badRecipient);
  const options =
    words.length === 3
      ? NO_OPTIONS
      : readOptions(
          session,
          words.slice(3).map((word) => word.text),
        );
  return options === undefined ? 'error' : add(session, transaction, address, { ...options, line });
}

async function add(
  session: Session,
  transaction: Transaction,
  { address, typed }: ExtractedAddress,
  options: Options & { readonly line: string },
): Promise<Outcome> {
  const { settings, policy, proxy } = session.service;
  const overLimit = answerOverLimit(session, transaction);
  if (overLimit !== undefined) return overLimit;
  if (settings.isStrictUtf8 && !session.hasSmtpUtf8 && !isAscii(address)) {
    session.say(replies.mustDeclareUtf8);
    return 'error';
  }
  const ruling = await policy.recipient(session.facts({ recipient: address }), address);
  if (session.apply(ruling, address)) return 'error';
  if (proxy === undefined) {
    openQueueFile(session);
  } else {
    const refused = await proxyRecipient(session, transaction, proxy, options.line);
    if (refused !== undefined) {
      session.say(refused);
      return 'error';
    }
  }
  // Without ORCPT the address stands for it as the client typed it: that keeps two spellings of one mailbox apart.
  const orcpt = options.orcpt === '' ? `rfc822;${typed.trimEnd()}` : options.orcpt;
  transaction.recipients.push({ address, originalAddress: address, notify: options.notify, orcpt });
  session.say(replies.rcptOk);
  return 'ok';
}

/** smtpd_client_recipient_rate_limit, for RCPT and VRFY; true when it has been answered. */
export function isOverRecipientRate(session: Session): boolean {
  const { settings, anvil, name, logger } = session.service;
  const limit = settings.recipientRateLimit;
  if (limit <= 0 || session.isEventExempt) return false;
  const { address } = session.client;
  const rate = anvil.count(`${name}:${address}`, 'rcpt', settings.rateUnitMs);
  if (rate <= limit) return false;
  logger.warning(
    `Recipient address rate limit exceeded: ${rate} from ${session.clientLabel} for service ${name}`,
  );
  session.complain('policy', replies.tooManyRecipientsFrom(address));
  return true;
}

/** smtpd_recipient_limit: too many is no error of the client's until it overshoots by far. */
function answerOverLimit(session: Session, transaction: Transaction): Outcome | undefined {
  const { recipientLimit, recipientOvershootLimit } = session.service.settings;
  if (recipientLimit <= 0 || transaction.recipients.length < recipientLimit) return undefined;
  session.say(replies.tooManyRecipients);
  if (transaction.overshoot++ < recipientOvershootLimit) return 'ok';
  session.errors.add('policy');
  return 'error';
}

function readOptions(session: Session, parameters: readonly string[]): Options | undefined {
  const options: Options = { notify: [], orcpt: '' };
  for (const parameter of parameters) {
    const name = /^(NOTIFY|ORCPT)=/i.exec(parameter)?.[1]?.toUpperCase();
    if (name === undefined) {
      session.complain('protocol', replies.unsupportedOption(parameter));
      return undefined;
    }
    if (session.discardedKeywords.has('dsn')) {
      session.complain('protocol', replies.dsnDisabled);
      return undefined;
    }
    const value = parameter.slice(name.length + 1);
    if (!(name === 'NOTIFY' ? readNotify(value, options) : readOrcpt(value, options))) {
      session.complain('protocol', name === 'NOTIFY' ? replies.badNotify : replies.badOrcpt);
      return undefined;
    }
  }
  return options;
}

const NOTIFY_WORDS: readonly string[] = ['NEVER', 'SUCCESS', 'FAILURE', 'DELAY'];

function readNotify(value: string, options: Options): boolean {
  const words = value.toUpperCase().split(',');
  const isKnown = words.every((word) => NOTIFY_WORDS.includes(word));
  const isAlone = !words.includes('NEVER') || words.every((word) => word === 'NEVER');
  if (options.notify.length > 0 || !isKnown || !isAlone) return false;
  options.notify = [...new Set(words as Notify[])];
  return true;
}

/** `type;address` in xtext, kept decoded. */
function readOrcpt(value: string, options: Options): boolean {
  const semicolon = value.indexOf(';');
  if (options.orcpt !== '' || semicolon <= 0) return false;
  const type = value.slice(0, semicolon);
  const coded = value.slice(semicolon + 1);
  const address = type.toLowerCase() === 'utf-8' ? decodeUtf8Xtext(coded) : decodeXtext(coded);
  if (address === undefined) return false;
  options.orcpt = `${type};${address}`;
  return true;
}

/** `\x{20AC}` (RFC 6533 section 3); small letters will do as well. */
function decodeUtf8Xtext(text: string): string | undefined {
  if (/\\(?!x\{(?:[0-9A-Fa-f]{1,5}|10[0-9A-Fa-f]{4})\})/.test(text)) return undefined;
  return text.replace(/\\x\{([0-9A-Fa-f]+)\}/g, (_all, hex: string) =>
    String.fromCodePoint(parseInt(hex, 16)),
  );
}
