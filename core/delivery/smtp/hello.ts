/** The beginning of a session: greeting, EHLO, HELO or LHLO, and what the server offers (smtp_helo). */
import { failAll, failSite, failStream, note, queueIdOf, type Attempt } from './attempt.ts';
import { StreamError, type Wait } from './connection.ts';
import { discardedKeywords } from './keywords.ts';
import { classOf, oneLine, type Response } from './reply.ts';
import { namaddr, namaddrport, type Feature, type Session } from './session.ts';
import { isTlsRequired, type TlsLevel } from './tls-level.ts';

/** What the session is for. */
export interface Greeted {
  readonly attempt: Attempt;
  readonly session: Session;
  readonly tls: TlsLevel;
  /** Our own name in the server's mouth means that mail goes in circles. */
  readonly detectsLoops: boolean;
}

const waitOf = ({ settings, clock }: Attempt): Wait => {
  const ms = settings.timeouts.helo;
  return settings.perRequestDeadline && ms > 0 ? { ms, deadline: clock.now() + ms } : { ms };
};

function refused(attempt: Attempt, session: Session, response: Response): Promise<void> {
  const reason = `host ${namaddr(session.peer)} refused to talk to me: ${oneLine(response)}`;
  return failSite(attempt, session, response, reason);
}

const PIX: Readonly<Record<string, Feature>> = {
  disable_esmtp: 'PIX_NO_ESMTP',
  delay_dotcrlf: 'PIX_DELAY_DOTCRLF',
};

/** A firewall that stars the banner out: what is done about it (smtp_pix_workarounds). */
async function workAround(attempt: Attempt, session: Session): Promise<void> {
  const { settings, log, clock, request } = attempt;
  const found = await settings.pixWorkaroundMaps.maps.lookup(session.peer.address);
  const words = found.kind === 'found' ? found.value : settings.pixWorkarounds;
  const isOld = clock.now() - request.message.arrivedAt >= settings.pixThresholdMs;
  const chosen = words
    .toLowerCase()
    .split(/[,\s]+/)
    .filter((word) => Object.hasOwn(PIX, word) && (word !== 'delay_dotcrlf' || isOld));
  if (words === '') return;
  log.info(
    `${queueIdOf(attempt)}: enabling PIX workarounds: ${chosen.join(' ')} for ${namaddrport(session.peer)}`,
  );
  for (const word of chosen) session.features.add(PIX[word] as Feature);
}

/** The greeting. undefined: refused, and everybody was told. */
async function readGreeting({ attempt, session, detectsLoops }: Greeted): Promise<Response | undefined> {
  const { settings, log } = attempt;
  const response = await session.receive(waitOf(attempt), queueIdOf(attempt));
  if (classOf(response) !== 2) {
    const isSkipped = classOf(response) === 5 && settings.skips5xxGreeting;
    const dsn = isSkipped ? `4${response.dsn.slice(1)}` : response.dsn;
    await refused(attempt, session, { ...response, dsn });
    return undefined;
  }
  if (/^[20 *\t\n]*$/.test(response.text)) await workAround(attempt, session);
  const [first = '', ...words] = response.text.replace(/^[^- \t\n]*[- \t\n]+/, '').split(/[ \t\n]+/);
  if (detectsLoops && first.toLowerCase() === settings.myhostname.toLowerCase()) {
    log.warning(`host ${namaddrport(session.peer)} greeted me with my own hostname ${settings.myhostname}`);
  }
  const isPix = session.features.has('PIX_NO_ESMTP');
  const offersEsmtp = settings.alwaysSendsEhlo || words.some((word) => word.toUpperCase() === 'ESMTP');
  const isEsmtp = settings.mode === 'lmtp' || (offersEsmtp && !settings.neverSendsEhlo && !isPix);
  if (isEsmtp) session.features.add('ESMTP');
  return response;
}

/** The lines of an EHLO reply as words, the code taken off. */
const linesOf = (response: Response): readonly (readonly string[])[] =>
  response.text
    .split('\n')
    .map((line) =>
      line
        .replace(/^\d{3}[- ]*/, '')
        .split(/[ \t=]+/)
        .filter((word) => word !== ''),
    )
    .filter((words) => words.length > 0);

const SIMPLE: readonly Feature[] = ['8BITMIME', 'PIPELINING', 'STARTTLS', 'DSN', 'SMTPUTF8'];

function takeSize({ attempt, session }: Greeted, limit: string | undefined): void {
  session.features.add('SIZE');
  if (limit === undefined) return;
  if (/^\d+$/.test(limit)) session.sizeLimit = Number(limit);
  else attempt.log.warning(`bad EHLO SIZE limit "${limit}" from ${namaddrport(session.peer)}`);
}

