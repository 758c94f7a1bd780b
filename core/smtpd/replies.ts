/**
 * Every reply that smtpd itself gives, once. What restrictions and cleanup answer is made where they decide. The
 * texts are what clients, log tools and people know from Postfix; the tests hold them against recordings of 3.7.11.
 */
import { reply, type Reply } from '../mail/reply.ts';

const closing = (answer: Reply): Reply => ({ ...answer, closes: true });
const syntax = (text: string): Reply => reply(501, '5.5.4', `Syntax: ${text}`);
const outOfOrder = (text: string): Reply => reply(503, '5.5.1', `Error: ${text}`);

const BAD_SENDER = reply(501, '5.1.7', 'Bad sender address syntax');
const BAD_RECIPIENT = reply(501, '5.1.3', 'Bad recipient address syntax');

export const replies = {
  // The session.
  greeting: (banner: string) => reply(220, '', banner),
  bye: closing(reply(221, '2.0.0', 'Bye')),
  timeout: (host: string) => closing(reply(421, '4.4.2', `${host} Error: timeout exceeded`)),
  tooManyErrors: (host: string) => closing(reply(421, '4.7.0', `${host} Error: too many errors`)),
  tooManyConnections: (host: string, address: string) =>
    closing(reply(421, '4.7.0', `${host} Error: too many connections from ${address}`)),
  localDataError: (host: string) => closing(reply(421, '4.3.0', `${host} Server local data error`)),
  localError: (host: string) => closing(reply(421, '4.3.0', `${host} Server local error`)),
  /** Not Postfix's, whose processes are simply ended: what a client is told when the sandbox stops (RFC 5321 section 3.8). */
  shuttingDown: (host: string) =>
    closing(reply(421, '4.3.2', `${host} Service not available, closing transmission channel`)),
  accessDenied: (client: string) => reply(503, '5.7.0', `Error: access denied for ${client}`),
  synchronization: closing(reply(554, '5.5.0', 'Error: SMTP protocol synchronization')),

  internalError: reply(451, '4.3.0', 'Error: internal error'),

  // Commands as such.
  ok: reply(250, '2.0.0', 'Ok'),
  notRecognized: reply(500, '5.5.2', 'Error: command not recognized'),
  notImplemented: reply(502, '5.5.1', 'Error: command not implemented'),
  badSyntax: reply(500, '5.5.2', 'Error: bad syntax'),
  badUtf8: reply(500, '5.5.2', 'Error: bad UTF-8 syntax'),
  breakRulesToo: closing(reply(221, '2.7.0', 'Error: I can break rules, too. Goodbye.')),
  bareNewline: (code: number, host: string) => reply(code, '5.5.2', `${host} Error: bare <LF> received`),
  sendHelo: outOfOrder('send HELO/EHLO first'),
  transactionInProgress: outOfOrder('MAIL transaction in progress'),
  insufficientAuthorization: reply(550, '5.7.0', 'Error: insufficient authorization'),
  authNotEnabled: outOfOrder('authentication not enabled'),

  // HELO and EHLO: no enhanced codes here (RFC 2034 section 4).
  helo: (host: string) => reply(250, '', host),
  ehlo: (lines: readonly string[]) => reply(250, '', ...lines),
  syntaxHelo: reply(501, '', 'Syntax: HELO hostname'),
  syntaxEhlo: reply(501, '', 'Syntax: EHLO hostname'),

  // MAIL.
  mailOk: reply(250, '2.1.0', 'Ok'),
  nestedMail: outOfOrder('nested MAIL command'),
  mailAfterBdat: outOfOrder('MAIL after BDAT'),
  syntaxMail: syntax('MAIL FROM:<address>'),
  badSender: BAD_SENDER,
  badSize: reply(501, '5.5.4', 'Bad message size syntax'),
  sizeOverflow: reply(552, '5.3.4', 'Message size exceeds file system imposed limit'),
  dsnDisabled: reply(501, '5.7.1', 'DSN support is disabled'),
  badRet: reply(501, '5.5.4', 'Bad RET parameter syntax'),
  badEnvid: reply(501, '5.5.4', 'Bad ENVID parameter syntax'),
  secondAuthParameter: reply(503, '5.5.4', 'Error: multiple AUTH= options'),
  badVerp: (filter: string) => reply(501, '5.5.4', `Error: XVERP needs two characters from ${filter}`),
  verpNullSender: reply(503, '5.5.4', 'Error: XVERP requires non-null sender'),
  unsupportedOption: (option: string) => reply(555, '5.5.4', `Unsupported option: ${option}`),
  mustDeclareUtf8: reply(553, '5.6.7', 'Must declare SMTPUTF8 to send unicode address'),
  tooMuchMail: (address: string) => reply(450, '4.7.1', `Error: too much mail from ${address}`),

  // RCPT.
  rcptOk: reply(250, '2.1.5', 'Ok'),
  needMail: outOfOrder('need MAIL command'),
  rcptAfterBdat: outOfOrder('RCPT after BDAT'),
  syntaxRcpt: syntax('RCPT TO:<address>'),
  badRecipient: BAD_RECIPIENT,
  badNotify: reply(501, '5.5.4', 'Error: Bad NOTIFY parameter syntax'),
  badOrcpt: reply(501, '5.5.4', 'Error: Bad ORCPT parameter syntax'),
  tooManyRecipients: reply(452, '4.5.3', 'Error: too many recipients'),
  tooManyRecipientsFrom: (address: string) =>
    reply(450, '4.7.1', `Error: too many recipients from ${address}`),

  // DATA and BDAT.
  sendData: reply(354, '', 'End data with <CR><LF>.<CR><LF>'),
  syntaxData: syntax('DATA'),
  dataAfterBdat: outOfOrder('DATA after BDAT'),
  needRcpt: outOfOrder('need RCPT command'),
  noValidRecipients: reply(554, '5.5.1', 'Error: no valid recipients'),
  queued: (queueId: string) => reply(250, '2.0.0', `Ok: queued as ${queueId}`),
  queuedBytes: (bytes: number, queueId: string) =>
    reply(250, '2.0.0', `Ok: ${bytes} bytes queued as ${queueId}`),
  messageTooBig: reply(552, '5.3.4', 'Error: message file too big'),
  queueWriteError: reply(451, '4.3.0', 'Error: queue file write error'),
  insufficientStorage: reply(452, '4.3.1', 'Insufficient system storage'),
  chunk: (bytes: number) => reply(250, '2.0.0', `Ok: ${bytes} bytes`),
  bdatDisabled: closing(reply(521, '5.5.1', 'Error: command not implemented')),
  syntaxBdat: closing(reply(521, '5.5.4', 'Syntax: BDAT count [LAST]')),
  nullBdat: reply(551, '5.7.1', 'Null BDAT request'),
  discarded: (bytes: number) => reply(551, '5.0.0', `Discarded ${bytes} bytes after earlier error`),
  chunkTooBig: reply(552, '5.3.4', 'Chunk exceeds message size limit'),

  // RSET, VRFY, ETRN.
  syntaxRset: syntax('RSET'),
  syntaxStarttls: syntax('STARTTLS'),
  vrfyDisabled: reply(502, '5.5.1', 'VRFY command is disabled'),
  syntaxVrfy: (hasUtf8: boolean) => syntax(`VRFY address${hasUtf8 ? ' [SMTPUTF8]' : ''}`),
  verified: (argument: string) => reply(252, '2.0.0', argument),
  etrnSendHelo: reply(503, '', 'Error: send HELO/EHLO first'),
  etrnInTransaction: reply(503, '', 'Error: MAIL transaction in progress'),
  syntaxEtrn: reply(500, '', 'Syntax: ETRN domain'),
  badEtrnDomain: reply(501, '', 'Error: invalid parameter syntax'),
  queuingStarted: reply(250, '', 'Queuing started'),
  unableToQueue: reply(458, '', 'Unable to queue messages'),
  serviceUnavailable: (domain: string) => reply(459, '', `<${domain}>: service unavailable`),

  // XCLIENT and XFORWARD.
  syntaxAttributes: (command: string) => syntax(`${command} attribute=value...`),
  attributeExpected: reply(501, '5.5.4', 'Error: attribute=value expected'),
  attributeTooLong: reply(501, '5.5.4', 'Error: attribute value too long'),
  badAttributeValue: (attribute: string, value: string) =>
    reply(501, '5.5.4', `Bad ${attribute} syntax: ${value}`),
  badAttributeName: (command: string, attribute: string) =>
    reply(501, '5.5.4', `Bad ${command} attribute name: ${attribute}`),
} as const;
