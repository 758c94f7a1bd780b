/** A transaction that goes through smtpd_proxy_filter: what the filter is told, and what the client is. */
import type { Reply } from '../../mail/reply.ts';
import { rfcAddress } from '../client.ts';
import type { ReceivedContent } from '../content.ts';
import { whatsupAddresses } from '../policy/run.ts';
import {
  openTransaction,
  type ForwardedAttributes,
  type ProxyAnswer,
  type ProxyFilter,
} from '../proxy/proxy.ts';
import { replies } from '../replies.ts';
import type { Session, Transaction } from '../session.ts';
import { contentHead } from '../submission.ts';
import type { Outcome } from './command.ts';

/** Whom the filter is told of: the real client where XFORWARD named one. */
function forwardedAttributes(session: Session, transaction: Transaction): ForwardedAttributes {
  const { client, forwarded } = session;
  const known = (value: string | undefined) => (value === undefined || value === 'unknown' ? '' : value);
  const { name, address, port } = forwarded ?? client;
  const domain = forwarded?.domain ?? transaction.rewriteContext;
  return [
    ['NAME', known(name)],
    ['ADDR', known(address) === '' ? '' : rfcAddress(address)],
    ['PORT', known(port)],
    ['HELO', known(forwarded === undefined ? session.helo : forwarded.helo)],
    ['IDENT', known(forwarded?.ident)],
    ['PROTO', known(forwarded?.protocol ?? session.protocol)],
    ['SOURCE', domain === 'local' ? 'LOCAL' : 'REMOTE'],
  ];
}

function replyOf(session: Session, answer: ProxyAnswer): Reply {
  if (answer.kind === 'reply') {
    const { code, lines } = answer.reply;
    return { code, enhanced: '', lines: lines.map((line) => line.slice(4)) };
  }
  if (answer.kind === 'lost') session.errors.add('software');
  return replies.queueWriteError;
}

/** Undefined: the filter takes the recipient. */
export async function proxyRecipient(
  session: Session,
  transaction: Transaction,
  filter: ProxyFilter,
  line: string,
): Promise<Reply | undefined> {
  const { logger } = session.service;
  if (session.proxy === undefined) {
    logger.info(`NOQUEUE: client=${session.clientLabel}`);
    const forwarded = forwardedAttributes(session, transaction);
    session.proxy = openTransaction(filter, { mail: session.mailLine, forwarded, log: logger });
  }
  const refused = await session.proxy.recipient(line);
  return refused === undefined ? undefined : replyOf(session, refused);
}

/** Undefined: the filter awaits the content. */
export async function proxyData(session: Session): Promise<Reply | undefined> {
  const refused = await session.proxy?.data();
  return refused === undefined ? undefined : replyOf(session, refused);
}

/** Line ends as SMTP has them; a last line gets one. */
function asLines(text: string): Buffer {
  const lines = text.replaceAll(/\r*\n/g, '\r\n');
  return Buffer.from(lines === '' || lines.endsWith('\n') ? lines : `${lines}\r\n`, 'latin1');
}

/** The content goes to the filter; its answer is the client's. */
export async function submitToProxy(
  session: Session,
  transaction: Transaction,
  content: ReceivedContent,
): Promise<Outcome> {
  const { head, rest } = contentHead(
    session,
    transaction,
    { queueId: '', arrivedAt: session.service.clock.now() },
    content.bytes,
  );
  const whole = asLines(Buffer.from(head).toString('latin1') + rest.toString('latin1'));
  session.flush();
  const answer = await session.proxy?.finish(whole);
  const reply = replyOf(session, answer ?? { kind: 'lost' });
  const isAccepted = reply.code < 400;
  const text = [String(reply.code), reply.enhanced, reply.lines.at(-1) ?? '']
    .filter((word) => word !== '')
    .join(' ');
  session.service.logger.info(
    `proxy-${isAccepted ? 'accept' : 'reject'}: END-OF-MESSAGE: ${text};` +
      whatsupAddresses(session.facts(), session.service.settings.logAddressInternal),
  );
  if (isAccepted) {
    session.errorCount = 0;
    session.junkCount = 0;
    session.errors.clear();
  }
  session.say(reply);
  return isAccepted ? 'ok' : 'error';
}
