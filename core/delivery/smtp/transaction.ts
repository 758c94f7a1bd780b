/**
 * One message to one server: envelope, content, answers (smtp_loop). With PIPELINING (RFC 2920) commands are sent
 * ahead of their answers, up to what fits a buffer; DATA is where both sides meet. A server that refused the sender,
 * every recipient or DATA is told RSET; one that took DATA without a recipient gets an empty message.
 */
import {
  done,
  failAll,
  failMessage,
  failRecipient,
  failStream,
  queueIdOf,
  type Attempt,
  type Waiting,
} from './attempt.ts';
import { StreamError, type Wait } from './connection.ts';
import { sendContent } from './content.ts';
import { isDowngrading, mailCommand, rcptCommand, xforwardCommands, type Origin } from './envelope.ts';
import type { Generic } from './generic.ts';
import { classOf, oneLine, type Response } from './reply.ts';
import { namaddr, namaddrport, type Session } from './session.ts';
import type { Timeouts } from './settings.ts';

/** What is sent ahead of answers at most (VSTREAM_BUFSIZE). */
const PIPELINE_BYTES = 4096;

type Stage = 'name-address' | 'protocol-helo' | 'mail' | 'rcpt' | 'data' | 'dot' | 'abort' | 'probe' | 'quit';

interface StageWords {
  readonly timeout: keyof Timeouts;
  readonly doing: string;
  readonly command: string;
}

const STAGES: Readonly<Record<Stage, StageWords>> = {
  'name-address': {
    timeout: 'xforward',
    doing: 'sending XFORWARD name/address',
    command: 'XFORWARD name/address command',
  },
  'protocol-helo': {
    timeout: 'xforward',
    doing: 'sending XFORWARD protocol/helo_name',
    command: 'XFORWARD helo/protocol command',
  },
  mail: { timeout: 'mail', doing: 'sending MAIL FROM', command: 'MAIL FROM command' },
  rcpt: { timeout: 'rcpt', doing: 'sending RCPT TO', command: 'RCPT TO command' },
  data: { timeout: 'dataInit', doing: 'sending DATA command', command: 'DATA command' },
  dot: {
    timeout: 'dataDone',
    doing: 'sending end of data -- message may be sent more than once',
    command: 'end of DATA command',
  },
  abort: { timeout: 'rset', doing: 'sending final RSET', command: 'final RSET command' },
  probe: { timeout: 'rset', doing: 'sending RSET probe', command: 'RSET probe' },
  quit: { timeout: 'quit', doing: 'sending QUIT', command: 'QUIT command' },
};

/** What one message needs besides the attempt. */
export interface Parcel {
  readonly origin: Origin;
  readonly generic: Generic | undefined;
  /** Header lines of flags=DOR. */
  readonly head: string;
}

interface Step {
  readonly stage: Stage;
  readonly line: string;
  readonly waiting?: Waiting;
}

/** The conversation about one message. */
interface Talk {
  readonly attempt: Attempt;
  readonly session: Session;
  readonly parcel: Parcel;
  /** Said and not answered yet. */
  readonly ahead: Step[];
  /** Recipients that the server took; for LMTP each has an answer of its own at the end. */
  readonly accepted: Waiting[];
  isSenderRefused: boolean;
  isDataRefused: boolean;
  /** What is being waited for, in the words of a failure. */
  doing: string;
}

function waitFor(attempt: Attempt, timeout: keyof Timeouts): Wait {
  const ms = attempt.settings.timeouts[timeout];
  return attempt.settings.perRequestDeadline && ms > 0 ? { ms, deadline: attempt.clock.now() + ms } : { ms };
}

/** The session is good for another message, as far as is known. */
const isKept = ({ session, attempt }: Talk): boolean =>
  session.mayBeKept && attempt.clock.now() < session.expiresAt;

