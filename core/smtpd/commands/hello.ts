/** HELO and EHLO: the client's name, and what this server can do (RFC 5321 section 4.1.1.1). */
import { neuter, printable } from '../printable.ts';
import type { Reply } from '../../mail/reply.ts';
import { replies } from '../replies.ts';
import { shared } from '../reply-text.ts';
import type { Session } from '../session.ts';
import { joinWords, type Invocation, type Outcome } from './command.ts';

export async function helo(session: Session, invocation: Invocation): Promise<Outcome> {
  if (!(await introduce(session, invocation, false))) return 'error';
  session.say(replies.helo(session.service.settings.myhostname));
  return 'ok';
}

export async function ehlo(session: Session, invocation: Invocation): Promise<Outcome> {
  if (!(await introduce(session, invocation, true))) return 'error';
  session.protocol = 'ESMTP';
  logDiscarded(session);
  session.say(await offer(session));
  return 'ok';
}

async function introduce(session: Session, { words }: Invocation, isExtended: boolean): Promise<boolean> {
  if (words.length < 2) {
    session.complain('protocol', isExtended ? replies.syntaxEhlo : replies.syntaxHelo);
    return false;
  }
  const { settings, policy } = session.service;
  const name = joinWords(words.slice(1)).text;
  if (!settings.delaysReject && session.apply(await policy.helo(session.facts(), name))) return false;
  session.resetChat(settings.historyThreshold);
  session.resetMail();
  session.helo = neuter(printable(name, '?'));
  return true;
}

async function offer(session: Session): Promise<Reply> {
  const { verpClients, offers } = session.service;
  const { name, address } = session.client;
  const isVerp = !verpClients.isEmpty && (await verpClients.match(name, address)).kind === 'found';
  const rights = [isVerp, session.isXclientAllowed, session.isXforwardAllowed];
  const key = [...rights, ...session.discardedKeywords].join(' ');
  let answer = offers.get(key);
  if (answer === undefined) offers.set(key, (answer = shared(replies.ehlo(keywords(session, isVerp)))));
  return answer;
}

/** In Postfix's order; smtpd_discard_ehlo_keywords hides some. */
function keywords(session: Session, isVerp: boolean): readonly string[] {
  const { settings } = session.service;
  const limit = settings.messageSizeLimit;
  const offered: readonly (readonly [keyword: string, line: string, isOffered: boolean])[] = [
    ['pipelining', 'PIPELINING', true],
    ['size', limit > 0 ? `SIZE ${limit}` : 'SIZE', true],
    ['vrfy', 'VRFY', !settings.isVrfyDisabled],
    ['etrn', 'ETRN', true],
    // STARTTLS and AUTH belong here.
    ['verp', 'XVERP', isVerp],
    [
      'xclient',
      'XCLIENT NAME ADDR PROTO HELO REVERSE_NAME PORT LOGIN DESTADDR DESTPORT',
      session.isXclientAllowed,
    ],
    ['xforward', 'XFORWARD NAME ADDR PROTO HELO SOURCE PORT IDENT', session.isXforwardAllowed],
    ['enhancedstatuscodes', 'ENHANCEDSTATUSCODES', true],
    ['8bitmime', '8BITMIME', true],
    ['dsn', 'DSN', true],
    ['smtputf8', 'SMTPUTF8', settings.isUtf8Enabled],
    ['chunking', 'CHUNKING', true],
  ];
  const shown = offered.filter(
    ([keyword, , isOffered]) => isOffered && !session.discardedKeywords.has(keyword),
  );
  return [settings.myhostname, ...shown.map(([, line]) => line)];
}

/** The order in which Postfix names them. */
const DISCARDABLE = [
  '8bitmime',
  'auth',
  'etrn',
  'pipelining',
  'size',
  'verp',
  'vrfy',
  'xclient',
  'xforward',
  'starttls',
  'enhancedstatuscodes',
  'dsn',
  'smtputf8',
  'chunking',
];

function logDiscarded(session: Session): void {
  const { discardedKeywords } = session;
  if (discardedKeywords.size === 0 || discardedKeywords.has('silent-discard')) return;
  if (discardedKeywords.has('enhancedstatuscodes')) return;
  const names = DISCARDABLE.filter((keyword) => discardedKeywords.has(keyword)).map((k) => k.toUpperCase());
  session.service.logger.info(`discarding EHLO keywords: ${names.join(' ')}`);
}