function takeKeyword(greeted: Greeted, words: readonly string[], discarded: ReadonlySet<string>): void {
  const { features } = greeted.session;
  const [name = '', ...parameters] = words;
  const keyword = name.toUpperCase();
  if (discarded.has(keyword.toLowerCase())) return;
  const simple = SIMPLE.find((feature) => feature === keyword);
  if (simple !== undefined) features.add(simple);
  else if (keyword === 'SIZE') takeSize(greeted, parameters[0]);
  else if (keyword === 'XFORWARD') {
    for (const attribute of parameters) features.add(`XFORWARD_${attribute.toUpperCase()}`);
  }
}

/** Reads what the server offers. False: it calls itself by our name, and everybody was told. */
async function takeOffer(greeted: Greeted, response: Response): Promise<boolean> {
  const { attempt, session, detectsLoops } = greeted;
  const { settings, log, request } = attempt;
  const discarded = await discardedKeywords(attempt, session.peer.address);
  const [hostLine, ...offers] = linesOf(response);
  const isMyName = hostLine?.[0]?.toLowerCase() === settings.myhostname.toLowerCase();
  if (isMyName && detectsLoops) {
    log.warning(
      `host ${namaddrport(session.peer)} replied to HELO/EHLO with my own hostname ${settings.myhostname}`,
    );
    const dsn = session.isBest ? '5.4.6' : '4.4.6';
    await failAll(attempt, { dsn, reason: `mail for ${request.nexthop} loops back to myself` }, true);
    return false;
  }
  for (const words of offers) takeKeyword(greeted, words, discarded);
  return true;
}

/** EHLO, then HELO where that is not understood; or LHLO. undefined: refused, and everybody was told. */
async function sayHello(greeted: Greeted, at: { doing: string }): Promise<Response | undefined> {
  const { attempt, session } = greeted;
  const { settings } = attempt;
  const ask = (command: string) => {
    at.doing = `performing the ${command} handshake`;
    session.send(`${command} ${settings.heloName}`);
    return session.receive(waitOf(attempt), queueIdOf(attempt));
  };
  if (settings.mode === 'lmtp') {
    const response = await ask('LHLO');
    if (classOf(response) === 2) return response;
    await refused(attempt, session, response);
    return undefined;
  }
  if (session.features.has('ESMTP')) {
    const response = await ask('EHLO');
    if (classOf(response) === 2) return response;
    if (response.code === 421) {
      await refused(attempt, session, response);
      return undefined;
    }
    session.features.delete('ESMTP');
  }
  const response = await ask('HELO');
  if (classOf(response) === 2) return response;
  await refused(attempt, session, response);
  return undefined;
}

/** Whether envelope or header need a server that knows SMTPUTF8 (RFC 6531 section 3.6). */
async function needsSmtpUtf8({ request }: Attempt): Promise<boolean> {
  const { message, recipients } = request;
  if (!message.smtputf8) return false;
  // eslint-disable-next-line no-control-regex -- the whole ASCII range is meant
  const isPlain = (text: string) => /^[\x00-\x7f]*$/.test(text);
  if (!isPlain(message.sender) || !recipients.every(({ address }) => isPlain(address))) return true;
  return (await request.readHeader()).some((byte) => byte > 127);
}

/** Whether the session goes on; otherwise everybody was told why not. */
async function checkOffer(greeted: Greeted): Promise<boolean> {
  const { attempt, session, tls } = greeted;
  const { features } = session;
  const name = namaddr(session.peer);
  if (!features.has('SMTPUTF8') && (await needsSmtpUtf8(attempt))) {
    const reason = `SMTPUTF8 is required, but was not offered by host ${name}`;
    await failAll(attempt, { dsn: '5.6.7', reason }, false);
    return false;
  }
  if (features.has('SMTPUTF8') && !features.has('8BITMIME')) {
    attempt.log.info(`host ${name} offers SMTPUTF8 support, but not 8BITMIME`);
    features.add('8BITMIME');
  }
  if (!isTlsRequired(tls)) return true;
  const why = features.has('STARTTLS')
    ? { dsn: '4.7.5', reason: 'TLS is required, but our TLS engine is unavailable' }
    : { dsn: '4.7.4', reason: `TLS is required, but was not offered by host ${name}` };
  await failAll(attempt, why, true);
  return false;
}

/** Begins a session. False: it cannot be used, and the recipients know why. */
export async function hello(greeted: Greeted): Promise<boolean> {
  const { attempt, session } = greeted;
  const at = { doing: 'receiving the initial server greeting' };
  try {
    const greeting = await readGreeting(greeted);
    if (greeting === undefined) return false;
    const response = await sayHello(greeted, at);
    if (response === undefined) return false;
    if (session.features.has('ESMTP') && !(await takeOffer(greeted, response))) return false;
    note(attempt, 'info', `connected to ${namaddrport(session.peer)}`, {
      detail: `${oneLine(greeting)}; it offers ${[...session.features].join(', ') || 'nothing'}`,
    });
    return await checkOffer(greeted);
  } catch (error) {
    if (!(error instanceof StreamError)) throw error;
    await failStream(attempt, session, error, at.doing);
    return false;
  }
}