async function answerTo(talk: Talk, stage: Stage): Promise<Response> {
  const { attempt, session } = talk;
  talk.doing = STAGES[stage].doing;
  return session.receive(waitFor(attempt, STAGES[stage].timeout), queueIdOf(attempt));
}

async function takeRcpt(talk: Talk, waiting: Waiting, response: Response): Promise<void> {
  const { attempt, session } = talk;
  if (talk.isSenderRefused) return;
  if (classOf(response) !== 2) {
    await failRecipient(attempt, session, waiting, { response, command: STAGES.rcpt.command });
    return;
  }
  talk.accepted.push(waiting);
  const isAskedOnly = attempt.request.message.verify && attempt.settings.verifyTarget === 'rcpt';
  if (isAskedOnly) await done(attempt, session, waiting, { response });
}

async function takeData(talk: Talk, response: Response): Promise<void> {
  const { attempt, session, accepted } = talk;
  if (classOf(response) !== 3) {
    talk.isDataRefused = true;
    if (accepted.length > 0) await failMessage(attempt, session, response, STAGES.data.command);
    return;
  }
  if (!attempt.request.message.verify) return;
  // the server waits for a message that does not come: nothing but hanging up is left
  session.mayBeKept = false;
  session.isForbidden = true;
  for (const waiting of accepted) await done(attempt, session, waiting, { response, dsn: '2.0.0' });
}

/** Reads the answer to the oldest command that has none. */
async function takeAnswer(talk: Talk): Promise<void> {
  const step = talk.ahead.shift();
  if (step === undefined) return;
  const { attempt, session } = talk;
  const response = await answerTo(talk, step.stage);
  switch (step.stage) {
    case 'name-address':
    case 'protocol-helo':
      if (classOf(response) !== 2) {
        const said = `host ${namaddrport(session.peer)} said: ${oneLine(response)}`;
        attempt.log.warning(`${said} (in reply to ${STAGES[step.stage].command})`);
      }
      return;
    case 'mail':
      if (classOf(response) === 2) return;
      talk.isSenderRefused = true;
      await failMessage(attempt, session, response, STAGES.mail.command);
      return;
    case 'rcpt':
      if (step.waiting !== undefined) await takeRcpt(talk, step.waiting, response);
      return;
    case 'data':
      await takeData(talk, response);
      return;
    default:
  }
}

async function takeAnswers(talk: Talk): Promise<void> {
  while (talk.ahead.length > 0) await takeAnswer(talk);
}

/** RSET, and QUIT where the session ends here. */
async function abort(talk: Talk): Promise<void> {
  const { session, attempt } = talk;
  const isLast = !isKept(talk);
  session.send('RSET');
  const sendsQuitAhead = isLast && session.features.has('PIPELINING');
  if (sendsQuitAhead) session.send('QUIT');
  try {
    await answerTo(talk, 'abort');
    if (!isLast) return;
    session.mayBeKept = false;
    if (!sendsQuitAhead) session.send('QUIT');
    await endSession(session, attempt);
  } catch (error) {
    // every recipient has its answer already
    ignoreStream(error);
    session.mayBeKept = false;
  }
}

/** After QUIT was said: waits for the answer where that is wanted. */
async function endSession(session: Session, attempt: Attempt): Promise<void> {
  const wait = waitFor(attempt, 'quit');
  if (attempt.settings.skipsQuitResponse) await session.flush(wait);
  else await session.receive(wait, queueIdOf(attempt));
}

/** Says what comes before DATA, and DATA. False: the transaction is over. */
async function sendEnvelope(talk: Talk, steps: readonly Step[]): Promise<boolean> {
  const { session } = talk;
  const isPipelining = session.features.has('PIPELINING');
  for (const step of steps) {
    const isFull = session.unsent + step.line.length + 2 > PIPELINE_BYTES;
    if (talk.ahead.length > 0 && (!isPipelining || isFull)) {
      await takeAnswers(talk);
      const isPointless =
        (step.stage === 'rcpt' && talk.isSenderRefused) ||
        (step.stage === 'data' && talk.accepted.length === 0);
      if (isPointless) {
        await abort(talk);
        return false;
      }
    }
    session.send(step.line);
    talk.ahead.push(step);
  }
  return true;
}

