/** RSET, NOOP, QUIT, VRFY, ETRN, and what is not offered yet: STARTTLS and AUTH. */
import { isValidHostname, isValidMailHostLiteral } from '../../address/hostname.ts';
import { isAscii } from '../../mail/byte-string.ts';
import { replies } from '../replies.ts';
import type { Session } from '../session.ts';
import { extractAddress } from './address.ts';
import { joinWords, type Invocation, type Outcome } from './command.ts';
import { isOverRecipientRate } from './rcpt.ts';

export function rset(session: Session, { words }: Invocation): Outcome {
  if (words.length !== 1) return session.complain('protocol', replies.syntaxRset);
  session.resetChat(session.service.settings.historyThreshold);
  session.resetMail();
  session.say(replies.ok);
  return 'ok';
}

export function noop(session: Session): Outcome {
  session.say(replies.ok);
  return 'ok';
}

export function quit(session: Session): Outcome {
  session.say(replies.bye);
  return 'ok';
}

/** The place of TLS: without it the command is known and not implemented. */
export function starttls(session: Session, { words }: Invocation): Outcome {
  return session.complain('protocol', words.length === 1 ? replies.notImplemented : replies.syntaxStarttls);
}

/** The place of SASL. */
export function auth(session: Session): Outcome {
  const { settings } = session.service;
  const isTooEarly = settings.isHeloRequired && session.helo === undefined;
  return session.complain('protocol', isTooEarly ? replies.sendHelo : replies.authNotEnabled);
}

export async function vrfy(session: Session, { words }: Invocation): Promise<Outcome> {
  const { settings } = session.service;
  if (settings.isVrfyDisabled) return session.complain('policy', replies.vrfyDisabled);
  const isUtf8Offered = settings.isUtf8Enabled && !session.discardedKeywords.has('smtputf8');
  const isUtf8 = isUtf8Offered && words.length > 1 && words.at(-1)?.text.toUpperCase() === 'SMTPUTF8';
  const given = words.slice(1, isUtf8 ? -1 : undefined);
  if (given.length === 0) return session.complain('protocol', replies.syntaxVrfy(settings.isUtf8Enabled));
  if (isOverRecipientRate(session)) return 'error';
  return verify(session, joinWords(given).text, isUtf8);
}

async function verify(session: Session, argument: string, isUtf8: boolean): Promise<Outcome> {
  const { settings, policy } = session.service;
  const options = { allowEmpty: false, strict: false, smtputf8: isUtf8 };
  const address = await extractAddress(session, argument, options);
  if (address === undefined) return session.complain('protocol', replies.badRecipient);
  if (settings.isStrictUtf8 && !isUtf8 && !isAscii(address.address)) {
    session.say(replies.mustDeclareUtf8);
    return 'error';
  }
  const facts = { ...session.facts(), smtputf8: session.hasSmtpUtf8 || isUtf8 };
  if (session.apply(await policy.recipient(facts, address.address), address.address)) return 'error';
  session.say(replies.verified(argument));
  return 'ok';
}

/** RFC 1985. Without enhanced codes, as Postfix has it. */
export async function etrn(session: Session, { words }: Invocation): Promise<Outcome> {
  const { settings, policy } = session.service;
  if (settings.isHeloRequired && session.helo === undefined) {
    return session.complain('policy', replies.etrnSendHelo);
  }
  if (session.transaction !== undefined) return session.complain('protocol', replies.etrnInTransaction);
  if (words.length !== 2) return session.complain('protocol', replies.syntaxEtrn);
  const domain = (words[1]?.text ?? '').replace(/^[@#]/, '');
  if (!isValidHostname(domain) && !isValidMailHostLiteral(domain)) {
    return session.complain('protocol', replies.badEtrnDomain);
  }
  if (session.apply(await policy.etrn(session.facts(), domain))) return 'error';
  return flush(session, domain);
}

async function flush(session: Session, domain: string): Promise<Outcome> {
  const { logger, fastFlushDomains, flushSite } = session.service;
  // a session on standard input may not speak to the flush service, and hears so for any domain
  if (flushSite === undefined) return cannotFlush(session);
  const matched = await fastFlushDomains.match(domain);
  if (matched.kind !== 'found') {
    logger.warning(`reject: ETRN ${domain.slice(0, 100)}... from ${session.clientLabel}`);
    session.say(replies.serviceUnavailable(domain));
    return 'error';
  }
  if ((await flushSite(domain)) === 'failed') return cannotFlush(session);
  session.say(replies.queuingStarted);
  return 'ok';
}

function cannotFlush(session: Session): Outcome {
  session.service.logger.warning('unable to talk to fast flush service');
  session.say(replies.unableToQueue);
  return 'error';
}