/** The answers to the final dot: one, or with LMTP one for each recipient that was accepted. */
async function takeFinalAnswers(talk: Talk): Promise<void> {
  const { attempt, session, accepted } = talk;
  if (attempt.settings.mode === 'lmtp' && accepted.length > 0) {
    for (const waiting of accepted) {
      const response = await answerTo(talk, 'dot');
      const { command } = STAGES.dot;
      if (classOf(response) === 2) await done(attempt, session, waiting, { response });
      else await failRecipient(attempt, session, waiting, { response, command });
    }
    return;
  }
  const response = await answerTo(talk, 'dot');
  await takeFinalAnswer(talk, response);
}

async function takeFinalAnswer(talk: Talk, response: Response): Promise<void> {
  const { attempt, session, accepted } = talk;
  if (accepted.length === 0) return;
  if (classOf(response) !== 2) {
    await failMessage(attempt, session, response, STAGES.dot.command);
    return;
  }
  const finishedAt = attempt.clock.now();
  for (const waiting of accepted) await done(attempt, session, waiting, { response, finishedAt });
}

/** Time to write content: for each packet, or for all of it at smtp_min_data_rate. Told the bytes that are next. */
function contentWait({ settings, clock }: Attempt): (bytes: number) => Wait {
  const ms = settings.timeouts.dataXfer;
  if (!settings.perRequestDeadline || ms === 0) return () => ({ ms });
  const from = clock.now();
  let sent = 0;
  return (bytes) => {
    sent += bytes;
    return { ms, deadline: from + ms + (sent / settings.minDataRate) * 1000 };
  };
}

type SentContent = 'sent' | 'unsendable' | 'lost';

/** Sends the content. `lost`: the server hung up, perhaps with a last word. */
async function sendMessage(talk: Talk): Promise<SentContent> {
  const { attempt, session, parcel } = talk;
  const wait = contentWait(attempt);
  const message = await attempt.request.read();
  talk.doing = 'sending message body';
  try {
    await session.flush(wait(0));
    const problem = await sendContent({
      attempt,
      message,
      head: parcel.head,
      is7bitOnly: isDowngrading(attempt, session),
      generic: parcel.generic,
      write: (bytes) => session.connection.write(bytes, wait(bytes.length)),
    });
    if (problem === undefined) return 'sent';
    session.isForbidden = true;
    await failAll(attempt, problem, false);
    return 'unsendable';
  } catch (error) {
    if (error instanceof StreamError && error.kind === 'eof') return 'lost';
    throw error;
  }
}

/** A server that hung up in the middle may have said why. */
async function takeLastWord(talk: Talk): Promise<void> {
  const { attempt, session } = talk;
  session.mayBeKept = false;
  session.isForbidden = true;
  const response = await session.receive(waitFor(attempt, 'dataDone'), queueIdOf(attempt));
  await takeFinalAnswer(talk, response);
}

async function delayDot(attempt: Attempt): Promise<void> {
  const { clock, settings } = attempt;
  await new Promise<void>((resolve) => clock.schedule(clock.now() + settings.pixDelayMs, resolve));
}

async function sendData(talk: Talk): Promise<void> {
  const { attempt, session, accepted } = talk;
  if (accepted.length > 0) {
    const sent = await sendMessage(talk);
    if (sent === 'unsendable') return;
    if (sent === 'lost') {
      await takeLastWord(talk);
      return;
    }
    if (session.features.has('PIX_DELAY_DOTCRLF')) await delayDot(attempt);
  }
  const isLast = !isKept(talk);
  session.send('.');
  const sendsQuitAhead = isLast && session.features.has('PIPELINING');
  if (sendsQuitAhead) session.send('QUIT');
  await takeFinalAnswers(talk);
  if (!isLast) return;
  session.mayBeKept = false;
  if (!sendsQuitAhead) session.send('QUIT');
  // everybody has an answer: how the server takes QUIT does not matter any more
  await endSession(session, attempt).catch(ignoreStream);
}

function ignoreStream(error: unknown): void {
  if (!(error instanceof StreamError)) throw error;
}

async function stepsOf({ attempt, session, parcel }: Talk): Promise<readonly Step[]> {
  const { message } = attempt.request;
  const mapped = (address: string) => parcel.generic?.map(address) ?? Promise.resolve(address);
  const [nameAddress, protocolHelo] = xforwardCommands(attempt, session, parcel.origin);
  const steps: Step[] = [];
  if (nameAddress !== undefined) steps.push({ stage: 'name-address', line: nameAddress });
  if (protocolHelo !== undefined) steps.push({ stage: 'protocol-helo', line: protocolHelo });
  const sender = await mapped(message.sender);
  const line = mailCommand(attempt, session, sender, isDowngrading(attempt, session));
  steps.push({ stage: 'mail', line });
  for (const waiting of attempt.left) {
    const address = await mapped(waiting.recipient.address);
    const rcpt = rcptCommand(attempt, session, waiting.recipient, address);
    steps.push({ stage: 'rcpt', line: rcpt, waiting });
  }
  const isAskedOnly = message.verify && attempt.settings.verifyTarget === 'rcpt';
  return isAskedOnly ? steps : [...steps, { stage: 'data', line: 'DATA' }];
}

async function converse(talk: Talk): Promise<void> {
  const { attempt, session } = talk;
  const steps = await stepsOf(talk);
  attempt.connectedAt = attempt.clock.now();
  if (!(await sendEnvelope(talk, steps))) return;
  await takeAnswers(talk);
  if (session.isForbidden) return;
  const isAskedOnly = attempt.request.message.verify;
  if (isAskedOnly || talk.isDataRefused) await abort(talk);
  else await sendData(talk);
}

/** Delivers the recipients that are left to a server that has said hello. */
export async function transact(attempt: Attempt, session: Session, parcel: Parcel): Promise<void> {
  const { size } = attempt.request.message;
  if (session.sizeLimit > 0 && session.sizeLimit < size) {
    const reason = `message size ${size} exceeds size limit ${session.sizeLimit} of server ${namaddr(session.peer)}`;
    await failAll(attempt, { dsn: '5.3.4', reason }, false);
    attempt.hasCompleted = true;
    return;
  }
  const talk: Talk = {
    attempt,
    session,
    parcel,
    ahead: [],
    accepted: [],
    isSenderRefused: false,
    isDataRefused: false,
    doing: '',
  };
  try {
    await converse(talk);
    if (!session.isForbidden) attempt.hasCompleted = true;
  } catch (error) {
    if (!(error instanceof StreamError)) throw error;
    session.mayBeKept = false;
    session.isForbidden = true;
    await failStream(attempt, session, error, talk.doing);
  }
}

/** Asks a session that was kept whether it is still good (smtp_rset). */
export async function probe(attempt: Attempt, session: Session): Promise<boolean> {
  try {
    session.send('RSET');
    const response = await session.receive(waitFor(attempt, 'rset'), queueIdOf(attempt));
    session.isRsetRefused = classOf(response) !== 2;
    return !session.isRsetRefused && !session.connection.isDead;
  } catch (error) {
    if (!(error instanceof StreamError)) throw error;
    return false;
  }
}

/** Takes leave of a server that no message went to (smtp_quit). */
export async function quit(attempt: Attempt, session: Session): Promise<void> {
  session.mayBeKept = false;
  if (session.isForbidden || session.connection.isDead) return;
  session.send('QUIT');
  await endSession(session, attempt).catch(ignoreStream);
}
